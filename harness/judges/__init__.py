"""Judges of what is not code: final answers, and later proofs."""
