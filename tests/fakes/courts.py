"""A jury on paper, and a court whose models say what a script says: real, and without a server."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import msgspec

from harness.judges.proofs import ProofJudge
from harness.judges.proofs.court import Heard
from harness.juries import find_jury, read_jury
from harness.plugins import jury_folders
from harness.prompts import Prompting
from harness.types import (
    FinishReason,
    Grade,
    Juror,
    Jury,
    JuryFile,
    Opinion,
    Problem,
    ProofBody,
    Purpose,
    RubricItem,
    Sampling,
    Submission,
    SubmissionKind,
    Template,
    TextRef,
)


class Hearing(NamedTuple):
    """One question as a model gets it."""

    juror: str
    purpose: Purpose
    name: str
    """Seat and try, such as ``2.1``."""
    prompt: str


Said = str | tuple[str, FinishReason]
Script = Callable[[Hearing], Said]


class ScriptedCourt:
    """Says what its script says, once for each question, and remembers who was asked what."""

    def __init__(self, script: Script) -> None:
        self.hearings: list[Hearing] = []
        self.texts: dict[str, str] = {}
        self._script = script
        self._record: dict[Hearing, Heard] = {}

    async def hear(self, juror: Juror, prompting: Prompting, purpose: Purpose, name: str) -> Heard:
        hearing = Hearing(juror.name, purpose, name, prompting.messages[-1].content)
        if hearing in self._record:
            return msgspec.structs.replace(self._record[hearing], fresh=False)
        self.hearings.append(hearing)
        await asyncio.sleep(0)
        said = self._script(hearing)
        text, finish = said if isinstance(said, tuple) else (said, FinishReason.STOP)
        opinion = Opinion(
            id=f"{juror.name}/{purpose.value}/{name}",
            attempt="a",
            submission="s",
            juror=juror.name,
            purpose=purpose,
            prompt=self.keep(hearing.prompt),
            template_hash=prompting.template_hash,
            sampling=Sampling(),
            text=self.keep(text),
            finish_reason=finish,
            seed=len(self.hearings),
        )
        heard = Heard(opinion=opinion, text=text)
        self._record[hearing] = heard
        return heard

    def keep(self, text: str) -> TextRef:
        data = text.encode()
        ref = TextRef(sha256=hashlib.sha256(data).hexdigest(), size=len(data))
        self.texts[ref.sha256] = text
        return ref

    @property
    def answered(self) -> set[Hearing]:
        """The questions that are on record."""
        return set(self._record)

    def of(self, purpose: Purpose) -> list[Hearing]:
        return [hearing for hearing in self.hearings if hearing.purpose is purpose]


@cache
def _read(name: str) -> tuple[JuryFile, tuple[Template, ...]]:
    return read_jury(find_jury(name, jury_folders()))


def shipped(name: str, *models: str, **changed: Any) -> Jury:
    """Return a jury of the program's own with these models in it, some of its fields changed."""
    file, templates = _read(name)
    fields = {field: getattr(file, field) for field in JuryFile.__struct_fields__}
    return Jury(
        file=JuryFile(**(fields | changed)),
        templates=templates,
        jurors=tuple(Juror(name=model, backend="openai") for model in models or ("judge-a",)),
    )


def to_prove(points: float = 7.0, **body: Any) -> Problem:
    return Problem(
        id="p1",
        title="A problem",
        statement="Prove that every number is one.",
        max_points=points,
        body=ProofBody(**body),
        hash="hash-of-p1",
    )


WITH_SCHEME = to_prove(
    rubric=(RubricItem(text="says one", points=1), RubricItem(text="says why", points=6)),
    references=("By induction.", "By descent."),
    notes="Nothing for drawing.",
)


def marked(
    jury: Jury,
    court: ScriptedCourt,
    proof: str = "Clearly.",
    problem: Problem | None = None,
    contestant: tuple[str, ...] = ("prover",),
) -> Grade:
    """Have a jury mark a proof."""
    submission = Submission(
        id="s",
        attempt="a",
        ordinal=1,
        kind=SubmissionKind.PROOF,
        language="",
        content=TextRef(sha256="0", size=0),
        generations=("g",),
    )
    judging = ProofJudge(jury).judge(problem or to_prove(), submission, proof, contestant, court)
    return asyncio.run(judging)


def box(mark: object) -> str:
    return f"It stands as it is. \\boxed{{{mark}}}"
