"""The scoreboard: contestants against problems, from run folders. Pure arithmetic.

The terminal's table and every page of a report read the same rows, so they
cannot disagree. Best-of and mean are two numbers and never share a column; void
attempts enter neither; a contestant without a judged attempt has no total
(None), which is not zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import fmean

import msgspec

from harness.account import Account, Lack, first, lack_of
from harness.ballots import Votes
from harness.identity import Identity, identity_of
from harness.medals import lines_of, medal_at
from harness.store import RunFolder
from harness.types import (
    AttemptEnd,
    AttemptStart,
    AttemptStatus,
    Contest,
    Contestant,
    Generation,
    Note,
    PersonMark,
    Problem,
    Protocol,
    RunRecord,
    Submission,
    Verdict,
)


class Try(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt with its sample number; ``end`` is None while it is unfinished."""

    sample: int
    attempt: str
    end: AttemptEnd | None
    lack: Lack | None = None
    """What the answer lacked."""
    by_hand: bool = False
    """Whether a person marked it."""
    generated: int = 0
    """Texts that the log holds of it, whatever became of it."""
    vote: str | None = None
    """The final answer that was handed in, in one spelling; None where there is none, and in
    contests whose attempts are not independent samples."""

    @property
    def counts(self) -> bool:
        """Whether it came to an end that has points."""
        return self.end is not None and self.end.status is AttemptStatus.DONE


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """One contestant at one problem."""

    problem: Problem
    tries: tuple[Try, ...]
    not_begun: int = 0
    """Attempts that were planned beside these."""

    @property
    def done(self) -> tuple[AttemptEnd, ...]:
        """The attempts that count."""
        return tuple(t.end for t in self.tries if t.end is not None and t.counts)

    def full(self, end: AttemptEnd) -> bool:
        """Whether an attempt has all points of the problem."""
        return (end.points or 0.0) >= self.problem.max_points

    def share(self, end: AttemptEnd) -> float:
        """Return the share of the problem's points, from 0 to 1; of none it is 0."""
        most = self.problem.max_points
        return min(1.0, max(0.0, (end.points or 0.0) / most)) if most else 0.0

    @property
    def best(self) -> AttemptEnd | None:
        """The attempt with the most points; the earliest of equals."""
        return max(self.done, key=lambda end: end.points or 0.0, default=None)

    @property
    def best_points(self) -> float | None:
        """Points of the best attempt."""
        return self.best.points if self.best else None

    @property
    def mean_points(self) -> float | None:
        """Mean points over the attempts that count."""
        return fmean(end.points or 0.0 for end in self.done) if self.done else None

    @property
    def submissions(self) -> int:
        """Submissions handed in, over all attempts that count."""
        return sum(end.submissions for end in self.done)

    @property
    def mean_penalty(self) -> float:
        """Mean penalty of the attempts that count, in virtual minutes; 0 but at an ICPC."""
        return fmean(end.penalty for end in self.done) if self.done else 0.0

    def count(self, status: AttemptStatus) -> int:
        """Return how many attempts ended in a status."""
        return sum(1 for t in self.tries if t.end and t.end.status is status)

    @property
    def unfinished(self) -> int:
        """Attempts that were planned but have not ended."""
        return self.not_begun + sum(1 for t in self.tries if t.end is None)

    @property
    def planned(self) -> int:
        """Attempts that were planned."""
        return self.not_begun + len(self.tries)

    @property
    def resolved(self) -> tuple[AttemptEnd, ...]:
        """The attempts that count and whose answer is known to be right or wrong."""
        return tuple(end for end in self.done if end.verdict is not Verdict.UR)

    @property
    def unresolved(self) -> int:
        """Attempts that count whose answer is neither right nor wrong as far as is known."""
        return len(self.done) - len(self.resolved)

    def mean_if(self, unjudged: float) -> float:
        """Return the mean if every attempt not judged, or not resolved, had so many points."""
        points = [unjudged if end.verdict is Verdict.UR else end.points or 0.0 for end in self.done]
        points += [unjudged] * (self.planned - len(points))
        return fmean(points) if points else 0.0


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One contestant of one run."""

    contestant: Contestant
    run: str
    """Id of the run."""
    cells: tuple[Cell, ...]
    """In the order of the contest's problems."""
    unlimited: bool = False
    """Whether everything was handed in, which no contestant may."""

    @property
    def best_total(self) -> float | None:
        """Sum over problems of the best attempt: a ceiling that needs a perfect choice."""
        return _total(cell.best_points for cell in self.cells)

    @property
    def mean_total(self) -> float | None:
        """Sum over problems of the mean: what one attempt at each problem brings on average."""
        return _total(cell.mean_points for cell in self.cells)

    @property
    def generated(self) -> int:
        """Texts that were generated, over all attempts that count."""
        return sum(end.generated for cell in self.cells for end in cell.done)

    @property
    def by_hand(self) -> int:
        """Attempts that people marked."""
        return sum(one.by_hand for cell in self.cells for one in cell.tries)

    @property
    def spent(self) -> int:
        """Texts that were generated, over all attempts, void and unfinished ones included."""
        return sum(one.generated for cell in self.cells for one in cell.tries)

    @property
    def mean_penalty(self) -> float:
        """Sum over problems of the mean penalty; what breaks ties at an ICPC, else 0."""
        return sum(cell.mean_penalty for cell in self.cells)

    @property
    def problems_done(self) -> int:
        """Problems with at least one attempt that counts; totals are over these."""
        return sum(1 for cell in self.cells if cell.done)

    def count(self, status: AttemptStatus) -> int:
        """Return how many attempts ended in a status."""
        return sum(cell.count(status) for cell in self.cells)

    @property
    def unfinished(self) -> int:
        """Attempts that were planned but have not ended."""
        return sum(cell.unfinished for cell in self.cells)

    @property
    def account(self) -> Account:
        """What became of its attempts."""
        lacks = [t.lack for cell in self.cells for t in cell.tries if t.lack and t.counts]
        return Account(
            planned=sum(cell.planned for cell in self.cells),
            judged=self.count(AttemptStatus.DONE),
            void=self.count(AttemptStatus.VOID),
            empty=self.count(AttemptStatus.EMPTY),
            unfinished=self.unfinished,
            unresolved=sum(cell.unresolved for cell in self.cells),
            lacking={lack: lacks.count(lack) for lack in Lack},
            low=sum(cell.mean_if(0.0) for cell in self.cells),
            high=sum(cell.mean_if(cell.problem.max_points) for cell in self.cells if cell.planned),
        )

    @property
    def kind(self) -> str:
        """What the row is: its contestant's kind, or ``ceiling``."""
        return "ceiling" if self.unlimited else self.contestant.kind

    @property
    def ranked(self) -> bool:
        """Whether the row takes part in the ranking; an oracle is a ceiling, not a contestant."""
        return self.kind not in ("oracle", "ceiling")


