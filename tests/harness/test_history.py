"""What is known of each attempt of a run, read from its log when it is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import CorruptLog
from harness.history import AttemptLog, has_ended, history
from harness.packing import pack_runs
from harness.store import LOG, RunFolder, RunWriter, open_runs
from harness.types import (
    AttemptEnd,
    AttemptStart,
    AttemptStatus,
    Note,
    NoteKind,
    Record,
)
from tests.reports.contests import code_problem, ioi, people
from tests.reports.runs import Did, write_run

NAMES = [f"hills:one:{n}" for n in range(4)]


def a_run(place: Path) -> RunFolder:
    contest = ioi(code_problem("hills"))
    attempts = [Did((1.0, 0.0, 0.0), source=f"int a{n};") for n in range(len(NAMES))]
    return write_run(place, contest, {("one", "hills"): attempts}, people("one"), sealed=False)


def shuffled(run: RunFolder) -> dict[str, AttemptLog]:
    """Write the records of all attempts in turns, as many at once leave them; return their fold."""
    header, *lines = (run.path / LOG).read_bytes().splitlines(keepends=True)
    turns = sorted(range(len(lines)), key=lambda n: (n % (len(lines) // len(NAMES)), n))
    (run.path / LOG).write_bytes(b"".join([header, *(lines[n] for n in turns)]))
    return folded(run)


def folded(run: RunFolder) -> dict[str, AttemptLog]:
    found: dict[str, AttemptLog] = {}
    for record in run.replay():
        name = record.id if isinstance(record, AttemptStart) else record.attempt
        found.setdefault(name, AttemptLog()).add(record)
    return found


def test_attempts_that_ran_at_once_are_told_apart(tmp_path: Path) -> None:
    """Each attempt has its own records, all of them, in the order of the log."""
    run = a_run(tmp_path / "run")
    expected = shuffled(run)
    assert list(history(run)) == list(expected) == NAMES
    assert dict(history(run)) == expected
    assert all(past.end and past.submissions and past.grades for past in expected.values())


def test_a_packed_run_has_the_same_attempts(tmp_path: Path) -> None:
    """Where no line can be read again, the records themselves are held."""
    run = a_run(tmp_path / "run")
    pack_runs([run], tmp_path / "run.zip")
    (packed,) = open_runs(tmp_path / "run.zip")
    assert dict(history(packed)) == folded(run)


def test_what_is_written_later_is_not_in_it(tmp_path: Path) -> None:
    """A history is of the log as it was read; the next one has what came after."""
    run = a_run(tmp_path / "run")
    with RunWriter(run.path) as writer:
        before = history(writer)
        writer.append(Note(attempt=NAMES[1], kind=NoteKind.RETRIED, text="later"))
        assert before[NAMES[1]].notes == []
        assert [note.text for note in history(writer)[NAMES[1]].notes] == ["later"]


def test_what_ended_is_known_without_reading_it_again(tmp_path: Path) -> None:
    """The last end of each attempt says how it ended; one that was taken up has an end still."""
    run = a_run(tmp_path / "run")
    void = AttemptEnd(
        attempt=NAMES[2], status=AttemptStatus.VOID, points=None, max_points=100, reason="gone"
    )
    extra: list[Record] = [
        void,
        AttemptStart(id="hills:one:9", contestant="one", problem="hills", sample=9, time=""),
        Note(attempt="stray", kind=NoteKind.RETRIED, text="of nobody"),
    ]
    with RunWriter(run.path) as writer:
        for record in extra:
            writer.append(record)
    found = history(run)
    assert dict(found.ended) == {
        **dict.fromkeys(NAMES, AttemptStatus.DONE),
        NAMES[2]: AttemptStatus.VOID,
    }
    assert list(found.begun) == [*NAMES, "hills:one:9"]
    assert "stray" in found
    assert has_ended(run)


def test_a_log_that_was_cut_meanwhile_is_refused(tmp_path: Path) -> None:
    """A record that is not where it was read is our failure, with the name of the log."""
    run = a_run(tmp_path / "run")
    found = history(run)
    log = (run.path / LOG).read_bytes()
    (run.path / LOG).write_bytes(log[: len(log) // 2])
    with pytest.raises(CorruptLog, match="has changed since it was read"):
        list(found.values())


def test_a_log_that_is_another_is_refused(tmp_path: Path) -> None:
    """Lines that moved do not pass for records of another attempt."""
    run = a_run(tmp_path / "run")
    found = history(run)
    header, *lines = (run.path / LOG).read_bytes().splitlines(keepends=True)
    (run.path / LOG).write_bytes(b"".join([header, *reversed(lines)]))
    with pytest.raises(CorruptLog, match="has changed since it was read"):
        list(found.values())
