"""Settings from flags, the environment, .env and a file: one run, however it was said."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

import pytest

from harness.cli.parser import parse
from harness.config import Environment, dotted, environment
from harness.errors import ConfigError, UsageError

FLAGS = (
    *("--task", "demo,ioi2025", "--model", "openai", "--model-args", '{"model":"M","top_k":20}'),
    *("--strategy", "vote", "--num-samples", "8", "--temperature", "0.6", "--no-report"),
    *("--judge-model", "openai", "--judge-args", '{"model":"J"}', "--judge-model", "vllm"),
    *("--judge-args", "{}", "--jury", "imo", "--include-path", "a", "--include-path", "b"),
    *("--fail-on-error", "0.5", "--sandbox", "docker", "--phase", "generate"),
)

TOML = """
tasks = ["demo", "ioi2025"]
model = "openai"
strategy = "vote"
n = 8
temperature = 0.6
no-report = true
include_path = ["a", "b"]
fail_on_error = 0.5
sandbox = "docker"
phase = "generate"
unsafe = false
[model_args]
model = "M"
top_k = 20
[jury]
name = "imo"
[[jury.models]]
model = "openai"
args = {model = "J"}
[[jury.models]]
model = "vllm"
"""

YAML = """
task: demo,ioi2025
model: openai
model-args: {model: M, top_k: 20}
strategy: vote
num_samples: 8
temperature: 0.6
no_report: true
jury: imo
judge_model: [openai, vllm]
judge_args: [{model: J}, {}]
include_path: [a, b]
fail_on_error: 0.5
sandbox: docker
phase: generate
"""


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def settled(*words: str, given: Mapping[str, str] | None = None) -> dict[str, object]:
    """Return what a command line comes to, but for where it is from."""
    args = vars(parse(["run", *words], given or {}))
    return {name: args[name] for name in args if name not in ("origins", "parser", "config")}


def parsed(*words: str, given: Mapping[str, str] | None = None) -> argparse.Namespace:
    return parse(["run", *words], given or {})


def write(name: str, text: str) -> str:
    Path(name).write_text(text)
    return name


@pytest.mark.parametrize(("name", "text"), [("run.toml", TOML), ("run.yaml", YAML)])
def test_a_file_is_the_same_run_as_its_flags(name: str, text: str) -> None:
    """Which way settings come changes nothing of a run, nor of what it is a run of."""
    assert settled("--config", write(name, text)) == settled(*FLAGS)
    assert settled(given={"HARNESS_CONFIG": name}) == settled(*FLAGS)


def test_variables_are_the_same_run_as_their_flags() -> None:
    """Each flag has a variable of its name."""
    given = {
        "HARNESS_TASK": "demo",
        "HARNESS_MODEL": "openai",
        "HARNESS_MODEL_ARGS": "model=M",
        "HARNESS_NUM_SAMPLES": "8",
        "HARNESS_NO_REPORT": "1",
        "HARNESS_JUDGE_MODEL": "openai",
    }
    flags = ("-t", "demo", "-m", "openai", "-a", "model=M", "-n", "8", "--no-report")
    assert settled(given=given) == settled(*flags, "--judge-model", "openai")


def test_flags_win_over_variables_and_these_over_the_file() -> None:
    """One order, told of each setting."""
    write("run.toml", "temperature = 0.1\ntop_p = 0.1\nmax_tokens = 1\nsandbox = 'docker'\n")
    given = {"HARNESS_TOP_P": "0.2", "HARNESS_MAX_TOKENS": "2", "HARNESS_SANDBOX": "embedded"}
    args = parsed("-C", "run.toml", "--max_tokens=3", given=given)
    assert (args.temperature, args.top_p, args.max_tokens) == (0.1, 0.2, 3)
    # Read from the environment by whoever asks for the sandbox: the file must not stand before it.
    assert args.sandbox is None
    assert args.origins == {
        "config": "flag",
        "temperature": "run.toml",
        "top_p": "HARNESS_TOP_P",
        "max_tokens": "flag",
        "sandbox": "HARNESS_SANDBOX",
    }


MISTAKES = {
    "tempreture = 1": "there is no setting 'tempreture'",
    "temperature = 'warm'": "run.toml: temperature: warm is not a number",
    "temperature = true": "run.toml: temperature is True",
    "no_report = 1": "run.toml: no_report is 1",
    "phase = 'later'": "run.toml: phase: there is no 'later'",
    "n = 2\nnum-samples = 3": "num-samples says again what num_samples is",
    "config = 'other.toml'": "there is no setting 'config'",
    "temperature = ": "run.toml:",
    "jury = {models = ['x']}": "the table jury is not name and models",
}


@pytest.mark.parametrize("text", MISTAKES)
def test_a_mistake_in_the_file_names_the_file(text: str) -> None:
    """The file, the key and the next step are named; nothing is ignored."""
    with pytest.raises(ConfigError) as caught:
        parsed("--config", write("run.toml", text))
    assert MISTAKES[text] in caught.value.message
    assert caught.value.hint


def test_near_misses_of_keys_are_offered() -> None:
    """As for flags."""
    with pytest.raises(ConfigError) as caught:
        parsed("--config", write("run.toml", "tempreture = 1"))
    assert caught.value.hint == "did you mean temperature?"


def test_a_mistake_in_a_variable_names_the_variable() -> None:
    """And not a flag that nobody gave."""
    with pytest.raises(UsageError, match="HARNESS_TEMPERATURE: warm is not a number"):
        parsed(given={"HARNESS_TEMPERATURE": "warm"})


def test_a_variable_of_a_flag_without_a_value_is_yes_or_no() -> None:
    """A word that is neither is not taken for a no."""
    assert parsed(given={"HARNESS_DRY_RUN": "Yes"}).dry_run is True
    assert parsed(given={"HARNESS_DRY_RUN": "off"}).dry_run is False
    with pytest.raises(UsageError, match="HARNESS_DRY_RUN is 'y'"):
        parsed(given={"HARNESS_DRY_RUN": "y"})


def test_other_commands_do_not_stop_over_a_run_s_settings() -> None:
    """A variable or a file for runs keeps nobody from listing tasks."""
    given = {"HARNESS_TEMPERATURE": "warm", "HARNESS_CONFIG": "nowhere.toml"}
    assert parse(["tasks"], given).command == "tasks"


def test_a_file_that_is_not_there_is_named() -> None:
    """With the kinds of files there may be."""
    with pytest.raises(ConfigError, match=r"nowhere\.toml: No such file"):
        parsed("--config", "nowhere.toml")


def test_dotenv_adds_what_the_environment_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Our variables and keys are taken from it, others are not, and none is replaced."""
    monkeypatch.setenv("HARNESS_TASK", "demo")
    write(".env", "HARNESS_TASK=ioi2025\nexport HARNESS_MODEL='openai'\nX_API_KEY=k\nPATH=/evil\n")
    found = environment()
    assert (found["HARNESS_TASK"], found["HARNESS_MODEL"]) == ("demo", "openai")
    assert found["X_API_KEY"] == "k"
    assert found["PATH"] != "/evil"
    assert dotted(found) == {"HARNESS_MODEL", "X_API_KEY"}
    assert parsed(given=found).origins == {
        "task": "HARNESS_TASK",
        "model": "HARNESS_MODEL in .env",
    }


