"""A layer is read where the log had been, is whole or nothing, and changes nothing else."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest

from harness.board import rows
from harness.changes import Suspects
from harness.errors import BoxError, CorruptLog, UsageError, WriterConflict
from harness.history import history
from harness.identity import identity_of
from harness.judges.answer import AnswerJudge
from harness.layer_writer import LayerWriter
from harness.layers import FOLDER, LOG_ONLY, Layer, LayerHeader, limits_of
from harness.measured import found_in, measured_in, with_measured
from harness.meter import Meter
from harness.rejudge import Judging, Outcome, rejudge
from harness.store import LOG, RunFolder, RunWriter
from harness.task import Tools
from harness.types import (
    Aggregate,
    AttemptEnd,
    AttemptStatus,
    Contest,
    Grade,
    Marking,
    PersonMark,
    Problem,
    RunRecord,
    Scale,
    Submission,
    Verdict,
)
from harness.types import TestResult as OneResult
from tests.fakes.scripted import (
    AnswersOnly,
    ScriptedBackend,
    ScriptedTask,
    contest,
    problem,
    run_all,
    says,
    start_run,
)


def played(place: Path, attempts: int = 2) -> Path:
    """Run a contest in which the first problem is answered right and the second one wrong."""
    backend = ScriptedBackend(lambda r: says("7" if r.problem == "one" else "8"))
    with start_run(place, backend, attempts=attempts) as writer:
        run_all(writer, backend)
        writer.seal("2025-01-01T01:00:00Z")
    return place


def header(record: RunRecord, of: Contest, after: int, **more: object) -> LayerHeader:
    return LayerHeader(
        schema=1,
        run=record.id,
        time="2025-02-01T00:00:00Z",
        after=after,
        before=LOG_ONLY,
        harness_version=record.harness_version,
        harness_commit="",
        task_version=record.spec.task_version,
        judge=record.judge,
        machine=(),
        contest_hash=of.hash,
        limits=limits_of(of),
        contest=None if of == record.contest else of,
        **more,  # type: ignore[arg-type]
    )


def judged_again(
    place: Path, of: Contest | None = None, task: ScriptedTask | None = None, **more: object
) -> tuple[Layer, Outcome]:
    record = RunFolder(place).manifest
    now = of or record.contest
    with LayerWriter(place) as writer:
        judging = Judging(
            writer=writer,
            contest=now,
            task=task or ScriptedTask(now),
            tools=AnswersOnly(),  # type: ignore[arg-type]
            slots=2,
        )
        pasts = history(writer)
        none = Suspects(differences=())
        outcome = asyncio.run(rejudge(judging, pasts, pasts, lambda _: none, Meter()))
        return writer.commit(header(record, now, writer.after, **more)), outcome


def means(place: Path, layer: str = "") -> list[float | None]:
    return [cell.mean_points for cell in rows(RunFolder(place, layer))[0].cells]


EIGHT = contest(problem("one"), msgspec.structs.replace(problem("two", "8"), hash="other")).sealed()
"""The same contest with another expected answer of the second problem."""


def test_judging_again_finds_the_same_bytes_and_leaves_the_log_alone(tmp_path: Path) -> None:
    """Two layers of one run are the same but for their headers; the log is what it was."""
    place = played(tmp_path / "run")
    before = (place / LOG).read_bytes()
    first, outcome = judged_again(place)
    second, _ = judged_again(place)
    assert (outcome.attempts, outcome.submissions, outcome.changes) == (4, 4, [])
    assert (place / LOG).read_bytes() == before
    files = [place / FOLDER / f"{layer.name}.jsonl" for layer in (first, second)]
    one, other = (file.read_bytes().split(b"\n", 1)[1] for file in files)
    assert one == other
    assert first.end.sha256 == second.end.sha256
    assert [layer.name for layer in RunFolder(place).layers] == [first.name, second.name]
    assert first.name != second.name
    assert means(place) == means(place, LOG_ONLY) == [10.0, 0.0]


def test_the_newest_layer_counts_unless_another_is_named(tmp_path: Path) -> None:
    """Scoreboards are those of the last judging; the log and older layers can be asked for."""
    place = played(tmp_path / "run")
    other, outcome = judged_again(place, EIGHT)
    assert [change.problem for change in outcome.changes] == ["two", "two"]
    assert means(place) == [10.0, 10.0]
    assert means(place, LOG_ONLY) == [10.0, 0.0]
    same, _ = judged_again(place)
    assert means(place) == [10.0, 0.0]
    assert means(place, other.name) == means(place, "1") == means(place, "0001") == [10.0, 10.0]
    assert RunFolder(place).layer == same
    with pytest.raises(UsageError, match="no layer '7'") as error:
        RunFolder(place, "7")
    assert other.name in error.value.hint
    with pytest.raises(UsageError, match="several layers"):
        RunFolder(place, "000")


def test_a_layer_of_other_data_or_another_judge_is_another_number(tmp_path: Path) -> None:
    """Data and judge of the layer are part of what its numbers are numbers of."""
    place = played(tmp_path / "run")
    was = identity_of(RunFolder(place).record)
    judged_again(place)
    assert identity_of(RunFolder(place).record) == was
    judged_again(place, EIGHT)
    found = RunFolder(place)
    assert identity_of(found.record).data == EIGHT.hash != was.data
    assert found.record.contest == EIGHT
    assert found.manifest.contest != EIGHT
    record = RunFolder(place).manifest
    with LayerWriter(place) as writer:
        told = msgspec.structs.replace(
            header(record, record.contest, writer.after), judge=(("answers", "answers/9"),)
        )
        writer.commit(told)
    assert identity_of(RunFolder(place).record).judge == "answers/9"
    with LayerWriter(place) as writer:
        writer.commit(msgspec.structs.replace(told, judge=(), harness_version="99"))
    assert "harness 99" in identity_of(RunFolder(place).record).judge


def test_a_layer_that_is_not_whole_does_not_count(tmp_path: Path) -> None:
    """Half a layer, as a copy that was cut off leaves it, is passed over for the one before."""
    place = played(tmp_path / "run")
    first, _ = judged_again(place)
    second, _ = judged_again(place, EIGHT)
    file = place / FOLDER / f"{second.name}.jsonl"
    whole = file.read_bytes()
    for cut in (0, 10, len(whole) // 2, len(whole) - 1):
        file.write_bytes(whole[:cut])
        assert RunFolder(place).layer == first
    file.write_bytes(whole)
    assert RunFolder(place).layer == second


def test_a_damaged_layer_is_named(tmp_path: Path) -> None:
    """Points that somebody changed in a layer are an error, not a result."""
    place = played(tmp_path / "run")
    layer, _ = judged_again(place, EIGHT)
    file = place / FOLDER / f"{layer.name}.jsonl"
    text = file.read_text()
    file.write_text(text.replace('"points":10.0', '"points":90.0'))
    with pytest.raises(CorruptLog, match="not what was written"):
        means(place)
    lines = text.splitlines(keepends=True)
    file.write_text("".join([*lines[:2], "{broken\n", *lines[3:]]))
    with pytest.raises(CorruptLog, match=f"{layer.name}.jsonl, line 3"):
        means(place)


def test_a_judging_that_is_given_up_leaves_nothing(tmp_path: Path) -> None:
    """Without the last step there is no layer, and nothing of it in the run folder."""
    place = played(tmp_path / "run")
    with LayerWriter(place) as writer:
        writer.append(next(r for r in writer.replay() if isinstance(r, Grade)))
    assert list((place / FOLDER).iterdir()) == []
    assert RunFolder(place).layer is None


def test_a_run_that_is_being_written_is_not_judged_again(tmp_path: Path) -> None:
    """While a run goes on there is no layer of it, and while one is made the run does not go on."""
    place = played(tmp_path / "run")
    with RunWriter(place), pytest.raises(WriterConflict, match="another process"):
        LayerWriter(place)
    with LayerWriter(place), pytest.raises(WriterConflict, match="another process"):
        RunWriter(place)


def test_what_our_own_side_loses_is_void_with_the_reason(tmp_path: Path) -> None:
    """An attempt that could not be judged again is in no score; the others are."""
    place = played(tmp_path / "run")
    task = ScriptedTask()
    task.fail_judging = lambda s: BoxError("the box broke") if s.id == "one:bot:1#s1" else None
    layer, outcome = judged_again(place, task=task)
    assert outcome.void == [("one:bot:1", "the box broke")]
    end = history(RunFolder(place))["one:bot:1"].end
    assert end is not None
    assert (end.status, end.points) == (AttemptStatus.VOID, None)
    assert "the box broke" in end.reason
    assert means(place) == [10.0, 0.0]
    assert [cell.count(AttemptStatus.VOID) for cell in rows(RunFolder(place))[0].cells] == [1, 0]
    again, outcome = judged_again(place)
    assert outcome.void == []
    assert [cell.count(AttemptStatus.VOID) for cell in rows(RunFolder(place))[0].cells] == [0, 0]
    assert again.number == layer.number + 1


def test_a_submission_whose_text_is_lost_is_void(tmp_path: Path) -> None:
    """A text that is gone cannot be judged, which is no fault of the contestant."""
    place = played(tmp_path / "run", attempts=1)
    run = RunFolder(place)
    lost = next(r for r in run.replay() if isinstance(r, Submission) and r.id.startswith("one"))
    run.blob_path(lost.content).unlink()
    _, outcome = judged_again(place)
    ((attempt, reason),) = outcome.void
    assert attempt == "one:bot:0"
    assert "cannot be read" in reason


def test_attempts_that_are_void_or_open_in_the_log_stay_so(tmp_path: Path) -> None:
    """A strategy that was cut off has not come to its end, whatever its submissions are worth."""
    backend = ScriptedBackend(lambda _: says("7"))
    failing = ScriptedTask()
    failing.fail_judging = lambda s: BoxError("no box") if s.id.startswith("one") else None
    with start_run(tmp_path / "run", backend) as writer:
        run_all(writer, backend, failing)
        done = [r for r in writer.replay() if isinstance(r, AttemptEnd)]
    assert {end.status for end in done} == {AttemptStatus.VOID, AttemptStatus.DONE}
    log = tmp_path / "run" / LOG
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join(line for line in lines if b'"end"' not in line or b"void" in line))
    _, outcome = judged_again(tmp_path / "run")
    assert (outcome.void_before, outcome.unended, outcome.attempts) == (1, 1, 0)


def test_marks_that_people_give_later_outrank_a_layer(tmp_path: Path) -> None:
    """What is logged after a layer was made counts before it, whenever the layer is read."""
    place = played(tmp_path / "run", attempts=1)
    judged_again(place, EIGHT)
    assert means(place) == [10.0, 10.0]
    past = history(RunFolder(place, LOG_ONLY))["two:bot:0"]
    assert past.end is not None
    (submission,) = past.submissions
    with RunWriter(place) as writer:
        writer.append(
            PersonMark(
                attempt="two:bot:0",
                submission=submission.id,
                person="ann",
                points=3.0,
                given="2025-03-01T00:00:00Z",
            )
        )
        grade = past.grades[submission.id]
        writer.append(msgspec.structs.replace(grade, points=3.0, judge="people (1)"))
        writer.append(msgspec.structs.replace(past.end, points=3.0))
    assert means(place) == [10.0, 3.0]


def test_a_continued_run_goes_by_its_own_judging(tmp_path: Path) -> None:
    """Whoever writes the log reads the log: a layer decides nothing about what is played on."""
    place = played(tmp_path / "run")
    judged_again(place, EIGHT)
    with RunWriter(place) as writer:
        assert writer.layer is None
        assert writer.record.contest != EIGHT


def rounds(place: Path, rules: str, answers: tuple[str, ...], expected: str) -> Path:
    """Play a contest in which every answer is handed in, one after the other."""
    from harness.session import Session

    async def all_of_them(session: Session) -> None:
        for _ in answers:
            answer = await session.ask()
            if answer is not None and session.may_submit:
                await session.submit(answer)

    backend = ScriptedBackend(lambda request: says(answers[request.turn]))
    with start_run(place, backend, contest(problem("one", expected), rules=rules)) as writer:
        run_all(writer, backend, strategy=all_of_them)
    return place


@pytest.mark.parametrize(
    ("then", "now", "points", "told"),
    [
        ("2", "2", 10.0, 0),
        ("2", "1", 10.0, 1),  # it would have stopped after the first
        ("2", "3", 0.0, 1),  # it was told that it is solved, and stopped too early
    ],
)
def test_under_rules_with_feedback_submissions_stay_and_are_scored_anew(
    tmp_path: Path, then: str, now: str, points: float, told: int
) -> None:
    """Nothing is handed in anew; that a contestant would have heard otherwise is counted."""
    place = rounds(tmp_path / "run", "icpc", ("1", "2", "3"), then)
    of = contest(problem("one", now), rules="icpc").sealed()
    _, outcome = judged_again(place, of)
    past = history(RunFolder(place))["one:bot:0"]
    assert past.end is not None
    assert len(past.submissions) == 2
    assert past.end.points == points
    assert outcome.told_otherwise == told


@pytest.mark.parametrize("readings", [(), (0.99, 1.01, 1.02)])
def test_what_was_measured_is_kept_apart_and_comes_back(readings: tuple[float, ...]) -> None:
    """Times and memory are no part of what is compared, and nothing of them is lost."""
    grade = Grade(
        submission="s",
        attempt="a",
        judge="j",
        verdict=Verdict.AC,
        points=1.0,
        max_points=1.0,
        cpu_s=1.02,
        peak_memory_bytes=77,
        least_points=0.5,
        tests=(
            OneResult(
                test="t",
                verdict=Verdict.AC,
                score=1.0,
                cpu_s=0.99,
                wall_s=1.5,
                peak_memory_bytes=77,
                reason="near the limit, measured 3 times: 0.990, …",
                readings=readings,
            ),
        ),
    )
    bare = found_in(grade)
    assert (bare.cpu_s, bare.least_points, bare.tests[0].cpu_s) == (0.0, None, 0.0)
    assert bool(bare.tests[0].reason) == (not readings)
    assert with_measured(bare, measured_in(grade)) == grade
    with pytest.raises(ValueError, match="not s"):
        with_measured(bare, msgspec.structs.replace(measured_in(grade), submission="other"))


def test_judgings_that_measured_otherwise_are_the_same_bytes(tmp_path: Path) -> None:
    """Another time and another memory make no other layer, and are read with their own layer."""

    class Measuring(ScriptedTask):
        seconds = 0.5

        def judge(
            self, problem: Problem, submission: Submission, content: str, tools: Tools
        ) -> Grade:
            grade = super().judge(problem, submission, content, tools)
            result = OneResult(test="t", verdict=grade.verdict, score=1.0, cpu_s=self.seconds)
            return msgspec.structs.replace(grade, cpu_s=self.seconds, tests=(result,))

    place, task = played(tmp_path / "run"), Measuring()
    layers = []
    for task.seconds in (0.25, 0.75):
        layers.append(judged_again(place, task=task)[0])
    assert len({layer.end.sha256 for layer in layers}) == 1
    for layer, seconds in zip(layers, (0.25, 0.75), strict=True):
        past = history(RunFolder(place, layer.name))
        grades = [grade for each in past.values() for grade in each.grades.values()]
        assert {(g.cpu_s, g.tests[0].cpu_s) for g in grades} == {(seconds, seconds)}


def test_without_its_times_a_layer_still_says_what_was_found(tmp_path: Path) -> None:
    """The file of measurements may be lost; verdicts and points do not need it."""
    place = played(tmp_path / "run")
    layer, _ = judged_again(place, EIGHT)
    (place / FOLDER / f"{layer.name}.times.jsonl").unlink()
    assert means(place) == [10.0, 10.0]


def test_no_two_judgings_take_one_name(tmp_path: Path) -> None:
    """Layers of one second and one judge have names of their own, in order."""
    place = played(tmp_path / "run", attempts=1)
    found = [judged_again(place)[0].name for _ in range(3)]
    assert found == sorted(set(found))
    assert [name[:4] for name in found] == ["0001", "0002", "0003"]
    tails = {name[4:] for name in found}
    assert len(tails) == 1


def test_the_answer_judge_is_the_one_of_the_tools(tmp_path: Path) -> None:
    """Judging again asks the task's judge once for each submission, and no model."""
    place = played(tmp_path / "run")
    task = ScriptedTask()
    _, outcome = judged_again(place, task=task)
    assert sorted(task.judged) == [f"{p}:bot:{n}#s1" for p in ("one", "two") for n in (0, 1)]
    assert AnswerJudge().name in {
        g.judge for g in RunFolder(place).replay() if isinstance(g, Grade)
    }
    assert outcome.kept_marks == 0


