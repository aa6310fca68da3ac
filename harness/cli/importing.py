"""``harness import``: generations of other programs become a recording."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Iterator
from pathlib import Path

import msgspec

from harness.backends.recording import Recording
from harness.cli.data_told import words_of
from harness.cli.shortened import shortened
from harness.cli.terminal import plain, plain_lines
from harness.config import environment, parse_pairs, place_of, settings
from harness.data import DataStore
from harness.foreign.formats import Request, files_of, generations
from harness.foreign.matching import Matcher, read_map
from harness.foreign.writing import Account, Writer, write
from harness.plugins import load_task
from harness.task import Task


def execute(args: argparse.Namespace) -> int:
    """Write the recording and say what became of every row; exit 1 when one is of no problem."""
    settled = settings(environment(), include=args.include_path)
    task = load_task(args.task, settled.include)
    contest = task.contest(DataStore(settled.data))
    matcher = Matcher(contest)
    if args.map:
        matcher = Matcher(contest, read_map(place_of(args.map, "--map"), matcher.ids))
    files = files_of(args.format, [place_of(name, "FILE") for name in args.files])
    request = Request(fields=parse_pairs(args.fields, "--fields"), language=args.language)
    place = place_of(args.output_path, "--output-path")
    writer = Writer(task.id, matcher, args.contestant.strip(), args.language)
    account = write(place, generations(args.format, files, request), writer)
    Recording(place, task.id)  # it is read as a run will read it: a mistake shows here
    if args.json:
        print(
            msgspec.json.encode({"recording": str(place), **msgspec.to_builtins(account)}).decode()
        )
    else:
        print(plain_lines("\n".join(_said(account, place, task))))
    return 1 if account.unmatched else 0


def _said(account: Account, place: Path, task: Task) -> Iterator[str]:
    """Yield what became of every row, and what to do next."""
    written = f"{account.written} of {account.rows} generations are in {place}"
    rests = ", ".join(f"{count} by {how}" for how, count in account.by.items())
    yield f"{written}: {rests}"
    yield f"contestants: {shortened(list(account.contestants))}"
    yield "problems: " + ", ".join(f"{n} {c}" for n, c in account.problems.items() if c)
    lacking = [name for name, count in account.problems.items() if not count]
    if lacking:
        yield f"none of: {shortened(lacking)}"
    if account.empty:
        yield f"{account.empty} have no text: attempts without a submission, in no score"
    if account.alike:
        yield (
            f"note: all samples of {shortened(list(account.alike))} are the same text: drawn with "
            "one seed, or without chance; they are one sample, and not several"
        )
    if account.unused:
        yield f"note: the map names what no row has: {shortened(list(account.unused))}"
    if account.unmatched:
        yield f"of no problem of {task.id}, and not in the recording:"
        for left in account.unmatched:
            yield plain(f"- {left.name} ({left.rows}): {left.reason} (first: {left.first})")
    yield (
        f"next: harness run {words_of(task)} --model replay "
        f"--model-args file={shlex.quote(str(place))}"
    )
