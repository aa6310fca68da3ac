"""A recording gives back what was recorded, and says where it is broken."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from harness.backend import Backend, NotGenerated, Reply, Request
from harness.backends.replay import open_backend
from harness.cli.manifest import strategy
from harness.errors import HarnessError, RecordingError, UsageError
from harness.history import history
from harness.store import RunFolder
from harness.strategies.filter_longest import FilterLongest
from harness.strategies.recorded import solve as recorded_turns
from harness.strategies.rounds import Rounds
from harness.strategies.single import Single
from harness.strategy import Strategy
from harness.types import (
    AttemptEnd,
    AttemptStatus,
    FinishReason,
    Grade,
    LeftOut,
    Note,
    NoteKind,
    Record,
    Sampling,
    Submission,
)
from tests.fakes.scripted import (
    ScriptedBackend,
    ScriptedTask,
    contest,
    context,
    problem,
    run_all,
    start_run,
)
from tests.fakes.scripted_code import CodeTask, CodeTools, code_contest

NO = NotGenerated(reason="nothing")


def row(**more: Any) -> dict[str, Any]:
    return {"problem": "one", "contestant": "bot", "text": "it is 7", **more}


def recorded(place: Path, *rows: dict[str, Any], **args: str) -> Backend:
    file = place / "said.jsonl"
    file.write_text("".join(json.dumps(item) + "\n" for item in rows))
    return open_backend(context(contest(), {"file": str(file), **args}))


def ask(backend: Backend, sample: int = 0, turn: int = 0, who: str = "bot") -> Reply | NotGenerated:
    request = Request(
        contestant=who,
        problem="one",
        sample=sample,
        turn=turn,
        messages=(),
        sampling=Sampling(),
        seed=1,
    )
    return asyncio.run(backend.generate(request))


def text_of(reply: Reply | NotGenerated) -> str:
    assert isinstance(reply, Reply)
    return reply.text


def test_what_was_recorded_comes_back(tmp_path: Path) -> None:
    """Text, reasoning, tokens and the way it ended are those of the line."""
    line = row(sample=3, reasoning="hm", tokens_out=12, tokens_in=5, finish_reason="length")
    reply = ask(recorded(tmp_path, line), sample=3)
    assert reply == Reply(
        text="it is 7",
        reasoning="hm",
        finish_reason=FinishReason.LENGTH,
        tokens_in=5,
        tokens_out=12,
    )


def test_without_a_word_about_it_the_end_of_a_text_is_unknown(tmp_path: Path) -> None:
    """A recording that does not say how a text ended is not taken to have stopped by itself."""
    reply = ask(recorded(tmp_path, row()))
    assert isinstance(reply, Reply)
    assert reply.finish_reason is FinishReason.RECORDED


def test_lines_without_numbers_are_samples_in_order(tmp_path: Path) -> None:
    """The first line of a contestant is sample 0, the next sample 1."""
    backend = recorded(tmp_path, row(text="a"), row(contestant="other"), row(text="b"))
    assert backend.samples("bot", "one") == (0, 1)
    assert [text_of(ask(backend, sample)) for sample in (0, 1)] == ["a", "b"]


def test_submission_numbers_are_turns_of_one_sample(tmp_path: Path) -> None:
    """Rows numbered by submission belong to one attempt, one turn after the other."""
    backend = recorded(tmp_path, row(submission=2, text="b"), row(submission=1, text="a"))
    assert backend.samples("bot", "one") == (0,)
    assert [text_of(ask(backend, 0, turn)) for turn in (0, 1)] == ["a", "b"]
    assert isinstance(ask(backend, 0, 2), NotGenerated)


def test_a_pool_is_one_attempt_with_every_sample_a_turn(tmp_path: Path) -> None:
    """The samples of a contestant at a problem come in order, and then the recording ends."""
    rows = [row(sample=n, text=f"it is {n}") for n in (7, 3, 5)]
    rows += [row(sample=0, problem="two"), row(sample=4, contestant="other")]
    backend = recorded(tmp_path, *rows, pool="true")
    assert backend.samples("bot", "one") == (0,)
    assert [backend.turns("bot", "one", n) for n in (0, 3)] == [3, 0]
    assert [text_of(ask(backend, turn=n)) for n in range(3)] == ["it is 3", "it is 5", "it is 7"]
    assert ask(backend, turn=3) == NotGenerated(reason="the recording ends here")
    assert backend.turns("other", "one", 0) == backend.turns("bot", "two", 0) == 1


@pytest.mark.parametrize(
    ("strategy", "numbers"),
    [
        (FilterLongest(candidates=500, keep=2), [3, 1]),
        (Rounds(target="task", per_round=1), [0, 1, 3]),
        (Rounds(target="task", per_round=2), [1, 3]),
    ],
)
def test_a_policy_is_replayed_from_a_pool(
    tmp_path: Path, strategy: Strategy, numbers: list[int]
) -> None:
    """It asks until the pool is used up, past what was never generated, and ends without a note."""
    texts = ["PROGRAM n=0", "PROGRAM n=1", None, "PROGRAM n=3"]
    backend = recorded(
        tmp_path,
        *(row(sample=n, text=text, reasoning="x" * n) for n, text in enumerate(texts)),
        pool="true",
    )
    with start_run(tmp_path / "run", backend, code_contest(), attempts=None) as writer:
        task, tools = CodeTask(writer.record.contest), CodeTools()
        run_all(writer, backend, task, strategy, tools=tools)  # type: ignore[arg-type]
        done = history(writer)["one:bot:0"]
        said = [writer.text(submission.content) for submission in done.submissions]
    assert said == [f"n={n}" for n in numbers]
    notes = {(note.kind, note.text) for note in done.notes}
    assert notes == {(NoteKind.NOT_GENERATED, "the recording holds no text")}


def test_nothing_recorded_is_nothing_generated(tmp_path: Path) -> None:
    """A null text is an attempt without a submission, with the reason the line gives."""
    backend = recorded(tmp_path, row(text=None, status="not generated"))
    assert ask(backend) == NotGenerated(reason="not generated")


def test_an_empty_text_is_a_generation(tmp_path: Path) -> None:
    """A model that said nothing did generate: its text is empty, not absent."""
    assert text_of(ask(recorded(tmp_path, row(text="", language="cpp")))) == ""


def test_a_bare_source_becomes_a_code_block(tmp_path: Path) -> None:
    """A source that names its language is fenced; prose that holds blocks is left alone."""
    bare = ask(recorded(tmp_path, row(text='char*s="``` ";', language="cpp")))
    assert text_of(bare).startswith("````cpp\n")
    prose = "Here:\n```cpp\nint x;\n```\n"
    assert text_of(ask(recorded(tmp_path, row(text=prose, language="cpp")))) == prose


def test_rows_of_other_tasks_are_passed_over(tmp_path: Path) -> None:
    """One file may hold several contests; only this one's rows are played."""
    backend = recorded(tmp_path, row(task="elsewhere", contestant="x"), row(task="scripted"))
    assert [contestant.id for contestant in backend.contestants] == ["bot"]