def by_models(place: Path, verdict: Verdict) -> tuple[list[Grade], Outcome]:
    """Judge answers again that models had compared, with a program that now finds a verdict."""
    marking = Marking(
        jury="answers",
        scale=Scale.BINARY,
        aggregate=Aggregate.MAJORITY,
        marks=(),
        found=1.0,
        figures=(),
    )

    class Asking(ScriptedTask):
        """Its grades are those of models while the run goes on, and of a program afterwards."""

        again = False

        def judge(
            self, problem: Problem, submission: Submission, content: str, tools: Tools
        ) -> Grade:
            grade = super().judge(problem, submission, content, tools)
            if self.again:
                points = 10.0 if verdict is Verdict.AC else 0.0
                return msgspec.structs.replace(grade, verdict=verdict, points=points)
            return msgspec.structs.replace(
                grade, verdict=Verdict.AC, points=10.0, judge="jury", marking=marking
            )

    task = Asking()
    backend = ScriptedBackend(lambda _: says("8"))
    with start_run(place, backend) as writer:
        run_all(writer, backend, task)
    task.again = True
    _, outcome = judged_again(place, task=task)
    past = history(RunFolder(place))
    return [grade for each in past.values() for grade in each.grades.values()], outcome


def test_what_models_said_stays_while_the_program_cannot_tell(tmp_path: Path) -> None:
    """An answer that is unresolved without models keeps their word; no model is asked."""
    grades, outcome = by_models(tmp_path / "run", Verdict.UR)
    assert {(grade.judge, grade.verdict) for grade in grades} == {("jury", Verdict.AC)}
    assert (outcome.kept_marks, outcome.attempts, outcome.changes) == (2, 0, [])
    assert means(tmp_path / "run") == [10.0, 10.0]


def test_a_program_that_can_tell_now_outranks_models(tmp_path: Path) -> None:
    """What the judge of today decides by itself needs no model any more."""
    grades, outcome = by_models(tmp_path / "run", Verdict.WA)
    assert {grade.verdict for grade in grades} == {Verdict.WA}
    assert (outcome.kept_marks, outcome.attempts) == (0, 2)
    assert means(tmp_path / "run") == [0.0, 0.0]
