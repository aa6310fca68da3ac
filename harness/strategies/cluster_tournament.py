"""GenCluster (arXiv 2510.14232): candidates, clusters of the same output, duels, a round robin.

In four stages, each complete before the next begins:

1. *K* programs are asked for each subtask; those that do not compile are dropped.
2. The model writes generators and validators of inputs. Programs with the same output on every
   kept input are one cluster; a cluster that prints nothing anywhere is dropped.
3. The representatives of clusters play duels that a model judges; clusters rank by wins.
4. Subtasks take turns, the hardest first, each handing in from its best clusters, until it is
   solved or the limit of the problem is used up.

The numbers are the paper's; what it leaves open, as far as it is known to us, is said with the
setting that chooses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

import msgspec

from harness.desk import Answer
from harness.session import Session
from harness.strategies.clusters.behaviour import clusters_of
from harness.strategies.clusters.candidates import candidate, parts_of, question
from harness.strategies.clusters.clusters import Cluster, by_trace
from harness.strategies.clusters.duels import most_duels
from harness.strategies.clusters.inputs import Making
from harness.strategies.clusters.judges import Field, marks, tournament
from harness.strategies.clusters.ranking import queued, ranked, shuffled
from harness.strategies.clusters.round_robin import solved_by, turns
from harness.strategies.together import together
from harness.strategy import Ceiling


class Selection(StrEnum):
    """What decides which programs come first; points of IOI 2025 as the paper gives them."""

    TOURNAMENT = "tournament"
    """Wins of a cluster in its duels: 446.75."""
    SCORE = "score"
    """Mean of the marks that a model gives its representative alone: 441.11. How the paper marks
    is not known to us: here from 0 to 100, as often as there would be duels."""
    CLUSTER_SIZE = "cluster-size"
    """Programs in it: 299.87."""
    CLUSTER_MAJORITY = "cluster-majority"
    """As by size, but the largest cluster is used up before the next begins: 314.22. The paper's
    name for it says no more."""
    LONGEST = "longest"
    """No clusters: the longest reasoning traces first: 277.36."""
    RANDOM = "random"
    """No clusters: drawn: 300.10."""

    @property
    def clusters(self) -> bool:
        """Whether programs are put into clusters for it."""
        return self not in (Selection.LONGEST, Selection.RANDOM)


class Representative(StrEnum):
    """Which program of a cluster plays its duels."""

    LONGEST = "longest"
    """The one with the longest reasoning trace."""
    RANDOM = "random"
    """One that is drawn: 406.49."""


class Visits(StrEnum):
    """How often a subtask comes back to the same cluster."""

    LAPS = "laps"
    """When every other cluster had its turn."""
    EXHAUST = "exhaust"
    """At once, until the cluster is used up."""


class HelperLanguage(StrEnum):
    """Language of generators and validators."""

    OFFERED = "offered"
    """Python where this machine runs it, or else C++."""
    PYTHON = "python3"
    CPP = "cpp"


class ClusterTournament(msgspec.Struct, frozen=True, kw_only=True):
    """Candidates, clusters, duels, and turns of subtasks; settings as published."""

    candidates: int = 5000
    """Programs asked for per subtask (*K*); the paper also has 50 (332.27 points)."""
    generators: int = 100
    """Generators of inputs asked for per subtask."""
    inputs_each: int = 1
    """Inputs of one generator; not said in the paper."""
    validators: int = 100
    """Validators of inputs asked for per subtask."""
    acceptance: float = 0.75
    """Share of the validators that has to accept an input for it to be kept."""
    input_bytes: int = 1 << 20
    """Longest input that is used; not said in the paper."""
    helper_language: HelperLanguage = HelperLanguage.OFFERED
    """Of generators and validators; not said in the paper."""
    selection: Selection = Selection.TOURNAMENT
    representative: Representative = Representative.LONGEST
    games: int = 10
    """Duels that each cluster plays; with ``selection=score``, marks that each is given."""
    visits: Visits = Visits.LAPS
    """"Top clusters first, within a cluster by trace length" can be read either way."""
    submissions: int | None = 50
    """Most that are handed in per problem, within the contest's limit; None: only that one."""

    def __post_init__(self) -> None:
        """Refuse numbers that mean nothing."""
        for name in ("candidates", "inputs_each", "input_bytes", "games"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is at least 1")
        if self.submissions is not None and self.submissions < 1:
            raise ValueError("submissions is at least 1, or null for the contest's limit alone")
        if self.selection.clusters and min(self.generators, self.validators) < 1:
            raise ValueError("generators and validators are at least 1 where there are clusters")
        if not 0 < self.acceptance <= 1:
            raise ValueError("acceptance is a share over 0, and at most 1")

    @property
    def templates(self) -> frozenset[str]:
        """Return the names of the prompts it asks with, which a protocol may replace."""
        return frozenset({"solve", "solve_subtask", "generator", "validator", "duel", "score"})

    def ceiling(self, subtasks: int) -> Ceiling:
        """Return the most it asks for: as many clusters as candidates, and all duels."""
        questions = 0
        if self.selection.clusters:
            questions += self.generators + self.validators
        if self.selection is Selection.TOURNAMENT:
            questions += most_duels(self.candidates, self.games)
        if self.selection is Selection.SCORE:
            questions += self.candidates * self.games
        return Ceiling(generations=subtasks * self.candidates, questions=subtasks * questions)

    async def __call__(self, session: Session) -> None:
        """Do one attempt."""
        found = await self._candidates(session)
        if self.selection.clusters:
            queues = await self._clusters(session, found)
        else:
            queues = {part: self._unclustered(session, part, found[part]) for part in found}
        await self._hand_in(session, queues)

    # --- the stages --------------------------------------------------------------------------

    async def _candidates(self, session: Session) -> Mapping[str, Sequence[Answer]]:
        """Ask for programs and return those that compile, by part, in the order asked for."""
        parts = parts_of(session)
        prompts = {part: question(session, part) for part in parts}
        order = [part for part in parts for _ in range(self.candidates)]
        answers = await together(candidate(session, prompts[part]) for part in order)
        found: dict[str, list[Answer]] = {part: [] for part in parts}
        for part, answer in zip(order, answers, strict=True):
            if answer is not None:
                found[part].append(answer)
        return found

    async def _clusters(
        self, session: Session, found: Mapping[str, Sequence[Answer]]
    ) -> Mapping[str, Sequence[Answer]]:
        """Cluster and rank; return the queue of each part."""
        clusters = await clusters_of(session, found, await self._making(session))
        worth = await self._worth(session, found, clusters)
        laps = self.visits is Visits.LAPS and self.selection is not Selection.CLUSTER_MAJORITY
        queues: dict[str, Sequence[Answer]] = {}
        for part, answers in found.items():
            order = ranked(clusters[part], worth[part], _traces(answers))
            queues[part] = [answers[number] for number in queued(order, laps=laps)]
        return queues

    async def _worth(
        self,
        session: Session,
        found: Mapping[str, Sequence[Answer]],
        clusters: Mapping[str, Sequence[Cluster]],
    ) -> Mapping[str, Sequence[float]]:
        """Return what each cluster is ranked by, by part."""
        if self.selection in (Selection.CLUSTER_SIZE, Selection.CLUSTER_MAJORITY):
            return {part: [cluster.size for cluster in clusters[part]] for part in found}
        fields = [
            Field(
                part=part,
                players=[
                    found[part][number] for number in self._players(session, part, clusters[part])
                ],
            )
            for part in found
        ]
        play = tournament if self.selection is Selection.TOURNAMENT else marks
        return await play(session, fields, self.games)

    def _players(self, session: Session, part: str, clusters: Sequence[Cluster]) -> Sequence[int]:
        """Return the representatives."""
        if self.representative is Representative.LONGEST:
            return [cluster.members[0] for cluster in clusters]
        chance = session.random(f"representatives of {part}")
        return [cluster.members[chance.randrange(cluster.size)] for cluster in clusters]

    def _unclustered(
        self, session: Session, part: str, answers: Sequence[Answer]
    ) -> Sequence[Answer]:
        """Return the queue of a part where programs are not put into clusters."""
        if self.selection is Selection.LONGEST:
            order = by_trace(range(len(answers)), _traces(answers))
        else:
            order = shuffled(len(answers), session.random(f"order of {part}"))
        return [answers[number] for number in order]

    async def _hand_in(self, session: Session, queues: Mapping[str, Sequence[Answer]]) -> None:
        """Let parts take turns until all are solved, or no more may be handed in."""
        solved: set[str] = set()
        handed_in = 0
        for _, answer in turns(queues, solved):
            if session.submissions_left == 0 or handed_in == self.submissions:
                return
            feedback = await session.submit(answer)
            if feedback is not None:
                handed_in += 1
                solved |= solved_by(feedback, queues.keys(), session.view.max_points)

    async def _making(self, session: Session) -> Making:
        """Return how inputs are made here."""
        words = self.helper_language
        if words is HelperLanguage.OFFERED:
            python = await session.own.offers(HelperLanguage.PYTHON.value)
            words = HelperLanguage.PYTHON if python else HelperLanguage.CPP
        return Making(
            generators=self.generators,
            validators=self.validators,
            each=self.inputs_each,
            share=self.acceptance,
            most_bytes=self.input_bytes,
            language=words.value,
        )


def _traces(answers: Sequence[Answer]) -> Sequence[int]:
    return [answer.trace_bytes for answer in answers]
