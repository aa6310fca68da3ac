"""One contestant at one problem: the door to the evidence, on as many pages as it needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from markupsafe import Markup

from harness.board import Cell, ContestBoard, Row, Try
from harness.history import AttemptLog
from harness.types import (
    AttemptEnd,
    AttemptStatus,
    Generation,
    Grade,
    Opinion,
    Prompt,
    Submission,
    SubmissionKind,
)
from reports import stages, texts
from reports.answers import Answer, answer
from reports.atlas import Atlas
from reports.evidence import Evidence
from reports.marks import Heard, heard, panel
from reports.pages import Pages
from reports.provisional import calibration, word_for_one
from reports.scheme import scheme
from reports.testgrid import groups, remarks
from reports.visible import cut
from reports.words import (
    NONE,
    NOTES,
    STATUSES,
    VERDICTS,
    many,
    number,
    points,
    seconds,
    state,
    state_of_subtask,
)
from reports.words import memory as memory_words

PAGE = 200_000
"""Bytes after which a page ends and the next attempt or submission starts another."""

LISTED = 200
"""Attempts up to which every page of a cell lists all of them; of more, each lists its own."""

NOTE_SHOWN = 4_000
"""Characters shown of a note or of what the judge said."""


@dataclass(slots=True)
class Page:
    """One file of a cell."""

    path: str
    parts: list[Markup] = field(default_factory=list)
    size: int = 0

    @property
    def maths(self) -> bool:
        """Whether there are formulas on it."""
        return any("<math" in part for part in self.parts)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a part is, so that it can be put there again once it is known what it leads to."""

    page: Page
    index: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One attempt in the list at the top."""

    href: str
    name: str
    status: str
    state: str
    points: str
    verdict: str
    submissions: str
    tokens: str
    seconds: str
    word: str
    """What its mark is: provisional, by people, or nothing to be said."""


class CellPages:
    """Writes the parts of one cell onto pages."""

    def __init__(
        self,
        pages: Pages,
        atlas: Atlas,
        evidence: Evidence,
        board: ContestBoard,
        row: Row,
        cell: Cell,
    ) -> None:
        self.cell = cell
        self.entries: list[Entry] = []
        self.done: list[Page] = []
        self._pages = pages
        self._atlas = atlas
        self._evidence = evidence
        self._board = board
        self._row = row
        self._prompts: dict[str, tuple[str, str]] = {}
        """Where a prompt was shown, by hash, so that an equal one need not be shown again."""
        self._turn()
        for one in cell.tries:
            self._attempt(one)

    def _turn(self) -> None:
        number_ = len(self.done) + 1
        path = self._atlas.cell(self._board, self._row, self.cell.problem, number_)
        self.done.append(Page(path))

    def _add(self, template: str, **values: object) -> Place:
        """Add a part and return where it is."""
        part = self._pages.part(template, **values)
        size = len(part.encode())
        if self.done[-1].parts and self.done[-1].size + size > PAGE:
            self._turn()
        page = self.done[-1]
        page.parts.append(part)
        page.size += size
        return Place(page, len(page.parts) - 1)

    def _again(self, place: Place, template: str, **values: object) -> None:
        """Put a part where it is already, with links to what came after it."""
        place.page.parts[place.index] = self._pages.part(template, **values)

    def _attempt(self, one: Try) -> None:
        found = self._evidence.attempt(one.attempt)
        anchor = f"a{one.sample}"
        title, kind = outcome(one.end, self.cell.problem.max_points)
        place = self._add(
            "attempt.html.jinja",
            anchor=anchor,
            sample=one.sample,
            outcome=title,
            state=kind,
            reason=one.end.reason if one.end else "",
            again=found.starts - 1,
            notes=[(NOTES[note.kind], _clip(note.text)) for note in found.notes],
            silent=bool(one.end and one.end.status is AttemptStatus.DONE and not found.submissions),
        )
        record = self._evidence.run.record
        word = word_for_one(record, self.cell.problem, by_hand=one.by_hand) if one.counts else ""
        self.entries.append(_entry(one, f"{place.page.path}#{anchor}", title, kind, word))
        self._asked(found, anchor)

    def _asked(self, found: AttemptLog, anchor: str) -> None:
        """Add what was generated and what was handed in of it.

        Where much more was asked than handed in, a list of it comes first, then what was handed
        in, and then the texts.
        """
        if stages.is_long(found):
            self._searched(found, anchor)
            return
        left = list(found.submissions)
        for _, generation in sorted(found.generations.items()):
            self._generation(found, generation, anchor)
            for submission in [s for s in left if s.generations[-1:] == (generation.id,)]:
                left.remove(submission)
                self._submission(found, submission, anchor)
        for submission in left:
            self._submission(found, submission, anchor)

    def _searched(self, found: AttemptLog, anchor: str) -> None:
        shown, where = stages.shown(found), dict[int, str]()
        values = {"count": len(found.generations), "hidden": len(found.generations) - len(shown)}
        place = self._add("stages.html.jinja", stages=stages.stages(found, where), **values)
        for submission in found.submissions:
            self._submission(found, submission, anchor)
        for ordinal in sorted(shown):
            generation = found.generations[ordinal]
            where[ordinal] = self._generation(found, generation, anchor, folded=True)
        self._again(place, "stages.html.jinja", stages=stages.stages(found, where), **values)

    def _generation(
        self, found: AttemptLog, generation: Generation, anchor: str, *, folded: bool = False
    ) -> str:
        """Add a generation and return where it is."""
        here = f"{anchor}-g{generation.ordinal}"
        prompt = found.prompts.get(generation.prompt)
        known = self._prompts.get(prompt.text.sha256) if prompt else None
        show = bool(prompt and not known and self._board.contest.show_statements)
        place = self._add(
            "generation.html.jinja",
            anchor=here,
            title=_generation_title(generation, prompt),
            folded=folded,
            facts=list(_generation_facts(generation)),
            raw=texts.fold(self._evidence, generation.text),
            reasoning=generation.reasoning,
            prompt=texts.fold(self._evidence, prompt.text) if show and prompt else None,
            prompt_hash=prompt.text.sha256 if prompt else "",
            prompt_at=known or ("", ""),
        )
        href = f"{place.page.path}#{here}"
        if show and prompt:
            self._prompts[prompt.text.sha256] = (href, f"attempt {anchor[1:]}")
        return href

    def _submission(self, found: AttemptLog, submission: Submission, anchor: str) -> None:
        grade = found.grades.get(submission.id)
        common = {
            "anchor": f"{anchor}-s{submission.ordinal}",
            "submission": submission,
            "sample": anchor[1:],
            "outcome": _graded(grade),
            "state": state(grade.points, grade.max_points) if grade else "none",
            "verdict": (grade.verdict.value, VERDICTS[grade.verdict][0]) if grade else None,
            "message": _clip(grade.message) if grade else "",
            "judge": grade.judge if grade else "",
            "feedback": list(_feedback(found, submission)),
        }
        if submission.kind is SubmissionKind.PROOF:
            self._proof(found, submission, grade, common)
            return
        said = remarks(grade) if grade else ((), 0)
        self._add(
            "submission.html.jinja",
            **common,
            answer=self._answer(submission),
            figures=_figures(grade),
            subtasks=_chips(grade),
            groups=groups(self.cell.problem, grade) if grade and grade.tests else (),
            remarks=said[0],
            more_remarks=said[1],
            source=texts.source(self._evidence, submission.content, submission.language),
        )

    def _answer(self, submission: Submission) -> Answer | None:
        if submission.kind is not SubmissionKind.ANSWER:
            return None
        text = self._evidence.text(submission.content)
        show = self._board.contest.show_statements
        return answer(self.cell.problem, submission, text, show=show)

    def _proof(
        self,
        found: AttemptLog,
        submission: Submission,
        grade: Grade | None,
        common: dict[str, object],
    ) -> None:
        """Add a proof with its marks and the opinions, to which the marks then lead."""
        marking = grade.marking if grade else None
        values = {
            **common,
            "paper": texts.paper(self._evidence, submission.content),
            "source": texts.source(self._evidence, submission.content, ""),
            "panel": panel(marking) if marking else None,
            "copy": texts.paper(self._evidence, marking.restyled)
            if marking and marking.restyled
            else None,
            "calibration": calibration(self._evidence.run.record) if marking else None,
            "scheme": scheme(self.cell.problem, show=self._board.contest.show_statements),
        }
        place = self._add("proof.html.jinja", **values, where={})
        opinions, gap = heard(found, grade) if grade else ((), "")
        where: dict[str, str] = {}
        for number_, one in enumerate(opinions, start=1):
            more = gap if number_ * 2 == len(opinions) else ""
            where[one.opinion.id] = self._opinion(f"{common['anchor']}-o{number_}", one, more)
        if where:
            self._again(place, "proof.html.jinja", **values, where=where)

    def _opinion(self, anchor: str, one: Heard, more: str) -> str:
        """Add an opinion and return where it is."""
        place = self._add(
            "opinion.html.jinja",
            anchor=anchor,
            title=one.title,
            mark=one.mark,
            state=one.state,
            facts=list(_opinion_facts(one.opinion)),
            said=texts.opinion(self._evidence, one.opinion.text),
            earlier=[each.text.sha256 for each in one.earlier],
            more=more,
        )
        return f"{place.page.path}#{anchor}"

    def listed(self, page: Page) -> list[Entry]:
        """Return the attempts that a page lists: all of them, or those that begin on it."""
        if len(self.entries) <= LISTED:
            return self.entries
        return [entry for entry in self.entries if entry.href.startswith(f"{page.path}#")]


def outcome(end: AttemptEnd | None, most: float) -> tuple[str, str]:
    """Return how an attempt ended, in words, and its state."""
    if end is None:
        return "unfinished", "none"
    if end.status is not AttemptStatus.DONE:
        return STATUSES[end.status], "none"
    return f"{points(end.points)} of {number(most)} points", state(end.points, most)


def _entry(one: Try, href: str, title: str, kind: str, word: str) -> Entry:
    end = one.end
    done = bool(end and end.status is AttemptStatus.DONE)
    return Entry(
        href=href,
        name=f"attempt {one.sample}",
        status=STATUSES[end.status] if end else "unfinished",
        state=kind,
        points=title if done else NONE,
        verdict=end.verdict.value if end and end.verdict else NONE,
        submissions=str(end.submissions) if end else NONE,
        tokens=f"{end.tokens_out:,}" if end and end.tokens_out else NONE,
        seconds=seconds(end.seconds) if end and end.seconds else NONE,
        word=word,
    )


def _generation_title(generation: Generation, prompt: Prompt | None) -> str:
    name = f", {prompt.template}" if prompt and prompt.template else ""
    return f"Generation {generation.ordinal}{name}"


def _generation_facts(generation: Generation) -> Iterator[str]:
    yield f"ended by: {generation.finish_reason.value}"
    if generation.tokens_out is not None:
        yield f"{generation.tokens_out:,} tokens out"
    if generation.tokens_in is not None:
        yield f"{generation.tokens_in:,} tokens in"
    if generation.seconds:
        yield seconds(generation.seconds)
    if generation.seed is not None:
        yield f"seed {generation.seed}"
    if generation.tries > 1:
        yield many(generation.tries, "request")
    yield f"backend {generation.backend}"


def _opinion_facts(opinion: Opinion) -> Iterator[str]:
    yield f"ended by: {opinion.finish_reason.value}"
    if opinion.tokens_out is not None:
        yield f"{opinion.tokens_out:,} tokens out"
    if opinion.seconds:
        yield seconds(opinion.seconds)
    yield f"seed {opinion.seed}"
    yield f"prompt SHA-256 {opinion.prompt.sha256}"
    if opinion.reasoning:
        yield f"reasoning SHA-256 {opinion.reasoning.sha256}"
    yield f"reply SHA-256 {opinion.text.sha256}"


def _graded(grade: Grade | None) -> str:
    if grade is None:
        return "not judged"
    return f"{number(grade.points)} of {number(grade.max_points)} points"


def _figures(grade: Grade | None) -> str:
    if grade is None or not grade.tests:
        return ""
    return (
        f"slowest test {seconds(grade.cpu_s)}, most memory {memory_words(grade.peak_memory_bytes)}"
    )


def _chips(grade: Grade | None) -> list[tuple[str, str, str]]:
    if grade is None:
        return []
    return [
        (s.name, f"{number(s.points)} of {number(s.max_points)}", state_of_subtask(s))
        for s in grade.subtasks
    ]


def _feedback(found: AttemptLog, submission: Submission) -> Iterator[str]:
    """Yield what the contestant was told, line by line; nothing when it was told nothing."""
    told = found.feedback.get(submission.id)
    if told is None:
        return
    if told.points is not None:
        yield f"{number(told.points)} points"
    if told.verdict:
        yield f"verdict {told.verdict}"
    for s in told.subtasks:
        verdict = f", {s.verdict}" if s.verdict else ""
        yield f"subtask {s.name}: {number(s.points)} of {number(s.max_points)}{verdict}"
    if told.message:
        yield _clip(told.message)


def _clip(text: str) -> str:
    found = cut(text, NOTE_SHOWN)
    return found.head + (f"\n… {found.left_out:,} bytes more" if found.left_out else "")