def test_reference_contestants_are_marked(tmp_path: Path) -> None:
    """A text that no model wrote is labelled as a reference."""
    backend = recorded(tmp_path, row(kind="reference"), row(contestant="m"))
    assert {c.id: c.kind for c in backend.contestants} == {"bot": "reference", "m": "recorded"}


def test_contestants_can_be_chosen(tmp_path: Path) -> None:
    """Only the contestants asked for are played, in the order asked for."""
    rows = [row(contestant=name) for name in "abc"]
    backend = recorded(tmp_path, *rows, contestants="c+a")
    assert [contestant.id for contestant in backend.contestants] == ["c", "a"]


def test_a_problem_that_is_left_out_is_no_mistake(tmp_path: Path) -> None:
    """Rows of a problem that cannot be judged here are kept out without an error."""
    left = LeftOut(id="two", title="Two", max_points=5.0, reason="no tests")
    file = tmp_path / "said.jsonl"
    file.write_text(json.dumps(row(problem="two")) + "\n" + json.dumps(row()) + "\n")
    of = contest(problem("one"))
    whole = type(of)(
        **{name: getattr(of, name) for name in of.__struct_fields__} | {"left_out": (left,)}
    )
    assert open_backend(context(whole, {"file": str(file)})).samples("bot", "one") == (0,)


