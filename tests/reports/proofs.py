"""A run whose proofs a jury of models marked, record by record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from harness.aggregate import aggregated
from harness.store import RunFolder, RunWriter
from harness.types import (
    Aggregate,
    AnswerBody,
    AttemptEnd,
    AttemptStart,
    AttemptStatus,
    Certainty,
    Contest,
    Contestant,
    Equivalence,
    FinishReason,
    Generation,
    Grade,
    JudgeStanding,
    Juror,
    Jury,
    JuryFile,
    Mark,
    Marking,
    Opinion,
    PersonMark,
    Problem,
    Prompt,
    ProofBody,
    Purpose,
    RubricItem,
    RunRecord,
    RunSpec,
    Sampling,
    Scale,
    Submission,
    SubmissionKind,
    Verdict,
)

PROOF = r"""**Lemma.** Let $n \ge 3$. Then
\[ \sum_{k=1}^n k = \frac{n(n+1)}{2}. \tag{1} \]
<script>alert(1)</script> By (1) we are done."""

JURORS = ("alpha", "beta")


def jury(votes: int = 2, jurors: Sequence[str] = JURORS) -> Jury:
    return Jury(
        file=JuryFile(
            id="imo",
            title="Marks from 0 to 7",
            source="this program",
            scale=Scale.POINTS,
            prompt="mark.md",
            votes=votes,
            aggregate=Aggregate.MEAN,
        ),
        templates=(),
        jurors=tuple(Juror(name=name, backend="openai") for name in jurors),
    )


def proof_problem(name: str = "p1") -> Problem:
    return Problem(
        id=name,
        title=f"Problem {name}",
        statement=f"Prove the secret $x_{{{name}}}$.",
        max_points=7,
        body=ProofBody(
            rubric=(RubricItem(text="The secret case $n=3$", points=2),),
            references=(r"The secret proof: \(n=3\).",),
            notes="The secret guideline.",
        ),
        hash=f"hash-of-{name}",
    )


def last_answer(expected: str = r"\frac{3}{2}") -> Problem:
    body = AnswerBody(expected=expected, equivalence=Equivalence.EXACT)
    return Problem(
        id="a1", title="Answer", statement="Find $x$.", max_points=7, body=body, hash="hash-of-a1"
    )


def imo(*problems: Problem, show: bool = True) -> Contest:
    return Contest(
        id="imo2025",
        title="IMO 2025",
        date="2025-07-15",
        rules="imo",
        problems=problems or (proof_problem(), last_answer()),
        show_statements=show,
        hash="a" * 64,
    )


@dataclass(frozen=True)
class Marked:
    """What a jury gave: for each round, each juror's marks; None could not be read."""

    rounds: tuple[tuple[tuple[float | None, ...], ...], ...] = (((7, 6), (7, None)),)
    proof: str = PROOF
    says: str = r"The case $n=3$ is right. \boxed{7}"
    asked: tuple[tuple[str, int], ...] = (("generate", 2), ("verify", 3), ("refine", 1))
    kin: tuple[str, ...] = ("beta",)
    copy: str = ""
    by_person: float | None = None
    """What a person gave."""


def proof_run(
    place: Path,
    marked: Marked | Mapping[str, Sequence[Marked]] | None = None,
    contest: Contest | None = None,
    *,
    standing: JudgeStanding | None = None,
    marks_by_people: bool = False,
    answer: str = r"\frac{3}{2}",
) -> RunFolder:
    """Write a run of one contestant: one attempt at each proof and each answer of a contest.

    By a problem's id there may be as many attempts as there are things to mark.
    """
    contest = contest or imo()
    if not isinstance(marked, Mapping):
        marked = {problem.id: [marked or Marked()] for problem in contest.problems}
    votes = len(next(iter(marked.values()))[0].rounds[0][0])
    record = RunRecord(
        schema=1,
        id=place.name,
        spec=RunSpec(
            task="imo2025",
            task_version="1",
            backend="openai",
            strategy="refine",
            jury=None if marks_by_people else jury(votes),
        ),
        contest=contest,
        contestants=(Contestant(id="prover", title="Prover"),),
        planned=sum(map(len, marked.values())),
        harness_version="0.0.1",
        harness_commit="",
        judge=(("jury", jury().words),),
        machine=(),
        started="2025-01-01T00:00:00Z",
        jury_standings=(("", standing or JudgeStanding()),),
    )
    with RunWriter.create(place, record) as writer:
        for problem in contest.problems:
            for sample, each in enumerate(marked[problem.id]):
                _Attempt(writer, problem, sample).write(each, answer)
        writer.seal("2025-01-01T01:00:00Z")
    return RunFolder(place)


