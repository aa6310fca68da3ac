"""A run does every attempt once, records it, and can be continued after any end."""

from __future__ import annotations

import resource
import shutil
import threading
import time
from collections import Counter
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.backend import NotGenerated, Reply, Request
from harness.board import boards, rows
from harness.desk import Phase
from harness.errors import BackendError, BoxError, ConfigError, JudgeError
from harness.prompts import Prompting
from harness.run import Windows, check_resumable
from harness.session import Session
from harness.store import LOG, RunFolder, RunWriter
from harness.types import (
    AttemptEnd,
    AttemptStatus,
    FinishReason,
    Generation,
    Grade,
    Message,
    Note,
    NoteKind,
    Submission,
)
from tests.fakes.scripted import (
    ScriptedBackend,
    ScriptedTask,
    contest,
    problem,
    run_all,
    says,
    start_run,
)


def said(text: str) -> Prompting:
    return Prompting(messages=(Message(role="user", content=text),), template_hash="")


def right_on_even(request: Request) -> Reply:
    return says("it is 7" if request.sample % 2 == 0 else "it is 8")


def ends(run: RunFolder) -> dict[str, AttemptEnd]:
    return {r.attempt: r for r in run.replay() if isinstance(r, AttemptEnd)}


def kinds(run: RunFolder) -> Counter[str]:
    return Counter(type(record).__name__ for record in run.replay())


def test_every_attempt_ends_with_its_points(tmp_path: Path) -> None:
    """Contestants x problems x samples attempts are made, and each is scored."""
    backend = ScriptedBackend(right_on_even, ("a", "b"))
    with start_run(tmp_path / "run", backend, attempts=4) as writer:
        meter = run_all(writer, backend)
        found = ends(writer)
    assert len(found) == 16 == meter.ended
    assert Counter(end.points for end in found.values()) == {10.0: 8, 0.0: 8}


def test_samples_have_seeds_of_their_own(tmp_path: Path) -> None:
    """No two requests share a seed, and the same run asks with the same seeds again."""
    asked = []
    for name in ("one", "two"):
        backend = ScriptedBackend(right_on_even, ("a", "b"))
        with start_run(tmp_path / name, backend, attempts=5) as writer:
            run_all(writer, backend)
        asked.append({(r.contestant, r.problem, r.sample): r.seed for r in backend.asked})
    assert asked[0] == asked[1]
    assert len(set(asked[0].values())) == 20
    assert all(0 <= seed < 2**63 for seed in asked[0].values())


def test_a_finished_run_has_nothing_left_to_do(tmp_path: Path) -> None:
    """Continuing a finished run asks nothing and writes nothing."""
    backend = ScriptedBackend(right_on_even)
    with start_run(tmp_path / "run", backend, attempts=3) as writer:
        run_all(writer, backend)
    before = (tmp_path / "run" / LOG).read_bytes()
    again = ScriptedBackend(right_on_even)
    with RunWriter(tmp_path / "run") as writer:
        meter = run_all(writer, again)
    assert (again.asked, meter.planned, meter.before) == ([], 0, 6)
    assert (tmp_path / "run" / LOG).read_bytes() == before


@settings(max_examples=40, deadline=None)
@given(share=st.floats(min_value=0, max_value=1))
def test_a_log_cut_anywhere_is_continued_to_the_same_scores(
    tmp_path_factory: pytest.TempPathFactory, share: float
) -> None:
    """From any prefix of a log, continuing gives the same results and repeats no generation."""
    base = tmp_path_factory.mktemp("cut")
    backend = ScriptedBackend(right_on_even, ("a", "b"))
    with start_run(base / "whole", backend, attempts=3) as writer:
        run_all(writer, backend)
        wanted = ends(writer)
    shutil.copytree(base / "whole", base / "cut")
    log = base / "cut" / LOG
    log.write_bytes(log.read_bytes()[: int(log.stat().st_size * share)])
    kept = kinds(RunFolder(base / "cut"))
    again = ScriptedBackend(right_on_even, ("a", "b"))
    task = ScriptedTask(contest())
    with RunWriter(base / "cut") as writer:
        run_all(writer, again, task)
        assert ends(writer) == wanted
        assert len(again.asked) == 12 - kept["Generation"]
        assert len(task.judged) == 12 - kept["Grade"]
        assert kinds(writer)["Generation"] == 12
        assert kinds(writer)["Grade"] == 12


