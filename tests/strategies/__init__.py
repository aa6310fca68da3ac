"""Strategies against models whose every answer is written down."""
