"""The agent that wants five passes in a row, played by a scripted mathematician."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, cycle
from pathlib import Path

import pytest

from harness.backend import Reply, Request
from harness.errors import UnsupportedError, UsageError
from harness.plugins import load_strategy
from harness.strategies.passes import Passes
from harness.strategies.refine import Refine
from harness.strategy import Ceiling
from tests.fakes.proofs import Asked, Mathematician, Said, boxed, cut, paper, play
from tests.fakes.scripted_code import play as play_code
from tests.fakes.scripted_code import program


def examined(scores: Iterator[object]) -> Mathematician:
    """Return a model that numbers its proofs and gives these scores, whatever it examines."""
    fresh = count()
    said = (boxed(score, f"report {n}") for n, score in enumerate(scores))
    return Mathematician(
        write=lambda _: paper(f"proof {next(fresh)}"), verify=lambda proof, nth: next(said)
    )


def test_five_passes_in_a_row_hand_the_proof_in(tmp_path: Path) -> None:
    """It is written, improved once, passed five times, and handed in without its opinion."""
    model = examined(cycle([1]))
    task = play(tmp_path / "run", model, Passes())
    assert model.stages == [("generate", 1), ("refine", 1), ("verify", 5)]
    assert model.of("refine")[0].proof == "proof 0"
    assert model.of("refine")[0].shown == ()
    assert task.papers == ["proof 1"]


def test_a_failure_begins_the_count_anew_with_a_corrected_proof(tmp_path: Path) -> None:
    """Four passes and a failure are worth nothing; the correction is shown the report."""
    model = examined(iter([1, 1, 1, 1, 0.5, 1, 0, 1, 1, 1, 1, 1]))
    task = play(tmp_path / "run", model, Passes())
    kinds = [asked.kind for asked in sorted(model.asked, key=lambda asked: asked.turn)]
    assert kinds == (
        ["generate", "refine"]
        + ["verify"] * 5
        + ["refine", "verify", "verify", "refine"]
        + ["verify"] * 5
    )
    corrections = model.of("refine")[1:]
    assert [asked.proof for asked in corrections] == ["proof 1", "proof 2"]
    assert [asked.shown for asked in corrections] == [
        (boxed(0.5, "report 4"),),
        (boxed(0, "report 6"),),
    ]
    assert task.papers == ["proof 3"]


def test_ten_failures_in_a_row_give_a_run_up_and_the_next_begins_anew(tmp_path: Path) -> None:
    """After the last run nothing is handed in: no proof was accepted."""
    model = examined(cycle([0]))
    task = play(tmp_path / "run", model, Passes(runs=2))
    one = [("generate", 1), ("refine", 1), ("verify", 1), *[("refine", 1), ("verify", 1)] * 10]
    assert model.stages == one * 2
    assert task.papers == []


def test_thirty_iterations_are_the_end_of_a_run(tmp_path: Path) -> None:
    """A proof that passes four times and fails, again and again, is never accepted."""
    model = examined(cycle([1, 1, 1, 1, 0]))
    assert play(tmp_path / "run", model, Passes(runs=1)).papers == []
    assert len(model.of("verify")) == 1 + 30
    assert len(model.of("refine")) == 1 + 6


def test_what_cannot_be_read_is_neither_a_pass_nor_a_failure(tmp_path: Path) -> None:
    """Prose does not end a row of passes, nor does it have the proof corrected."""
    model = examined(iter([1, 1, "?", 1, 1, 1]))
    task = play(tmp_path / "run", model, Passes())
    assert model.stages == [("generate", 1), ("refine", 1), ("verify", 6)]
    assert task.papers == ["proof 1"]
    again = examined(iter(["?", "?", 1, 1, 1, 1, 1]))
    play(tmp_path / "again", again, Passes(reask=2))
    assert again.stages == [("generate", 1), ("refine", 1), ("verify", 7)]


def test_a_proof_that_was_cut_off_replaces_none(tmp_path: Path) -> None:
    """A run without a first proof is over; a correction that was cut off leaves the one before."""
    said = iter(["cut", "whole", "cut", "cut", "whole"])

    def write(asked: Asked) -> Said:
        text = paper(f"proof {asked.turn}")
        return cut(text) if next(said) == "cut" else text

    scores = iter([0, 1, 1, 1, 1, 1])
    model = Mathematician(write, verify=lambda proof, nth: boxed(next(scores)))
    task = play(tmp_path / "run", model, Passes())
    assert model.stages == [
        ("generate", 2),
        ("refine", 1),
        ("verify", 1),
        ("refine", 2),
        ("verify", 5),
    ]
    assert {asked.proof for asked in model.of("refine")} == {"proof 1"}
    assert task.papers == ["proof 5"]


def test_small_errors_pass_where_the_setting_says_so(tmp_path: Path) -> None:
    """With a pass score of 0.5 a proof with details left out is handed in."""
    model = examined(cycle([0.5]))
    assert len(play(tmp_path / "run", model, Passes(pass_score=0.5)).papers) == 1


def test_the_ceiling_counts_all_runs() -> None:
    """10 runs of a proof, an improvement and 30 corrections, each examined once."""
    assert Passes().ceiling(1) == Ceiling(generations=10 * 32, questions=10 * 31)


@pytest.mark.parametrize("settings", [{"passes": "0"}, {"reask": "-1"}, {"pass_score": "0.7"}])
def test_settings_that_make_no_sense_are_refused(settings: dict[str, str]) -> None:
    """A mistake is told before anything is asked."""
    with pytest.raises(UsageError, match=next(iter(settings))):
        load_strategy("passes", settings)


@pytest.mark.parametrize("strategy", [Passes(), Refine()])
def test_proofs_are_not_written_where_programs_are_handed_in(
    tmp_path: Path, strategy: Passes | Refine
) -> None:
    """The run stops before anything is asked, instead of bringing zeros for thousands of texts."""
    asked: list[Request] = []

    def says_anything(request: Request) -> Reply:
        asked.append(request)
        return program("all=1")

    with pytest.raises(UnsupportedError, match="of one programs are handed in"):
        play_code(tmp_path, strategy, says_anything)
    assert not asked
