"""What a contestant does: prompts, generations, submissions, and how an attempt ends."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

import msgspec

from harness.types.grades import SubtaskScore
from harness.types.sampling import FinishReason, Sampling
from harness.types.texts import TextRef
from harness.types.verdicts import Verdict


class Contestant(msgspec.Struct, frozen=True, kw_only=True):
    """Model + sampling + strategy: one row of a scoreboard; made by a backend."""

    id: str
    title: str
    kind: str = "model"
    """``model``, ``recorded``, ``oracle`` or ``reference`` (made for a demo)."""


class Prompt(msgspec.Struct, frozen=True, kw_only=True, tag="prompt"):
    """What is asked of the model; the text is in the blob store as JSON messages."""

    id: str
    attempt: str
    ordinal: int
    text: TextRef
    template_hash: str
    template: str = ""
    """Its name; empty in runs from before names were kept."""
    sampling: Sampling | None = None
    """Where it is not the run's."""


class Generation(msgspec.Struct, frozen=True, kw_only=True, tag="generation"):
    """One model output; made by a session from a backend's reply."""

    id: str
    attempt: str
    ordinal: int
    prompt: str
    text: TextRef
    reasoning: TextRef | None
    finish_reason: FinishReason
    tokens_in: int | None
    tokens_out: int | None
    seconds: float
    seed: int | None
    backend: str
    tries: int = 1
    confidence: float | None = None
    """How sure the model was at the end; None where the backend has no log-probabilities."""


class Certainty(StrEnum):
    """How sure the extraction of a submission from a text is."""

    CLEAR = "clear"
    DOUBTFUL = "doubtful"


class SubmissionKind(StrEnum):
    """What is handed in."""

    CODE = "code"
    ANSWER = "answer"
    PROOF = "proof"


class Submission(msgspec.Struct, frozen=True, kw_only=True, tag="submission"):
    """What is handed in for judging; made by a session."""

    id: str
    attempt: str
    ordinal: int
    """From 1, in the order of handing in."""
    kind: SubmissionKind
    language: str
    """Key of ``languages.toml`` for code, else empty."""
    content: TextRef
    generations: tuple[str, ...]
    certainty: Certainty = Certainty.CLEAR


class NoteKind(StrEnum):
    """Why a note was written."""

    TRUNCATED = "truncated"
    NOTHING_EXTRACTED = "nothing-extracted"
    DOUBTFUL = "doubtful-extraction"
    RETRIED = "retried"
    NOT_GENERATED = "not-generated"
    REJECTED = "request-rejected"
    JUDGE_ERROR = "judge-error"
    VOID = "void"
    LIMIT = "submission-limit"
    UNASKED = "recorded-unasked"
    UNCLUSTERED = "not-clustered"
    """Programs could not be told apart by what they print."""
    UNREAD = "unread-verdict"
    """Verdicts of a model in which none could be read: they count for nobody."""
    UNTOLD = "untold"
    """What the backend could not tell of a generation."""


class Note(msgspec.Struct, frozen=True, kw_only=True, tag="note"):
    """Something a reader of the result should know."""

    attempt: str
    kind: NoteKind
    text: str


class AttemptStart(msgspec.Struct, frozen=True, kw_only=True, tag="attempt"):
    """One independent try of one contestant at one problem: the unit of resume and statistics.

    A second start of the same attempt says that it was taken up again; of records
    with the same id the last one counts.
    """

    id: str
    contestant: str
    problem: str
    sample: int
    """From 0."""
    time: str
    """ISO time, UTC."""


class AttemptStatus(StrEnum):
    """How an attempt ended."""

    DONE = "done"
    EMPTY = "empty"
    """Nothing was generated (a recording says so): no submission and no score."""
    VOID = "void"
    """Lost to our infrastructure: excluded from every score, and counted."""


class AttemptEnd(msgspec.Struct, frozen=True, kw_only=True, tag="end"):
    """The result of an attempt under the contest's rules; made by a session."""

    attempt: str
    status: AttemptStatus
    points: float | None
    """None unless ``status`` is done."""
    max_points: float
    subtasks: tuple[SubtaskScore, ...] = ()
    """The best of each subtask over the submissions."""
    verdict: Verdict | None = None
    """Of the best submission; None when nothing was handed in."""
    submissions: int = 0
    rejected: int = 0
    """Submissions that an ICPC counts against it; 0 under other rules."""
    penalty: int = 0
    """Minutes for them in virtual time (:mod:`harness.rules.icpc`), of a solved problem."""
    generated: int = 0
    """Texts that the model was asked for and wrote, those that were not handed in included."""
    tokens_out: int = 0
    seconds: float = 0.0
    reason: str = ""
    """Why it is void or empty."""

    @classmethod
    def after(
        cls,
        attempt: str,
        status: AttemptStatus,
        max_points: float,
        submissions: int,
        generations: Collection[Generation],
        reason: str = "",
    ) -> AttemptEnd:
        """Return the end of an attempt that is not scored: what was asked for, and handed in."""
        return cls(
            attempt=attempt,
            status=status,
            points=None,
            max_points=max_points,
            submissions=submissions,
            generated=len(generations),
            tokens_out=sum(each.tokens_out or 0 for each in generations),
            seconds=round(sum(each.seconds for each in generations), 3),
            reason=reason,
        )
