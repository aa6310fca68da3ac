"""The HMMT February tournament of one year: thirty problems."""

from __future__ import annotations

from pathlib import Path

from tasks.hub import matharena
from tasks.sets.yearly import YearlySet


class HMMTFebruary(YearlySet):
    """The HMMT February of one year."""

    home = Path(__file__).parent


class HMMTFebruary2024(HMMTFebruary):
    """The HMMT February of 2024."""

    id = "hmmt_feb2024"
    year = "2024"
    public = (matharena.HMMT_FEBRUARY2024,)


class HMMTFebruary2025(HMMTFebruary):
    """The HMMT February of 2025."""

    id = "hmmt_feb2025"
    year = "2025"
    public = (matharena.HMMT_FEBRUARY2025,)
