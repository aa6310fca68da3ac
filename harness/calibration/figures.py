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
    rank_correlation,
)
from harness.types import Convention, Figure, Part

NAMES = (
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

    Rates have the exact interval of Clopper and Pearson, which takes proofs as independent; all
    else has one from resampling problems.
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
    figures = (
        *_rates(crossing, convention),
        *_resampled(crossing, convention, draws, seed),
        _consistency(Consistency(votes), draws, seed),
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


def _rates(crossing: Crossing, convention: Convention) -> Iterator[Figure]:
    """Yield the figures that are so many of so many proofs."""
    passing = _passing(crossing, convention)(crossing.whole)
    gold, false_gold = int(passing.gold), int(passing.false_gold)
    fail, false_fail = int(passing.fail), int(passing.false_fail)
    for name, count, of in (
        ("accuracy", gold + fail, crossing.size),
        ("false_gold", false_gold, false_gold + fail),
        ("false_fail", false_fail, false_fail + gold),
        ("wrong_passes", false_gold, false_gold + gold),
    ):
        if not of:
            yield Figure(name=name, value=None, of=0, problems=len(crossing.problems))
            continue
        low, high = clopper_pearson(count, of)
        yield Figure(
            name=name,
            value=count / of,
            low=low,
            high=high,
            of=of,
            problems=len(crossing.problems),
            method="clopper-pearson",
        )


def _resampled(
    crossing: Crossing, convention: Convention, draws: int, seed: int
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
    drawn = _drawn(len(crossing.problems), crossing.resampled, draws, seed)
    for name in ("balanced_accuracy", "kappa_quadratic", "kappa_linear", "mae", "bias"):
        found = (
            estimated(measures[name], crossing.whole, drawn) if name in measures else Estimate(None)
        )
        yield _figure(name, found, crossing.size, len(crossing.problems))
    ranks = estimated(rank_correlation, crossing.whole, drawn)
    yield _figure("rank_correlation", ranks, crossing.size, len(crossing.problems))


def _consistency(votes: Consistency, draws: int, seed: int) -> Figure:
    drawn = _drawn(len(votes.problems), votes.resampled, draws, seed)
    found = estimated(mean_share, votes.whole, drawn)
    return _figure("self_consistency", found, votes.proofs, len(votes.problems))


def _drawn(
    problems: int, resampled: Callable[[Floats], Floats], draws: int, seed: int
) -> Floats | None:
    """Return the resampled tables; None where there are not two problems to draw from."""
    return resampled(problem_weights(problems, draws, seed)) if problems > 1 else None


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
