"""Medals with honesty: what a pool of rollouts says of a medal, and how sure that is.

A medal word from one run is a label, not a measurement: five runs of one IOI pipeline spread over
50 points, and published margins over a line are below one. So beside the label stands the
probability that the same policy, played again under the same limit, reaches each line.

::

    pool of rollouts -> Policy -> distribution of a problem -> sum over problems -> Chance a line
    (pool.py)        (policy.py)  (outcome.py)                 (totals.py)         (chance.py)

Where models marked, ``by_people.py`` says what people would find of it, given how the judge errs
(``judge_error.py``).

Pure and reproducible: exact wherever subsets can be counted, seeded draws with their error where
not. It knows no run, no board and no page.
"""

from harness.medals.by_people import ByPeople, by_people
from harness.medals.chance import Chance
from harness.medals.curve import CurvePoint, budget_curve
from harness.medals.judge_error import JudgeError, judge_error
from harness.medals.lines import Line, lines_of, medal_at, share_line
from harness.medals.place import place
from harness.medals.policy import ONE, Order, Policy
from harness.medals.pool import ProblemPool, Rollout
from harness.medals.prospect import Prospect, prospect

__all__ = [
    "ONE",
    "ByPeople",
    "Chance",
    "CurvePoint",
    "JudgeError",
    "Line",
    "Order",
    "Policy",
    "ProblemPool",
    "Prospect",
    "Rollout",
    "budget_curve",
    "by_people",
    "judge_error",
    "lines_of",
    "medal_at",
    "place",
    "prospect",
    "share_line",
]
