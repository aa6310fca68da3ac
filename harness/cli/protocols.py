"""``harness protocols``: how published numbers were reached, and what that may cost."""

from __future__ import annotations

import argparse
import json
from typing import Any

import msgspec

from harness.config import environment, settings
from harness.data import DataStore
from harness.plugins import load_strategy, load_task, protocol_folders
from harness.protocols import find_protocol, places, read_protocol
from harness.strategy import Ceiling, most
from harness.types import Contest, Protocol, Scope


def execute(args: argparse.Namespace) -> int:
    """Print every protocol with its ceiling, or some of them whole."""
    folders = protocol_folders()
    known = places(folders)
    chosen = (
        [read_protocol(find_protocol(name, name.partition("/")[0], folders)) for name in args.names]
        if args.names
        else [read_protocol(place) for place in known.values()]
    )
    store = DataStore(settings(environment()).data)
    contests = {task: load_task(task).contest(store) for task in {one.task for one in chosen}}
    rows = [facts(one, contests[one.task]) for one in chosen]
    if args.json:
        print(json.dumps(rows))
    elif args.names:
        print("\n\n".join(_whole(one, row) for one, row in zip(chosen, rows, strict=True)))
    else:
        _table(rows)
    return 0


def facts(protocol: Protocol, contest: Contest) -> dict[str, Any]:
    """Return what is told of a protocol, its ceiling over the whole contest included."""
    cost = ceiling(protocol, contest)
    return {
        "id": protocol.id,
        "aliases": list(protocol.aliases),
        "title": protocol.title,
        "published": protocol.published,
        "source": protocol.source,
        "strategy": protocol.loop.strategy,
        "generations": cost.generations if cost else None,
        "questions": cost.questions if cost else None,
        "submissions": _submissions(protocol, contest),
        "contest_legal": protocol.legality.contest_legal,
        "deviations": list(protocol.legality.deviations),
        "lite_of": protocol.lite_of,
        "open": {choice.key: choice.note for choice in protocol.open},
        "sha256": protocol.sha256,
    }


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


def _submissions(protocol: Protocol, contest: Contest) -> str:
    asked = protocol.submission
    limit = asked.limit if asked.limit is not None else contest.submission_limit
    if limit is None or asked.scope is Scope.NONE:
        return "no limit"
    return f"{limit} a {asked.scope.value}"


def _table(rows: list[dict[str, Any]]) -> None:
    print("| protocol | published | generations | other questions | submissions | contest-legal |")
    print("| --- | --- | ---: | ---: | --- | --- |")
    for row in rows:
        legal = "yes" if row["contest_legal"] else "no"
        legal += ", lite" if row["lite_of"] else ""
        cells = (
            row["id"],
            row["published"] or "-",
            _count(row["generations"]),
            _count(row["questions"]),
            row["submissions"],
            legal,
        )
        print("| " + " | ".join(cells) + " |")


def _count(number: int | None) -> str:
    return "?" if number is None else f"{number:,}"


def _whole(protocol: Protocol, row: dict[str, Any]) -> str:
    lines = [f"{protocol.id}: {protocol.title}"]
    lines += [f"  {name + ':':<15}{value}" for name, value in row.items() if value and name != "id"]
    loop = msgspec.to_builtins(protocol.loop.settings)
    lines += [f"  {'settings:':<15}{json.dumps(loop)}"]
    return "\n".join(lines)
