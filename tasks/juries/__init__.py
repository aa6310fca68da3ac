"""Jury files: who marks proofs, with which words, and how marks become one."""

from pathlib import Path

FOLDER = Path(__file__).parent