class ContestBoard(msgspec.Struct, frozen=True, kw_only=True):
    """All rows of one contest whose numbers compare; what differs is on a board of its own."""

    contest: Contest
    identity: Identity
    """What the numbers are numbers of."""
    rows: tuple[Row, ...]
    """Ranked rows by mean, penalty, best and name; rows without a total and oracles last."""
    runs: tuple[RunFolder, ...]

    @property
    def key(self) -> tuple[str, Identity]:
        """What tells the board from others."""
        return (self.contest.id, self.identity)

    @property
    def protocol(self) -> Protocol | None:
        """The protocol that all its runs followed."""
        return self.runs[0].record.spec.protocol if self.runs else None

    @property
    def legal(self) -> bool:
        """Whether a contestant of the real contest could have done it."""
        return self.protocol is None or self.protocol.legality.contest_legal

    @property
    def several(self) -> bool:
        """Whether any problem was tried more than once, so that best and mean are two numbers."""
        return any(len(cell.tries) > 1 for row in self.rows for cell in row.cells)

    @property
    def complete(self) -> bool:
        """Whether every problem of the contest was judged here, so that medals mean something."""
        return not self.contest.left_out

    def medal(self, row: Row) -> str | None:
        """Return the medal of a row's mean total, where it can be said.

        None when problems were left out, when the protocol breaks the contest's rules,
        when the row is a ceiling, when a problem has no attempt that counts, when the total
        is under every line, and when it does not decide (a place among teams with equally
        many problems).
        """
        total = row.mean_total
        if (
            not self.complete
            or not self.legal
            or not row.ranked
            or total is None
            or row.problems_done < len(self.contest.problems)
        ):
            return None
        return medal_at(lines_of(self.contest), total)


