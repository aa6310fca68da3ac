"""LiveCodeBench's files: what comes in, what is left out, what is refused, and what is asked."""

from __future__ import annotations

import base64
import datetime
import json
import pickle
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.data import DataStore
from harness.errors import TaskDataError, UsageError
from harness.task import DataProblem
from harness.types import Certainty, CodeBody, Comparison, Contest
from tasks.livecodebench import sealed as sealing
from tasks.livecodebench.extract import last_fenced
from tasks.livecodebench.sealed import unsealed
from tasks.livecodebench.task import LiveCodeBench, LiveCodeBenchV5, LiveCodeBenchV6
from tests.fakes.livecodebench import HALVES, MEAN, PAIRS, SUM, cases, line, sealed, write
from tests.fakes.scripted import AnswersOnly

ALL = (SUM, HALVES, PAIRS, MEAN)


def add(source: Path, data: Path, task: LiveCodeBench | None = None) -> tuple[DataProblem, ...]:
    return (task or LiveCodeBench()).add_data(DataStore(data), source, AnswersOnly())  # type: ignore[arg-type]


def contest(data: Path, task: LiveCodeBench | None = None) -> Contest:
    return (task or LiveCodeBench()).contest(DataStore(data))


def test_programs_and_functions_come_in_with_all_their_tests(tmp_path: Path) -> None:
    """Public tests are samples without points; one point is for all tests; easy ones come first."""
    told = add(write(tmp_path / "test6.jsonl", *ALL), tmp_path / "data")
    assert [(one.problem, one.ready, one.tests) for one in told] == [
        ("sum", True, 3),
        ("halves", True, 2),
        ("pairs", True, 3),
        ("mean", True, 3),
    ]
    of = contest(tmp_path / "data")
    assert [(p.id, p.subset) for p in of.problems] == [
        ("mean", "easy"),
        ("sum", "easy"),
        ("halves", "medium"),
        ("pairs", "hard"),
    ]
    bodies = {problem.id: problem.body for problem in of.problems}
    program, function = bodies["sum"], bodies["pairs"]
    assert isinstance(program, CodeBody)
    assert isinstance(function, CodeBody)
    assert (program.comparison, function.comparison) == (Comparison.LINES, Comparison.VALUE)
    assert [test.args for test in function.tests] == [("neighbours",)] * 3
    assert program.samples == ("public-1",)
    assert [(s.points, len(s.tests)) for s in program.subtasks] == [(0.0, 1), (1.0, 3)]
    assert (program.time_limit_s, program.memory_limit_bytes) == (6.0, 4 << 30)
    assert of.judged_points == 4


def test_private_tests_may_be_plain_json(tmp_path: Path) -> None:
    """As theirs, which tries that first."""
    plain = {**SUM, "private_test_cases": cases([("3 4\n", "7\n"), ("-5 5\n", "0\n")], "stdin")}
    add(write(tmp_path / "a" / "test.jsonl", plain), tmp_path / "plain")
    add(write(tmp_path / "b" / "test.jsonl", SUM), tmp_path / "packed")
    (one,), (other,) = contest(tmp_path / "plain").problems, contest(tmp_path / "packed").problems
    assert one.hash == other.hash


