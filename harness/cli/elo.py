"""``harness elo``: a rating among the humans of rounds, by the attempts of runs."""

from __future__ import annotations

import argparse

import msgspec

from harness.board import boards
from harness.cli.terminal import plain
from harness.config import place_of
from harness.rated import Rating, rating, read_rounds
from harness.store import open_runs


def execute(args: argparse.Namespace) -> int:
    """Print a table, the best first; exit 1 when no contestant has a rating."""
    rounds = read_rounds(place_of(args.rounds, "--rounds"))
    runs = [run for name in args.runs for run in open_runs(place_of(name, "RUN"))]
    found = [rating(row, rounds) for board in boards(runs) for row in board.rows]
    found.sort(key=lambda one: (one.rating is None, -(one.rating or 0.0), one.contestant))
    if args.json:
        print(msgspec.json.encode(found).decode())
    else:
        print("| contestant | rating | rounds | ranks |\n| --- | ---: | ---: | --- |")
        for one in found:
            print(plain(_line(one, len(rounds))))
        left_out = dict.fromkeys(reason for one in found for reason in one.left_out)
        for reason in left_out:
            print(plain(f"left out: {reason}"))
    return 0 if any(one.rating is not None for one in found) else 1


def _line(one: Rating, rounds: int) -> str:
    value = "none" if one.rating is None else f"{one.rating:.0f}"
    ranks = ", ".join(f"{each.round}: {each.rank} of {each.humans}" for each in one.rounds)
    return f"| {one.contestant} | {value} | {len(one.rounds)} of {rounds} | {ranks} |"
