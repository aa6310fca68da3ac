"""Stacked bars: what came of each contestant's attempts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from harness.types import Verdict
from reports.charts.figure import Data, Figure, Label, Rect, label, rect, shortened

START = 170.0
END = 632.0
STEP = 26.0
BAR = 18.0
NOTHING = "none"
"""Nothing was handed in."""
NARROW = 26.0
"""A part that is narrower has no letters in it; the table has its number."""

KINDS = {Verdict.AC.value: "full", Verdict.PAC.value: "partial", NOTHING: "none"}
"""Colours have four states; everything else that is not right is of the last."""


def mix(held: Sequence[tuple[str, Mapping[str, int]]]) -> Figure | None:
    """Draw how many attempts ended with each verdict; None where nothing was judged."""
    drawn = [(name, counts) for name, counts in held if sum(counts.values())]
    if not drawn:
        return None
    order = [*(verdict.value for verdict in Verdict), NOTHING]
    order = [code for code in order if any(counts.get(code) for _, counts in drawn)]
    rects: list[Rect] = []
    labels: list[Label] = []
    for n, (name, counts) in enumerate(drawn):
        y = 4 + n * STEP
        labels.append(label(START - 8, y + 14, shortened(name, 24), "end"))
        _bar(counts, order, y, rects, labels)
    return Figure(
        title="Verdicts",
        said="What the best submission of each judged attempt came to; “none” handed in nothing.",
        height=8 + len(drawn) * STEP,
        data=Data(
            head=("contestant", *order),
            rows=tuple(
                (name, *(f"{counts.get(code, 0):,}" for code in order)) for name, counts in drawn
            ),
        ),
        rects=tuple(rects),
        labels=tuple(labels),
    )


def _bar(
    counts: Mapping[str, int],
    order: Sequence[str],
    y: float,
    rects: list[Rect],
    labels: list[Label],
) -> None:
    whole = sum(counts.values())
    x = START
    for code in order:
        width = (END - START) * counts.get(code, 0) / whole
        if width <= 0:
            continue
        rects.append(rect(x, y, max(width - 1, 0.5), BAR, f"part {KINDS.get(code, 'zero')}"))
        text = f"{code} {counts[code]:,}"
        if width >= NARROW:
            kind = "middle inside" if width >= 9 * len(text) else "middle inside small"
            labels.append(
                label(x + width / 2, y + 13.5, text if width >= 9 * len(text) else code, kind)
            )
        x += width
