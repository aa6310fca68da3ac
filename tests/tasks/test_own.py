"""Contests of one's own: what a contest.toml beside packages makes of them, and its mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.data import DataStore
from harness.errors import PluginError, TaskDataError, UsageError
from harness.plugins import contest_file, load_task, task_names
from harness.types import CodeBody, Contest, FeedbackLevel
from tasks.own.task import OwnTask
from tests.fakes.kattis import LEGACY, SCORING, write
from tests.fakes.packages import write_package
from tests.fakes.plugins import install
from tests.fakes.polygon import polygon


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return the folder of a contest of three packages, each in another format."""
    folder = tmp_path / "in" / "spring"
    write(folder / "zeta", LEGACY)
    write_package(folder / "sum", samples=True)
    polygon(folder)
    (folder / "contest.toml").write_text('title = "Spring"\n')
    return folder


def say(home: Path, text: str) -> OwnTask:
    (home / "contest.toml").write_text(f'title = "Spring"\n{text}\n')
    return OwnTask(home / "contest.toml")


def contest_of(task: OwnTask, home: Path) -> Contest:
    return task.contest(DataStore(home / "data"))


def test_a_folder_of_packages_is_a_task(home: Path) -> None:
    """One line is enough: packages of three formats become problems A, B and C."""
    assert "spring" in task_names([home.parent])
    assert "spring" not in task_names()
    task = load_task("spring", [home.parent])
    assert contest_file(task) == str(home / "contest.toml")
    contest = task.contest(DataStore(home / "data"))
    assert (contest.id, contest.title, contest.rules) == ("spring", "Spring", "icpc")
    assert [(p.id, Path(p.folder).name) for p in contest.problems] == [
        ("A", "sum"),
        ("B", "two-numbers"),
        ("C", "zeta"),
    ]


def test_the_folder_itself_or_its_file_can_be_named(home: Path) -> None:
    """However near the user points, it is the same task, and it is there once."""
    for include in ([home], [home / "contest.toml"], [home.parent, home]):
        assert task_names(include).count("spring") == 1
        assert load_task("spring", include).id == "spring"


def test_order_and_labels_are_the_contest_s(home: Path) -> None:
    """Problems come in the order and by the names of the contest; the others are not in it."""
    contest = contest_of(say(home, 'problems = ["zeta", "sum"]\nlabels = ["P1", "P2"]'), home)
    assert [(p.id, Path(p.folder).name) for p in contest.problems] == [
        ("P1", "zeta"),
        ("P2", "sum"),
    ]


def test_rules_bring_their_feedback_and_medals_their_kind(home: Path) -> None:
    """Under ioi a medal is a line in points, under icpc a place."""
    olympiad = contest_of(say(home, 'rules = "ioi"\nmedals = {silver = 50, gold = 90.5}'), home)
    assert olympiad.feedback is FeedbackLevel.OI_RESTRICTED
    assert [(line.medal, line.points) for line in olympiad.cutoffs] == [
        ("gold", 90.5),
        ("silver", 50),
    ]
    assert not olympiad.medal_places
    assert [p.id for p in olympiad.problems] == ["sum", "two-numbers", "zeta"]
    finals = contest_of(say(home, "medals = {gold = 4}"), home)
    assert [(place.medal, place.last) for place in finals.medal_places] == [("gold", 4)]
    assert contest_of(say(home, 'rules = "points"'), home).rules == "independent"


def limits(contest: Contest) -> dict[str, float]:
    return {p.id: p.body.time_limit_s for p in contest.problems if isinstance(p.body, CodeBody)}


def test_other_time_limits_are_never_silent(home: Path) -> None:
    """A limit that is not the package's changes the contest's hash and is in its notes."""
    plain = contest_of(say(home, ""), home)
    doubled = contest_of(say(home, "time_factor = 2\ntime_limits = {C = 0.5}"), home)
    before = limits(plain)
    assert limits(doubled) == {"A": 2 * before["A"], "B": 2 * before["B"], "C": 0.5}
    assert plain.hash != doubled.hash
    assert not plain.notes
    assert any("2 times" in note for note in doubled.notes)
    assert any(note.startswith("C: the time limit is 0.5 s") for note in doubled.notes)
    assert set(limits(contest_of(say(home, "time_limit = 3.5"), home)).values()) == {3.5}


