"""From model checkpoint to olympiad medal."""

from __future__ import annotations

__version__ = "0.1.0"
