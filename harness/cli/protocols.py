"""``harness protocols``: how published numbers were reached, and what that may cost."""

from __future__ import annotations

import argparse
import difflib
import json
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from harness.cli.terminal import plain, plain_lines
from harness.config import environment, settings
from harness.data import DataStore
from harness.errors import HarnessError, PluginError, UsageError
from harness.plugins import check_templates, load_strategy, load_task, protocol_folders
from harness.protocols import check_protocol, find_protocol, places, read_protocol
from harness.strategy import Ceiling, most
from harness.types import Contest, Protocol, Scope

WIDTH = 100
INDENT = 17
"""Columns of a name in front of what is said of it."""


def execute(args: argparse.Namespace) -> int:
    """Print every protocol with its ceiling, or some of them whole."""
    folders = protocol_folders()
    if args.names:
        chosen = [read_protocol(place) for name in args.names for place in named(name, folders)]
    else:
        chosen = [read_protocol(place) for place in places(folders).values()]
    store = DataStore(settings(environment()).data)
    contests = {task: _contest(task, store) for task in {one.task for one in chosen}}
    rows = [facts(one, contests[one.task]) for one in chosen]
    if args.json:
        print(json.dumps(rows))
    elif args.names:
        print("\n\n".join(whole(one, row) for one, row in zip(chosen, rows, strict=True)))
    else:
        _table(rows)
    return 0


def named(name: str, folders: Sequence[Path]) -> list[Path]:
    """Return the files that a name means: TASK/NAME, a path, a task's all, or NAME of any task.

    Raises :class:`~harness.errors.UsageError` with near misses.
    """
    if "/" in name or name.endswith(".toml"):
        return [find_protocol(name, name.partition("/")[0], folders)]
    found = []
    known: set[str] = set()
    for full, place in places(folders).items():
        task, _, own = full.partition("/")
        words = {task, own, *read_protocol(place).aliases}
        known |= words
        if name in words:
            found.append(place)
    if not found:
        close = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
        raise UsageError(
            f"there is no protocol {name!r}",
            hint=(f"did you mean {' or '.join(close)}? " if close else "")
            + "`harness protocols` lists what there is",
        )
    return found


def _contest(task: str, store: DataStore) -> Contest | None:
    try:
        return load_task(task).contest(store)
    except PluginError:
        return None  # one file for a task that is not installed must not hide all others


def facts(protocol: Protocol, contest: Contest | None) -> dict[str, Any]:
    """Return what is told of a protocol, its ceiling over the whole contest included."""
    hindrance = hindrance_of(protocol, contest)
    cost = None if hindrance or contest is None else ceiling(protocol, contest)
    return {
        "id": protocol.id,
        "aliases": list(protocol.aliases),
        "title": protocol.title,
        "published": protocol.published,
        "source": protocol.source,
        "strategy": protocol.loop.strategy,
        "attempts": protocol.loop.attempts,
        "generations": cost.generations if cost else None,
        "questions": cost.questions if cost else None,
        "submissions": _submissions(protocol, contest),
        "contest_legal": protocol.legality.contest_legal,
        "deviations": list(protocol.legality.deviations),
        "lite_of": protocol.lite_of,
        "cannot_run": hindrance,
        "open": {choice.key: choice.note for choice in protocol.open},
        "sha256": protocol.sha256,
    }


def hindrance_of(protocol: Protocol, contest: Contest | None) -> str:
    """Return why no run can follow a protocol, or nothing."""
    if contest is None:
        return f"there is no task named {protocol.task!r}"
    try:
        check_protocol(protocol, contest)
        check_templates(protocol)
    except HarnessError as error:
        return error.message
    return ""


def ceiling(protocol: Protocol, contest: Contest) -> Ceiling | None:
    """Return the most that one try at the whole contest can cost; None where nobody knows."""
    strategy = load_strategy(protocol.loop.strategy, protocol.loop.settings)
    return most(
        strategy,
        (
            *(problem.parts for problem in contest.problems),
            *(left.subtasks for left in contest.left_out),
        ),
    )