def test_windows_are_by_date_and_release(tmp_path: Path) -> None:
    """test6.jsonl has problems of January 2025 too, which release_v5 has not."""
    folder = tmp_path / "in"
    day = "2025-01-25T18:30:00"
    write(folder / "test.jsonl", {**SUM, "contest_date": "2024-07-31T00:00:00"})
    write(folder / "test5.jsonl", {**HALVES, "contest_date": day})
    write(folder / "test6.jsonl", {**MEAN, "contest_date": day}, PAIRS)
    told = {one.problem: one for one in add(folder, tmp_path / "data", LiveCodeBenchV5())}
    note = "1 problems of livecodebench_v5 are in the data store; it is known to have 279"
    assert told["halves"].notes == ()
    assert told["sum"].notes == ("not in livecodebench_v5: it is of 2024-07-31, release 1",)
    assert told["pairs"].notes == (
        "not in livecodebench_v5: it is of 2025-03-02, release 6",
        note,
    )
    assert told["mean"].notes[0] == "not in livecodebench_v5: it is of 2025-01-25, release 6"
    held = {
        task.id: [p.id for p in contest(tmp_path / "data", task).problems]
        for task in (LiveCodeBench(), LiveCodeBenchV5(), LiveCodeBenchV6())
    }
    assert held == {
        "livecodebench": ["sum", "mean", "halves", "pairs"],
        "livecodebench_v5": ["halves"],
        "livecodebench_v6": ["mean", "halves", "pairs"],
    }
    (note,) = contest(tmp_path / "data", LiveCodeBenchV6()).notes
    assert note.endswith("it is known to have 454")
    assert contest(tmp_path / "data", LiveCodeBenchV6()).date == "2025-01-25"


def test_the_whole_window_has_no_note(tmp_path: Path) -> None:
    """454 problems are those that are published."""
    days = [datetime.date(2024, 8, 1) + datetime.timedelta(days=n % 270) for n in range(454)]
    rows = [{**SUM, "question_id": f"p{n}", "contest_date": str(d)} for n, d in enumerate(days)]
    told = add(write(tmp_path / "mine.jsonl", *rows), tmp_path / "data", LiveCodeBenchV6())
    assert {one.notes for one in told} == {()}
    of = contest(tmp_path / "data", LiveCodeBenchV6())
    assert (len(of.problems), of.notes) == (454, ())


def test_an_empty_store_says_what_brings_problems_in(tmp_path: Path) -> None:
    """The task is listed without its data."""
    (left,) = contest(tmp_path).left_out
    assert "harness data add livecodebench FILE" in left.reason


def unusable(tmp_path: Path, **columns: Any) -> str:
    add(write(tmp_path / "test6.jsonl", {**SUM, **columns}, MEAN), tmp_path / "data")
    of = contest(tmp_path / "data")
    assert [problem.id for problem in of.problems] == ["mean"]
    return of.left_out[0].reason


class Evil:
    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (Path("/tmp/this-file-must-never-be-made-by-a-test"),))


def packed(thing: object) -> str:
    return base64.b64encode(zlib.compress(pickle.dumps(thing))).decode()


@pytest.mark.parametrize(
    ("private", "reason"),
    [
        (packed(Evil()), "a pickle of more than a text"),
        (packed(["[]", "[]"]), "a pickle of more than a text"),
        (packed(b"[]"), "a pickle of more than a text"),
        (packed("[]")[:-8] + "AAAAAAAA", "private_test_cases are"),
        (packed("[]" * 999)[:16], "cut off"),
        ("not base64!", "neither JSON nor base64"),
        (base64.b64encode(b"no zlib").decode(), "no zlib data"),
        (sealed("{}"), "private_test_cases cannot be read"),
        (sealed(cases([("1", "2")], "functional")), "names no function, and a test of it is"),
    ],
)
def test_tests_that_cannot_be_read_leave_their_problem_out(
    tmp_path: Path, private: str, reason: str
) -> None:
    """A pickle is a program: nothing of it is carried out, and the other problems come in."""
    assert reason in unusable(tmp_path, private_test_cases=private)
    assert not Path("/tmp/this-file-must-never-be-made-by-a-test").exists()


