"""What a pool says of a contest's medals under a policy, in one noun."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum

import msgspec

from harness.medals.chance import Chance, Pools, chances
from harness.medals.lines import Line, lines_of, medal_at
from harness.medals.outcome import Outcome, Player
from harness.medals.place import HALF, place
from harness.medals.policy import Policy
from harness.medals.pool import ProblemPool
from harness.medals.totals import mean
from harness.types import Contest


class Prospect(msgspec.Struct, frozen=True, kw_only=True):
    """Score, label, margins, place, and the probability of each medal."""

    policy: str
    """In words."""
    score: float | None
    """Expected points; None when a problem has no judged attempt."""
    lowest: float
    """Expected points if what was not judged had brought nothing."""
    highest: float
    """Expected points if it had brought everything."""
    medal: str | None
    """What the score surely wins: a label, not a measurement."""
    above: float | None = None
    """Points over the line of that medal."""
    next_medal: str | None = None
    short: float | None = None
    """Points that the next better medal's line is away."""
    place: tuple[int, int] | None = None
    """Best and worst place of the score among the human contestants."""
    humans: int = 0
    """How many those were; 0 when it is not known."""
    chances: tuple[Chance, ...] = ()
    """The best medal first; each is for that medal or a better one."""
    judged: int
    planned: int
    fewest: int = 0
    """Judged attempts at the problem that has the fewest: from one, nothing can be drawn anew."""


def prospect(
    contest: Contest, pools: Sequence[ProblemPool], policy: Policy, *, seed: int = 0
) -> Prospect:
    """Return what a pool for every problem of a contest says; the same seed gives the same."""
    lines = lines_of(contest)
    three = Table(pools).play(policy, seed)
    score = None if three.seen is None else expected(three.seen)
    found = Prospect(
        policy=policy.sentence,
        score=score,
        lowest=expected(three.zero),
        highest=expected(three.full),
        medal=None if score is None else medal_at(lines, score),
        humans=contest.humans.contestants if contest.humans else 0,
        chances=chances(lines, three, finite=policy.samples == 1),
        judged=sum(len(pool.rollouts) for pool in pools),
        planned=sum(pool.planned for pool in pools),
        fewest=min((len(pool.rollouts) for pool in pools), default=0),
    )
    return found if score is None else _measured(found, contest, lines, score)


class Table:
    """The pools of a contest, ready to be played: as they are, and at both ends of their gaps."""

    def __init__(self, pools: Sequence[ProblemPool]) -> None:
        whole = all(pool.rollouts for pool in pools)
        gaps = any(pool.unjudged or not pool.rollouts for pool in pools)
        self._most = [sum(pool.max_points) for pool in pools]
        self._seen = [Player(pool) for pool in pools] if whole else None
        self._zero = [Player(pool.filled("zero")) for pool in pools] if gaps else None
        self._full = [Player(pool.filled("full")) for pool in pools] if gaps else None

    def play(self, policy: Policy, seed: int) -> Pools:
        """Play a policy on every pool, each way."""
        seen = _play(self._seen, policy, seed)
        zero = _play(self._zero, policy, seed) or seen or ()
        full = _play(self._full, policy, seed) or seen or ()
        return Pools(seen=seen, zero=zero, full=full, most=self._most)


def _play(
    players: Sequence[Player] | None, policy: Policy, seed: int
) -> tuple[Outcome, ...] | None:
    return None if players is None else tuple(player.play(policy, seed) for player in players)


def expected(outcomes: Sequence[Outcome]) -> float:
    """Return the expected total points, without the dust of adding them up."""
    return round(fsum(mean(one.points) for one in outcomes), 9)


def _measured(found: Prospect, contest: Contest, lines: Sequence[Line], score: float) -> Prospect:
    """Add how far the score is from the lines around it, and its place."""
    reached = [n for n in lines if n.sure is not None and score >= n.sure - HALF]
    missed = [n for n in lines if n.decided and score < n.possible - HALF]
    return msgspec.structs.replace(
        found,
        above=round(score - reached[0].sure, 9) if reached and reached[0].sure else None,
        next_medal=missed[-1].medal if missed else None,
        short=round(missed[-1].possible - score, 9) if missed else None,
        place=place(contest.humans, score) if contest.humans else None,
    )
