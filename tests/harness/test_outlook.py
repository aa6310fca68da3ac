"""What a board's row says of medals: its own attempts, put to the contest's lines."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from harness.board import Cell, ContestBoard, Row, Try, boards
from harness.cli.table import board_table
from harness.identity import Identity
from harness.outlook import outlook, outlook_facts, pools_of, sentence, share
from harness.store import RunFolder
from harness.types import (
    AttemptEnd,
    AttemptStatus,
    Contestant,
    Cutoff,
    LeftOut,
    MedalPlace,
    Note,
    NoteKind,
    SubtaskScore,
)
from tests.fakes.scripted import ScriptedBackend, contest, problem, run_all, says, start_run

CUTOFFS = (Cutoff(medal="silver", points=8.0), Cutoff(medal="gold", points=15.0))

NOBODY = Identity(protocol="p", data="d", judge="j", sampling="s", code="c")


def end(points: float | None, *, subtasks: tuple[float, ...] = (), tokens: int = 7) -> AttemptEnd:
    done = points is not None
    return AttemptEnd(
        attempt="a",
        status=AttemptStatus.DONE if done else AttemptStatus.VOID,
        points=points,
        max_points=10,
        subtasks=tuple(
            SubtaskScore(name=str(n), points=p, max_points=5) for n, p in enumerate(subtasks)
        ),
        submissions=int(bool(points)),
        tokens_out=tokens,
    )


def row(*cells: tuple[AttemptEnd | None, ...], kind: str = "model") -> Row:
    made = tuple(
        Cell(
            problem=problem(name),
            tries=tuple(Try(sample=n, attempt=str(n), end=e) for n, e in enumerate(ends)),
        )
        for name, ends in zip(("one", "two"), cells, strict=True)
    )
    return Row(contestant=Contestant(id="m", title="m", kind=kind), run="r", cells=made)


def board(*rows: Row, **changes: object) -> ContestBoard:
    of = msgspec.structs.replace(contest(rules="ioi"), **({"cutoffs": CUTOFFS} | changes))
    return ContestBoard(contest=of, identity=NOBODY, rows=rows, runs=())


def test_a_row_has_a_probability_of_each_medal() -> None:
    """Half of the pairs of attempts reach gold, all reach silver; the label is of the mean."""
    mixed = row((end(10), end(5)), (end(10), end(5)))
    found = outlook(board(mixed), mixed)
    assert found is not None
    assert found.medal == "gold"
    assert [c.medal for c in found.chances] == ["gold", "silver"]
    assert [c.probability for c in found.chances] == [pytest.approx(0.75), 1]
    assert sentence(found).startswith("gold with probability 0.75 [0.")


def test_void_and_unfinished_attempts_widen_the_bounds() -> None:
    """What is not judged changes no probability, but says how far it could be off."""
    whole, holes = (
        row((end(10),) * 9, (end(10),) * 9),
        row((end(10),) * 9 + (end(None), None), (end(10),) * 9),
    )
    one, other = outlook(board(whole), whole), outlook(board(holes), holes)
    assert one is not None
    assert other is not None
    assert (one.chances[0].probability, other.chances[0].probability) == (1, 1)
    assert other.chances[0].low < one.chances[0].low
    assert (other.judged, other.planned) == (18, 20)
    assert other.lowest < other.score == one.score


def test_where_nothing_was_judged_there_are_bounds_and_no_zero() -> None:
    """A problem that is void leaves no score and no probability, and the sentence says so."""
    lost = row((end(10),), (end(None),))
    found = outlook(board(lost), lost)
    assert found is not None
    assert (found.score, found.medal, found.chances[0].probability) == (None, None, None)
    assert sentence(found).startswith("silver with a probability in [")


def test_a_score_under_every_line_is_said_to_win_no_medal() -> None:
    """Nobody reads "bronze" beside points that win nothing; where none were judged, no word."""
    none = row((end(0),), (end(0),))
    found = outlook(board(none), none)
    assert found is not None
    assert sentence(found).startswith("no medal; silver with a probability in [0, ")
    lost = row((end(None),), (end(None),))
    found = outlook(board(lost), lost)
    assert found is not None
    assert sentence(found) == ""


def test_no_outlook_where_medals_mean_nothing() -> None:
    """Problems left out, a ceiling, or a contest without lines: nothing is said."""
    full = row((end(10),), (end(10),))
    left = LeftOut(id="x", title="X", max_points=10, reason="no tests")
    assert outlook(board(full, left_out=(left,)), full) is None
    assert outlook(board(full, cutoffs=()), full) is None
    assert (
        outlook(board(full, cutoffs=(), medal_places=(MedalPlace(medal="gold", last=4),)), full)
        is None
    )
    ceiling = row((end(10),), (end(10),), kind="oracle")
    assert outlook_facts(board(ceiling), ceiling) is None


def test_subtasks_make_the_curve_rise_above_the_best_attempt() -> None:
    """Two attempts that solve different halves are worth both together, handed in as two."""
    halves = (end(5, subtasks=(5, 0)), end(5, subtasks=(0, 5)), end(0))
    both = row(halves, halves)
    facts = outlook_facts(board(both), both)
    assert facts is not None
    json.dumps(facts, allow_nan=False)
    curve = facts["by_samples"]
    assert [point["samples"] for point in curve] == [1, 2, 3]
    assert curve[0]["score"] == pytest.approx(20 / 3)
    assert curve[-1]["score"] == 20
    assert curve[-1]["tokens"] == 6 * 7
    assert curve[-1]["submissions"] == 4


def test_an_attempt_with_subtasks_that_do_not_add_up_is_one_number() -> None:
    """Points that no subtask explains are kept whole."""
    odd = row((end(10, subtasks=(5, 4)), end(0)), (end(10),))
    assert [r.points for r in pools_of(odd)[0].rollouts] == [(10.0,), (0.0,)]


@pytest.mark.parametrize(
    ("probability", "text"),
    [(0, "0"), (1e-9, "<0.01"), (0.006, "0.01"), (0.994, "0.99"), (0.9999, ">0.99"), (1.0, "1")],
)
def test_only_what_is_certain_is_0_or_1(probability: float, text: str) -> None:
    """Rounding never turns a chance into certainty."""
    assert share(probability) == text


def test_the_table_says_the_medal_with_its_probability(tmp_path: Path) -> None:
    """The last column of the terminal's table is the medal, how probable, and between what."""
    of = msgspec.structs.replace(contest(rules="ioi"), cutoffs=CUTOFFS)
    backend = ScriptedBackend(lambda request: says("7" if request.sample else "no"))
    with start_run(tmp_path / "run", backend, of, attempts=2) as writer:
        run_all(writer, backend)
    text = board_table(boards([RunFolder(tmp_path / "run")])[0])
    assert "| medal |" in text
    assert "| silver with probability 0.75 [0." in text