def _submissions(protocol: Protocol, contest: Contest | None) -> str:
    asked = protocol.submission
    limit = asked.limit
    if limit is None and contest is not None:
        limit = contest.submission_limit
    if limit is None or asked.scope is Scope.NONE:
        return "no limit"
    return f"{limit} a {'problem' if asked.scope is Scope.TASK else 'subtask'}"


# --- in words ---------------------------------------------------------------------------------


LEGEND = (
    "The most that one try at the whole contest can cost; runs mostly stop earlier. Generations "
    "may be handed in; other questions are verifications, duels and generators of inputs. A lite "
    "protocol is a cheap likeness of another, and its numbers do not compare. `harness protocols "
    "NAME` says where a protocol comes from, what its source leaves open, and why it is not "
    "contest-legal."
)
LEGEND_WIDTH = 100


def _table(rows: list[dict[str, Any]]) -> None:
    print("| protocol | published | generations | other questions | submissions | contest-legal |")
    print("| --- | --- | ---: | ---: | --- | --- |")
    for row in rows:
        legal = "yes" if row["contest_legal"] else "no"
        legal += ", lite" if row["lite_of"] else ""
        legal += ", cannot run here" if row["cannot_run"] else ""
        cells = (
            row["id"],
            row["published"] or "-",
            _count(row["generations"]),
            _count(row["questions"]),
            row["submissions"],
            legal,
        )
        print(plain("| " + " | ".join(cells) + " |"))
    print("\n" + textwrap.fill(LEGEND, LEGEND_WIDTH, break_on_hyphens=False))


def _count(number: int | None) -> str:
    return "?" if number is None else f"{number:,}"


def whole(protocol: Protocol, row: dict[str, Any]) -> str:
    """Return all of a protocol, to be read."""
    also = f" (also {', '.join(protocol.aliases)})" if protocol.aliases else ""
    lines = [f"{protocol.id}{also}", *textwrap.wrap(protocol.title, WIDTH), ""]
    for name, words in _said(protocol, row):
        held = textwrap.wrap(
            words,
            WIDTH - INDENT,
            subsequent_indent="  " if words.startswith("- ") else "",
            break_long_words=False,
            break_on_hyphens=False,
        )
        for number, line in enumerate(held):
            lines.append(f"  {'' if number else name:<{INDENT - 2}}{line}")
    return plain_lines("\n".join(lines))


def _said(protocol: Protocol, row: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what there is to say of a protocol, each with its name."""
    draw, asked, jury = protocol.sampling, protocol.prompt, protocol.scorer
    yield "published", protocol.published or "no number: its source did not run it this way"
    yield "source", protocol.source
    if protocol.lite_of:
        yield "lite", f"a cheap likeness of {protocol.lite_of}; their numbers do not compare"
    if row["cannot_run"]:
        yield "cannot run", row["cannot_run"]
    yield "strategy", protocol.loop.strategy
    for name, value in protocol.loop.settings.items():
        yield "", f"{name} = {json.dumps(value)}"
    if protocol.loop.attempts > 1:
        yield "tries", f"{protocol.loop.attempts} at the whole contest"
    if not row["cannot_run"]:
        yield (
            "at most",
            f"{_count(row['generations'])} generations and "
            + (f"{_count(row['questions'])} other questions, over the whole contest"),
        )
    yield (
        "sampling",
        f"temperature {draw.temperature:g}, top-p {draw.top_p:g}, "
        + (f"{draw.max_tokens:,} tokens; tools: {protocol.tools}"),
    )
    yield "system prompt", json.dumps(asked.system) if asked.system else "none"
    for name, file in sorted(asked.files.items()):
        yield "prompt", f"{name}: {file}, in place of the one it is named after"
    if asked.language:
        yield "language", asked.language
    yield "submissions", f"{row['submissions']}; told of each: {protocol.submission.feedback.value}"
    yield (
        "scored by",
        jury.kind
        + (
            f": {jury.judge or 'no jury is named'}, {jury.votes} to each, {jury.aggregate}"
            if jury.kind == "proof"
            else ""
        ),
    )
    yield "contest-legal", "yes" if protocol.legality.contest_legal else "no:"
    for words in protocol.legality.deviations:
        yield "", f"- {words}"
    for number, choice in enumerate(protocol.open):
        yield "" if number else "left open", f"- {choice.key}: {choice.note}"
    yield "sha256", protocol.sha256
