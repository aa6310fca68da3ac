"""Candidates are filtered and handed in longest first, as DeepSeek-V3.2-Speciale did."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import pytest

from harness.backend import Reply, Request
from harness.errors import UsageError
from harness.plugins import load_strategy
from harness.store import LOG, RunWriter
from harness.strategies.filter_longest import FilterLongest
from harness.strategies.refusals import admits, phrases
from harness.strategy import Ceiling
from harness.types import FeedbackLevel, FinishReason, NoteKind, Verdict
from tests.fakes.scripted import ScriptedBackend
from tests.fakes.scripted_code import code_contest, code_problem, play, play_on, program


def says(*replies: Reply) -> Callable[[Request], Reply]:
    return lambda request: replies[request.turn]


def cut(reply: Reply) -> Reply:
    return msgspec.structs.replace(reply, finish_reason=FinishReason.LENGTH)


def numbered(count: int) -> list[Reply]:
    """Return so many different programs; the later, the longer they were thought about."""
    return [program(f"n={n} all=0", trace=n) for n in range(count)]


def numbers(programs: Sequence[str]) -> list[int]:
    return [int(text.split()[0].removeprefix("n=")) for text in programs]


def test_the_fifty_longest_of_what_remains_are_handed_in_longest_first(tmp_path: Path) -> None:
    """500 are asked for; samples, length and refusals drop some; 50 go out in order of length."""
    replies = numbered(500)
    replies[499] = program("n=499 sample=no", trace=900)
    replies[498] = cut(program("n=498", trace=800))
    replies[497] = program("n=497", trace=700, prose="I was unable to find more.")
    replies[496] = Reply(text="no program", reasoning="x" * 600, finish_reason=FinishReason.STOP)
    done = play(tmp_path, FilterLongest(), says(*replies))
    assert len(done.backend.asked) == 500
    assert numbers(done.handed_in) == list(range(495, 445, -1))
    assert "n=498" not in done.tools.tried  # what is dropped by its length is not tried


def test_equal_programs_are_handed_in_once(tmp_path: Path) -> None:
    """Of programs that are equal the longest thought about goes in, and leaves room for others."""
    replies = [program(f"n={n % 3}", trace=n) for n in range(9)]
    done = play(tmp_path, FilterLongest(candidates=9, keep=3), says(*replies))
    assert numbers(done.handed_in) == [2, 1, 0]


def test_the_contests_limit_holds_what_is_kept(tmp_path: Path) -> None:
    """Only as many are handed in as the rules allow, without a try at more."""
    done = play(tmp_path, FilterLongest(candidates=9), says(*numbered(9)), code_contest(limit=4))
    assert numbers(done.handed_in) == [8, 7, 6, 5]
    assert NoteKind.LIMIT not in {note.kind for note in done.only.notes}


def test_at_an_icpc_they_go_one_by_one_until_one_is_accepted(tmp_path: Path) -> None:
    """The longest first, and none after the accepted one."""
    replies = numbered(32)
    replies[29] = program("n=29 all=1", trace=29)
    of = code_contest(
        code_problem(subtasks={}), rules="icpc", limit=None, feedback=FeedbackLevel.VERDICT
    )
    done = play(tmp_path, FilterLongest(candidates=32), says(*replies), of)
    assert numbers(done.handed_in) == [31, 30, 29]
    end = done.only.end
    assert end is not None
    assert (end.verdict, end.rejected) == (Verdict.AC, 2)
    assert NoteKind.LIMIT not in {note.kind for note in done.only.notes}


def test_most_test_time_compute_goes_by_tokens(tmp_path: Path) -> None:
    """o3's IOI: no filter, tokens decide, and a server that counts none is measured in bytes."""
    o3 = FilterLongest(
        candidates=3, keep=2, samples=False, complete=False, refusals="none", measure="tokens"
    )
    some = [
        program("n=0", trace=9, tokens=10),
        cut(program("n=1 sample=no", trace=1, tokens=30)),
        program("n=2", trace=5, tokens=20),
    ]
    done = play(tmp_path / "a", o3, says(*some))
    assert numbers(done.handed_in) == [1, 2]
    assert done.tools.tried == []
    some[0] = msgspec.structs.replace(some[0], tokens_out=None)
    assert numbers(play(tmp_path / "b", o3, says(*some)).handed_in) == [0, 2]


