"""Pieces of strategies that write proofs: scores, fences, critiques, the pool, panels of voters."""
