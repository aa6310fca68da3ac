"""Two runs side by side: whether they may be compared, what differs, and how sure that is.

==============  =======================================================================
file            noun
==============  =======================================================================
sides.py        a contestant of a run, its scores a problem
settings.py     what was not asked alike, and what of it forbids a comparison
changes.py      problems gained and lost, verdicts, tokens
compared.py     all of it for two sides, as plain data
spread.py       the interval of one contestant, and who can be told apart
told.py         numbers and rows that a terminal and a page say alike
==============  =======================================================================

The arithmetic is :mod:`harness.stats.paired`. Nothing here prints.
"""

from harness.comparison.changes import Cost, Flow, ProblemChange, Turn
from harness.comparison.compared import ALPHA, Comparison, Effect, compared
from harness.comparison.settings import Setting, differing, obstacles
from harness.comparison.sides import (
    Metric,
    Side,
    common,
    filled,
    pairs,
    scores,
    side_of,
    unjudged,
)
from harness.comparison.spread import Gap, gaps, score_interval, tiers, told_apart
from harness.comparison.told import cost_rows, flow_rows, p_value, plus, probability

__all__ = [
    "ALPHA",
    "Comparison",
    "Cost",
    "Effect",
    "Flow",
    "Gap",
    "Metric",
    "ProblemChange",
    "Setting",
    "Side",
    "Turn",
    "common",
    "compared",
    "cost_rows",
    "differing",
    "filled",
    "flow_rows",
    "gaps",
    "obstacles",
    "p_value",
    "pairs",
    "plus",
    "probability",
    "score_interval",
    "scores",
    "side_of",
    "tiers",
    "told_apart",
    "unjudged",
]
