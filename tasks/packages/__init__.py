"""Readers of problem packages."""