def test_a_package_that_lacks_tests_is_left_out_unless_the_contest_says_otherwise(
    home: Path,
) -> None:
    """Left out by name with the key that would let it in; let in, every result says so."""
    (home / "zeta" / "data" / "secret" / "2.ans").unlink()
    contest = contest_of(say(home, ""), home)
    assert [p.id for p in contest.problems] == ["A", "B"]
    assert "allow_missing = true" in contest.left_out[0].reason
    contest = contest_of(say(home, "allow_missing = true"), home)
    assert [p.id for p in contest.problems] == ["A", "B", "C"]
    assert "C: judged without 1 tests, such as secret/2" in contest.notes[0]


def test_a_package_without_a_time_limit_says_how_to_measure_one(home: Path) -> None:
    """It is left out by name, with the command."""
    (home / "zeta" / ".timelimit").unlink()
    (left,) = contest_of(say(home, ""), home).left_out
    assert f"harness selftest {home / 'zeta'}" in left.reason


def test_a_model_is_asked_with_samples_where_the_statement_has_none(home: Path) -> None:
    """Kattis keeps samples beside the statement; hidden tests stay hidden."""
    task = say(home, "")
    problem = contest_of(task, home).problems[2]
    text = task.prompt(problem, "cpp").messages[0].content
    assert "You are a contestant of Spring" in text
    assert "Sample input 1:\n\n```\n1 2\n```" in text
    assert "11" not in text
    assert "5 6" not in text
    assert "{{" not in text


def test_functions_are_asked_for_where_there_is_a_grader(home: Path) -> None:
    """A package with a grader has no main function to write."""
    task = say(home, "")
    problem = contest_of(task, home).problems[0]
    assert "header `sum.h`" in task.prompt(problem, "cpp").messages[0].content
    assert "whole program" not in task.prompt(problem, "cpp").messages[0].content


def test_the_language_of_an_answer_is_what_its_block_says(home: Path) -> None:
    """Any language of the contest may be handed in; the first is taken where nothing is said."""
    task = say(home, 'languages = ["python3", "cpp"]\nproblems = ["zeta"]')
    problem = contest_of(task, home).problems[0]
    assert task.defaults.prompt_language == "python3"
    for said, key in (("py", "python3"), ("cpp", "cpp"), ("", "python3")):
        found = task.extract(problem, f"```{said}\nx\n```")
        assert found is not None
        assert (found.language, found.content) == (key, "x\n")
    assert task.extract(problem, "```rust\nx\n```") is None
    assert task.extract(problem, "") is None


def test_scored_packages_keep_their_points(home: Path) -> None:
    """An olympiad in the problem package format is worth what its groups are worth."""
    write(home / "zeta", SCORING)
    contest = contest_of(say(home, 'rules = "ioi"\nproblems = ["zeta"]'), home)
    assert contest.total_points == 100


MISTAKES = {
    'titel = "x"': "unknown field `titel`",
    'rules = "imo"': "Invalid enum value 'imo'",
    'problems = ["sums"]': "no package sums",
    'labels = ["A"]': "1 labels for the 3 packages sum, two-numbers, zeta",
    'labels = ["A", "A", "B"]': "labels has A twice",
    'labels = ["A", "../B", "C"]': "'../B' cannot be a label",
    'languages = ["c++"]': "'c++' is no language",
    'name = "Spring Contest"': "'Spring Contest' cannot be the name of a task",
    "time_limit = 0": "a time limit is not between 0 and 600 s",
    "time_limit = 1\ntime_factor = 2": "contradict each other",
    "time_limits = {Z = 1}": "time_limits names Z, which is no label",
    "medals = {gold = 0.5}": "medals of an ICPC are places",
    'packages = "elsewhere"': "there is no folder",
    'packages = "~no.such.user"': "packages=~no.such.user: there is no such user",
    'packages = "a\\u0000b"': "packages holds a NUL character",
    'rules = "ioi"\nmedals = {gold = nan}': "a medal line is not 0 or more",
    "medals = {gold = 8, silver = 4}": "the medal lines contradict each other",
    'rules = "ioi"\nmedals = {silver = 3, bronze = 4}': "the medal lines contradict each other",
    "attempts = 10000000": "attempts is more than 1,000,000",
    "attempts = 0": "attempts and submission_limit are 1 or more",
    "title": "contest.toml",
}