def test_more_than_can_be_unpacked_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small file that unpacks to a huge one is stopped at the limit."""
    monkeypatch.setattr(sealing, "MAX_BYTES", 1 << 20)
    with pytest.raises(ValueError, match="more than 1 MiB when unpacked"):
        unsealed(packed("x" * (2 << 20)))


@given(st.text(), st.integers(0, pickle.HIGHEST_PROTOCOL))
def test_every_text_is_unpacked_as_it_was_packed(text: str, protocol: int) -> None:
    """By every version of the format."""
    data = base64.b64encode(zlib.compress(pickle.dumps(text, protocol))).decode()
    assert unsealed(data) == text


def test_values_that_are_no_json_leave_their_problem_out(tmp_path: Path) -> None:
    """A function is judged by JSON on both sides."""
    bad = line("mean", [("[1, 2]\n", "1.5")], [], function="mean")
    add(write(tmp_path / "test6.jsonl", bad), tmp_path / "data")
    assert "a test of it holds '', no JSON" in contest(tmp_path / "data").left_out[0].reason


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ({k: v for k, v in SUM.items() if k != "starter_code"}, "line 2: .*`starter_code`"),
        ({**SUM, "question_id": "../out"}, "line 2: the question_id '../out' is no name"),
        ({**SUM, "difficulty": "mean"}, r"line 2: .*\$\.difficulty"),
        ({**SUM, "contest_date": "soon"}, "line 2: the contest_date 'soon' is no date"),
        ({**MEAN, "question_title": "Other"}, "line 2: another problem mean than in .*line 1"),
        ([1], "line 2: Expected `object`"),
    ],
)
def test_a_line_that_is_no_problem_is_named_and_nothing_comes_in(
    tmp_path: Path, text: object, said: str
) -> None:
    """With the column, so that a file in another schema is known at once."""
    place = tmp_path / "test6.jsonl"
    place.write_text(json.dumps(MEAN) + "\n" + json.dumps(text) + "\n")
    with pytest.raises(TaskDataError, match=said):
        add(place, tmp_path / "data")
    assert not contest(tmp_path / "data").problems


def test_a_problem_that_comes_again_replaces_the_old_one(tmp_path: Path) -> None:
    """Two releases may be brought in one after the other."""
    add(write(tmp_path / "test6.jsonl", SUM, MEAN), tmp_path / "data")
    add(write(tmp_path / "test6.jsonl", {**SUM, "question_content": "New."}), tmp_path / "data")
    statements = {p.id: p.statement for p in contest(tmp_path / "data").problems}
    assert statements == {"mean": "The question of mean.", "sum": "New."}


def test_prompts_are_those_of_livecodebenchs_chat_models(tmp_path: Path) -> None:
    """With the starter code where a function is asked for."""
    add(write(tmp_path / "test6.jsonl", SUM, PAIRS), tmp_path / "data")
    task = LiveCodeBench()
    program, function = task.contest(DataStore(tmp_path / "data")).problems
    asked = task.prompt(program, "python3").messages[0].content
    assert asked.startswith("### Question:\nThe question of sum.\n\n### Format: Read the inputs")
    assert "```python\n# YOUR CODE HERE\n```\n\n### Answer: (use the" in asked
    asked = task.prompt(function, "python3").messages[0].content
    assert f"```python\n{PAIRS['starter_code']}\n```\n\n### Answer" in asked
    with pytest.raises(UsageError, match="'cpp'"):
        task.prompt(program, "cpp")


@pytest.mark.parametrize(
    ("text", "code", "certainty"),
    [
        ("```python\na\n```", "a", Certainty.CLEAR),
        ("```\na\n```\nor\n``` python\nb\nc\n```\nwhich is it.", "b\nc", Certainty.CLEAR),
        ("<think>```\nno\n```</think>\n```python\nyes\n```", "yes", Certainty.CLEAR),
        ("```\na\n```\n```cpp\nb", "", None),
        ("```\na\n```\ntext\n```cpp\nb", "text", Certainty.DOUBTFUL),
        ("```python\na", "", None),
        ("print(1)", "", None),
    ],
)
def test_what_stands_between_the_last_two_fences_is_judged(
    text: str, code: str, certainty: Certainty | None
) -> None:
    """As LiveCodeBench finds it, in whatever language, and with doubt where the count is odd."""
    found = last_fenced(text, "python3")
    assert (found.content if found else "") == code
    assert (found.certainty if found else None) is certainty
