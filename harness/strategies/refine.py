"""Generate, verify, refine: proofs are scored by their own model and rewritten until one holds.

One loop. Its settings make it each of the published ones; their differences are real, and
numbers reached under two of them do not compare:

* Nemotron-Cascade 2 (arXiv 2603.19220, section 5 and appendix A.1.2): the defaults.
* DeepSeekMath-V2 (arXiv 2511.22570), released code (``inference/main.py``): as the defaults,
  with 16 rounds.
* the same paper's high-compute search (section 3.3.3): one refined proof for each pair of a proof
  and an analysis.
* the same paper's sequential refinement (section 3.3.2): threads that only look at themselves.
* Nemotron-IMO-TTS (arXiv 2609.10712, section 5, and its recipe): unanimous panels, and finalists
  that are marked from 0 to 7.
* MathArena's agent (``deepseek_math``): a small pool, the four lowest verifications.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from harness.prompts import Prompting
from harness.session import Session
from harness.strategies.proofs.critiques import Prefer, chosen
from harness.strategies.proofs.panel import panels
from harness.strategies.proofs.pool import Candidate, Key, latest, ranked, unknown
from harness.strategies.proofs.questions import refuse_code, to_prove, to_refine, to_verify
from harness.strategies.proofs.scores import COMPLETE, majority, mark_of, mean, score_of
from harness.strategies.proofs.written import proof_of, sections_of, written
from harness.strategies.together import WINDOW, together
from harness.strategy import Ceiling
from harness.types import Sampling


class Job(msgspec.Struct, frozen=True):
    """One question for a proof."""

    prompting: Prompting
    thread: int = 0


class Refine(msgspec.Struct, frozen=True, kw_only=True):
    """Write proofs, score them, and rewrite the best until one is beyond doubt."""

    proofs: int = 128
    """Asked for in the first round."""
    rounds: int = 8
    """Rounds of writing at most, the first one included."""
    lineage: Literal["pool", "threads"] = "pool"
    """``pool``: the best of all proofs so far are refined, and one that is accepted ends the
    search. ``threads``: each of the first proofs is refined for itself until it is accepted."""
    best: int = 32
    """Proofs of the pool that are refined in a round."""
    samples: int = 4
    """Proofs asked for with each question of a round after the first; in threads always 1."""
    generators: tuple[str, ...] = ("generate",)
    """Templates of the first round, which take turns; all but ``generate`` are the protocol's.
    A refinement begins with ``generate``."""
    verifications: int = 64
    """Votes asked for each proof. With 0 a proof is refined on its own self-evaluation."""
    votes_needed: int = 1
    """With fewer votes that can be read, a proof does not enter the pool."""
    reask: int = 0
    """How often a vote that cannot be read is asked for again; then it is no vote."""
    needs_self_evaluation: bool = False
    """Whether a text without that section is dropped, as DeepSeekMath-V2's code does."""
    order: tuple[Key, ...] = ("mean", "self", "random")
    """What proofs are ranked by, the most important first."""
    accept: Literal["mean", "unanimous", "self"] = "mean"
    """``mean``: the mean of the votes is above ``accept_above``. ``unanimous``: all
    ``verifications`` came back, and each is 1. ``self``: its author gives it 1."""
    accept_above: float = 0.99999
    critiques: int = 8
    """Shown with a proof at most."""
    critiques_per_score: int = 4
    """Of one score at most, unless all have the same; 0 is no cap."""
    prefer: Prefer = "lowest"
    apart: bool = False
    """Whether each critique is shown in a question of its own, in place of all in one."""
    final: Literal["order", "majority", "marks"] = "order"
    """How the one that is handed in is chosen among the finalists: the accepted proofs, or the
    first of the pool where there is none; in threads the last proof of each. ``majority``: by the
    score that most of ``final_votes`` new verifications gave, then by their mean. ``marks``: by the
    mean of so many marks from 0 to 7, then the shorter one."""
    finalists: int = 1
    """At most, the first by ``order``."""
    final_votes: int = 0
    final_reask: int = 0
    hand_in: Literal["proof", "whole"] = "proof"
    """``proof``: what verifiers saw; all sources do so. ``whole``: with the self-evaluation."""
    proof_tokens: int = 0
    """Most tokens of a proof; 0 is the run's own limit."""
    verification_tokens: int = 0
    """Most tokens of a verification or a mark; 0 is the run's own limit."""

    def __post_init__(self) -> None:
        """Refuse settings that contradict each other; raises :class:`ValueError`."""
        for name in ("proofs", "rounds", "best", "samples", "critiques", "finalists"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is at least 1")
        for name in (
            "verifications",
            "votes_needed",
            "reask",
            "critiques_per_score",
            "final_votes",
            "final_reask",
            "proof_tokens",
            "verification_tokens",
        ):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} is at least 0")
        if not self.generators or not self.order:
            raise ValueError("generators and order name at least one each")
        if self.verifications and not 1 <= self.votes_needed <= self.verifications:
            raise ValueError("votes_needed is between 1 and verifications")
        if not self.verifications and self.accept != "self":
            raise ValueError(f"accept = {self.accept} needs verifications")
        if bool(self.final_votes) != (self.final != "order"):
            raise ValueError(
                "final_votes are needed for a final by majority or marks, and only there"
            )

    @property
    def templates(self) -> frozenset[str]:
        """Return the names of the prompts it asks with, which a protocol may replace."""
        return frozenset({"generate", *self.generators, "verify", "refine", "mark"})

    def ceiling(self, subtasks: int) -> Ceiling:  # noqa: ARG002
        """Return the proofs, and the votes on all of them and on the finalists."""
        shown = self.critiques if self.apart and self.verifications else 1
        if self.lineage == "threads":
            proofs, finalists = self.proofs * self.rounds, min(self.finalists, self.proofs)
        else:
            proofs = self.proofs + (self.rounds - 1) * self.best * shown * self.samples
            finalists = min(self.finalists, proofs)
        votes = proofs * self.verifications * (1 + self.reask)
        return Ceiling(
            generations=proofs,
            questions=votes + finalists * self.final_votes * (1 + self.final_reask),
        )

    async def __call__(self, session: Session) -> None:
        """Do one attempt: hand in the one proof that is thought best, if there is one."""
        refuse_code(session, "refine")
        found: list[Candidate] = []
        asked = 0
        jobs = self._first(session)
        for number in range(1, self.rounds + 1):
            new = await self._proofs(session, jobs, asked, number)
            asked += len(jobs)
            if self.lineage == "pool":
                new = unknown(new, found)
            found += await self._verified(session, new)
            if number == self.rounds or self._settled(found):
                break
            jobs = self._next(session, found, number)
            if not jobs:
                break
        best = await self._choice(session, found)
        if best is None:
            return
        whole = self.hand_in == "whole"
        await session.submit(best.answer if whole else best.answer.part(proof_of))

    # --- the stages --------------------------------------------------------------------------

    def _first(self, session: Session) -> list[Job]:
        questions = [to_prove(session, template) for template in self.generators]
        return [Job(questions[n % len(questions)], thread=n) for n in range(self.proofs)]

    async def _proofs(
        self, session: Session, jobs: Sequence[Job], before: int, number: int
    ) -> list[Candidate]:
        """Ask for proofs; what was cut off, or holds none, is dropped."""
        sampling = _limited(session.sampling, self.proof_tokens)

        async def ask(place: int) -> Candidate | None:
            answer = await session.ask(jobs[place].prompting, sampling=sampling)
            if answer is None or not answer.complete:
                return None
            text = written(answer.text)
            if text is None or (self.needs_self_evaluation and not text.self_evaluation):
                return None
            return Candidate(
                number=before + place,
                round=number,
                thread=jobs[place].thread,
                answer=answer,
                digest=text.digest,
                size=len(text.proof),
                self_score=text.self_score,
            )

        return [
            one for one in await together(map(ask, range(len(jobs))), WINDOW) if one is not None
        ]

    async def _verified(self, session: Session, new: Sequence[Candidate]) -> list[Candidate]:
        """Return new candidates with their votes, without those that got too few."""
        if not self.verifications:
            return list(new)
        votes = await panels(
            session,
            [to_verify(session, proof_of(one.answer.text)) for one in new],
            votes=self.verifications,
            reask=self.reask,
            read=score_of,
            sampling=_limited(session.sampling, self.verification_tokens),
        )
        return [
            msgspec.structs.replace(one, votes=given)
            for one, given in zip(new, votes, strict=True)
            if len(given) >= self.votes_needed
        ]

    def _settled(self, found: Sequence[Candidate]) -> bool:
        """Whether nothing is left to do; threads end one by one, when none has a job."""
        return self.lineage == "pool" and any(map(self._accepted, found))

    def _accepted(self, candidate: Candidate) -> bool:
        match self.accept:
            case "mean":
                return candidate.mean is not None and candidate.mean > self.accept_above
            case "unanimous":
                return candidate.unanimous(self.verifications)
            case "self":
                return candidate.self_score == COMPLETE

    def _next(self, session: Session, found: Sequence[Candidate], number: int) -> list[Job]:
        """Return the questions of the round after ``number``."""
        if self.lineage == "pool":
            best = ranked(found, self.order, session.random(f"order {number}"))[: self.best]
            return [
                Job(question)
                for candidate in best
                for question in self._refinements(session, candidate, number)
                for _ in range(self.samples)
            ]
        last, anew = latest(found), to_prove(session)
        jobs = []
        for thread in range(self.proofs):
            candidate = last.get(thread)
            if candidate is None:
                jobs.append(Job(anew, thread))
            elif not self._accepted(candidate):
                jobs.append(Job(self._refinements(session, candidate, number)[0], thread))
        return jobs

    def _refinements(self, session: Session, candidate: Candidate, number: int) -> list[Prompting]:
        """Return the questions for a better proof than one: with all critiques, or with each."""
        text = sections_of(candidate.answer.text)
        if not self.verifications:
            return [to_refine(session, text.proof, [text.self_evaluation])]
        shown = chosen(
            candidate.votes,
            prefer=self.prefer,
            most=self.critiques,
            per_score=self.critiques_per_score,
            chance=session.random(f"critiques {number} {candidate.number}"),
        )
        reviews = [vote.answer.text.strip() for vote in shown]
        groups = [[review] for review in reviews] if self.apart else [reviews]
        return [to_refine(session, text.proof, group) for group in groups]

    async def _choice(self, session: Session, found: Sequence[Candidate]) -> Candidate | None:
        """Return the proof that is handed in."""
        chance = session.random("final")
        if self.lineage == "threads":
            finalists = ranked(latest(found).values(), self.order, chance)
        else:
            order = ranked(found, self.order, chance)
            finalists = [one for one in order if self._accepted(one)] or order[:1]
        finalists = finalists[: self.finalists]
        if not finalists or self.final == "order":
            return finalists[0] if finalists else None
        marked = self.final == "marks"
        votes = await panels(
            session,
            [
                to_verify(session, proof_of(one.answer.text), "mark" if marked else "verify")
                for one in finalists
            ],
            votes=self.final_votes,
            reask=self.final_reask,
            read=mark_of if marked else score_of,
            sampling=_limited(session.sampling, self.verification_tokens),
        )

        def worth(place: int) -> tuple[float, ...]:
            scores = [vote.score for vote in votes[place]]
            if marked:
                return (_of(mean(scores)), -finalists[place].size, -place)
            return (_of(majority(scores)), _of(mean(scores)), -place)

        return finalists[max(range(len(finalists)), key=worth)]


def _of(score: float | None) -> float:
    return -1.0 if score is None else score


def _limited(sampling: Sampling, tokens: int) -> Sampling | None:
    return msgspec.structs.replace(sampling, max_tokens=tokens) if tokens else None
