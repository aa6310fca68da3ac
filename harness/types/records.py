"""Everything a run's log can hold."""

from __future__ import annotations

from harness.types.attempts import AttemptEnd, AttemptStart, Generation, Note, Prompt, Submission
from harness.types.grades import Feedback, Grade
from harness.types.marks import Opinion, PersonMark
from harness.types.trials import Trial

Record = (
    AttemptStart
    | Prompt
    | Generation
    | Trial
    | Submission
    | Opinion
    | PersonMark
    | Grade
    | Feedback
    | Note
    | AttemptEnd
)
