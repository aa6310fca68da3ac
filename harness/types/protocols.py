"""A protocol: how a system was evaluated, as far as it is known, in one named and hashed file."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from harness.types.contests import FeedbackLevel

Count = Annotated[int, Meta(ge=1)]
MOST_ATTEMPTS = 1_000_000
"""At each problem: every one that is planned is held in memory."""


class Scope(StrEnum):
    """What a submission limit is for."""

    TASK = "task"
    """Each problem, shared by its subtasks: the rule of the IOI."""
    SUBTASK = "subtask"
    """Each subtask of a problem: no contest's rule."""
    NONE = "none"
    """Nothing: what is handed in is not limited."""


class ProtocolPrompt(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the model is asked with."""

    system: str
    """The system prompt, which is part of the number; empty sends none. There is no default."""
    language: str = "cpp"
    """Key of the language that programs are asked for in; empty where none are."""
    files: dict[str, str] = {}
    """Templates by the name they replace (``solve``, or a name of the strategy's), each a file
    beside the protocol's."""


class ProtocolSampling(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How text is drawn; seeds are hashed from the run's, the problem, the sample and the turn."""

    temperature: Annotated[float, Meta(ge=0, le=100)]
    top_p: Annotated[float, Meta(gt=0, le=1)]
    max_tokens: Count
    """Of one answer, thoughts included."""


class LoopException(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Problems for which a strategy is set otherwise, such as with a smaller budget."""

    problems: tuple[str, ...]
    """Their ids, or patterns with ``*``; of two exceptions the first one counts."""
    settings: dict[str, Any]
    """In place of the loop's own, by name; what is not named stays."""


class ProtocolLoop(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the contestant does."""

    strategy: str
    """Name of a strategy."""
    attempts: Annotated[int, Meta(ge=1, le=MOST_ATTEMPTS)] = 1
    """Independent tries at the whole contest."""
    settings: dict[str, Any] = {}
    """The strategy's own, by name."""
    exceptions: tuple[LoopException, ...] = ()


class ProtocolSubmission(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What may be handed in, and what is told of it."""

    limit: Count | None = None
    """None is the contest's own."""
    scope: Scope = Scope.TASK
    feedback: FeedbackLevel
    interval_s: Annotated[float, Meta(ge=0)] = 0.0
    """Seconds between two submissions, as the contest asks for; said, not waited for: a run has
    no contest clock."""


class ProtocolScorer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who says what a submission is worth."""

    kind: Literal["tests", "answer", "proof"]
    """``tests``: the official tests; ``answer``; ``proof``: a jury of models or people."""
    time_scale: float = 1.0
    """Factor on the published time limits; a headline number has 1."""
    judge: str = ""
    """Model that marks, where one does."""
    votes: Count = 1
    """Marks that each proof is given."""
    aggregate: str = ""
    """How marks become one, in words."""
    jury: str = ""
    """Name of the jury that marks proofs; empty leaves it to the task or the command."""

    @property
    def by_model(self) -> bool:
        """Whether a model says of every final answer if it is right."""
        return self.kind == "answer" and bool(self.judge)


class Legality(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether a contestant of the real contest could have done it."""

    contest_legal: bool
    deviations: tuple[str, ...] = ()
    """Why not."""


class OpenChoice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something the source does not say, with what this file chooses."""

    key: str
    """Where it is in this file, such as ``loop.settings.selector``."""
    note: str


class Protocol(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One way to come to a number; read from a file, and kept whole in the run's manifest."""

    id: str
    """``task/name``."""
    aliases: tuple[str, ...] = ()
    """Other names, without the task."""
    title: str
    task: str
    source: str
    published: str = ""
    """The number that its system reached, in words."""
    lite_of: str = ""
    """Name of the protocol that this one is a cheap likeness of: their numbers do not compare."""
    prompt: ProtocolPrompt
    sampling: ProtocolSampling
    tools: str = "none"
    """What the model may use while it writes; a run gives it nothing yet, and refuses another."""
    loop: ProtocolLoop
    submission: ProtocolSubmission
    scorer: ProtocolScorer
    legality: Legality
    open: tuple[OpenChoice, ...] = ()
    sha256: str = ""
    """Over the file and its templates; made by the reader."""