@pytest.mark.parametrize("text", MISTAKES)
def test_a_mistake_in_the_file_is_named_with_the_file(home: Path, text: str) -> None:
    """The error names the contest file, what is wrong, and the next step."""
    with pytest.raises(TaskDataError) as caught:
        contest_of(say(home, text), home)
    assert str(home / "contest.toml") in caught.value.message
    assert MISTAKES[text] in caught.value.message
    assert caught.value.hint


def test_a_statement_that_is_a_link_out_of_the_package_is_sent_to_no_model(home: Path) -> None:
    """A package of somebody else's could have it lead to any file of this machine."""
    (home / "secret").write_text("mine")
    (home / "zeta" / "problem_statement").rename(home / "elsewhere")
    (home / "zeta" / "statement.md").symlink_to("../secret")
    with pytest.raises(TaskDataError, match="is a link that leaves the package"):
        contest_of(say(home, ""), home)
    (home / "zeta" / "statement.md").unlink()
    (home / "zeta" / "statement.md").write_text("Add.")
    assert contest_of(say(home, ""), home).problems[2].statement == "Add."


def test_a_near_miss_of_a_key_is_offered(home: Path) -> None:
    """A misspelt key is not passed over in silence."""
    with pytest.raises(TaskDataError) as caught:
        say(home, 'langauges = ["cpp"]')
    assert caught.value.hint == "did you mean languages?"


def test_two_packages_of_one_name_are_both_named(home: Path) -> None:
    """Which of them is meant cannot be guessed."""
    write(home / "more" / "zeta", LEGACY)
    with pytest.raises(TaskDataError) as caught:
        contest_of(say(home, ""), home)
    assert str(home / "zeta") in caught.value.message
    assert str(home / "more" / "zeta") in caught.value.message


def test_a_broken_file_does_not_hide_other_tasks(home: Path) -> None:
    """Whoever has many contests can run all others while one is mended."""
    (home / "contest.toml").write_text("title = ")
    assert {"demo", "spring"} <= set(task_names([home.parent]))
    assert load_task("demo", [home.parent]).id == "demo"
    with pytest.raises(TaskDataError, match=r"contest\.toml"):
        load_task("spring", [home.parent])


def test_duplicate_names_name_both_places(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two contests of one name, and a contest with the name of a plugin, are refused."""
    write(tmp_path / "other" / "zeta", LEGACY)
    (tmp_path / "other" / "contest.toml").write_text('title = "Other"\nname = "spring"\n')
    with pytest.raises(PluginError) as caught:
        load_task("spring", [home, tmp_path / "other"])
    for place in (home, tmp_path / "other"):
        assert str(place / "contest.toml") in caught.value.message
    install(tmp_path / "site", "spring-dist", "spring = nowhere:Nothing")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    with pytest.raises(PluginError, match=r"spring-dist and .*contest\.toml"):
        load_task("spring", [home])


def test_near_misses_know_one_s_own_contests(home: Path) -> None:
    """A misspelt name of one's own contest is told with the right one."""
    with pytest.raises(PluginError) as caught:
        load_task("sprnig", [home])
    assert caught.value.hint == "did you mean spring?"


def test_a_folder_that_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    """A misspelt path is no empty list of contests."""
    with pytest.raises(UsageError, match="there is no such folder"):
        task_names([tmp_path / "nowhere"])
