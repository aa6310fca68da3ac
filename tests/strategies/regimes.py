"""The published ways to spend a budget on proofs, each a set of settings of ``refine``.

They are what a protocol file has under ``[loop.settings]``; the sources are named in
``harness/strategies/refine.py``.
"""

from __future__ import annotations

from typing import Any

import msgspec

from harness.strategies.refine import Refine

CASCADE_2: dict[str, Any] = {}
"""Nemotron-Cascade 2, full budget: the defaults."""

CASCADE_2_REDUCED: dict[str, Any] = {
    "proofs": 32,
    "verifications": 16,
    "best": 8,
    "rounds": 2,
}
"""Nemotron-Cascade 2 on ProofBench Basic and some of Advanced."""

DEEPSEEK_CODE: dict[str, Any] = {
    "rounds": 16,
    "needs_self_evaluation": True,
    "proof_tokens": 128 * 1024,
    "verification_tokens": 64 * 1024,
}
"""DeepSeekMath-V2 as released."""

DEEPSEEK_SEARCH: dict[str, Any] = {
    "proofs": 64,
    "rounds": 17,
    "best": 64,
    "samples": 1,
    "apart": True,
    "critiques": 8,
    "critiques_per_score": 0,
    "prefer": "faults",
    "order": ("mean", "random"),
    "accept": "unanimous",
}
"""DeepSeekMath-V2, high-compute search: one round and up to 16 iterations after it."""

DEEPSEEK_SEQUENTIAL: dict[str, Any] = {
    "proofs": 32,
    "rounds": 8,
    "lineage": "threads",
    "verifications": 0,
    "order": ("self", "random"),
    "accept": "self",
    "final": "majority",
    "finalists": 32,
    "final_votes": 32,
    "proof_tokens": 128 * 1024,
}
"""DeepSeekMath-V2, sequential refinement with 32 threads."""

IMO_TTS: dict[str, Any] = {
    "proofs": 384,
    "rounds": 8,
    "best": 16,
    "samples": 12,
    "verifications": 16,
    "votes_needed": 16,
    "order": ("mean", "self", "later"),
    "accept": "unanimous",
    "final": "marks",
    "finalists": 3,
    "final_votes": 48,
    "final_reask": 3,
}
"""Nemotron-IMO-TTS with one checkpoint in the place of three."""

MATHARENA: dict[str, Any] = {
    "proofs": 16,
    "rounds": 5,
    "best": 16,
    "samples": 1,
    "verifications": 16,
    "critiques": 4,
    "critiques_per_score": 0,
    "order": ("mean",),
}
"""MathArena's agent: 16 proofs and 4 iterations."""

LITE: dict[str, Any] = {
    "proofs": 8,
    "verifications": 8,
    "best": 4,
    "samples": 2,
    "rounds": 2,
}
"""A likeness of Nemotron-Cascade 2 for small machines; no published number."""


def regime(settings: dict[str, Any], **changed: Any) -> Refine:
    """Return the strategy with these settings, read as they are from a protocol's file."""
    return msgspec.convert(settings | changed, Refine)