def play(place: Path, strategy: Strategy, *rows: dict[str, Any]) -> list[Record]:
    """Return what a run of these rows leaves in its log."""
    backend = recorded(place, *rows)
    of = contest(problem("one"), rules="ioi")
    with start_run(place / "run", backend, of, attempts=None) as writer:
        run_all(writer, backend, strategy=strategy)
        return list(writer.replay())


def test_every_turn_of_a_sample_is_handed_in(tmp_path: Path) -> None:
    """The strategy for recordings hands in each row in its turn, past one without a submission."""
    rows = [row(submission=n + 1, text=text) for n, text in enumerate(("8", None, "", "7", "9"))]
    records = play(tmp_path, recorded_turns, *rows)
    assert [r.verdict.value for r in records if isinstance(r, Grade)] == ["WA", "AC", "WA"]
    (end,) = (r for r in records if isinstance(r, AttemptEnd))
    assert (end.status, end.points, end.submissions) == (AttemptStatus.DONE, 10.0, 3)


def test_a_text_without_a_submission_is_a_zero_though_the_next_was_never_made(
    tmp_path: Path,
) -> None:
    """Something was generated, so the attempt counts."""
    records = play(
        tmp_path, recorded_turns, row(submission=1, text=""), row(submission=2, text=None)
    )
    (end,) = (r for r in records if isinstance(r, AttemptEnd))
    assert (end.status, end.points) == (AttemptStatus.DONE, 0.0)


def test_turns_that_no_strategy_asked_for_are_noted(tmp_path: Path) -> None:
    """A strategy that asks once leaves a note about the rest of the recording."""
    rows = [row(submission=n) for n in (1, 2, 3)]
    records = play(tmp_path, Single(), *rows)
    notes = [(r.kind, r.text) for r in records if isinstance(r, Note)]
    assert notes == [(NoteKind.UNASKED, "3 were recorded, 1 asked for")]


def test_recordings_are_played_as_they_were(tmp_path: Path) -> None:
    """Unless told otherwise, recordings are handed in whole and models asked as their task says."""
    assert strategy(ScriptedTask(), recorded(tmp_path, row()), contest()) == "recorded"
    assert strategy(ScriptedTask(), ScriptedBackend(lambda _: NO), contest()) == "single"


def test_an_answer_cut_inside_a_character_is_judged(tmp_path: Path) -> None:
    """Half of a surrogate pair is handed in as a question mark: a verdict, not a fault of ours."""
    records = play(tmp_path, recorded_turns, row(text="7\ud83d"), row(text="7"))
    assert [(r.verdict.value, r.message) for r in records if isinstance(r, Grade)] == [
        ("WA", "not an integer"),
        ("AC", "compared as integers: 7"),
    ]
    kept = [r.content for r in records if isinstance(r, Submission)]
    assert RunFolder(tmp_path / "run").text(kept[0]) == "7?"


