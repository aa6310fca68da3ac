"""The difference between two judgings of a run: for people in Markdown, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from harness.board import number
from harness.changes import FOLLOWS, AttemptChange, Difference, SubmissionChange, TestChange
from harness.layers import LOG_ONLY, Layer
from harness.rejudge import Outcome
from harness.store import RunFolder

SHOWN = 200
"""Rows of the table of tests; JSON has them all."""


def as_json(
    base: RunFolder, layer: Layer, outcome: Outcome, known: Sequence[Difference]
) -> dict[str, object]:
    """Return all of it for machines."""
    tests = list(_tests(outcome.changes))
    return {
        "run": base.manifest.id,
        "layer": layer.name,
        "against": base.layer.name if base.layer else LOG_ONLY,
        "sha256": layer.end.sha256,
        "same": not outcome.changes,
        "attempts": outcome.attempts,
        "submissions": outcome.submissions,
        "kept_marks": outcome.kept_marks,
        "unended": outcome.unended,
        "void_before": outcome.void_before,
        "void": [{"attempt": name, "reason": reason} for name, reason in outcome.void],
        "told_otherwise": outcome.told_otherwise,
        "changed_tests": sum(not _follows(test) for _, _, test in tests),
        "following_tests": sum(_follows(test) for _, _, test in tests),
        "differences": msgspec.to_builtins(known),
        "changes": msgspec.to_builtins(outcome.changes),
    }


def as_text(base: RunFolder, layer: Layer, outcome: Outcome, known: Sequence[Difference]) -> str:
    """Return it for people."""
    return "\n".join(_lines(base, layer, outcome, known))


def _lines(
    base: RunFolder, layer: Layer, outcome: Outcome, known: Sequence[Difference]
) -> Iterator[str]:
    against = f"layer {base.layer.name}" if base.layer else "the log"
    yield f"layer:  {layer.name} of {base.manifest.id}"
    yield (
        f"judged: {_many(outcome.submissions, 'submission')} of "
        f"{_many(outcome.attempts, 'attempt')}, held against {against}"
    )
    yield from _left_alone(outcome)
    yield ""
    yield from _known(known)
    if not outcome.changes:
        yield "No verdict and no score is another."
        return
    tests = list(_tests(outcome.changes))
    follow = sum(_follows(test) for _, _, test in tests)
    yield (
        f"{_many(len(tests) - follow, 'test')} came out otherwise"
        + (f", {follow} more are run now, or not any more, because of these" if follow else "")
        + f"; {_many(len(outcome.changes), 'attempt')} changed."
    )
    yield ""
    yield from _attempts(outcome.changes)
    if tests:
        yield ""
        yield from _table(tests)


def _left_alone(outcome: Outcome) -> Iterator[str]:
    for count, words in (
        (outcome.kept_marks, "submissions keep what people or models gave them"),
        (outcome.unended, "attempts without an end were left alone"),
        (outcome.void_before, "attempts are void in the log and stay so"),
        (
            outcome.told_otherwise,
            "attempts were told something else before they went on: their submissions are those "
            "of the run, scored anew and not played anew",
        ),
    ):
        if count:
            yield f"note:   {count} {words}"
    for name, reason in outcome.void:
        yield f"void:   {name}: {reason}"


def _known(known: Sequence[Difference]) -> Iterator[str]:
    if not known:
        yield "Judge, data, limits, compiler and image are what they were."
        yield ""
        return
    yield "| problem | what | was | is |"
    yield "| --- | --- | --- | --- |"
    for each in known:
        now = each.now
        if each.tests:
            now += f" ({', '.join(each.tests[:8])}{', …' if len(each.tests) > 8 else ''})"
        yield _row(each.problem or "all", each.cause, each.was, now)
    yield ""


def _attempts(changes: Sequence[AttemptChange]) -> Iterator[str]:
    yield "| problem | attempt | submission | was | is | cause |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for change in changes:
        was = _points(change.was_status, change.was_points)
        now = _points(change.now_status, change.now_points)
        yield _row(change.problem, change.attempt, "", was, now, change.reason)
        for each in change.submissions:
            name = each.submission.rpartition("#")[2]
            yield _row(
                change.problem,
                change.attempt,
                name,
                _verdict(each.was, each.was_points),
                _verdict(each.now, each.now_points),
                ", ".join(each.causes),
            )


def _table(tests: Sequence[tuple[AttemptChange, SubmissionChange, TestChange]]) -> Iterator[str]:
    yield "| problem | attempt | submission | test | was | is | cause |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for attempt, submission, test in tests[:SHOWN]:
        yield _row(
            attempt.problem,
            attempt.attempt,
            submission.submission.rpartition("#")[2],
            test.test,
            _verdict(test.was, test.was_score),
            _verdict(test.now, test.now_score),
            ", ".join(test.causes),
        )
    if len(tests) > SHOWN:
        yield f"\n{len(tests) - SHOWN} more tests are in the JSON (--json, or -o FILE.json)."


def _tests(
    changes: Sequence[AttemptChange],
) -> Iterator[tuple[AttemptChange, SubmissionChange, TestChange]]:
    for attempt in changes:
        for submission in attempt.submissions:
            for test in submission.tests:
                yield attempt, submission, test


def _follows(test: TestChange) -> bool:
    return test.causes == (FOLLOWS,)


def _verdict(verdict: str | None, worth: float | None) -> str:
    return "none" if verdict is None else f"{verdict} {number(worth or 0.0)}"


def _points(status: str, points: float | None) -> str:
    return status if points is None else f"{number(points)} points"


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
