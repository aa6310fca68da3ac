"""Whether a new checkpoint fell behind: PASS, REGRESSION, INCONCLUSIVE, or too little was judged.

==============  =======================================================================
file            noun
==============  =======================================================================
rule.py         what may fall by how much, and the file that says so
finding.py      what is found of each task, and of all together
trials.py       many pairs of runs, ruled on at once
rehearsal.py    the gate tried on a run against itself
==============  =======================================================================

A regression must be shown, and a pass must be shown: what is neither is inconclusive, and is never
turned into one of the two by default.
"""

from harness.regression.finding import (
    Draft,
    Evidence,
    Finding,
    Ruling,
    draft,
    overall,
    rule_on,
    weigh,
)
from harness.regression.rehearsal import SPLITS, Rate, Rehearsal, rehearse
from harness.regression.rule import (
    MAX_DROP,
    MAX_UNJUDGED,
    Policy,
    Rule,
    read_policy,
)
from harness.regression.trials import Trials

__all__ = [
    "MAX_DROP",
    "MAX_UNJUDGED",
    "SPLITS",
    "Draft",
    "Evidence",
    "Finding",
    "Policy",
    "Rate",
    "Rehearsal",
    "Rule",
    "Ruling",
    "Trials",
    "draft",
    "overall",
    "read_policy",
    "rehearse",
    "rule_on",
    "weigh",
]
