"""The AIME of one year: two papers of fifteen problems each."""

from __future__ import annotations

from pathlib import Path

from tasks.hub import matharena
from tasks.sets.yearly import YearlySet


class AIME(YearlySet):
    """The AIME of one year."""

    home = Path(__file__).parent


class AIME2024(AIME):
    """The AIME of 2024."""

    id = "aime2024"
    year = "2024"
    public = (matharena.AIME2024,)


class AIME2025(AIME):
    """The AIME of 2025."""

    id = "aime2025"
    year = "2025"
    public = (matharena.AIME2025,)
