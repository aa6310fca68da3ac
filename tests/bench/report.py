"""What a large report costs: CPU seconds from cold and built again, memory, sizes, first paint.

``python -m tests.bench.report`` writes a run for each of ten contestants, at 12 problems with 100
submissions each whose programs all differ, and builds the report of all of them in processes of
their own: from nothing, over itself, and with an eleventh run beside the others.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from harness.store import RunFolder
from reports.build import build_report
from reports.former import Former
from tests.bench.large_runs import Shape, write_large_run
from tests.bench.paint import CHROMIUM, paints
from tests.reports.contests import people

USUAL = Shape(distinct=12_000)
"""Every program differs."""


def main() -> None:
    """Write the runs and time the builds."""
    read = argparse.ArgumentParser(description=__doc__)
    read.add_argument("--contestants", type=int, default=10)
    read.add_argument("--together", action="store_true", help="all of them in one run")
    read.add_argument("--problems", type=int, default=USUAL.problems)
    read.add_argument("--attempts", type=int, default=USUAL.attempts)
    read.add_argument("--submissions", type=int, default=USUAL.submissions)
    read.add_argument("--distinct", type=int, default=USUAL.distinct, help="different programs")
    read.add_argument("--keep", type=Path, help="the folder to work in, which stays")
    read.add_argument("--only", nargs="+", help=argparse.SUPPRESS)
    args = read.parse_args()
    if args.only:
        _timed(args.keep, args.only)
        return
    with tempfile.TemporaryDirectory(prefix="harness-report-") as name:
        place = args.keep or Path(name)
        shape = Shape(args.problems, args.attempts, args.submissions, args.distinct)
        groups = _write(place, args.contestants, shape, together=args.together)
        count = args.contestants * shape.problems * shape.attempts * shape.submissions
        print(f"{count:,} submissions in {len(groups) - 1} runs, {shape.distinct:,} programs")
        _apart(place, "cold", groups[:-1])
        _apart(place, "again", groups[:-1])
        _sizes(place / "report")
        _apart(place, "one more run", groups)
        if CHROMIUM:
            _painted(place / "report" / "index.html")


def _write(place: Path, contestants: int, shape: Shape, *, together: bool) -> list[str]:
    """Write runs and return their names; the last one is of one contestant more."""
    who = people(*(f"model-{n:02}" for n in range(contestants + 1)))
    groups = [who[:-1], who[-1:]] if together else [(one,) for one in who]
    names = [f"run-{n:02}" for n in range(len(groups))]
    for name, group in zip(names, groups, strict=True):
        write_large_run(place / "runs" / name, group, shape)
    return names


def _apart(place: Path, what: str, runs: list[str]) -> None:
    command = (sys.executable, "-m", "tests.bench.report", "--keep", str(place))
    subprocess.run([*command, "--only", what, *runs], check=True)


def _timed(place: Path, only: list[str]) -> None:
    what, *names = only
    started, spent = time.perf_counter(), time.process_time()
    out = place / "report"
    runs = [RunFolder(place / "runs" / name) for name in names]
    build_report(runs, out, Former.at(out, place / "cache"))
    wall, cpu = time.perf_counter() - started, time.process_time() - spent
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    load = os.getloadavg()[0]
    print(f"{what:>12}: {cpu:5.1f} s of CPU, {wall:5.1f} s, peak {peak:,.0f} MiB, load {load:.1f}")


def _sizes(report: Path) -> None:
    sizes = {file.relative_to(report).as_posix(): file.stat().st_size for file in _files(report)}
    index = sizes.pop("index.html")
    pages = {name: size for name, size in sizes.items() if name.startswith("cell/")}
    largest = max(pages, key=lambda name: pages[name])
    board = max(size for name, size in sizes.items() if name.startswith("contest/"))
    print(
        f"index {index / 1e3:.0f} kB, scoreboard {board / 1e3:.0f} kB, {len(pages):,} pages of "
        f"cells of {pages[largest] / 1e3:.0f} kB at most, all {sum(sizes.values()) / 1e6:.0f} MB"
    )


def _files(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file()]


def _painted(page: Path) -> None:
    for number in range(3):
        found = paints(page)
        said = ", ".join(f"{name} {ms:.0f} ms" for name, ms in sorted(found.items()))
        print(f"load {number + 1}: {said}")


if __name__ == "__main__":
    main()