BROKEN: list[tuple[str, str]] = [
    ('{"z": ' + "[" * 100_000, "nested too deep"),
    ('{"problem": "one", "contestant": " ", "text": "x"}', "has no name"),
    ('{"problem": "one", "contestant": "\\ud83d", "text": "x"}', "half of a surrogate pair"),
    ('{"problem": "one", "contestant": "bot", "text": "x"', "line 2: column"),
    ('{"problem": "one", "contestant": "bot"}', "line 2: Object missing required field `text`"),
    ('{"problem": "one", "contestant": "bot", "text": 5}', "`$.text`"),
    ('{"problem": "onne", "contestant": "bot", "text": "x"}', "no problem 'onne'"),
    ('{"problem": "one", "contestant": "b", "text": "x", "sample": -1}', "counts from 0"),
    (
        '{"problem": "one", "contestant": "b", "text": "x", "submission": 2}',
        "no submission 1 comes before: b, one, sample 0, submission 2",
    ),
    ('{"problem": "one", "contestant": "b", "text": "x", "seconds": NaN}', "NaN is no number"),
    ('{"problem": "one", "contestant": "b", "text": "x", "cost": Infinity}', "is no number"),
    ('{"problem": "one", "contestant": "b", "text": "x", "seconds": 1e999}', "$.seconds"),
    ('{"problem": "one", "contestant": "b", "text": "x", "seconds": -0.5}', ">= 0.0 - at `$.sec"),
    ('{"problem": "one", "contestant": "b", "text": "x", "tokens_in": -1}', ">= 0 - at `$.tokens_"),
    ('{"problem": "one", "contestant": "b", "text": "x", "tokens_out": 1e30}', "$.tokens_out"),
    ('{"problem": "one", "contestant": "b", "text": "x", "sample": 9999999999}', "$.sample"),
    (
        '{"problem": "one", "contestant": "b", "text": "\\ud83d", "x": 1' + "0" * 5000 + "}",
        "digits",
    ),
    (
        '{"problem": "one", "contestant": "bot", "text": "x", "sample": 0}',
        "line 2: the same sample as line 1",
    ),
    (
        '{"problem": "one", "contestant": "bot", "text": "x", "kind": "reference"}',
        "another kind",
    ),
]


@pytest.mark.parametrize(("line", "said"), BROKEN)
def test_a_bad_line_is_named(tmp_path: Path, line: str, said: str) -> None:
    """File, line and what is wrong with it are in the error."""
    file = tmp_path / "said.jsonl"
    file.write_text(json.dumps(row()) + "\n" + line + "\n")
    with pytest.raises(RecordingError) as caught:
        open_backend(context(contest(), {"file": str(file)}))
    assert said in str(caught.value)
    assert f"{file}, line 2" in caught.value.message
    assert caught.value.hint


def test_bytes_that_are_no_text_are_named(tmp_path: Path) -> None:
    """A line that is not UTF-8 is an error with its place, not a crash."""
    file = tmp_path / "said.jsonl"
    file.write_bytes(b'{"problem": "one", "contestant": "bot", "text": "\xff"}\n')
    with pytest.raises(RecordingError, match="line 1"):
        open_backend(context(contest(), {"file": str(file)}))


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ({}, "needs a file"),
        ({"file": "absent.jsonl"}, "cannot be read"),
        ({"file": "~nosuchuser/x"}, "no such user"),
        ({"file": "said\0.jsonl"}, "NUL"),
        ({"flie": "x"}, "did you mean file"),
        ({"file": "said.jsonl", "contestants": "nobody"}, "no contestant 'nobody'"),
        ({"file": "said.jsonl", "pool": "yes"}, "pool=yes is neither true nor false"),
    ],
)
def test_wrong_settings_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: dict[str, str], said: str
) -> None:
    """A setting that is missing, misspelt or names nothing is an error with a next step."""
    monkeypatch.chdir(tmp_path)
    Path("said.jsonl").write_text(json.dumps(row()) + "\n")
    with pytest.raises((UsageError, RecordingError)) as caught:
        open_backend(context(contest(), args))
    assert said in str(caught.value)
    assert isinstance(caught.value, HarnessError)
    assert caught.value.hint


def test_a_file_without_the_task_says_what_it_holds(tmp_path: Path) -> None:
    """A recording of another contest is an error that names the contest it is of."""
    with pytest.raises(RecordingError, match="2 of elsewhere"):
        recorded(tmp_path, row(task="elsewhere"), row(task="elsewhere"))


def test_half_a_surrogate_pair_is_read(tmp_path: Path) -> None:
    """A text that was cut inside a character is read as far as it goes."""
    assert text_of(ask(recorded(tmp_path, row(text="it is 7 \ud83d")))) == "it is 7 \ud83d"


def test_a_byte_order_mark_and_windows_lines_are_read(tmp_path: Path) -> None:
    """A file saved by an editor of another system is read like any other."""
    file = tmp_path / "said.jsonl"
    lines = [json.dumps(row(text=text)) for text in ("a", "b")]
    file.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(lines).encode())
    backend = open_backend(context(contest(), {"file": str(file)}))
    assert [text_of(ask(backend, sample)) for sample in (0, 1)] == ["a", "b"]