def test_at_an_icpc_an_attempt_ends_when_it_is_accepted(tmp_path: Path) -> None:
    """The third answer is right: two are rejected, 40 minutes, and a fourth is refused."""

    async def insist(session: object) -> None:
        for _ in range(4):
            answer = await session.ask()  # type: ignore[attr-defined]
            await session.submit(answer)  # type: ignore[attr-defined]

    of = contest(problem("one", points=1), rules="icpc")
    words = iter(["5", "6", "7", "7"])
    backend = ScriptedBackend(lambda _: says(next(words)))
    with start_run(tmp_path / "run", backend, of) as writer:
        run_all(writer, backend, strategy=insist)
    folder = RunFolder(tmp_path / "run")
    ends = [r for r in folder.replay() if isinstance(r, AttemptEnd)]
    assert [(e.points, e.submissions, e.rejected, e.penalty) for e in ends] == [(1, 3, 2, 40)]
    notes = [r for r in folder.replay() if isinstance(r, Note)]
    assert [(n.kind, n.text) for n in notes] == [(NoteKind.LIMIT, "it is solved")]
    assert boards([folder])[0].rows[0].mean_penalty == 40


def test_one_attempt_at_each_problem_gives_bounds_only() -> None:
    """A medal from one attempt each is a label: no probability is printed, only its bounds."""
    once = row((end(10),), (end(10),))
    found = outlook(board(once), once)
    assert found is not None
    assert found.medal == "gold"
    assert sentence(found).startswith("gold with a probability in [0.")
