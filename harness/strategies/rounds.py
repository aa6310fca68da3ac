"""Generate, select, submit, learn from the verdict: the rounds of Nemotron-Cascade 1 and 2."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from harness.errors import ConfigError
from harness.prompts import Prompting
from harness.session import Session
from harness.strategies.candidates import Candidate, candidate, capped, hand_in
from harness.strategies.choosing import Selector, choose
from harness.strategies.ledger import WHOLE, Ledger, Tried
from harness.strategies.round_prompt import round_prompt
from harness.strategies.together import together
from harness.strategy import Ceiling
from harness.view import SubtaskView


class Rounds(msgspec.Struct, frozen=True, kw_only=True):
    """Rounds of candidates for every unsolved subtask, one of which is handed in.

    The defaults are Nemotron-Cascade 2 at the IOI of 2025 (arXiv 2603.19220, 6.1): 40 candidates
    a subtask in each of up to 50 rounds. Nemotron-Cascade 1 (arXiv 2512.13607, 5.1) is
    ``per_round=20, selector=tail-confidence``. A submission counts for all subtasks. The rules
    hold the limit (a protocol's ``submission.scope``); when it is used up, the rounds end.

    What is handed in once is not handed in again: then the next best candidate is.
    """

    per_round: int = 40
    """Candidates for a target in a round; 20 in Nemotron-Cascade 1."""
    max_rounds: int = 50
    target: Literal["subtask", "task"] = "subtask"
    """What is asked for: each unsolved subtask by itself, or the problem as a whole."""
    a_round: int = 0
    """Targets that are asked for, and handed in for, in one round; 0 is all that are unsolved."""
    order: Literal["fewest", "listed", "last", "missing"] = "fewest"
    """Which targets come first, where submissions do not suffice for all: those with the fewest
    submissions so far, the first or the last in the statement, or those with the most points
    still missing. The papers do not say; the first treats all alike."""
    selector: Selector = "longest"
    """Which candidate is handed in: the one with the longest or the shortest thoughts, one that
    is drawn, or the one whose end the model was surest of (``tail-confidence``: the Tail-10 of
    Nemotron-Cascade 1, only of a backend with log-probabilities). Nemotron-Cascade 2 does not say;
    the longest thoughts need no log-probabilities and are what DeepSeek-V3.2-Speciale and
    GenCluster choose by."""
    recent: int = 5
    """Failed submissions that are shown of a classic subtask, the most recent (Cascade 1)."""
    best: int = 3
    """Submissions that are shown of a subtask with partial scores, the best (Cascade 1)."""
    scoring: Literal["seen", "classic", "partial"] = "seen"
    """Which subtasks have partial scores: those of which one was seen, none, or all."""
    siblings: float = 1.0
    """Share of its points from which on a subtask's best program is shown to the others; above 1
    none is. Cascade 1 shows solved ones, Cascade 2 high-scoring ones too and not from where on."""
    samples: bool = True
    """Whether candidates that fail the provided samples are dropped."""
    stop: float = 1.0
    """Share of its points with which a target is done."""

    def __post_init__(self) -> None:
        """Refuse numbers that mean nothing."""
        least = {"per_round": 1, "max_rounds": 1, "a_round": 0, "recent": 0, "best": 0}
        for name, fewest in least.items():
            if getattr(self, name) < fewest:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be at least {fewest}")
        if not 0.0 < self.stop <= 1.0 or not self.siblings > 0.0:
            raise ValueError("stop is a share of the points, over 0 and up to 1; siblings over 0")

    async def __call__(self, session: Session) -> None:
        """Do one attempt."""
        if self.selector == "tail-confidence" and not session.gives_confidence:
            raise ConfigError(
                "the selector tail-confidence needs the log-probabilities of what was generated, "
                "which this backend does not give",
                hint="say --strategy-args selector=longest (shortest, random), or take a backend "
                "with log-probabilities",
            )
        ledger = Ledger(session.view)
        handed: set[str] = set()
        for number in range(self.max_rounds):
            targets = self._targets(session, ledger)
            if not targets or session.turns_left == 0:
                break
            pools = await self._candidates(session, ledger, targets)
            picked: list[tuple[SubtaskView, Candidate]] = []
            for target, pool in zip(targets, pools, strict=True):
                new = [one for one in pool if one.content not in handed]
                if new:
                    dice = session.random(f"rounds {number} {target.name}")
                    picked.append((target, choose(self.selector, new, dice)))
                    handed.add(picked[-1][1].content)
            told = await hand_in(session, [one.answer for _, one in picked])
            for (target, one), feedback in zip(picked, told, strict=False):
                if feedback is not None:
                    ledger.add(one.answer, target, feedback)

    def _targets(self, session: Session, ledger: Ledger) -> list[SubtaskView]:
        """Return what this round is about: the unsolved, as far as submissions last."""
        if not session.may_submit:
            return []
        parts = list(ledger.parts if self.target == "subtask" else (ledger.whole,))
        unsolved = [part for part in parts if not ledger.reached(part, self.stop)]
        if self.order == "fewest":
            unsolved.sort(key=ledger.count)
        elif self.order == "last":
            unsolved.reverse()
        elif self.order == "missing":
            unsolved.sort(key=lambda part: ledger.held(part) - part.points)
        most = len(unsolved) if not self.a_round else self.a_round
        left = session.submissions_left
        return unsolved[: most if left is None else min(most, left)]

    async def _candidates(
        self, session: Session, ledger: Ledger, targets: Sequence[SubtaskView]
    ) -> list[list[Candidate]]:
        """Ask for the candidates of a round, all at once; return those of each target."""
        prompts = [self._prompt(session, ledger, part) for part in targets]
        asked = [(at, prompt) for at, prompt in enumerate(prompts) for _ in range(self.per_round)][
            : capped(session, len(targets) * self.per_round)
        ]
        found = await together(
            candidate(session, prompt, samples=self.samples) for _, prompt in asked
        )
        pools: list[list[Candidate]] = [[] for _ in targets]
        for (at, _), one in zip(asked, found, strict=True):
            if one is not None:
                pools[at].append(one)
        return pools

    def _prompt(self, session: Session, ledger: Ledger, part: SubtaskView) -> Prompting:
        """Return the question about a part, with what is known of it by now."""
        partial = self.scoring == "partial" or (self.scoring == "seen" and ledger.partial(part))
        best = self._best(ledger, part) if partial else []
        siblings = [
            other
            for other in session.view.subtasks
            if part.name not in (WHOLE, other.name) and ledger.reached(other, self.siblings)
        ]
        shown = best or self._failed(ledger, part)
        return round_prompt(session, ledger, part, shown, best=bool(best), siblings=siblings)

    def _best(self, ledger: Ledger, part: SubtaskView) -> list[Tried]:
        """Return the best submissions on a part, whichever they were written for, best first."""
        known = [one for one in ledger.tried if one.points(part)]
        return sorted(known, key=lambda one: -(one.points(part) or 0.0))[: self.best]

    def _failed(self, ledger: Ledger, part: SubtaskView) -> list[Tried]:
        """Return the last submissions that were written for a part, which it was not solved by."""
        failed = [one for one in ledger.tried if one.aim == part.name]
        return failed[-self.recent :] if self.recent else []

    @property
    def templates(self) -> frozenset[str]:
        """Return the names of the prompts it asks with, which a protocol may replace."""
        return frozenset(
            ("solve", "round", "task", "failed", "best", "submission", "solved", "sibling")
        )

    def ceiling(self, subtasks: int) -> Ceiling:
        """Return every candidate of every round, as if no subtask were ever solved."""
        targets = subtasks if self.target == "subtask" else 1
        if self.a_round:
            targets = min(targets, self.a_round)
        return Ceiling(generations=targets * self.per_round * self.max_rounds)
