"""The package's own program for grading groups, where it has one (``graders/``, legacy).

It reads a line ``VERDICT SCORE`` for each part of a group and prints one for the group.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from harness.errors import JudgeError
from harness.types import StoppedBy, Verdict
from sandbox.bench import TRUSTED
from sandbox.box import Box, Job, Role, Step
from sandbox.checkers import broken
from sandbox.groups import Outcome
from sandbox.program import Program, process_of

WORDS = {verdict.value: verdict for verdict in Verdict if verdict is not Verdict.SK}


class GroupGrader(msgspec.Struct, frozen=True):
    """Runs the program in a slot; an :data:`~sandbox.groups.Aggregator`."""

    problem: str
    program: Program
    box: Box

    def __call__(self, args: tuple[str, ...], parts: Sequence[Outcome]) -> Outcome:
        """Return what the program makes of the outcomes of a group's parts."""
        lines = "".join(f"{part.verdict.value} {part.score:.10g}\n" for part in parts)
        process = process_of(
            self.program,
            self.box,
            role=Role.TRUSTED,
            limits=TRUSTED,
            name="grader",
            args=args,
            stdin=self.box.put(lines.encode()),
        )
        (((result,)),) = self.box.run([Job(steps=(Step(processes=(process,)),))])
        (execution,) = result.executions
        words = execution.stdout_head.decode("utf-8", "replace").split()
        failed = execution.stopped_by is not StoppedBy.NONE or execution.exit_code != 0
        if failed or len(words) != 2 or words[0] not in WORDS:
            raise self._broken(" ".join(words)[:80], execution.exit_code)
        try:
            return Outcome(WORDS[words[0]], float(words[1]))
        except ValueError:
            raise self._broken(" ".join(words)[:80], execution.exit_code) from None

    def _broken(self, said: str, code: int | None) -> JudgeError:
        how = f"ended with {code} and printed {said!r} where a verdict and a score belong"
        return broken(f"the group grader of {self.problem}", how, "")