def test_a_damaged_text_is_asked_for_again(tmp_path: Path) -> None:
    """A generation whose text a crash destroyed is made again; the others are not."""
    backend = ScriptedBackend(right_on_even)
    with start_run(tmp_path / "run", backend, attempts=2) as writer:
        run_all(writer, backend)
        wanted = ends(writer)
        lost = next(r for r in writer.replay() if isinstance(r, Generation))
    writer.blob_path(lost.text).write_bytes(b"")
    log = tmp_path / "run" / LOG
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join(line for line in lines if b'"end"' not in line))
    again = ScriptedBackend(right_on_even)
    with RunWriter(tmp_path / "run") as writer:
        run_all(writer, again)
        assert ends(writer) == wanted
        assert writer.text(lost.text) == "it is 7"
    assert {request.sample for request in again.asked} == {0}, "what was whole is asked again"


def test_nothing_generated_is_an_attempt_without_a_score(tmp_path: Path) -> None:
    """A recording that holds nothing gives an empty attempt: no points, not zero points."""
    backend = ScriptedBackend(lambda _: NotGenerated(reason="not generated"))
    with start_run(tmp_path / "run", backend) as writer:
        run_all(writer, backend)
        found = list(ends(writer).values())
        row = rows(writer)[0]
    assert {(end.status, end.points) for end in found} == {(AttemptStatus.EMPTY, None)}
    assert (row.mean_total, row.best_total) == (None, None)


def test_a_generation_without_a_submission_is_zero_and_noted(tmp_path: Path) -> None:
    """A model that answered, but handed in nothing, has zero points and a note saying so."""
    backend = ScriptedBackend(lambda _: says(""))
    with start_run(tmp_path / "run", backend, contest(problem("one"))) as writer:
        run_all(writer, backend)
        found = list(ends(writer).values())
        notes = [r.kind for r in writer.replay() if isinstance(r, Note)]
    assert [(end.status, end.points, end.verdict) for end in found] == [
        (AttemptStatus.DONE, 0.0, None)
    ]
    assert notes == [NoteKind.NOTHING_EXTRACTED]


def test_a_truncated_generation_is_judged_and_noted(tmp_path: Path) -> None:
    """Text cut off by the token limit is a result, with a note."""
    cut = Reply(text="so it is 7", finish_reason=FinishReason.LENGTH)
    backend = ScriptedBackend(lambda _: cut)
    with start_run(tmp_path / "run", backend, contest(problem("one"))) as writer:
        run_all(writer, backend)
        assert [end.points for end in ends(writer).values()] == [10.0]
        assert [r.kind for r in writer.replay() if isinstance(r, Note)] == [NoteKind.TRUNCATED]


def test_our_failure_is_void_and_tried_again_later(tmp_path: Path) -> None:
    """An attempt lost to the server is void, in no score, and made up for by continuing."""
    broken = ScriptedBackend(lambda r: BackendError("server gone") if r.sample else says("7"))
    with start_run(tmp_path / "run", broken, contest(problem("one")), attempts=2) as writer:
        meter = run_all(writer, broken)
        row = rows(writer)[0]
    assert meter.void == 1
    assert (row.mean_total, row.count(AttemptStatus.VOID)) == (10.0, 1)
    mended = ScriptedBackend(lambda _: says("8"))
    with RunWriter(tmp_path / "run") as writer:
        run_all(writer, mended)
        row = rows(writer)[0]
    assert [request.sample for request in mended.asked] == [1]
    assert (row.mean_total, row.count(AttemptStatus.VOID)) == (5.0, 0)


def test_a_judge_that_fails_once_is_asked_again(tmp_path: Path) -> None:
    """One failure of the judge costs nothing but a note; the generation is kept."""
    backend = ScriptedBackend(lambda _: says("7"))
    task = ScriptedTask(contest(problem("one")))
    task.fail_judging = lambda _: BoxError("slot died") if len(task.judged) == 1 else None
    with start_run(tmp_path / "run", backend, task.of) as writer:
        run_all(writer, backend, task)
        assert [end.points for end in ends(writer).values()] == [10.0]
        assert len(backend.asked) == 1


