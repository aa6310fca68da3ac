"""``harness judge`` with what is no single source: outputs, folders, archives of either."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from tests.fakes.command import Command
from tests.fakes.kattis import CURRENT, LEGACY, write
from tests.fakes.packages import cms_package

TESTS = {f"tests/{name}.{end}": f"{name}\n" for name in "12" for end in ("in", "out")}
COPY = '#include <stdio.h>\nint main(void) { int n; scanf("%d", &n); printf("%d", n); }\n'


@pytest.fixture
def both(harness: Command) -> Path:
    """Return a package whose first test takes an output, and whose second takes a program."""
    subtasks = {
        "subtasks/1.json": '{"score": 40, "testcases": ["1"], "output_only": true}',
        "subtasks/2.json": '{"score": 60, "testcases": ["2"]}',
    }
    cms_package(harness.home / "both", "BatchAndOutput", {**TESTS, **subtasks})
    return harness.home / "both"


def zipped(place: Path, folder: Path) -> Path:
    with zipfile.ZipFile(place, "w") as archive:
        for file in folder.rglob("*"):
            if file.is_file():
                archive.write(file, file.relative_to(folder))
    return place


def test_a_program_outputs_or_both_are_handed_in(harness: Command, both: Path) -> None:
    """A file, a folder and an archive of it are each judged for what they hold."""
    write(harness.home / "s", {"a.c": COPY, "output_1.txt": "1\n"})
    zipped(harness.home / "s.zip", harness.home / "s")
    outcome = harness("judge", both, "s/a.c", "s/output_1.txt", "s", "s.zip", "--json")
    assert outcome.code == 0, outcome.err
    lines = [json.loads(line) for line in outcome.out.splitlines()]
    assert [(line["submission"], line["points"]) for line in lines] == [
        ("s/a.c", 60.0),
        ("s/output_1.txt", 40.0),
        ("s", 100.0),
        ("s.zip", 100.0),
    ]


def test_a_package_can_be_an_archive(harness: Command, both: Path) -> None:
    """At its top or in one folder; two of them, or a name that leads out, are one clear error."""
    (harness.home / "a.c").write_text(COPY)
    flat = zipped(harness.home / "flat.zip", both)
    nested = zipped(harness.home / "nested.zip", harness.home)
    assert harness("judge", flat, "a.c").code == 0
    assert harness("judge", nested, "a.c").code == 0
    write(harness.home / "sum", LEGACY)
    two = harness("judge", zipped(harness.home / "two.zip", harness.home), "a.c")
    assert two.code == 64
    assert "two.zip holds 2 packages: both, sum" in two.err
    with zipfile.ZipFile(flat, "a") as archive:
        archive.writestr("../evil", "")
    outcome = harness("judge", flat, "a.c")
    assert outcome.code == 64
    assert "[U004]" in outcome.err
    assert "'../evil' leads out of its folder" in outcome.err


def test_the_jurys_outputs_are_judged(harness: Command) -> None:
    """A submission of a submit-answer problem is a folder with an output for each test."""
    write(
        harness.home / "sum",
        CURRENT,
        {
            "problem.yaml": CURRENT["problem.yaml"] + "type: submit-answer\n",
            "data/sample/1.in": None,
            "data/sample/1.ans": None,
            "submissions/accepted/sum.py": None,
            "submissions/accepted/all/1.out": "7\n",
            "submissions/accepted/all/2.out": "11\n",
            "submissions/wrong_answer/one/1.out": "7\n",
        },
    )
    outcome = harness("judge", "sum", "--expected")
    assert outcome.code == 0, outcome.out + outcome.err
    assert outcome.out.endswith("**sum**: 2 of 2 agree.\n")


@pytest.mark.long
def test_archives_with_tricks_are_one_clear_error(harness: Command, both: Path) -> None:
    """Damaged data, and a few bytes that would fill the memory: the error names the archive."""
    bad, bomb = harness.home / "bad.zip", harness.home / "bomb.zip"
    text = "".join(map(str, range(1000)))
    with zipfile.ZipFile(bad, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("output_1.txt", text)
    data = bytearray(bad.read_bytes())
    data[60:90] = b"\xff" * 30
    bad.write_bytes(data)
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(9):
            archive.writestr(f"output_{number}.txt", bytes(60 << 20))
    assert bomb.stat().st_size < 1 << 20
    for name, said in (("bad.zip", "cannot be unpacked"), ("bomb.zip", "more than 512 MiB")):
        outcome = harness("judge", both, name)
        assert outcome.code == 64
        assert f"[U001] {name}" in outcome.err
        assert said in outcome.err
