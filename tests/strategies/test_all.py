"""What holds for every strategy: the contest's limit, and that nothing hidden can be reached."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.backend import Reply, Request
from harness.errors import UnsupportedError
from harness.plugins import STRATEGIES, load_strategy, names
from harness.session import Session
from harness.strategy import Budgeted
from harness.task import Extraction
from harness.types import (
    AnswerBody,
    CodeBody,
    Contest,
    Equivalence,
    Feedback,
    FeedbackLevel,
    FileRef,
    FinishReason,
    Grade,
    Problem,
    ProofBody,
    RubricItem,
    Submission,
    SubmissionKind,
    Subtask,
)
from harness.types import Test as OneTest
from sandbox.judge import CodeJudge
from tasks.packages.cms import read_package
from tests.fakes.packages import write_package
from tests.fakes.real_code import play_real
from tests.fakes.scripted import ScriptedBackend, ScriptedTask, contest, run_all, says, start_run
from tests.fakes.scripted_code import CodeTools, code_contest, play, program

UNLIMITED = "ceiling"
"""Hands in without a limit, and is no contestant."""

NO_PROGRAMS = ("vote", "refine", "passes")
"""Strategies for final answers or proofs, which refuse a problem that takes programs."""

SETTINGS: dict[str, dict[str, Any]] = {
    "single": {},
    "recorded": {},
    "vote": {"samples": 5},
    "filter-longest": {"candidates": 60, "keep": 60},
    "rounds": {"per_round": 2, "max_rounds": 30},
    "ceiling": {"candidates": 60},
    "refine": {"proofs": 4, "verifications": 2, "best": 2, "rounds": 2},
    "passes": {"runs": 2, "iterations": 3},
    "cluster-tournament": {"candidates": 8, "generators": 2, "validators": 2},
}
"""Every strategy, set so that it would hand in more than a small limit."""


def test_every_strategy_is_put_to_these_tests() -> None:
    """A strategy that comes with the program stands in the list above."""
    assert set(SETTINGS) == set(names(STRATEGIES))


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(set(SETTINGS) - {UNLIMITED}))
@settings(max_examples=8)
@given(data=st.data())
def test_no_strategy_hands_in_more_than_the_rules_allow(
    name: str, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Under ``ioi``, with any limit up to 50 and whatever a model says, no task gets more."""
    limit = data.draw(st.integers(1, 50), "limit")
    level = data.draw(st.sampled_from(FeedbackLevel), "feedback")
    dice = data.draw(st.randoms(use_true_random=False), "model")

    def say(request: Request) -> Reply:
        words = " ".join(
            f"{key}={dice.choice(['0', '0', '0.5', '1'])}" for key in ("small", "large")
        )
        sample = dice.choice(["ok", "ok", "no"])
        ending = dice.choice([FinishReason.STOP, FinishReason.STOP, FinishReason.LENGTH])
        reply = program(f"{words} sample={sample} n={request.turn}", trace=dice.randint(0, 9))
        return msgspec.structs.replace(reply, finish_reason=ending)

    of = code_contest(limit=limit, feedback=level)
    place = tmp_path_factory.mktemp("limit")
    strategy = load_strategy(name, SETTINGS[name])
    try:
        done = play(place, strategy, say, of)
    except UnsupportedError:
        assert name in NO_PROGRAMS
        return
    assert len(done.task.judged) <= limit
    end = done.only.end
    assert end is not None
    assert end.submissions == len(done.handed_in) <= limit
    assert isinstance(strategy, Budgeted) == (name != "recorded")
    if isinstance(strategy, Budgeted):
        most = strategy.ceiling(2)
        assert len(done.backend.asked) <= most.generations + most.questions


# --- what is hidden ----------------------------------------------------------------------------

CANARY = "CANARY1773"

HIDDEN: tuple[type, ...] = (
    Grade, Problem, CodeBody, AnswerBody, ProofBody, RubricItem, OneTest, Subtask, FileRef,
    Submission, Contest, CodeJudge, ScriptedTask, CodeTools, ScriptedBackend,
)  # fmt: skip
"""What holds tests, answers or marks, or leads to whoever does."""