def test_a_judge_that_keeps_failing_makes_the_attempt_void_not_zero(tmp_path: Path) -> None:
    """A broken checker never becomes a zero; once mended, only the judging is done again."""
    backend = ScriptedBackend(lambda _: says("7"))
    task = ScriptedTask(contest(problem("one")))
    task.fail_judging = lambda _: JudgeError("checker said nothing")
    with start_run(tmp_path / "run", backend, task.of) as writer:
        run_all(writer, backend, task)
        assert [(e.status, e.points) for e in ends(writer).values()] == [(AttemptStatus.VOID, None)]
    task.fail_judging = lambda _: None
    with RunWriter(tmp_path / "run") as writer:
        run_all(writer, backend, task)
        assert [(e.status, e.points) for e in ends(writer).values()] == [(AttemptStatus.DONE, 10.0)]
    assert len(backend.asked) == 1


def test_a_failure_of_the_whole_run_stops_it(tmp_path: Path) -> None:
    """A model that does not exist ends the run with that error, and what was done stays."""
    backend = ScriptedBackend(
        lambda r: BackendError("no such model", final=True) if r.sample == 3 else says("7")
    )
    with start_run(tmp_path / "run", backend, contest(problem("one")), attempts=4) as writer:
        with pytest.raises(BackendError, match="no such model"):
            run_all(writer, backend)
        assert kinds(writer)["Generation"] == 3


def test_a_run_in_two_phases_comes_out_as_one_in_one(tmp_path: Path) -> None:
    """Generating leaves every attempt open; judging needs no model and asks nothing again."""
    task = ScriptedTask()
    first = ScriptedBackend(lambda r: says("7" if r.problem == "one" else "8"))
    with start_run(tmp_path / "run", first) as writer:
        meter = run_all(writer, first, task, phase=Phase.GENERATE)
        assert (meter.postponed, len(first.asked), task.judged) == (2, 2, [])
        assert not ends(writer)
        second = ScriptedBackend(lambda _: says("never"))
        run_all(writer, second, task, phase=Phase.JUDGE)
        assert [end.points for end in ends(writer).values()] == [10.0, 0.0]
        assert second.asked == []


def test_judging_what_was_never_generated_is_an_error(tmp_path: Path) -> None:
    """The phase without the model says which attempt has no text, and what to do."""
    backend = ScriptedBackend(lambda _: says("7"))
    with (
        start_run(tmp_path / "run", backend) as writer,
        pytest.raises(ConfigError, match="one:bot:0 has no text"),
    ):
        run_all(writer, backend, phase=Phase.JUDGE)


def test_what_can_be_judged_is_judged_before_more_is_asked_for(tmp_path: Path) -> None:
    """One attempt that needs another text holds up none, and phases by turns come to the end."""

    async def again(session: Session) -> None:
        for turn in range(2 if session.view.id == "one" else 1):
            answer = await session.ask(said(f"again {turn}"))
            assert answer is not None
            await session.submit(answer)

    backend = ScriptedBackend(lambda _: says("7"))
    of = contest(problem("one"), problem("two"), rules="ioi")
    with start_run(tmp_path / "run", backend, of) as writer:
        run_all(writer, backend, strategy=again, phase=Phase.GENERATE)
        with pytest.raises(ConfigError, match="one:bot:0 has no text for its next question"):
            run_all(writer, backend, strategy=again, phase=Phase.JUDGE)
        assert set(ends(writer)) == {"two:bot:0"}
        assert kinds(writer)["Grade"] == 2
        run_all(writer, backend, strategy=again, phase=Phase.GENERATE)
        run_all(writer, backend, strategy=again, phase=Phase.JUDGE)
        assert {end.points for end in ends(writer).values()} == {10.0}
    assert len(backend.asked) == 3


