"""IMO 2025: reference solutions and rubrics come in, and only an approved rubric is used."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.data import DataStore
from harness.errors import TaskDataError
from harness.task import DataProblem
from harness.types import Contest, ProofBody
from harness.view import view_of
from tasks.imo.task import IMO2025
from tests.fakes.scripted import AnswersOnly

TOOLS = AnswersOnly()

ITEMS = """
[[items]]
text = "The answer."
points = 2

[[items]]
text = "The proof."
points = 5
"""


def add(source: Path, data: Path) -> dict[str, DataProblem]:
    found = IMO2025().add_data(DataStore(data), source, TOOLS)  # type: ignore[arg-type]
    return {problem.problem: problem for problem in found}


def contest(data: Path) -> Contest:
    return IMO2025().contest(DataStore(data))


def body(data: Path) -> ProofBody:
    found = contest(data).problems[0].body
    assert isinstance(found, ProofBody)
    return found


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Return a folder with all there can be of problem 1, and the statement of problem 2."""
    home = tmp_path / "in" / "p1"
    home.mkdir(parents=True)
    (home / "statement.md").write_text("Prove that $1 = 1$.")
    (home / "solution.md").write_text("By reflexivity.")
    (home / "rubric.toml").write_text(f"approved = true\n{ITEMS}")
    (tmp_path / "in" / "p2.md").write_text("Prove it again.")
    return tmp_path / "in"


def test_solution_and_approved_rubric_reach_the_jury_alone(source: Path, tmp_path: Path) -> None:
    """A problem has them in its body; a contestant's view and prompt have neither."""
    told = add(source, tmp_path / "data")
    assert told["p1"].notes == ("a statement, a reference solution, a rubric of 2 items",)
    assert told["p2"].notes == ("a statement",)
    assert told["p3"].missing == ("no statement found",)
    found = body(tmp_path / "data")
    assert found.references == ("By reflexivity.",)
    assert [(item.text, item.points) for item in found.rubric] == [
        ("The answer.", 2),
        ("The proof.", 5),
    ]
    problem = contest(tmp_path / "data").problems[0]
    seen = str(view_of(problem)) + str(IMO2025().prompt(problem, ""))
    assert "reflexivity" not in seen
    assert "The answer." not in seen
    assert not contest(tmp_path / "data").notes


@pytest.mark.parametrize("head", ["", "approved = false\n"])
def test_a_rubric_that_nobody_approved_is_not_used(source: Path, tmp_path: Path, head: str) -> None:
    """It is kept, and the command and every result say that it waits for a person."""
    (source / "p1" / "rubric.toml").write_text(head + ITEMS)
    told = add(source, tmp_path / "data")
    assert "rubric.toml is not approved and not used" in told["p1"].notes[1]
    assert body(tmp_path / "data").rubric == ()
    (note,) = contest(tmp_path / "data").notes
    assert note.startswith("p1: its rubric.toml is not approved")
    before = contest(tmp_path / "data").hash
    place = tmp_path / "data" / "imo2025" / "p1" / "rubric.toml"
    place.write_text(f"approved = true\napproved_by = 'somebody'\n{ITEMS}")
    assert len(body(tmp_path / "data").rubric) == 2
    assert contest(tmp_path / "data").hash != before


RUBRICS = {
    "points that are too few": (ITEMS.replace("5", "4"), "are worth 6 points; p1 has 7"),
    "points that are too many": (ITEMS.replace("5", "6"), "are worth 8 points; p1 has 7"),
    "no items": ("approved = true", "required field `items`"),
    "an item without a text": (ITEMS.replace('"The proof."', '""'), "length >= 1"),
    "points below zero": (ITEMS.replace("5", "-5"), "> 0"),
    "points that are words": (ITEMS.replace("5", '"five"'), "float"),
    "a word too many": (f"aproved = true\n{ITEMS}", "unknown field `aproved`"),
    "approval in words": (f'approved = "yes"\n{ITEMS}', "bool"),
    "no TOML": ("[[items]", "rubric.toml"),
}


@pytest.mark.parametrize("case", RUBRICS)
def test_a_rubric_that_is_none_is_refused(source: Path, tmp_path: Path, case: str) -> None:
    """The file is named where the user has it, and nothing of the folder comes in."""
    text, said = RUBRICS[case]
    (source / "p1" / "rubric.toml").write_text(text)
    with pytest.raises(TaskDataError) as caught:
        add(source, tmp_path / "data")
    assert said in caught.value.message
    assert str(source / "p1" / "rubric.toml") in caught.value.message
    assert not (tmp_path / "data").exists()


def test_what_is_no_text_is_refused(source: Path, tmp_path: Path) -> None:
    """Bytes of another encoding, and an empty statement, are named errors."""
    (source / "p2.md").write_bytes(b"Prove \xff")
    with pytest.raises(TaskDataError, match=r"p2\.md cannot be read as UTF-8"):
        add(source, tmp_path / "data")
    (source / "p2.md").write_text("\n")
    with pytest.raises(TaskDataError, match=r"p2\.md is empty"):
        add(source, tmp_path / "data")


@pytest.mark.parametrize("name", ["p1/solution.md", "p1/rubric.toml", "p2.md"])
def test_a_link_out_of_the_folder_is_refused(source: Path, tmp_path: Path, name: str) -> None:
    """What lies elsewhere on this machine does not come into a problem."""
    (tmp_path / "secret").write_text("A secret.")
    (source / name).unlink()
    (source / name).symlink_to(tmp_path / "secret")
    with pytest.raises(TaskDataError, match="link that leaves"):
        add(source, tmp_path / "data")


def test_a_solution_joins_its_statement_and_a_statement_replaces_all(
    source: Path, tmp_path: Path
) -> None:
    """A rubric that comes later is of the statement that is there; a new statement has none."""
    (tmp_path / "later" / "p1").mkdir(parents=True)
    (tmp_path / "later" / "p1" / "solution.md").write_text("It is plain.")
    with pytest.raises(TaskDataError, match=r"p1 has no statement\.md, and the data store has"):
        add(tmp_path / "later", tmp_path / "data")
    add(source, tmp_path / "data")
    add(tmp_path / "later", tmp_path / "data")
    found = body(tmp_path / "data")
    assert found.references == ("It is plain.",)
    assert len(found.rubric) == 2
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "p1.md").write_text("Prove that $2 = 2$.")
    add(tmp_path / "new", tmp_path / "data")
    assert contest(tmp_path / "data").problems[0].statement == "Prove that $2 = 2$."
    assert body(tmp_path / "data") == ProofBody()