def reachable(root: object) -> Iterator[object]:
    """Yield everything that public attributes, fields and items lead to."""
    seen: dict[int, object] = {}  # the objects are kept: an id may be given again
    waiting = [root]
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen[id(one)] = one
        yield one
        if isinstance(one, str | bytes | int | float | None):
            continue
        if isinstance(one, dict):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, list | tuple | set | frozenset):
            waiting += one
        else:
            for name in dir(one):
                if not name.startswith("_"):
                    value = getattr(one, name)
                    # A verb is called by the test itself; what it is bound to was seen.
                    waiting += [] if callable(value) else [value]


def check(*roots: object) -> None:
    for root in roots:
        for one in reachable(root):
            assert not isinstance(one, HIDDEN), type(one)
            if isinstance(one, str | bytes):
                text = one if isinstance(one, str) else one.decode("utf-8", "replace")
                assert CANARY not in text


def test_the_walk_finds_what_is_hidden() -> None:
    """The check above fails where there is something to find."""
    leak = {"a": [Extraction(kind=SubmissionKind.CODE, content=CANARY)]}
    with pytest.raises(AssertionError):
        check(leak)
    with pytest.raises(AssertionError, match="AnswerBody"):
        check((AnswerBody(expected="7", equivalence=Equivalence.EXACT),))


def test_nothing_that_a_verb_returns_leads_to_the_tests(tmp_path: Path, cache: Path) -> None:
    """With a real judge: tests, answers, checker, model solution and grades stay behind."""
    folder = write_package(tmp_path / "sum", samples=True)
    (folder / "tests" / "2-01.in").write_text(f"3 4\n{CANARY}\n")
    (folder / "tests" / "2-01.out").write_text(f"7 {CANARY}\n")
    for place in ("graders/grader.cpp", "solutions/model_solution/sum.cpp"):
        file = folder / place
        file.write_text(f"// {CANARY}\n{file.read_text()}")
    given = read_package(folder)
    looked: list[str] = []

    async def look(session: Session) -> None:
        check(session, session.view, session.prompt())
        answer = await session.ask()
        assert answer is not None
        check(answer, session.extract(answer))
        check(await session.own.samples(answer))
        check(await session.own.likeness(answer, [b"1 2\n"]))
        check(await session.own.program(answer, "int main() {}", "cpp", [b""]))
        told = await session.submit(answer)
        assert told is not None
        assert told.points == 40.0  # a hidden test failed
        check(told, session, session.random("x").random())
        looked.append(told.submission)

    with CodeJudge(cache=cache, sandbox="embedded") as judge:
        done = play_real(tmp_path, given, look, judge, "return a == 3 ? 0 : a + b;")
    assert looked == ["sum:bot:0#s1"]
    assert CANARY not in "".join(done.prompts)


def test_marks_and_expected_answers_stay_behind(tmp_path: Path) -> None:
    """Of answers and proofs neither the right one, nor a rubric, nor a reference is reached."""
    bodies: tuple[AnswerBody | ProofBody, ...] = (
        AnswerBody(expected=CANARY, equivalence=Equivalence.EXACT),
        ProofBody(
            rubric=(RubricItem(text=CANARY, points=7.0),), references=(CANARY,), notes=CANARY
        ),
    )
    seen: list[Feedback | None] = []

    async def look(session: Session) -> None:
        check(session, session.view, session.prompt())
        answer = await session.ask()
        assert answer is not None
        check(answer, session.extract(answer))
        if session.view.kind is SubmissionKind.ANSWER:
            seen.append(await session.submit(answer))
            check(seen, session)

    problems = (
        Problem(id=f"p{n}", title="", statement="?", max_points=7.0, body=body, hash=str(n))
        for n, body in enumerate(bodies)
    )
    backend = ScriptedBackend(lambda _: says("it is 7"))
    with start_run(tmp_path / "run", backend, contest(*problems, rules="ioi")) as writer:
        run_all(writer, backend, strategy=look)
        ends = [r for r in writer.replay() if type(r).__name__ == "AttemptEnd"]
    assert [end.status.value for end in ends] == ["done", "done"]  # type: ignore[union-attr]
    assert len(seen) == 1
