"""The figures of a part of a data set: how a judge's marks agree with the people's there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Literal

import numpy as np

from harness.calibration.pairing import Graded
from harness.stats import clopper_pearson
from harness.stats.agreement import (
    DRAWS,
    Consistency,
    Crossing,
    Estimate,
    Floats,
    Pair,
    Passing,
    bias,
    estimated,
    kappa,
    mean_error,
    mean_share,
    problem_weights,
    quotient,
    rank_correlation,
)
from harness.types import Convention, Figure, Part

NAMES = (
    "exact",
    "accuracy",
    "balanced_accuracy",
    "false_gold",
    "false_fail",
    "wrong_passes",
    "kappa_quadratic",
    "kappa_linear",
    "mae",
    "bias",
    "rank_correlation",
    "self_consistency",
)
"""Every figure, in the order of the table."""


def part_of(
    name: Literal["calibration", "held-out"],
    graded: Sequence[Graded],
    convention: Convention,
    *,
    family: str | None = None,
    draws: int = DRAWS,
    seed: int = 0,
) -> Part:
    """Return the figures of some proofs; the same proofs and seed give the same.

    Rates have the exact interval of Clopper and Pearson, which takes proofs as independent; where
    a problem has several it reaches at least as far as one from resampling problems, which all
    else has.
    """
    marked = [
        Pair(each.verdict.problem, each.mark, each.verdict.mark)
        for each in graded
        if each.mark is not None
    ]
    votes = [
        (each.verdict.problem, each.judged.votes) for each in graded if each.judged is not None
    ]
    crossing = Crossing(marked)
    consistency = Consistency(votes)
    drawn = _drawn(len(crossing.problems), crossing.resampled, draws, seed)
    figures = (
        *_rates(crossing, convention, drawn),
        *_resampled(crossing, convention, drawn),
        _consistency(
            consistency, _drawn(len(consistency.problems), consistency.resampled, draws, seed)
        ),
    )
    by_name = {figure.name: figure for figure in figures}
    return Part(
        name=name,
        family=family,
        proofs=crossing.size,
        problems=len(crossing.problems),
        unmarked=len(graded) - len(marked),
        votes=sum(vote is not None for _, cast in votes for vote in cast),
        human_passes=sum(pair.human >= convention.human_from for pair in marked),
        judge_passes=sum(pair.judge >= convention.judge_from for pair in marked),
        figures=tuple(by_name[each] for each in NAMES),
        crossing=crossing.cells,
    )


Count = Callable[[Floats], tuple[Floats, Floats]]
"""So many proofs of so many, of each table."""


def _rates(crossing: Crossing, convention: Convention, drawn: Floats | None) -> Iterator[Figure]:
    """Yield the figures that are so many of so many proofs."""
    passing = _passing(crossing, convention)

    def of_passing(count: Callable[[Passing], tuple[Floats, Floats]]) -> Count:
        return lambda table: count(passing(table))

    yield _exact(crossing, convention, drawn)
    for name, count in (
        ("accuracy", of_passing(lambda p: (p.gold + p.fail, p.all))),
        ("false_gold", of_passing(lambda p: (p.false_gold, p.false_gold + p.fail))),
        ("false_fail", of_passing(lambda p: (p.false_fail, p.false_fail + p.gold))),
        ("wrong_passes", of_passing(lambda p: (p.false_gold, p.false_gold + p.gold))),
    ):
        yield _rate(name, count, crossing, drawn)


def _exact(crossing: Crossing, convention: Convention, drawn: Floats | None) -> Figure:
    """Return the share of proofs with the same mark of both; undefined without a mapping."""
    if convention.stretch is None:
        return Figure(name="exact", value=None, of=0, problems=len(crossing.problems))
    same = np.isclose(crossing.judge[:, None] * convention.stretch, crossing.human[None, :])
    return _rate(
        "exact",
        lambda table: ((table * same).sum(axis=(-2, -1)), table.sum(axis=(-2, -1))),
        crossing,
        drawn,
    )


def _rate(name: str, count: Count, crossing: Crossing, drawn: Floats | None) -> Figure:
    problems = len(crossing.problems)
    part, of = (int(each) for each in count(crossing.whole))
    if not of:
        return Figure(name=name, value=None, of=0, problems=problems)
    low, high = clopper_pearson(part, of)
    if crossing.size == problems:
        return Figure(
            name=name,
            value=part / of,
            low=low,
            high=high,
            of=of,
            problems=problems,
            method="clopper-pearson",
        )
    again = estimated(lambda table: quotient(*count(table)), crossing.whole, drawn)
    return Figure(
        name=name,
        value=part / of,
        low=low if again.low is None else min(low, again.low),
        high=high if again.high is None else max(high, again.high),
        of=of,
        problems=problems,
        method="clopper-pearson, widened",
    )


def _resampled(
    crossing: Crossing, convention: Convention, drawn: Floats | None
) -> Iterator[Figure]:
    """Yield the figures whose interval is from resampling problems."""
    passing = _passing(crossing, convention)
    human, stretch = crossing.human, convention.stretch
    measures: dict[str, Callable[[Floats], Floats]] = {
        "balanced_accuracy": lambda table: passing(table).balanced_accuracy,
        "rank_correlation": rank_correlation,
    }
    if stretch is not None:
        judge = crossing.judge * stretch
        measures |= {
            "kappa_quadratic": lambda table: kappa(table, judge, human, 2),
            "kappa_linear": lambda table: kappa(table, judge, human, 1),
            "mae": lambda table: mean_error(table, judge, human),
            "bias": lambda table: bias(table, judge, human),
        }
    for name in (
        "balanced_accuracy",
        "kappa_quadratic",
        "kappa_linear",
        "mae",
        "bias",
        "rank_correlation",
    ):
        measure = measures.get(name)
        found = Estimate(None) if measure is None else estimated(measure, crossing.whole, drawn)
        yield _figure(name, found, crossing.size, len(crossing.problems))


def _consistency(votes: Consistency, drawn: Floats | None) -> Figure:
    found = estimated(mean_share, votes.whole, drawn)
    return _figure("self_consistency", found, votes.proofs, len(votes.problems))


def _drawn(
    problems: int, resampled: Callable[[Floats], Floats], draws: int, seed: int
) -> Floats | None:
    """Return the resampled tables; None where there are too few problems to draw from."""
    weights = problem_weights(problems, draws, seed)
    return None if weights is None else resampled(weights)


def _passing(crossing: Crossing, convention: Convention) -> Callable[[Floats], Passing]:
    judge = np.asarray(crossing.judge >= convention.judge_from)
    human = np.asarray(crossing.human >= convention.human_from)
    return lambda table: Passing(table, judge, human)


def _figure(name: str, found: Estimate, of: int, problems: int) -> Figure:
    return Figure(
        name=name,
        value=found.value,
        low=found.low,
        high=found.high,
        of=of,
        problems=problems,
        method="bootstrap over problems" if found.low is not None else "",
    )