def test_a_draw_is_the_same_again_and_another_of_another_attempt(tmp_path: Path) -> None:
    """Random order is a function of the attempt and the run's seed."""
    drawn = FilterLongest(candidates=30, keep=30, order="random", refusals="none")
    first, second = (play(tmp_path / name, drawn, says(*numbered(30))) for name in "ab")
    assert first.handed_in == second.handed_in
    assert sorted(numbers(first.handed_in)) == list(range(30))
    both = play(tmp_path / "c", drawn, says(*numbered(30)), attempts=2)
    orders = [
        [both.run.text(s.content) for s in attempt.submissions]
        for attempt in both.attempts.values()
    ]
    assert orders[0] == first.handed_in
    assert orders[1] != orders[0]


def test_the_model_may_be_asked_who_gives_up(tmp_path: Path) -> None:
    """Each remaining candidate is shown to the model once, and its last word decides."""

    def say(request: Request) -> Reply:
        asked = request.messages[-1].content
        if "REFUSAL" not in asked:
            return program(f"n={request.turn}", trace=request.turn)
        verdict = "REFUSAL." if "n=2" in asked else "No refusal: SOLUTION"
        return Reply(text=f"Let me see.\n{verdict}", finish_reason=FinishReason.STOP)

    strategy = FilterLongest(candidates=4, refusals="model")
    done = play(tmp_path, strategy, say)
    assert numbers(done.handed_in) == [3, 1, 0]
    assert len(done.backend.asked) == 8
    assert strategy.ceiling(6) == Ceiling(generations=4, questions=4)


@pytest.mark.parametrize(
    ("text", "admitted"),
    [
        ("I'm sorry, but I can\u2019t solve\nthis.", True),
        ("<think>I give up</think> Sort, then scan.", False),
        ("Sort.\n```cpp\n// I give up on large N\n```\nDone.", False),
        ("Sort.\n```cpp\nint x;\n```\nFor large N I was  unable to do it.", True),
        ("Sort.\n```cpp\n// I give up: the block is cut off", False),
        ("It cannot be solved greedily, so we take a flow.", False),
    ],
)
def test_refusals_are_told_by_the_prose(text: str, admitted: bool) -> None:
    """Thoughts and programs are not looked at; line ends and apostrophes do not matter."""
    assert admits(text) is admitted


def test_the_phrases_are_written_as_they_are_looked_for() -> None:
    """Each is in lower case, with single blanks, and given once."""
    assert len(set(phrases())) == len(phrases()) > 20
    assert all(phrase == " ".join(phrase.lower().split()) for phrase in phrases())


@pytest.mark.parametrize("kept", [1, 9, 17, 30])
def test_an_attempt_that_was_cut_is_taken_up_where_it_was(tmp_path: Path, kept: int) -> None:
    """From a log of so many lines: nothing is asked or tried twice, and the same is handed in."""
    replies = [program(f"n={n} all=0 sample={'no' if n % 3 else 'ok'}", trace=n) for n in range(9)]
    strategy = FilterLongest(candidates=9, order="random", refusals="none")
    whole = play(tmp_path, strategy, says(*replies))
    log = tmp_path / "run" / LOG
    lines = log.read_bytes().splitlines(keepends=True)
    before = [line for line in lines[:kept] if b'"generation"' in line[:30]]
    tried = [line for line in lines[:kept] if b'"trial"' in line[:30]]
    log.write_bytes(b"".join(lines[:kept]))
    with RunWriter(tmp_path / "run") as writer:
        again = play_on(writer, ScriptedBackend(says(*replies)), strategy)
    assert again.handed_in == whole.handed_in
    assert len(again.backend.asked) == 9 - len(before)
    assert len(again.tools.tried) == 9 - len(tried)


@pytest.mark.parametrize(
    ("settings", "said"),
    [({"candidates": "0"}, "candidates is 0"), ({"keep": "0"}, "keep is 0"), ({"order": "x"}, "x")],
)
def test_settings_that_mean_nothing_are_refused(settings: dict[str, str], said: str) -> None:
    """A mistake is found before anything is asked."""
    with pytest.raises(UsageError, match=said):
        load_strategy("filter-longest", settings)
