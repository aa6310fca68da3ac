"""A row's rating among the humans of rounds: from a run's attempts and a file."""

from __future__ import annotations

import json
from math import log10
from pathlib import Path
from typing import Any

import pytest

from harness.backend import NotGenerated, Reply, Request
from harness.board import boards
from harness.cli import main
from harness.errors import UsageError
from harness.rated import rating, read_rounds
from harness.store import RunFolder
from tests.fakes.scripted import ScriptedBackend, contest, problem, run_all, says, start_run

SAID = {"one": ("7", "8", "7", "8"), "two": ("8", "8", "8", "7"), "three": ("8",) * 4}


def run(folder: Path) -> Path:
    """Four attempts each: 2 of the first problem are right, 1 of the second, none of the third."""

    def script(request: Request) -> Reply | NotGenerated:
        return says(SAID[request.problem][request.sample])

    backend = ScriptedBackend(script)
    of = contest(problem("one"), problem("two"), problem("three"))
    with start_run(folder, backend, of, attempts=4) as writer:
        run_all(writer, backend)
    return folder


def rounds(place: Path, *more: dict[str, Any]) -> Path:
    first = {
        "id": "r1",
        "problems": [{"id": "one", "points": 500}, {"id": "two", "points": 1000}],
        "humans": [{"rating": 1500, "points": 1400}, *[{"rating": 1500, "points": 100}] * 10],
    }
    second = {
        "id": "r2",
        "style": "icpc",
        "problems": [{"id": "two"}, {"id": "three"}],
        "humans": [
            {"rating": 2000, "points": 2, "penalty": 30},
            {"rating": 2000, "points": 1, "penalty": 14},
            *[{"rating": 2000, "points": 1, "penalty": 16}] * 4,
        ],
    }
    place.write_text(json.dumps([first, second, *more]))
    return place


def test_a_rating_is_that_counted_by_hand(tmp_path: Path) -> None:
    """Two rounds with four samples a problem.

    r1: wrong ones (4-2)/3 and (4-1)/2, points 500 - 50 x 2/3 + 1000 - 50 x 3/2 = 1391.67: place 2
    of 11, so 10^((R-1500)/400) = 11/2 - 1 = 4.5.
    r2: one is solved, with 10 x 3/2 = 15 minutes: place 3 of 6, so 6/3 - 1 = 1 and R = 2000.
    """
    board = boards([RunFolder(run(tmp_path / "run"))])[0]
    found = rating(board.rows[0], read_rounds(rounds(tmp_path / "rounds.json")))
    first, second = found.rounds
    assert (first.rank, first.humans, first.points) == (2, 11, pytest.approx(1391 + 2 / 3))
    assert first.rating == pytest.approx(1500 + 400 * log10(4.5))
    assert (second.rank, second.points, second.penalty) == (3, 1, 15)
    assert second.rating == pytest.approx(2000)
    assert found.rating == pytest.approx((1500 + 400 * log10(4.5) + 2000) / 2)
    assert found.left_out == ()


def test_a_round_that_was_not_played_whole_is_in_no_number(tmp_path: Path) -> None:
    """It is named with the problems that lack an attempt."""
    humans = [{"rating": 1, "points": 1}]
    extra = {"id": "r3", "problems": [{"id": "one"}, {"id": "9Z"}], "humans": humans}
    board = boards([RunFolder(run(tmp_path / "run"))])[0]
    found = rating(board.rows[0], read_rounds(rounds(tmp_path / "rounds.json", extra)))
    assert [one.round for one in found.rounds] == ["r1", "r2"]
    assert found.left_out == ("r3 (no attempt at 9Z)",)


def test_the_command_prints_the_rating(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As a table, and every round as JSON."""
    words = ["elo", str(run(tmp_path / "run")), "--rounds", str(rounds(tmp_path / "r.json"))]
    assert main(words) == 0
    assert "| 1881 | 2 of 2 | r1: 2 of 11, r2: 3 of 6 |" in capsys.readouterr().out
    assert main([*words, "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)
    assert [one["rank"] for one in told["rounds"]] == [2, 3]


def test_nobody_is_rated_by_rounds_of_other_problems(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """There is no number, and the exit code says so."""
    place = tmp_path / "r.json"
    place.write_text(
        '[{"id": "x", "problems": [{"id": "A"}], "humans": [{"rating": 1, "points": 1}]}]'
    )
    assert main(["elo", str(run(tmp_path / "run")), "--rounds", str(place)]) == 1
    out = capsys.readouterr().out
    assert "| none | 0 of 1 |" in out
    assert "left out: x (no attempt at A)" in out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[]", "has no round"),
        ('[{"id": "a", "problems": [], "humans": [{"rating": 1, "points": 1}]}]', "problems"),
        ('[{"id": "a", "problems": [{"id": "b"}], "humans": []}]', "humans"),
        ('[{"id": "a", "problems": [{"id": "b"}], "humans": [{"points": 1}]}]', "rating"),
        ("[", "truncated"),
    ],
)
def test_a_damaged_file_of_rounds_is_named(tmp_path: Path, text: str, said: str) -> None:
    """With the place and what is wrong."""
    place = tmp_path / "rounds.json"
    place.write_text(text)
    with pytest.raises(UsageError, match=said) as refused:
        read_rounds(place)
    assert str(place) in refused.value.message


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"problems": [{"id": "one"}, {"id": "one"}]}, "the problem one twice"),
        ({"humans": [{"rating": 1e9, "points": 1}]}, "has the rating 1e\\+09"),
    ],
)
def test_a_round_that_would_count_wrong_is_refused(
    tmp_path: Path, change: dict[str, Any], said: str
) -> None:
    """What is there twice would count twice; a rating off the scale is a mistake of the file."""
    one = {"id": "r3", "problems": [{"id": "one"}], "humans": [{"rating": 1500, "points": 1}]}
    with pytest.raises(UsageError, match=f"the round r3 .*{said}"):
        read_rounds(rounds(tmp_path / "rounds.json", one | change))