def test_what_was_lost_while_generating_is_void_after_judging(tmp_path: Path) -> None:
    """A text that no try brought is void, and keeps the run from its end in no phase."""
    backend = ScriptedBackend(lambda r: BackendError("lost") if r.problem == "one" else says("7"))
    with start_run(tmp_path / "run", backend) as writer:
        run_all(writer, backend, phase=Phase.GENERATE)
        run_all(writer, backend, phase=Phase.JUDGE)
        assert {name: end.status for name, end in ends(writer).items()} == {
            "one:bot:0": AttemptStatus.VOID,
            "two:bot:0": AttemptStatus.DONE,
        }


def test_what_was_never_recorded_holds_up_no_phase(tmp_path: Path) -> None:
    """A row without a text among others is no text to wait for: the attempt comes to its end."""

    class Pool(ScriptedBackend):
        def turns(self, contestant: str, problem: str, sample: int) -> int | None:
            return 3

    async def ask_all(session: Session) -> None:
        for _ in range(3):
            answer = await session.ask()
        assert answer is not None
        await session.submit(answer)

    backend = Pool(lambda r: NotGenerated(reason="lost") if r.turn == 1 else says("7"))
    with start_run(tmp_path / "run", backend, contest(problem("one"))) as writer:
        run_all(writer, backend, strategy=ask_all, phase=Phase.GENERATE)
        run_all(writer, backend, strategy=ask_all, phase=Phase.JUDGE)
        assert [end.points for end in ends(writer).values()] == [10.0]


def test_half_a_character_in_an_answer_can_be_asked_about(tmp_path: Path) -> None:
    """A model is shown what it wrote; what cannot be sent of it costs no attempt."""

    async def ask_about_it(session: Session) -> None:
        first = await session.ask()
        assert first is not None
        second = await session.ask(said(first.text))
        assert second is not None
        await session.submit(second)

    backend = ScriptedBackend(lambda r: says("7" if r.turn else "it is \ud800 7"))
    with start_run(tmp_path / "run", backend, contest(problem("one"))) as writer:
        run_all(writer, backend, strategy=ask_about_it)
        assert [end.points for end in ends(writer).values()] == [10.0]
    assert backend.asked[1].messages[0].content == "it is ? 7"


def test_a_strategy_may_ask_and_submit_until_the_limit(tmp_path: Path) -> None:
    """Submissions past the limit are refused with a note, and the best of the others counts."""

    async def insist(session: Session) -> None:
        for turn in range(3):
            answer = await session.ask(said(f"again {turn}"))
            assert answer is not None
            session_feedback = await session.submit(answer)
            assert (session_feedback is None) == (turn > 0)

    backend = ScriptedBackend(lambda r: says("8" if r.turn else "7"))
    with start_run(tmp_path / "run", backend, contest(problem("one"))) as writer:
        run_all(writer, backend, strategy=insist)
        assert [end.points for end in ends(writer).values()] == [10.0]
        assert kinds(writer)["Submission"] == 1
        assert NoteKind.LIMIT in {r.kind for r in writer.replay() if isinstance(r, Note)}


def test_what_a_strategy_gets_holds_no_expected_answer() -> None:
    """The view of a problem that a strategy is given carries no answer and no test."""
    from harness.view import view_of

    assert "31337" not in repr(view_of(problem("secret", expected="31337")))


def test_changed_data_are_refused_on_resume(tmp_path: Path) -> None:
    """A run is not continued on a problem whose tests have changed."""
    backend = ScriptedBackend(right_on_even)
    with start_run(tmp_path / "run", backend) as writer:
        changed = contest(problem("one"), problem("three"))
        with pytest.raises(ConfigError, match="three, two changed"):
            check_resumable(writer, changed)


def test_a_changed_statement_is_refused_on_resume(tmp_path: Path) -> None:
    """Half of a run's answers to one question and half to another are no run."""
    backend = ScriptedBackend(right_on_even)
    with start_run(tmp_path / "run", backend) as writer:
        then = writer.record.contest
        check_resumable(writer, then)
        one, *rest = then.problems
        restated = msgspec.structs.replace(one, statement="Another question.")
        with pytest.raises(ConfigError, match=f"other statements: {one.id} changed"):
            check_resumable(writer, msgspec.structs.replace(then, problems=(restated, *rest)))
        with pytest.raises(ConfigError, match="the contest's title changed"):
            check_resumable(writer, msgspec.structs.replace(then, title="Another"))


