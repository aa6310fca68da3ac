"""What is handed in: sources of a program, outputs of tests, or both.

As in CMS, the output of a test is a file ``output_<test>.txt``; the package's own name for it,
``<test>.out``, is understood too. In the problem package format it is any file whose name
without suffix is that of the test.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from harness.types import CodeBody, CodeKind, HandIn, Source

TAKES_OUTPUTS = frozenset({CodeKind.OUTPUT_ONLY, CodeKind.BATCH_AND_OUTPUT})
PREFIX = "output_"
SUFFIX = ".txt"


class HandedIn(msgspec.Struct, frozen=True, kw_only=True):
    """A submission, sorted."""

    program: Source | None = None
    """What is to be compiled, if anything."""
    outputs: Mapping[str, bytes] = {}
    """By test."""
    refused: str = ""
    """What the contest would not have accepted."""


def sort_out(body: CodeBody, source: Source) -> HandedIn:
    """Tell the outputs of a submission from its sources."""
    if body.kind not in TAKES_OUTPUTS:
        return HandedIn(program=source)
    if body.group is not None:
        by_stem = {Path(name).stem: data for name, data in source.files}
        tests = {test.name: Path(test.name).name for test in body.tests}
        return HandedIn(
            outputs={test: by_stem[stem] for test, stem in tests.items() if stem in by_stem}
        )
    if body.kind is CodeKind.OUTPUT_ONLY and len(body.tests) == len(source.files) == 1:
        return HandedIn(outputs={body.tests[0].name: source.files[0][1]})
    return _cms(body, source)


def is_output(name: str, tests: frozenset[str]) -> bool:
    """Return whether a file is meant as an output, be it of a test that there is or not."""
    return (name.startswith(PREFIX) and name.endswith(SUFFIX)) or (
        name.endswith(".out") and name.removesuffix(".out") in tests
    )


def _cms(body: CodeBody, source: Source) -> HandedIn:
    only = body.kind is CodeKind.OUTPUT_ONLY
    names = frozenset(test.name for test in body.tests)
    taken = {test.name for test in body.tests if only or test.hand_in is not HandIn.PROGRAM}
    outputs: dict[str, bytes] = {}
    rest = []
    for name, data in source.files:
        if not is_output(name, names):
            rest.append((name, data))
            continue
        test = (
            name.removesuffix(".out")
            if name.endswith(".out")
            else name.removeprefix(PREFIX).removesuffix(SUFFIX)
        )
        if test not in taken:
            return HandedIn(refused=f"{name}: no output can be handed in for a test {test}")
        if test in outputs:
            return HandedIn(refused=f"{name}: the output of test {test} is there twice")
        outputs[test] = data
    if only and rest:
        return HandedIn(refused=f"{rest[0][0] or 'a file without a name'} is no test's output")
    program = msgspec.structs.replace(source, files=tuple(rest)) if rest else None
    return HandedIn(program=program, outputs=outputs)
