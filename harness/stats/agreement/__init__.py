"""How two markers agree on the same proofs: pure arithmetic on tables of counts.

==============  ===========================================================================
file            noun
==============  ===========================================================================
crossing.py     the table: how many proofs have this mark of one and that mark of the other
measures.py     accuracy, rates of error, weighted kappa, errors in points, rank correlation
consistency.py  votes of one marker on the same proof
resampling.py   intervals, by drawing problems anew
==============  ===========================================================================

Not imported with :mod:`harness.stats`: it needs numpy.
"""

from harness.stats.agreement.consistency import Consistency, agreeing_pairs, mean_share
from harness.stats.agreement.crossing import Crossing, Floats, Pair
from harness.stats.agreement.measures import (
    Passing,
    bias,
    kappa,
    mean_error,
    quotient,
    rank_correlation,
)
from harness.stats.agreement.resampling import DRAWS, Estimate, estimated, number, problem_weights

__all__ = [
    "DRAWS",
    "Consistency",
    "Crossing",
    "Estimate",
    "Floats",
    "Pair",
    "Passing",
    "agreeing_pairs",
    "bias",
    "estimated",
    "kappa",
    "mean_error",
    "mean_share",
    "number",
    "problem_weights",
    "quotient",
    "rank_correlation",
]