UNPROTECTED = (
    "HARNESS_UNSAFE=1",
    "HARNESS_SANDBOX=unsafe",
    "HARNESS_CACHE=programs",
    "HARNESS_MODEL_ARGS=pretrained=M,python=./theirs",
    "HARNESS_JUDGE_ARGS='{\"trust_remote_code\": true}'",
)


@pytest.mark.parametrize("line", UNPROTECTED)
def test_dotenv_cannot_give_up_isolation(line: str) -> None:
    """Somebody else's folder must not have programs run unprotected."""
    write(".env", line)
    with pytest.raises(ConfigError, match="gives up isolation"):
        environment()


@pytest.mark.parametrize(
    "text",
    ["unsafe = true", "sandbox = 'unsafe'", "model_args = {python = './theirs'}"],
)
def test_a_settings_file_that_dotenv_names_cannot_give_up_isolation(text: str) -> None:
    """Nor by a file that the file names; one that the user names may."""
    write("theirs.toml", text)
    write(".env", "HARNESS_CONFIG=theirs.toml")
    with pytest.raises(ConfigError, match=r"theirs\.toml gives up isolation"):
        parsed(given=environment())
    parsed("-C", "theirs.toml", given=environment())
    parsed(given={"HARNESS_CONFIG": "theirs.toml"})


@pytest.mark.parametrize("words", [("-C", "run.toml"), ("-Crun.toml",), ("--config=run.toml",)])
def test_a_settings_file_is_read_however_its_flag_is_written(words: tuple[str, ...]) -> None:
    """The short flag may have its value glued to it, as all short flags may."""
    write("run.toml", "temperature = 0.1")
    assert parsed(*words).temperature == 0.1


def test_without_dotenv_the_environment_is_the_process_s() -> None:
    """Nothing is copied, and nothing came from a file."""
    assert dotted(environment()) == frozenset()
    mixed = Environment({"A": "1"}, {"A": "2", "B": "3"})
    assert (dict(mixed), len(mixed)) == ({"A": "1", "B": "3"}, 2)