def test_records_name_their_parents(tmp_path: Path) -> None:
    """Every grade belongs to a submission, every submission to a generation of its attempt."""
    backend = ScriptedBackend(right_on_even)
    with start_run(tmp_path / "run", backend, attempts=2) as writer:
        run_all(writer, backend)
        records = list(writer.replay())
    generations = {r.id: r for r in records if isinstance(r, Generation)}
    submissions = {r.id: r for r in records if isinstance(r, Submission)}
    grades = [r for r in records if isinstance(r, Grade)]
    assert len(grades) == len(submissions) == len(generations) == 4
    for grade in grades:
        submission = submissions[grade.submission]
        assert all(
            generations[name].attempt == submission.attempt == grade.attempt
            for name in submission.generations
        )


def test_two_runs_of_one_contest_share_a_board(tmp_path: Path) -> None:
    """Runs of the same contest are rows of one board; another contest has its own."""
    folders = []
    for name, of in (("a", contest()), ("b", contest()), ("c", None)):
        backend = ScriptedBackend(right_on_even, (name,))
        if of is None:
            of = contest(problem("x"))
            of = type(of)(**{f: getattr(of, f) for f in of.__struct_fields__} | {"hash": "other"})
        with start_run(tmp_path / name, backend, of) as writer:
            run_all(writer, backend)
        folders.append(RunFolder(tmp_path / name))
    assert [len(board.rows) for board in boards(folders)] == [2, 1]


def test_the_words_of_a_refusal_are_no_answer(tmp_path: Path) -> None:
    """A request the server refused brings no submission, whatever its message says."""
    refusal = Reply(text="the limit is 7", finish_reason=FinishReason.REJECTED)
    backend = ScriptedBackend(lambda _: refusal)
    with start_run(tmp_path / "run", backend) as writer:
        run_all(writer, backend)
        notes = [r for r in writer.replay() if isinstance(r, Note)]
        assert {end.points for end in ends(writer).values()} == {0.0}
        assert not kinds(writer)["Submission"]
    assert any(n.kind is NoteKind.REJECTED and "limit is 7" in n.text for n in notes)


# --- generating beside judging --------------------------------------------------------------


def test_the_model_does_not_wait_for_the_judge(tmp_path: Path) -> None:
    """While the first answers are judged, all others are generated."""
    all_asked = threading.Event()

    def script(request: Request) -> Reply:
        if len(backend.asked) == 100:
            all_asked.set()
        return says("it is 7")

    backend = ScriptedBackend(script)
    task = ScriptedTask(contest(problem("one")))
    task.fail_judging = lambda _: None if all_asked.wait(20) else JudgeError("was waited for")
    with start_run(tmp_path / "run", backend, task.of, attempts=100) as writer:
        meter = run_all(writer, backend, task)
    assert (meter.judged, meter.void) == (100, 0)


def test_what_waits_for_the_judge_is_bounded(tmp_path: Path) -> None:
    """With so many answers unjudged, no more are generated before one is."""
    ahead: list[int] = []
    backend = ScriptedBackend(lambda _: says("it is 7"))
    task = ScriptedTask(contest(problem("one")))

    def slow(_: Submission) -> None:
        time.sleep(0.002)
        ahead.append(len(backend.asked) - len(task.judged) + 1)

    task.fail_judging = slow
    with start_run(tmp_path / "run", backend, task.of, attempts=60) as writer:
        windows = Windows(generations=4, judgings=1, waiting=6)
        meter = run_all(writer, backend, task, windows=windows)
    assert meter.judged == 60
    assert 4 < max(ahead) <= 10, "four that generate and six more"


def test_many_connections_are_not_stopped_by_a_low_limit_of_files(tmp_path: Path) -> None:
    """Where the limit may be raised, a run does so itself."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, before[1]))
    try:
        backend = ScriptedBackend(right_on_even)
        with start_run(tmp_path / "run", backend) as writer:
            run_all(writer, backend, windows=Windows(generations=300))
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] > 300
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
