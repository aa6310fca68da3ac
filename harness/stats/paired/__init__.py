"""Two runs at the same problems: how far apart, how sure, and what it would take to know.

==============  =======================================================================
file            noun
==============  =======================================================================
samples.py      scores of both runs a problem, their moments, the unit of inference
bounds.py       intervals of the difference
permutation.py   permutation tests of no difference
sums.py         exact distributions of sums, for the tests
planning.py     what could come out at all, and how many attempts it would take
holm.py         several tests at once
quantiles.py    of the normal and Student's distribution
==============  =======================================================================

Everything is a difference of means of scores from 0 to 1, new less base.
"""

from harness.stats.paired.bounds import interval, intervals, tail_above, tail_below
from harness.stats.paired.holm import holm
from harness.stats.paired.permutation import Chance, chance, least, surely_worse
from harness.stats.paired.planning import POWER, Reachable, detectable, needed, reachable
from harness.stats.paired.samples import Moments, Pair, Unit, moments, moments_of

__all__ = [
    "POWER",
    "Chance",
    "Moments",
    "Pair",
    "Reachable",
    "Unit",
    "chance",
    "detectable",
    "holm",
    "interval",
    "intervals",
    "least",
    "moments",
    "moments_of",
    "needed",
    "reachable",
    "surely_worse",
    "tail_above",
    "tail_below",
]