def boards(runs: Sequence[RunFolder]) -> tuple[ContestBoard, ...]:
    """Return a board for each contest and identity, in the order in which the runs name them."""
    groups: dict[tuple[str, Identity], list[RunFolder]] = {}
    for run in runs:
        groups.setdefault((run.record.contest.id, identity_of(run.record)), []).append(run)
    return tuple(
        ContestBoard(
            contest=group[0].record.contest,
            identity=identity,
            rows=tuple(sorted((row for run in group for row in rows(run)), key=_order)),
            runs=tuple(group),
        )
        for (_, identity), group in groups.items()
    )


def rows(run: RunFolder) -> tuple[Row, ...]:
    """Return the rows of one run, in the order of its contestants.

    Raises :class:`~harness.errors.CorruptLog` where the log is not whole.
    """
    starts: dict[str, AttemptStart] = {}
    ends: dict[str, AttemptEnd] = {}
    lacks: dict[str, set[Lack]] = {}
    texts: dict[str, set[int]] = {}
    votes = Votes(run)
    by_hand: set[str] = set()
    for record in run.replay():
        match record:
            case AttemptStart():
                starts[record.id] = record
            case AttemptEnd():
                ends[record.attempt] = record
            case Submission():
                votes.cast(record)
            case PersonMark():
                by_hand.add(record.attempt)
            case Generation() | Note():
                if isinstance(record, Generation):
                    texts.setdefault(record.attempt, set()).add(record.ordinal)
                lack = lack_of(record)
                if lack is not None:
                    lacks.setdefault(record.attempt, set()).add(lack)
    run.check_begun(len(starts))
    for name, end in ends.items():
        if end.status is AttemptStatus.DONE and not end.submissions:
            lacks.setdefault(name, set()).add(Lack.WITHHELD)
    tries: dict[tuple[str, str], list[Try]] = {}
    for start in starts.values():
        tries.setdefault((start.contestant, start.problem), []).append(
            Try(
                sample=start.sample,
                attempt=start.id,
                end=ends.get(start.id),
                lack=first(lacks.get(start.id, ())),
                generated=len(texts.get(start.id, ())),
                vote=votes.of(start.id),
                by_hand=start.id in by_hand,
            )
        )
    return tuple(
        Row(
            contestant=contestant,
            run=run.record.id,
            unlimited=run.record.spec.is_ceiling,
            cells=tuple(
                _cell(problem, tries.get((contestant.id, problem.id), []), _each(run.record))
                for problem in run.record.contest.problems
            ),
        )
        for contestant in run.record.contestants
    )


def _cell(problem: Problem, tries: list[Try], planned: int) -> Cell:
    return Cell(
        problem=problem,
        tries=tuple(sorted(tries, key=lambda t: t.sample)),
        not_begun=max(0, planned - len(tries)),
    )


def _each(record: RunRecord) -> int:
    """Return how many attempts of each contestant at each problem were planned, at the least.

    0 where a run is finished, or where its manifest does not tell: recordings of many lengths, and
    shards of a plan.
    """
    each, rest = divmod(record.planned, len(record.contestants) * len(record.contest.problems) or 1)
    return 0 if record.ended or record.shard or rest else each


def row_facts(row: Row) -> dict[str, object]:
    """Return a row for machines, as ``--json`` and ``report.json`` give it."""
    account = row.account
    return {
        "contestant": row.contestant.id,
        "title": row.contestant.title,
        "kind": row.kind,
        "run": row.run,
        "mean": row.mean_total,
        "best": row.best_total,
        "planned": account.planned,
        "done": account.judged,
        "not_generated": account.empty,
        "void": account.void,
        "unfinished": account.unfinished,
        "unresolved": account.unresolved,
        "mean_bounds": [account.low, account.high],
        "lacking": {lack.value: count for lack, count in account.lacking.items()},
        "generated": row.generated,
        "problems": {
            cell.problem.id: [one.end.points if one.end else None for one in cell.tries]
            for cell in row.cells
        },
    }


def number(value: float) -> str:
    """Return points with at most two decimals, without trailing zeros."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _total(points: Iterable[float | None]) -> float | None:
    known = [value for value in points if value is not None]
    return sum(known) if known else None


def _order(row: Row) -> tuple[bool, bool, float, float, float, str, str]:
    return (
        not row.ranked,
        row.mean_total is None,
        -(row.mean_total or 0.0),
        row.mean_penalty,
        -(row.best_total or 0.0),
        row.contestant.title,
        row.run,
    )
