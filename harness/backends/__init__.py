"""Producers of text: each turns one request into one reply, and knows no contest."""
