"""Contests of one's own: a folder of problem packages with a ``contest.toml``, and no Python."""
