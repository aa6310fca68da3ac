"""Protocols from the command line: a run by one, its resumption, the list, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.store import RunFolder
from harness.types import AttemptEnd, Generation, Prompt, Submission
from tests.e2e.test_demo import DEMO
from tests.e2e.test_mistakes import is_one_clear_error
from tests.e2e.test_resume import forget
from tests.fakes.command import Command
from tests.fakes.openai_server import says, serving
from tests.fakes.packages import SOLUTION
from tests.fakes.protocol_files import write_protocol
from tests.tasks.test_ioi2025 import write_worldmap

RECORDED = ("-m", "replay", "-a", f"file={DEMO},contestants=silent", "--no-report", "-q")
"""A recording in which nothing was said, so that a run is short: it is asked all the same."""


def asked(folder: Path) -> list[tuple[str, str]]:
    """Return the messages of the first question of a run, with their roles."""
    run = RunFolder(folder)
    first = next(record for record in run.replay() if isinstance(record, Prompt))
    return [(m["role"], m["content"]) for m in json.loads(run.text(first.text))]


def test_a_run_goes_by_its_protocol_and_keeps_it(harness: Command) -> None:
    """The file's prompts are asked; a run that is taken up goes by the protocol it began with."""
    place = write_protocol(harness.home / "own")
    outcome = harness("run", "--task", "demo", "--protocol", place, *RECORDED)
    assert outcome.code == 0, outcome.err
    folder = next((harness.home / "runs").iterdir())
    before = RunFolder(folder).record.spec
    assert before.protocol is not None
    first = asked(folder)
    assert first[0] == ("system", "You are a test.")
    assert first[1][0] == "user"
    assert first[1][1].startswith("Solve Calm Stretch: ")
    forget(folder)
    write_protocol(harness.home / "own", ("You are a test.", "You are another."), ("0.5", "0.7"))
    (place.parent / "ask.md").write_text("Never mind.")
    assert harness("run", "--resume", folder, "--no-report", "-q").code == 0
    assert RunFolder(folder).record.spec == before
    assert asked(folder) == first


REFUSED = {
    "a flag": (("--temperature", "0.5"), 64, ("[U001]", "--temperature is the protocol's to say")),
    "a task": (("--task", "ioi2025"), 64, ("[U001]", "demo/mine is for demo, not for ioi2025")),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_contradicts_a_protocol_is_one_clear_error(harness: Command, case: str) -> None:
    """A flag that says otherwise, or another contest, is refused before anything is asked."""
    words, code, said = REFUSED[case]
    place = write_protocol(harness.home / "own")
    task = () if "--task" in words else ("--task", "demo")
    outcome = harness("run", *task, *words, "--protocol", place, "-m", "oracle")
    is_one_clear_error(outcome, code, said)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--task", "ioi2025", "--protocol", "nc3"), ("[U001]", "no protocol 'nc3'", "nc2")),
        (
            ("--task", "ioi2025", "--protocol", "nemotron-cascade-2-python-audit"),
            ("[U002]", "asks for programs in python3, and ioi2025 takes cpp"),
        ),
    ],
)
def test_a_protocol_that_cannot_be_followed_is_refused_at_the_start(
    harness: Command, words: tuple[str, ...], said: tuple[str, ...]
) -> None:
    """Without a model or data, what is wrong with the protocol itself is what is said."""
    is_one_clear_error(harness("run", *words, "-m", "oracle"), 64, said)


def test_a_rule_breaker_is_refused_until_it_is_labelled(harness: Command) -> None:
    """A protocol that hands in without a limit runs only when it says that it is not legal."""
    broken = ('scope = "task"', 'scope = "none"')
    place = write_protocol(harness.home / "own", broken)
    outcome = harness("run", "--task", "demo", "--protocol", place, *RECORDED)
    is_one_clear_error(outcome, 64, ("[U002]", "contest-legal", "without a limit"))
    label = ("contest_legal = true", 'contest_legal = false\ndeviations = ["no limit"]')
    write_protocol(harness.home / "own", broken, label)
    assert harness("run", "--task", "demo", "--protocol", place, *RECORDED).code == 0


SOLVES = says(f"```cpp\n{SOLUTION}```", reasoning_content="Add them.")
PROVES = says("## Solution\n\nClear.\n\n## Self Evaluation\n\nIt is.\n\n\\boxed{1}")


@pytest.mark.parametrize(
    ("protocol", "asked_for"),
    [
        ("nc2-lite", 24),
        ("dsv32-speciale-lite", 50),
    ],
)
def test_a_published_way_is_one_command(harness: Command, protocol: str, asked_for: int) -> None:
    """By its alias, with a model behind a server: prompts, sampling and counts are the file's."""
    harness("data", "add", "ioi2025", write_worldmap(harness.home / "in"))
    with serving(SOLVES) as url:
        model = ("-m", "openai", "-a", f"model=tiny,base_url={url}")
        outcome = harness("run", "--task", "ioi2025", "--protocol", protocol, *model, "--no-report")
    assert outcome.code == 0, outcome.err
    run = RunFolder(next((harness.home / "runs").iterdir()))
    records = list(run.replay())
    kept = run.record.spec.protocol
    assert kept is not None
    roles = [role for role, _ in asked(run.path)]
    assert roles == (["system", "user"] if kept.prompt.system else ["user"])
    # One program said so often is handed in once, and wins all.
    assert sum(isinstance(record, Generation) for record in records) == asked_for
    (end,) = (record for record in records if isinstance(record, AttemptEnd))
    assert (end.points, end.submissions) == (100.0, 1)
    assert run.record.spec.sampling.temperature == kept.sampling.temperature == 1.0


def test_a_protocol_of_proofs_ends_with_a_mark(harness: Command) -> None:
    """The proof loop runs by its protocol to the proof that is handed in, and a jury marks it."""
    (harness.home / "in").mkdir()
    (harness.home / "in" / "p1.md").write_text("Prove that $1 = 1$.")
    added = harness("data", "add", "imo2025", harness.home / "in")
    assert "p1: ready" in added.out, added.err
    marks = says("Nothing is missing. \\boxed{6}")
    with serving(PROVES) as url, serving(marks) as other:
        outcome = harness(
            *("run", "--task", "imo2025", "--protocol", "nc2-lite", "--no-report"),
            *("-m", "openai", "-a", f"model=tiny,base_url={url}"),
            *("--judge-model", "openai", "--judge-args", f"model=judge,base_url={other}"),
        )
    assert outcome.code == 0, outcome.err
    run = RunFolder(next((harness.home / "runs").iterdir()))
    records = list(run.replay())
    (end,) = (record for record in records if isinstance(record, AttemptEnd))
    assert end.points == 6
    (submission,) = (record for record in records if isinstance(record, Submission))
    assert "Clear." in run.text(submission.content)


def test_protocols_are_listed_and_told(harness: Command) -> None:
    """The list has a row for each, the JSON the same facts, and one is told whole by its name."""
    table = harness("protocols")
    assert table.code == 0, table.err
    rows = json.loads(harness("protocols", "--json").out)
    ids = [row["id"] for row in rows]
    assert ids == sorted(ids)
    listed = [line.split(" | ")[0].removeprefix("| ") for line in table.out.splitlines()]
    assert [name for name in listed if name in ids] == ids
    one = harness("protocols", "ioi2025/dsv32-speciale")
    assert one.code == 0, one.err
    assert one.out.startswith("ioi2025/deepseek-v3.2-speciale (also dsv32-speciale)\n")
    is_one_clear_error(harness("protocols", "dsv32"), 64, ("[U001]", "did you mean"))
