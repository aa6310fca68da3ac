"""One proof to one grade, by a jury of models."""

from __future__ import annotations

from collections.abc import Sequence

from harness.aggregate import aggregated, figures, points_of
from harness.errors import ConfigError, JudgeModelError
from harness.judges.proofs.court import Court
from harness.judges.proofs.kin import akin
from harness.judges.proofs.questions import LONGEST, shown_with, to_mark, to_restyle
from harness.judges.proofs.reading import mark_in
from harness.judges.proofs.seats import WHOLE, values, votes
from harness.judges.proofs.tame import tamed
from harness.types import (
    Grade,
    Jury,
    Mark,
    Marking,
    Problem,
    Purpose,
    Submission,
    Template,
    TextRef,
    Verdict,
)


class ProofJudge:
    """A jury of models, for as many proofs as there are.

    The text of a proof is data: it stands behind a fence that it cannot close, and without the
    marks that a chat template would obey. What cannot be read of a reply is no vote, and never 0;
    with too few votes there is no grade.
    """

    def __init__(self, jury: Jury) -> None:
        self.jury = jury

    @property
    def name(self) -> str:
        """The jury in a few words, with the hash that its certificate is bound to."""
        return self.jury.words

    async def judge(
        self,
        problem: Problem,
        submission: Submission,
        content: str,
        contestant: Sequence[str],
        court: Court,
    ) -> Grade:
        """Mark one proof; ``contestant`` is what its author is called, by all its names.

        Raises :class:`~harness.errors.JudgeModelError` where too few marks could be read, and
        :class:`~harness.errors.ConfigError` where the jury's scale is not the problem's.
        """
        file = self.jury.file
        self.check(problem)
        if len(content) > LONGEST or not tamed(content).strip():
            return self._unmarked(problem, submission, content)
        proof, restyled = await self._restyled(problem, content, court)
        marks = await votes(
            court,
            self.jury,
            to_mark(self._template("mark"), problem, proof),
            Purpose.MARK,
            self._read,
        )
        again = self.jury.template("again")
        if again is not None and file.rejudge_beyond is not None:
            known = values(marks)
            if known and max(known) - min(known) > file.rejudge_beyond:
                question = to_mark(again, problem, proof, _others(marks))
                marks += await votes(court, self.jury, question, Purpose.AGAIN, self._read)
        return self._grade(problem, submission, marks, restyled, contestant)

    def check(self, problem: Problem) -> None:
        """Refuse a jury whose best mark is not worth the problem's points."""
        file = self.jury.file
        if file.top != problem.max_points:
            raise ConfigError(
                f"the jury {file.id} marks on the scale {file.scale.value}, up to {file.top:g}; "
                f"{problem.id} is worth {problem.max_points:g} points, and marks are not converted",
                hint="choose a jury on the problem's scale, or give its file a table [points]",
            )

    async def _restyled(
        self, problem: Problem, content: str, court: Court
    ) -> tuple[str, TextRef | None]:
        """Return the text that is marked, and where its copy is if it is one."""
        template = self.jury.template("restyle")
        if template is None:
            return content, None
        question = to_restyle(template, problem, content)
        left, time = 1 + self.jury.file.reask, 0
        while left:
            time += 1
            heard = await court.hear(self.jury.jurors[0], question, Purpose.RESTYLE, f"1.{time}")
            left -= heard.fresh
            copy = heard.text.strip()
            if heard.opinion.finish_reason in WHOLE and copy:
                return copy, court.keep(copy)
        raise JudgeModelError(
            f"{self.jury.jurors[0].name} gave no copy of the proof of {problem.id}",
            hint="resume the run, or choose a jury that marks the proof itself",
        )

    def _grade(
        self,
        problem: Problem,
        submission: Submission,
        marks: tuple[Mark, ...],
        restyled: TextRef | None,
        contestant: Sequence[str],
    ) -> Grade:
        file = self.jury.file
        last = max(mark.round for mark in marks)
        counted = [mark for mark in marks if mark.round == last]
        known = values(counted)
        if not file.suffices(len(known), len(counted)):
            raise JudgeModelError(
                f"in {len(counted) - len(known)} of {len(counted)} votes on {problem.id} no mark "
                "could be read: there is no grade",
                hint="look at the replies in the run folder; a longer max_tokens, or another "
                "model, may bring them to an end. Resume the run to ask again",
            )
        found = aggregated(file.aggregate, known, file.scale)
        marking = Marking(
            jury=file.id,
            scale=file.scale,
            aggregate=file.aggregate,
            marks=marks,
            found=found,
            figures=figures(known, file.scale),
            shown=shown_with(problem),
            restyled=restyled,
            kin=tuple(j.name for j in self.jury.jurors if akin(contestant, j.names)),
        )
        return self._said(problem, submission, points_of(file, found), _sentence(marking), marking)

    def _unmarked(self, problem: Problem, submission: Submission, content: str) -> Grade:
        """Return the grade of what no jury needs to read: nothing, or more than anyone could."""
        why = (
            f"{len(content):,} characters; a jury reads at most {LONGEST:,}"
            if len(content) > LONGEST
            else "an empty proof"
        )
        return self._said(problem, submission, 0.0, why, None)

    def _said(
        self,
        problem: Problem,
        submission: Submission,
        points: float,
        message: str,
        marking: Marking | None,
    ) -> Grade:
        verdict = Verdict.PAC if points else Verdict.WA
        return Grade(
            submission=submission.id,
            attempt=submission.attempt,
            judge=self.name,
            verdict=Verdict.AC if points == problem.max_points else verdict,
            points=points,
            max_points=problem.max_points,
            message=message,
            marking=marking,
        )

    def _read(self, reply: str) -> float | None:
        return mark_in(reply, self.jury.file.scale)

    def _template(self, name: str) -> Template:
        found = self.jury.template(name)
        assert found is not None, "a jury is read with its prompts"
        return found


def _others(marks: Sequence[Mark]) -> list[str]:
    """Return the marks as a model is shown them: without names, which would be an argument."""
    return [f"- {value:g}" for value in sorted(values(marks))]


def _sentence(marking: Marking) -> str:
    counted = marking.counted
    read = len(counted) - marking.unread
    said = f"{marking.aggregate.value} of {read} marks: {marking.found:g} on {marking.scale.value}"
    if marking.spread:
        said += f", spread {marking.spread:g}"
    if marking.rejudged:
        said += ", marked again with the other marks shown"
    if marking.unread:
        said += f"; {marking.unread} of {len(counted)} votes could not be read"
    return said
