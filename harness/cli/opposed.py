"""The two sides of a comparison, as they are named on the command line."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from harness.comparison import Side, obstacles, side_of
from harness.errors import UsageError
from harness.store import MANIFEST, RunFolder, open_runs


def opposed(args: argparse.Namespace, base: str, new: str) -> list[tuple[Side, Side]]:
    """Return both sides of each contest; of two single runs they need not be of one contest.

    Raises :class:`~harness.errors.UsageError` where two sides must not be compared.
    """
    named = args.contestant or []
    if len(named) > 2:
        raise UsageError("--contestant is given more than twice", hint="once for A, once for B")
    ours, theirs = (runs_in(Path(side), args.layer) for side in (base, new))
    one, other = (named * 2)[:2] if named else ("", "")
    if len(ours) == len(theirs) == 1:
        couples = [(ours[0], theirs[0])]
    else:
        couples = _by_contest(ours, theirs, base, new)
    found = [(side_of(run, one), side_of(against, other)) for run, against in couples]
    for couple in found:
        _check(*couple, anyway=args.anyway)
    return found


def runs_in(place: Path, layer: str) -> list[RunFolder]:
    """Return the run in a folder, those in the folders of it, or those of a packed file."""
    if not (place / MANIFEST).exists() and place.is_dir():
        found = sorted(each.parent for each in place.glob(f"*/{MANIFEST}"))
        if found:
            return [RunFolder(each, layer) for each in found]
    return list(open_runs(place, layer))


def _by_contest(
    ours: Sequence[RunFolder], theirs: Sequence[RunFolder], base: str, new: str
) -> list[tuple[RunFolder, RunFolder]]:
    one, other = _contests(ours, base), _contests(theirs, new)
    alone = [(name, new) for name in one if name not in other]
    alone += [(name, base) for name in other if name not in one]
    if alone:
        name, place = alone[0]
        raise UsageError(
            f"{place} has no run of {name}, and the other side has one",
            hint="run it there too, or name single runs",
        )
    return [(one[name], other[name]) for name in one]


def _contests(runs: Sequence[RunFolder], place: str) -> dict[str, RunFolder]:
    found: dict[str, RunFolder] = {}
    for run in runs:
        name = run.record.contest.id
        if name in found:
            raise UsageError(
                f"{place} has two runs of {name}: {found[name].path.name} and {run.path.name}",
                hint="name one of them",
            )
        found[name] = run
    return found


def _check(base: Side, new: Side, *, anyway: bool) -> None:
    if (base.record.id, base.row.contestant.id) == (new.record.id, new.row.contestant.id):
        raise UsageError(
            f"both sides are {base.title} of {base.record.id}",
            hint="name two runs; `harness gate --aa RUN` holds one against itself",
        )
    why = obstacles(base, new)
    if why and not anyway:
        raise UsageError(
            f"{base.place} and {new.place} cannot be compared: they differ in {'; '.join(why)}",
            hint="make both runs alike in that; --anyway compares them all the same and says so",
        )
