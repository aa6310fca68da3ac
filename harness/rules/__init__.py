"""Contest rules: what a contest allows, shows and counts. Pure, no IO.

Rules bind every contestant; what a contestant does with them is a strategy. A contest
names its rules in its file; there is one file here for each.
"""

from __future__ import annotations

from harness.errors import ConfigError
from harness.rules.contract import Rules
from harness.rules.icpc import ICPCRules
from harness.rules.imo import IMORules
from harness.rules.independent import IndependentRules
from harness.rules.ioi import IOIRules
from harness.rules.score import Score, precision
from harness.types import Contest

__all__ = [
    "RULES",
    "ICPCRules",
    "IMORules",
    "IOIRules",
    "IndependentRules",
    "Rules",
    "Score",
    "precision",
    "rules_of",
]

RULES = ("icpc", "imo", "independent", "ioi")
"""The names a contest may give as its rules."""


def rules_of(contest: Contest) -> Rules:
    """Return the rules a contest names."""
    match contest.rules:
        case "ioi":
            return IOIRules(contest.submission_limit, contest.feedback)
        case "icpc":
            return ICPCRules(contest.submission_limit, contest.feedback)
        case "imo":
            return IMORules()
        case "independent":
            return IndependentRules()
    raise ConfigError(
        f"contest {contest.id} names the rules {contest.rules!r}, which are not known",
        hint=f"the rules are {', '.join(RULES)}",
    )
