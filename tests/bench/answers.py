"""Whether equal answers are called equal: ``python -m tests.bench.answers DATA [MATH-VERIFY]``.

DATA is a folder with tables of answers (columns ``answer`` or ``Short Answer``); of each, pairs
with a known label are made by rule (``answer_pairs.py``). MATH-VERIFY is a checkout of that
project; the labelled pairs of its tests are read too. Every pair is compared by the answer judge
and by ``math_verify.verify`` in this process, one after the other; both are warm. Printed: crashes,
hangs (over 60 s), false equals, false not-equals, unresolved, and pairs per second of both. Ends
with 1 when the judge crashed, hung, or called a pair of the rules' equal that is not.
``-v`` prints each pair that was not told right; ``-n4`` takes every fourth pair of the rules.
"""

from __future__ import annotations

import collections
import logging
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
from math_verify import parse, verify

from harness.judges.answers.extraction import final_answer
from harness.judges.answers.outcome import Outcome
from harness.judges.answers.pool import AnswerPool
from tests.bench.answer_pairs import Pair, answers, by_sympy, labelled, made

HANG_S = 60.0


class Tally(msgspec.Struct):
    """What one way of comparing came to."""

    counts: collections.Counter[str] = msgspec.field(default_factory=collections.Counter)
    seconds: float = 0.0
    slowest: float = 0.0
    wrong: list[tuple[str, Pair]] = msgspec.field(default_factory=list)

    def add(self, pair: Pair, outcome: str, seconds: float) -> None:
        """Count one pair."""
        self.seconds += seconds
        self.slowest = max(self.slowest, seconds)
        kind = {
            ("equal", False): "false equal",
            ("not equal", True): "false not-equal",
            ("unresolved", True): "unresolved, equal",
            ("unresolved", False): "unresolved, not equal",
        }.get((outcome, pair.equal), "right" if outcome in ("equal", "not equal") else outcome)
        self.counts["hang"] += seconds > HANG_S
        self.counts[kind] += 1
        if kind != "right":
            self.wrong.append((kind, pair))

    def line(self, name: str) -> str:
        """Return one row of the table."""
        total = sum(self.counts.values()) - self.counts["hang"]
        cells = [self.counts[kind] for kind in KINDS]
        speed = total / self.seconds if self.seconds else 0.0
        row = " | ".join(f"{cell:,}" for cell in cells)
        return f"| {name} | {total:,} | {row} | {speed:,.0f} | {self.slowest:.2f} |"


KINDS = (
    "crash",
    "hang",
    "false equal",
    "false not-equal",
    "unresolved, equal",
    "unresolved, not equal",
    "right",
)
HEAD = f"| | pairs | {' | '.join(KINDS)} | pairs/s | slowest s |\n|---|{'---:|' * (len(KINDS) + 3)}"


def main() -> int:
    """Compare, print, and return 1 where the judge may not be relied on."""
    arguments = [each for each in sys.argv[1:] if each[0] != "-"]
    every = max((int(each[2:]) for each in sys.argv[1:] if each.startswith("-n")), default=1)
    golds = answers(Path(arguments[0]))
    sets = {
        "rules": [pair for gold in golds for pair in made(gold)],
        "SymPy's rewritings": [pair for gold in golds for pair in by_sympy(gold)],
    }
    for place in arguments[1:]:
        sets["Math-Verify's tests"] = list(labelled(Path(place)))
    logging.disable()
    failed = False
    with AnswerPool(1) as pool:

        def ours(pair: Pair) -> str:
            return pool.compare(_bare(pair.gold), _bare(pair.said)).outcome.value

        warm = Pair(r"\sqrt{8}", r"2\sqrt{2}", True, "")
        for how in (ours, plainly):
            how(warm)
        for name, pairs in sets.items():
            told = {"answer judge": Tally(), "math_verify.verify": Tally()}
            pairs = pairs[::every] if name == "rules" else pairs
            for pair in pairs:
                for way, how in zip(told, (ours, plainly), strict=True):
                    _one(told[way], how, pair)
            print(f"\n{name}: {len(pairs):,} pairs\n{HEAD}")
            for way, tally in told.items():
                print(tally.line(way))
            judge, plain = told["answer judge"], told["math_verify.verify"]
            print(f"{plain.seconds / judge.seconds:.1f} times as many pairs a second")
            if "-v" in sys.argv:
                _show(judge)
            bad = judge.counts["crash"] + judge.counts["hang"]
            failed |= bool(bad or (name == "rules" and judge.counts["false equal"]))
            sys.stdout.flush()
        print(f"workers started: {pool.started}")
    return int(failed)


def _one(tally: Tally, how: Callable[[Pair], str], pair: Pair) -> None:
    begin = time.perf_counter()
    try:
        outcome = how(pair)
    except Exception:  # whatever it raises is what is counted
        outcome = "crash"
    tally.add(pair, outcome, time.perf_counter() - begin)


def plainly(pair: Pair) -> str:
    """Compare as Math-Verify's introduction does it: in this process, gold first."""
    gold, said = parse(_dressed(pair.gold)), parse(_dressed(pair.said))
    return (Outcome.EQUAL if verify(gold, said) else Outcome.NOT_EQUAL).value


def _dressed(text: str) -> str:
    return text if "$" in text or r"\[" in text or r"\(" in text else f"${text}$"


def _bare(text: str) -> str:
    """Return what a text ends with: its answer, its last formula, or all of it."""
    found = final_answer(text)
    if found is not None and r"\box" in text:
        return found.content
    if not re.search(r"[A-Za-z]{4}", re.sub(r"\\[A-Za-z]+|\$[^$]*\$", "", text)):
        return text
    formulas = re.findall(r"\$\$?([^$]+)\$|\\\((.*?)\\\)|\\\[(.*?)\\\]", text, re.DOTALL)
    return "".join(formulas[-1]) if formulas else text


def _show(tally: Tally) -> None:
    for kind, pair in sorted(tally.wrong, key=lambda each: each[0]):
        print(f"  {kind:22} {pair.rule:26} {pair.gold!r}  |  {pair.said!r}")


if __name__ == "__main__":
    sys.exit(main())
