"""Contest rules: what a contest allows, shows and counts. Pure, no IO.

Rules bind every contestant; what a contestant does with them is a strategy. A contest
names its rules in its file; there is one file here for each.
"""

from __future__ import annotations

from harness.errors import ConfigError
from harness.protocols import limit_of
from harness.rules.contract import Rules
from harness.rules.icpc import ICPCRules
from harness.rules.imo import IMORules
from harness.rules.independent import IndependentRules
from harness.rules.ioi import IOIRules
from harness.rules.score import Score, precision
from harness.types import Contest, Problem, Protocol

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


def rules_of(
    contest: Contest, problem: Problem | None = None, protocol: Protocol | None = None
) -> Rules:
    """Return the rules a contest names, as a protocol changes them for a problem.

    What a protocol may change, and what its results are then worth, is for
    :func:`~harness.protocols.check_protocol`.
    """
    limit, feedback = contest.submission_limit, contest.feedback
    if problem is not None and protocol is not None:
        limit, feedback = limit_of(protocol, contest, problem), protocol.submission.feedback
    match contest.rules:
        case "ioi":
            return IOIRules(limit, feedback)
        case "icpc":
            return ICPCRules(limit, feedback)
        case "imo":
            return IMORules()
        case "independent":
            return IndependentRules()
    raise ConfigError(
        f"contest {contest.id} names the rules {contest.rules!r}, which are not known",
        hint=f"the rules are {', '.join(RULES)}",
    )
