"""How runs came out: the table or JSON, the paths, the next command, the exit code."""

from __future__ import annotations

import argparse
import json
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from harness.board import ContestBoard, boards, row_facts
from harness.cli.grades import evidence
from harness.cli.table import board_table
from harness.cli.terminal import plain
from harness.config import environment, settings
from harness.desk import Phase
from harness.errors import Interrupted
from harness.marked import basis_facts
from harness.metrics import metric_facts
from harness.outlook import outlook_facts
from harness.store import RunFolder
from harness.types import AttemptStatus

UNJUDGED = 3
"""Exit code of a run that finished with more void attempts than allowed."""


def finish(args: argparse.Namespace, folders: Sequence[RunFolder]) -> int:
    """Write the report, print what came out and return the exit code."""
    found = boards(folders)
    index: Path | None = None
    parts = any(folder.record.shard for folder in folders)
    if not (args.no_report or parts):
        from reports.build import build_report
        from reports.former import Former

        where = folders[0].path / "report"
        former = Former.at(where, settings(environment()).cache)
        try:
            index = build_report(folders, where, former).absolute()
        except KeyboardInterrupt:
            raise Interrupted(
                "stopped while the report was written; the results are whole",
                hint=f"write it with `harness report {_named(folders)} "
                f"-o {shlex.quote(str(where))}`",
            ) from None
    if args.json:
        print(json.dumps(_summary(folders, found, index)))
    elif not (args.quiet or parts):
        for board in found:
            print(f"\n## {board.contest.title}\n\n{board_table(board)}\n")
    if not args.json:
        for folder in folders:
            print(f"run:    {folder.path}{_which(folder)}")
            if folder.record.ceiling is not None and not args.quiet:
                print(f"spent:  {_spent(folder, found)}")
        if index is not None:
            print(f"report: {index}")
        if not args.quiet:
            for command in _next(args, folders, found):
                print(f"next:   {command}")
    return _verdict(args, folders, found)


def _which(folder: RunFolder) -> str:
    shard = folder.record.shard
    if shard is None:
        return ""
    return f" (shard {shard.name}: {folder.record.planned} of {shard.whole} attempts)"


def _spent(folder: RunFolder, found: Sequence[ContestBoard]) -> str:
    """Return how much of what the strategy could have asked for it did ask for."""
    rows = [row for board in found for row in board.rows if row.run == folder.record.id]
    made = sum(row.spent for row in rows)
    return f"{made:,} of at most {folder.record.ceiling:,} texts"


def _next(
    args: argparse.Namespace, folders: Sequence[RunFolder], found: Sequence[ContestBoard]
) -> list[str]:
    """Return what to do with the runs: judge what waits for it, or put others beside them."""
    open_runs = {row.run for board in found for row in board.rows if row.unfinished}
    waiting = [folder for folder in folders if folder.record.id in open_runs]
    if args.phase == Phase.GENERATE and waiting:
        return [
            f"harness run --resume {shlex.quote(str(folder.path))} --phase judge"
            for folder in waiting
        ]
    parts = [folder for folder in folders if folder.record.shard]
    if parts:
        return [f"harness merge {_named([folder])} OTHER_SHARDS -o DIR" for folder in parts]
    return [f"harness report {_named(folders)} OTHER_RUN -o DIR"]


def _named(folders: Sequence[RunFolder]) -> str:
    return " ".join(shlex.quote(str(folder.path)) for folder in folders)


def _verdict(
    args: argparse.Namespace, folders: Sequence[RunFolder], found: Sequence[ContestBoard]
) -> int:
    for folder in folders:
        lost = [
            one.end
            for board in found
            for row in board.rows
            if row.run == folder.record.id
            for cell in row.cells
            for one in cell.tries
            if one.end is not None and one.end.status is AttemptStatus.VOID
        ]
        void = len(lost)
        allowed = args.fail_on_error
        if 0 < allowed < 1:
            allowed *= folder.record.planned
        if void > allowed:
            print(
                f"harness: {void} of {folder.record.planned} attempts are void: lost to our own "
                f"side and in no score\n  of {plain(lost[0].attempt)}: {plain(lost[0].reason)}\n"
                f"  next: harness run --resume "
                f"{shlex.quote(str(folder.path))} tries them again",
                file=sys.stderr,
            )
            return UNJUDGED
    return 0


def _summary(
    folders: Sequence[RunFolder], found: Sequence[ContestBoard], index: Path | None
) -> dict[str, object]:
    return {
        "runs": [str(folder.path) for folder in folders],
        "report": str(index) if index else None,
        "contests": [
            {
                "contest": board.contest.id,
                "identity": msgspec.to_builtins(board.identity),
                "contest_legal": board.legal,
                "judged_points": board.contest.judged_points,
                "total_points": board.contest.total_points,
                "left_out": {left.id: left.reason for left in board.contest.left_out},
                "inferred_limits": {
                    problem.id: evidence(problem.inferred)
                    for problem in board.contest.problems
                    if problem.inferred is not None
                },
                "rows": [
                    {
                        **row_facts(row),
                        "metrics": metric_facts(board, row),
                        "medal": board.medal(row),
                        "outlook": outlook_facts(board, row),
                        "marks": basis_facts(board, row),
                    }
                    for row in board.rows
                ],
            }
            for board in found
        ],
    }