class _Attempt:
    def __init__(self, writer: RunWriter, problem: Problem, sample: int) -> None:
        self.writer = writer
        self.problem = problem
        self.sample = sample
        self.id = f"{problem.id}:prover:{sample}"
        self.submission = f"{self.id}#s1"

    def write(self, marked: Marked, answer: str) -> None:
        proof = isinstance(self.problem.body, ProofBody)
        self.writer.append(
            AttemptStart(
                id=self.id,
                contestant="prover",
                problem=self.problem.id,
                sample=self.sample,
                time="2025-01-01T00:00:00Z",
            )
        )
        text = marked.proof if proof else answer
        last = self._generations(marked.asked if proof else (("solve", 1),), text)
        self.writer.append(
            Submission(
                id=self.submission,
                attempt=self.id,
                ordinal=1,
                kind=SubmissionKind.PROOF if proof else SubmissionKind.ANSWER,
                language="",
                content=self.writer.put_text(text),
                generations=(last,),
                certainty=Certainty.CLEAR if proof else Certainty.DOUBTFUL,
            )
        )
        grade = self._marked(marked) if proof else self._compared()
        self.writer.append(grade)
        if proof and marked.by_person is not None:
            self.writer.append(
                PersonMark(
                    attempt=self.id,
                    submission=self.submission,
                    person="a reader",
                    points=marked.by_person,
                    given="2025-01-01T02:00:00Z",
                )
            )
        self.writer.append(
            AttemptEnd(
                attempt=self.id,
                status=AttemptStatus.DONE,
                points=grade.points,
                max_points=7,
                verdict=grade.verdict,
                submissions=1,
                tokens_out=10,
            )
        )

    def _generations(self, asked: tuple[tuple[str, int], ...], text: str) -> str:
        names = [name for name, count in asked for _ in range(count)]
        for ordinal, name in enumerate(names):
            prompt = Prompt(
                id=f"{self.id}#p{ordinal}",
                attempt=self.id,
                ordinal=ordinal,
                text=self.writer.put_text(f'["{name}"]'),
                template_hash="0" * 64,
                template=name,
            )
            self.writer.append(prompt)
            self.writer.append(
                Generation(
                    id=f"{self.id}#g{ordinal}",
                    attempt=self.id,
                    ordinal=ordinal,
                    prompt=prompt.id,
                    text=self.writer.put_text(f"{text} ({ordinal})"),
                    reasoning=None,
                    finish_reason=FinishReason.STOP,
                    tokens_in=1,
                    tokens_out=10,
                    seconds=0.5,
                    seed=ordinal,
                    backend="openai",
                )
            )
        return f"{self.id}#g{len(names) - 1}"

    def _marked(self, marked: Marked) -> Grade:
        marks = []
        for round_, jurors in enumerate(marked.rounds, start=1):
            for juror, values in zip(JURORS, jurors, strict=True):
                for seat, value in enumerate(values, start=1):
                    heard = self._heard(juror, round_, seat, marked.says, unread=value is None)
                    mark = Mark(juror=juror, seat=seat, round=round_, value=value, opinions=heard)
                    marks.append(mark)
        counted = [m.value for m in marks if m.round == len(marked.rounds) and m.value is not None]
        figures = {how: aggregated(how, counted, Scale.POINTS) for how in Aggregate}
        marking = Marking(
            jury="imo",
            scale=Scale.POINTS,
            aggregate=Aggregate.MEAN,
            marks=tuple(marks),
            found=figures[Aggregate.MEAN],
            figures=tuple(sorted((how.value, figure) for how, figure in figures.items())),
            shown=("reference", "rubric"),
            restyled=self.writer.put_text(marked.copy) if marked.copy else None,
            kin=marked.kin,
        )
        return Grade(
            submission=self.submission,
            attempt=self.id,
            judge=jury().words,
            verdict=Verdict.PAC,
            points=marking.found,
            max_points=7,
            message="mean of marks",
            marking=marking,
        )

    def _heard(
        self, juror: str, round_: int, seat: int, says: str, *, unread: bool
    ) -> tuple[str, ...]:
        names = []
        for time in range(2 if unread else 1):
            opinion = Opinion(
                id=f"{self.submission}o{juror}.{round_}.{seat}.{time}",
                attempt=self.id,
                submission=self.submission,
                juror=juror,
                purpose=Purpose.MARK if round_ == 1 else Purpose.AGAIN,
                prompt=self.writer.put_text(f"secret prompt for {juror}"),
                template_hash="0" * 64,
                sampling=Sampling(),
                text=self.writer.put_text("no mark " * (time + 1) if unread else says),
                reasoning=self.writer.put_text("a secret thought"),
                finish_reason=FinishReason.STOP,
                tokens_out=20,
                seed=seat,
            )
            self.writer.append(opinion)
            names.append(opinion.id)
        return tuple(names)

    def _compared(self) -> Grade:
        return Grade(
            submission=self.submission,
            attempt=self.id,
            judge="answers/1",
            verdict=Verdict.AC,
            points=7,
            max_points=7,
            message="compared as text, white space collapsed",
        )


def long_search(rounds: int) -> tuple[tuple[str, int], ...]:
    """Return what a strategy asks that refines for so many rounds."""
    return (("generate", 8), *((name, 4) for _ in range(rounds) for name in ("verify", "refine")))


def with_statement(problem: Problem, statement: str) -> Problem:
    return msgspec.structs.replace(problem, statement=statement)
