"""How a model draws its text, and how it came to an end."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Sampling(msgspec.Struct, frozen=True, kw_only=True):
    """How a model draws its text; every value is sent with every request."""

    temperature: float = 1.0
    top_p: float = 0.95
    max_tokens: int = 131072
    seed: int = 0
    """Seed of the run; each sample's own seed is hashed from it."""


class FinishReason(StrEnum):
    """Why a generation ended. Without one there is no generation."""

    STOP = "stop"
    LENGTH = "length"
    TIMEOUT = "timeout"
    """Our own wall budget passed; the text is what had arrived."""
    RECORDED = "recorded"
    """Replayed; the recording does not say."""
    REJECTED = "rejected"
    """The server refused the request for good (context length, unknown parameter)."""
