"""Whose problem a generation is of is known, or told to be unknown: never guessed."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from harness.errors import RecordingError, UsageError
from harness.foreign.found import Found, Origin
from harness.foreign.matching import How, Match, Matcher, core, read_map
from harness.types import Contest, LeftOut, Problem
from tests.fakes.scripted import contest, problem

LONG = "Let $n$ be a whole number above two hundred. How many \\(k\\) are there with $k^2 < n$?"
OTHER = "Find the sum of the digits of the largest of all those numbers that are equal to another."


def stated(name: str, statement: str) -> Problem:
    return msgspec.structs.replace(problem(name), statement=statement)


def of(*problems: Problem) -> Contest:
    return contest(*(problems or (stated("alpha", LONG), stated("2", OTHER))))


def found(*names: str, says: str = "") -> Found:
    return Found(
        origin=Origin(tool="t", file="f", sha256="0"),
        place="line 1",
        names=names,
        statements=(says,) if says else (),
        text="7",
    )


def test_a_name_that_is_ours_is_believed() -> None:
    """Whatever its case, and where no statement says otherwise."""
    assert Matcher(of()).match(found("Alpha")) == Match(problem="alpha", how=How.NAME)


def test_a_statement_is_known_however_it_is_set() -> None:
    """White space and the marks of mathematics differ between copies of one problem."""
    other = LONG.replace("$n$", "\\(n\\)").replace(" ", "\n", 3)
    assert Matcher(of()).match(found("their-17", says=other)).how is How.STATEMENT
    assert core("a  $b$") == core("a\n\\(b\\)")


def test_a_statement_is_found_inside_a_prompt() -> None:
    """What was asked holds the statement, with instructions around it."""
    said = f"Solve the following. Put the answer into a box.\n\n{LONG}\n\nThink first."
    match = Matcher(of()).match(found("their-17", says=said))
    assert (match.problem, match.how) == ("alpha", How.STATEMENT)


def test_a_short_statement_is_not_looked_for_inside_others() -> None:
    """Two words stand in many texts by chance."""
    matcher = Matcher(of(stated("alpha", "What is it?")))
    assert matcher.match(found("x", says="What is it? And why?")).how is None
    assert matcher.match(found("x", says="What is it?")).how is How.STATEMENT


def test_a_number_with_another_statement_is_not_our_problem() -> None:
    """Problem 2 of another contest is no answer to ours."""
    match = Matcher(of()).match(found("2", says="Another question altogether, of another contest."))
    assert (match.problem, match.how) == ("", None)
    assert "its name is the number 2" in match.reason
    assert Matcher(of()).match(found("2")).how is How.NAME
    assert Matcher(of()).match(found("2", says=OTHER)).how is How.BOTH


def test_a_field_that_holds_the_name_is_no_other_statement() -> None:
    """``problem`` holds a number in one file, and a text in the next."""
    assert Matcher(of()).match(found("2", says="2")).how is How.NAME
    assert Matcher(of()).match(found("Alpha", says="alpha")).how is How.NAME
    assert Matcher(of()).match(found("2", "Find x.", says="Find x.")).how is None


def test_a_name_with_another_statement_is_taken_and_told() -> None:
    """A translation, or another version: whoever imports it sees how many."""
    match = Matcher(of()).match(found("alpha", says="Sei n eine ganze Zahl über zweihundert."))
    assert (match.problem, match.how) == ("alpha", How.DIFFERENT)


def test_a_name_and_a_statement_of_two_problems_match_neither() -> None:
    """One of them is wrong, and nobody knows which."""
    match = Matcher(of()).match(found("alpha", says=OTHER))
    assert match.how is None
    assert match.reason == "its name is that of alpha, its statement that of 2"


def test_a_text_with_two_statements_matches_neither() -> None:
    """Examples in a prompt may be problems of ours as well."""
    match = Matcher(of()).match(found("x", says=f"First: {LONG} Then: {OTHER}"))
    assert "holds the statements of 2 and alpha" in match.reason


def test_a_problem_that_is_left_out_here_is_known_by_name() -> None:
    """Its generations are kept for when its tests come in."""
    whole = of()
    left = LeftOut(id="beta", title="Beta", max_points=10, reason="no tests")
    some = msgspec.structs.replace(whole, left_out=(left,))
    assert Matcher(some).match(found("beta")).problem == "beta"


def test_the_map_has_the_first_word() -> None:
    """It may bring a name to a problem, or leave it out; names that no row has are told."""
    matcher = Matcher(of(), {"their-17": "alpha", "their-18": None, "their-19": "2"})
    assert matcher.match(found("their-17", says=OTHER)) == Match(problem="alpha", how=How.MAP)
    assert matcher.match(found("their-18")).reason == "the map leaves it out"
    assert matcher.unused == ("their-19",)


def test_a_map_is_json_or_two_columns(tmp_path: Path) -> None:
    """Both say the same."""
    table, tree = tmp_path / "m.csv", tmp_path / "m.json"
    table.write_text('"their, 17",alpha\n\ntheir-18,\n')
    tree.write_text(json.dumps({"their, 17": "alpha", "their-18": None}))
    assert read_map(table, ("alpha",)) == read_map(tree, ("alpha",))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x,alpa\n", "no such problem"),
        ("x,alpha\nx,alpha\n", "line 2: x is there twice"),
        ("x\n", "line 1: not two columns"),
        (",alpha\n", "line 1: not two columns"),
    ],
)
def test_a_map_with_a_mistake_is_refused_by_line(text: str, words: str, tmp_path: Path) -> None:
    """A name that is wrong in the map would be a problem that nobody answered."""
    file = tmp_path / "m.csv"
    file.write_text(text)
    with pytest.raises(UsageError, match=words):
        read_map(file, ("alpha",))


def test_a_map_of_something_else_is_refused(tmp_path: Path) -> None:
    """Numbers are no problems, and bytes are no names."""
    file = tmp_path / "m.json"
    file.write_text('{"x": 3}')
    with pytest.raises(RecordingError, match=r"Expected `str \| null`, got `int`"):
        read_map(file, ("alpha",))
    file.write_bytes(b"x,\xff\n")
    with pytest.raises(UsageError, match="not a CSV in UTF-8"):
        read_map(file, ("alpha",))
