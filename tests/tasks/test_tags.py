"""Comments of jury programs declare results in DOMjudge's words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.types import Verdict
from tasks.packages.tags import Tags, read_tags

AC, WA, TLE, RTE = Verdict.AC, Verdict.WA, Verdict.TLE, Verdict.RTE


def read(*texts: str) -> Tags:
    return read_tags(tuple((f"{at}.py", text.encode()) for at, text in enumerate(texts)))


@pytest.mark.parametrize(
    ("text", "verdicts"),
    [
        ("# @EXPECTED_RESULTS@: CORRECT\n", {AC}),
        ("// @EXPECTED_RESULTS@: WRONG-ANSWER, TIMELIMIT", {WA, TLE}),
        ("/* @EXPECTED_RESULTS@: WRONG_ANSWER,TIME_LIMIT_EXCEEDED */\n", {WA, TLE}),
        ("# @expected_results@: accepted, run_time_error \r\n", {AC, RTE, Verdict.MLE}),
        ("<!-- @EXPECTED_RESULTS@: OUTPUT-LIMIT -->", {Verdict.OLE}),
        ("@EXPECTED_RESULTS@: NO-OUTPUT", {WA}),
        ("@EXPECTED_RESULTS@: COMPILER-ERROR", {Verdict.CE}),
        ("@EXPECTED_SCORE@: CORRECT", {AC}),
        ("@EXPECTED_RESULTS@: CHECK-MANUALLY", set()),
    ],
)
def test_results_become_verdicts(text: str, verdicts: set[Verdict]) -> None:
    """In every notation that is found in packages."""
    tags = read(text)
    assert set(tags.verdicts) == verdicts
    assert tags.results
    assert tags.note == ""


def test_scores_are_numbers() -> None:
    """With decimals, alone or beside results."""
    assert read("# @EXPECTED_SCORE@: 95.35\n").points == 95.35
    both = read("# @EXPECTED_SCORE@: 60\n# @EXPECTED_RESULTS@: CORRECT\n")
    assert (both.points, both.verdicts) == (60.0, (AC,))


def test_grades_are_one_for_each_group() -> None:
    """In order, up to the end of the line."""
    tags = read("#@EXPECTED_GRADES@ AC WA  TLE RTE\nWA = 1\n")
    assert [grade[0] for grade in tags.grades] == [AC, WA, TLE, RTE]
    assert read("#@EXPECTED_GRADES@ AC XX\n").note != ""


@pytest.mark.parametrize(
    "texts",
    [
        ("@EXPECTED_RESULTS@: CORRECT\n@EXPECTED_RESULTS@: TIMELIMIT\n",),
        ("@EXPECTED_RESULTS@: CORRECT\n", "@EXPECTED_RESULTS@: CORRECT\n"),
        ("@EXPECTED_SCORE@: 1\n@EXPECTED_SCORE@: 2\n",),
        ("@EXPECTED_RESULTS@: CORRECT\n@EXPECTED_SCORE@: CORRECT\n",),
        ("@EXPECTED_RESULTS@: MAYBE\n",),
        ("@EXPECTED_RESULTS@: CORRECT, 5\n",),
        ("@EXPECTED_SCORE@: 1e999\n",),
    ],
)
def test_what_is_not_clear_declares_nothing_and_says_so(texts: tuple[str, ...]) -> None:
    """Twice, or in unknown words."""
    tags = read(*texts)
    assert tags.note
    assert Tags(note=tags.note) == tags


def test_programs_without_tags_declare_nothing() -> None:
    """Binary files too."""
    assert read("print(1)\n") == Tags()
    assert read_tags((("x", bytes(range(256))),)) == Tags()


@given(text=st.text(alphabet="@EXPECTDRSULGAO_:, \nWATL-1.5é"), tail=st.text(max_size=20))
def test_any_text_is_read(text: str, tail: str) -> None:
    """No comment makes the reader fail."""
    for tag in ("RESULTS", "SCORE", "GRADES"):
        read(f"{text}@EXPECTED_{tag}@: {tail}")
