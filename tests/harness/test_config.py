"""Settings and pairs are read as people write them, and mistakes are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.cli.parser import parse
from harness.config import parse_pairs, settings
from harness.errors import PluginError, UsageError
from harness.plugins import BACKENDS, TASKS, load_backend, load_task, names


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("", {}),
        ("model=m,base_url=http://h:1/v1", {"model": "m", "base_url": "http://h:1/v1"}),
        ("base-url=x", {"base_url": "x"}),
        ("file=a.jsonl,b.jsonl,model=m", {"file": "a.jsonl,b.jsonl", "model": "m"}),
        ('{"model": "m", "tries": 3}', {"model": "m", "tries": "3"}),
        ("key=a=b", {"key": "a=b"}),
    ],
)
def test_pairs_are_read(text: str, pairs: dict[str, str]) -> None:
    """key=value lists and JSON objects give the same settings."""
    assert parse_pairs(text, "--model-args") == pairs


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("nonsense", "not key=value"),
        ("{bad", "not valid JSON"),
        ('{"a":' + "[" * 100_000, "not valid JSON"),
        ("a=1,a=2", "given twice"),
    ],
)
def test_broken_pairs_are_named(text: str, says: str) -> None:
    """A malformed list names the flag and what is wrong with it."""
    with pytest.raises(UsageError, match=f"--model-args: .*{says}"):
        parse_pairs(text, "--model-args")


def test_hyphen_and_underscore_are_the_same() -> None:
    """--model_args and --model-args are one flag, with = or a blank."""
    for words in (["--model_args", "a=b_c"], ["--model-args=a=b_c"], ["--model_args=a=b_c"]):
        assert parse(["run", "--task", "demo", *words], {}).model_args == "a=b_c"


@pytest.mark.parametrize("flag", ["-n", "--n", "--num_samples", "--epochs", "--repeats"])
def test_flags_of_other_harnesses_are_understood(flag: str) -> None:
    """The spellings users bring along mean the same."""
    assert parse(["run", "-t", "demo", flag, "4"], {}).num_samples == 4


def test_without_a_verb_it_is_run() -> None:
    """A bare harness --task demo means harness run --task demo."""
    assert parse(["--task", "demo"], {}).command == "run"


def test_environment_stands_in_for_flags_and_flags_win() -> None:
    """HARNESS_MAX_TOKENS is --max-tokens, unless the flag is given."""
    environment = {"HARNESS_MAX_TOKENS": "17", "HARNESS_NO_REPORT": "1"}
    found = parse(["run", "-t", "demo"], environment)
    assert (found.max_tokens, found.no_report) == (17, True)
    assert parse(["run", "-t", "demo", "--max-tokens", "5"], environment).max_tokens == 5


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["run", "--taks", "demo"], "--task"),
        (["rnu"], "invalid choice: 'rnu'"),
        (["run", "-t", "demo", "--top-p", "2"], "2 is not a number between 0 and 1"),
        (["run", "-t", "demo", "-n", "0"], "0 is not a positive whole number"),
        (["run", "-t", "demo", "-n", "x"], "x is not a positive whole number"),
        ([], "no command given"),
        (["report"], "required: RUN"),
        (["data", "add", "demo"], "required: DIR"),
    ],
)
def test_wrong_flags_are_usage_errors(argv: list[str], says: str) -> None:
    """A wrong command line is one error with a next step, and no traceback."""
    with pytest.raises(UsageError) as caught:
        parse(argv, {})
    assert says in str(caught.value)
    assert caught.value.exit_code == 64


@pytest.mark.parametrize(
    "words",
    [
        ["pkg", "a.c", "b", "--expected", "--language", "c"],
        ["pkg", "--expected", "a.c", "b", "--language", "c"],
        ["--language", "c", "pkg", "a.c", "--expected", "b"],
        ["--expected", "--language", "c", "pkg", "a.c", "b"],
    ],
)
def test_flags_may_stand_anywhere_among_the_other_words(words: list[str]) -> None:
    """Also between a package and its submissions; a mistake is still the same mistake."""
    found = parse(["judge", *words], {})
    assert (found.package, found.submissions) == ("pkg", ["a.c", "b"])
    assert (found.expected, found.language) == (True, "c")
    with pytest.raises(UsageError, match="unrecognized arguments: --expectd") as caught:
        parse(["judge", *words, "--expectd"], {})
    assert "did you mean --expected" in caught.value.hint


def test_targets_and_runs_may_stand_on_both_sides_of_a_flag() -> None:
    """Of every command that takes several of something."""
    assert parse(["selftest", "a", "--all", "b"], {}).targets == ["a", "b"]
    assert parse(["report", "r1", "-o", "out", "r2"], {}).runs == ["r1", "r2"]
    assert parse(["report", "-o", "out", "--", "-r"], {}).runs == ["-r"]


def test_the_data_store_can_be_elsewhere() -> None:
    """HARNESS_DATA moves the data store; a relative path is made absolute."""
    assert settings({"HARNESS_DATA": "/srv/x"}).data == Path("/srv/x")
    assert settings({"HARNESS_DATA": "x"}).data == Path.cwd() / "x"
    assert settings({}).data.is_absolute()


@pytest.mark.parametrize("name", ["HARNESS_DATA", "HARNESS_CACHE"])
def test_the_home_of_nobody_is_named(name: str) -> None:
    """A path under the home of a user who does not exist is an error that names the setting."""
    with pytest.raises(UsageError, match=f"{name}=~nosuchuser/x: there is no such user"):
        settings({name: "~nosuchuser/x"})


def test_unknown_plugins_are_named_with_near_misses() -> None:
    """A misspelt task or backend is an error that offers the nearest names."""
    with pytest.raises(PluginError, match="did you mean ioi2025"):
        load_task("ioi2052")
    with pytest.raises(PluginError, match="did you mean replay"):
        load_backend("repaly")


def test_plugins_come_in_by_entry_point() -> None:
    """What the program ships is listed among the plugins of anyone."""
    assert {"demo", "ioi2025"} <= set(names(TASKS))
    assert {"openai", "replay", "oracle"} <= set(names(BACKENDS))


@pytest.mark.parametrize(
    ("flag", "unsafe", "variable", "found"),
    [
        (None, False, None, "auto"),
        (None, False, "docker", "docker"),
        ("embedded", False, "docker", "embedded"),
        (None, True, "docker", "unsafe"),
        ("unsafe", True, None, "unsafe"),
    ],
)
def test_the_tier_is_resolved(
    flag: str | None, unsafe: bool, variable: str | None, found: str
) -> None:
    """A flag wins over the environment, which wins over the default."""
    given = {"HARNESS_SANDBOX": variable} if variable else {}
    assert settings(given, sandbox=flag, unsafe=unsafe).sandbox == found
    words = ["run", "--task", "x", *(["--unsafe"] if unsafe else [])]
    words += ["--sandbox", flag] if flag else []
    args = parse(words, given)
    assert settings(given, sandbox=args.sandbox, unsafe=args.unsafe).sandbox == found


def test_a_tier_that_is_none_is_a_mistake() -> None:
    """Wherever it was named, and when isolation is asked for and given up at once."""
    for given, flag in (({"HARNESS_SANDBOX": "vm"}, None), ({}, "vm")):
        with pytest.raises(UsageError, match="'vm'") as caught:
            settings(given, sandbox=flag)
        assert "embedded" in caught.value.hint
    with pytest.raises(UsageError, match="contradict"):
        settings({}, sandbox="docker", unsafe=True)
