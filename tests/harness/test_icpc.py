"""ICPC rules: first accepted, rejected tries before it, ranks as the World Finals publish them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.backends.replay import open_backend
from harness.history import history
from harness.rules import ICPCRules
from harness.rules.icpc import Team, ranks
from harness.strategies.recorded import solve as recorded
from harness.types import FeedbackLevel, Grade, Verdict
from tests.fakes.scripted import contest, context, problem, run_all, start_run

RULES = ICPCRules(None, FeedbackLevel.VERDICT)

OPENAI = dict.fromkeys("ABCDEFHIJKL", ("AC",)) | {"G": ("WA",) * 8 + ("AC",)}
"""Official verdicts of OpenAI's submissions at the World Finals 2025 (openai/openai-icpc-2025)."""


def grades(*verdicts: str) -> list[Grade]:
    return [
        Grade(
            submission=f"s{n}",
            attempt="a",
            judge="j",
            verdict=Verdict(verdict),
            points=float(verdict == "AC"),
            max_points=1.0,
        )
        for n, verdict in enumerate(verdicts, start=1)
    ]


def test_the_twenty_submissions_of_openai_solve_twelve() -> None:
    """Twenty official verdicts are twelve solved problems, eight rejected, 160 virtual minutes."""
    assert sum(map(len, OPENAI.values())) == 20
    scores = [RULES.score(problem(name, points=1), grades(*v)) for name, v in OPENAI.items()]
    assert sum(score.points for score in scores) == 12
    assert sum(score.rejected for score in scores) == 8
    assert RULES.rank_key(scores) == (-12, 160)


def test_a_recording_of_them_is_handed_in_until_each_is_accepted(tmp_path: Path) -> None:
    """Replayed in a run, the same verdicts come to twelve solved problems after 20 submissions."""
    of = contest(*(problem(name, points=1) for name in OPENAI), rules="icpc")
    lines = [
        {"problem": name, "contestant": "openai", "submission": n, "text": "7" if ok else "8"}
        for name, verdicts in OPENAI.items()
        for n, ok in enumerate((verdict == "AC" for verdict in verdicts), start=1)
    ]
    place = tmp_path / "openai.jsonl"
    place.write_text("".join(json.dumps(line) + "\n" for line in lines))
    backend = open_backend(context(of, {"file": str(place)}))
    with start_run(tmp_path / "run", backend, of, attempts=None) as writer:
        run_all(writer, backend, strategy=recorded)
        ends = [log.end for log in history(writer).values() if log.end is not None]
    assert sum(end.points or 0 for end in ends) == 12
    assert sum(end.rejected for end in ends) == 8
    assert sum(end.submissions for end in ends) == 20
    assert sum(end.penalty for end in ends) == 160


@pytest.mark.parametrize(
    ("verdicts", "points", "rejected", "penalty"),
    [
        (("AC",), 1, 0, 0),
        (("WA", "TLE", "RTE", "AC"), 1, 3, 60),
        (("CE", "WA", "CE", "AC"), 1, 1, 20),
        (("AC", "WA", "WA"), 1, 0, 0),
        (("WA", "MLE", "OLE", "PAC"), 0, 4, 0),
        (("CE",), 0, 0, 0),
        ((), 0, 0, 0),
    ],
)
def test_what_costs_and_what_does_not(
    verdicts: tuple[str, ...], points: float, rejected: int, penalty: int
) -> None:
    """Rejected tries cost once the problem is solved; a compile error and what follows do not."""
    score = RULES.score(problem("p", points=1), grades(*verdicts))
    assert (score.points, score.rejected, score.penalty) == (points, rejected, penalty)


@given(st.lists(st.sampled_from(["AC", "WA", "CE", "TLE"]), max_size=30), st.integers(1, 9))
def test_nothing_after_the_first_accepted_or_the_limit_counts(
    verdicts: Sequence[str], limit: int
) -> None:
    """What the rules would not have allowed changes nothing."""
    rules = ICPCRules(limit, FeedbackLevel.VERDICT)
    allowed: list[Grade] = []
    for grade in grades(*verdicts):
        solved = any(one.verdict is Verdict.AC for one in allowed)
        if not rules.allows(len(allowed), solved=solved):
            break
        allowed.append(grade)
    assert len(allowed) <= limit
    assert rules.score(problem("p"), grades(*verdicts)) == rules.score(problem("p"), allowed)


def test_a_contestant_sees_the_verdict_only() -> None:
    """Neither points nor tests are in an ICPC's feedback."""
    shown = RULES.feedback(grades("WA")[0])
    assert (shown.verdict, shown.points, shown.subtasks) == ("WA", None, ())


WORLD_FINALS_2017 = (
    (10, 1093, 248), (10, 1240, 287), (10, 1320, 246), (10, 1377, 299), (10, 1460, 287),
    (9, 964, 233), (9, 1245, 274), (8, 1103, 275), (8, 1119, 272), (8, 1264, 291),
    (8, 1357, 290), (8, 1490, 283), (7, 0, 0), (7, 0, 0), (7, 0, 0), (6, 0, 0),
)  # fmt: skip
"""Solved, total minutes, last accepted; below place 12 the contest publishes only the count."""


def test_places_of_the_world_finals_2017() -> None:
    """Time decides the first twelve places; below them an equal count is an equal place."""
    teams = [Team(solved=s, minutes=m, last_minute=last) for s, m, last in WORLD_FINALS_2017]
    assert ranks(teams) == (*range(1, 13), 13, 13, 13, 16)
    assert ranks(teams[::-1]) == (16, 13, 13, 13, *range(12, 0, -1))


def test_the_last_accepted_breaks_a_tie_of_minutes_and_then_nothing_does() -> None:
    """Equal minutes go by the earlier last accepted; teams equal in all share a place."""
    early = Team(solved=5, minutes=500, last_minute=200)
    late = Team(solved=5, minutes=500, last_minute=290)
    assert ranks([late, early, late]) == (2, 1, 2)
