"""Calibration of judges: how far marks of a judge are those that people give.

::

    verdicts of people --+
                         +-> split by problem -> figures of both parts -> certificate -> error model
    marks of the judge --+   (split.py)          (figures.py)         (certify.py) (judge_errors.py)

==============  =======================================================================
file            noun
==============  =======================================================================
split.py        which problems are held out
conventions.py  how marks of two scales are held against each other
pairing.py      a proof with what people and the judge say of it
figures.py      the figures of a part, with intervals
certify.py      the certificate of a judge
judge_errors.py a certificate as a distribution of people's marks
voting.py       votes to one mark
readers/        data sets and recordings, one file form each
==============  =======================================================================

Thresholds are chosen on the calibration part only; what is printed beside a mark is the held-out
part. It knows no model and asks nobody: a jury's marks come in as :class:`~harness.types.Judged`.
"""

from harness.aggregate import aggregated
from harness.calibration.certify import certify
from harness.calibration.conventions import convention_of, with_fitted_threshold
from harness.calibration.figures import NAMES, part_of
from harness.calibration.judge_errors import error_of
from harness.calibration.pairing import Graded, paired
from harness.calibration.split import held_out
from harness.calibration.voting import judged

__all__ = [
    "NAMES",
    "Graded",
    "aggregated",
    "certify",
    "convention_of",
    "error_of",
    "held_out",
    "judged",
    "paired",
    "part_of",
    "with_fitted_threshold",
]
