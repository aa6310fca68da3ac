"""Progress on standard error: a bar on a terminal, a line every few seconds elsewhere."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TextIO

from harness.meter import Meter

LINE_EVERY_S = 10.0
"""Between lines where there is no terminal."""


def tell(line: str) -> None:
    """Say one line to whoever started the program."""
    print(f"harness: {line}", file=sys.stderr, flush=True)


async def show(meter: Meter, label: str, stream: TextIO | None = None) -> None:
    """Show the meter until cancelled."""
    out = stream if stream is not None else sys.stderr
    if out.isatty():
        await _bar(meter, label, out)
    else:
        await _lines(meter, label, out)


@asynccontextmanager
async def showing(meter: Meter, label: str, *, talk: bool) -> AsyncIterator[None]:
    """Show the meter while something is done, if anybody is to be told."""
    shown = asyncio.ensure_future(show(meter, label)) if talk else None
    try:
        yield
    finally:
        if shown is not None:
            shown.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await shown


async def _lines(meter: Meter, label: str, out: TextIO) -> None:
    while True:
        await asyncio.sleep(LINE_EVERY_S)
        print(f"{label}: {sentence(meter)}", file=out, flush=True)


async def _bar(meter: Meter, label: str, out: TextIO) -> None:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=28),
        TextColumn("{task.fields[text]}"),
        console=Console(file=out),
        transient=True,
    )
    with bar:
        line = bar.add_task(label, total=max(1, meter.planned), text="")
        while True:
            bar.update(
                line,
                total=max(1, meter.planned),
                completed=meter.ended,
                text=sentence(meter),
            )
            await asyncio.sleep(0.2)


def sentence(meter: Meter) -> str:
    """Return the state of a run in one line."""
    parts = [f"{meter.ended}/{meter.planned} attempts"]
    if meter.before:
        parts.append(f"{meter.before} from before")
    parts.append(f"{meter.void} void")
    parts.append(f"{meter.judged} submissions judged")
    if meter.opinions:
        parts.append(f"{meter.opinions} opinions")
    if meter.tokens:
        parts.append(f"{meter.tokens / max(meter.seconds, 1e-9):.0f} tokens/s")
    if meter.generating or meter.judging:
        parts.append(f"{meter.generating} generating, {meter.judging} judging")
    eta = meter.eta_s
    if eta is not None and meter.ended < meter.planned:
        parts.append(f"about {duration(eta)} left")
    return ", ".join(parts)


def duration(seconds: float) -> str:
    """Return a length of time as people say it."""
    whole = round(seconds)
    if whole < 90:
        return f"{whole} s"
    if whole < 5400:
        return f"{round(whole / 60)} min"
    return f"{whole / 3600:.1f} h"
