r"""The judge of proofs: a jury of models, whose marks become one grade.

::

    submission -> (restyled copy) -> seats: juror x vote -> marks
               -> (again, with the marks shown) -> one mark

=============  ================================================================
file           noun
=============  ================================================================
court.py       the seam: who is asked, and who writes down what was said
questions.py   what a model is asked, with the proof behind a fence
tame.py        a text without the marks that a chat template would obey
reading.py     the mark that a reply ends with
seats.py       votes: asked, read, asked again where nothing can be read
kin.py         whether a judge is of the contestant's own family
judge.py       one submission to one grade
=============  ================================================================
"""

from harness.judges.proofs.judge import ProofJudge

__all__ = ["ProofJudge"]
