"""What a slot holds: within a budget, and never less than what is in use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.box import MEBIBYTE, Blob, Job, Limits, Role, Step
from sandbox.docker import DockerBox
from sandbox.program import Program, process_of
from sandbox.shelf import HELD_JOBS, Shelf
from tests.fakes.slots import build, opened, slot_of

USES = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 3)), max_size=200)
"""Which blob is put, and how many hundred jobs are sent then."""


def blob(number: int) -> Blob:
    return Blob(f"{number:064x}", 10 + number)


@given(USES, st.integers(1, 20), st.integers(10, 400))
def test_a_shelf_is_within_its_budget_but_for_what_is_in_use(
    uses: list[tuple[int, int]], most_blobs: int, most_bytes: int
) -> None:
    shelf = Shelf(most_bytes, most_blobs)
    held: dict[Blob, int] = {}
    sent = 0
    for number, hundreds in uses:
        assert shelf.use(blob(number)) == (blob(number) in held)
        shelf.add(blob(number))
        held[blob(number)] = sent
        for name in shelf.clear_out():
            (left,) = (one for one in held if one.name == name)
            assert sent - held.pop(left) >= HELD_JOBS, "in use"
        rest = [one for one, used in held.items() if sent - used >= HELD_JOBS]
        within = len(held) <= most_blobs and sum(one.size for one in held) <= most_bytes
        assert within or not rest, "beyond the budget for nothing"
        shelf.sent(100 * hundreds)
        sent += 100 * hundreds


@given(USES)
def test_what_was_used_last_stays(uses: list[tuple[int, int]]) -> None:
    shelf = Shelf(most_blobs=5)
    order: list[Blob] = []
    for number, _ in uses:
        shelf.add(blob(number))
        order = [one for one in order if one != blob(number)] + [blob(number)]
        shelf.sent(HELD_JOBS)
        shelf.clear_out()
        assert [one for one in order if shelf.use(one)] == order[-5:]
        order = order[-5:]


def test_a_blob_in_use_stays_whatever_the_budget() -> None:
    shelf = Shelf(most_bytes=1)
    for number in range(10):
        shelf.add(blob(number))
    assert shelf.clear_out() == []
    shelf.sent(HELD_JOBS)
    assert len(shelf.clear_out()) == 10


WRITER = """
#include <fcntl.h>
#include <unistd.h>
int main() {
    static char block[1 << 20];
    write(open("out", O_CREAT | O_WRONLY, 0644), block, sizeof block);
}
"""


def test_what_jobs_leave_is_within_the_budget_too(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program that writes all it may in every test does not fill the disk of the host."""
    (tmp_path / "writer.cpp").write_text(WRITER)
    writer = Program(language="", executable=build(cache, tmp_path / "writer.cpp"))
    monkeypatch.setattr("sandbox.driver.Shelf", lambda: Shelf(MEBIBYTE))
    limits = Limits(cpu_s=5, wall_s=30, memory_bytes=64 * MEBIBYTE, output_bytes=2 * MEBIBYTE)
    with opened("landlock", cache) as box:
        assert not isinstance(box, DockerBox)
        process = process_of(writer, box, role=Role.CONTESTANT, limits=limits, fetch=("out",))

        def jobs() -> Iterator[Job]:
            for _ in range(2 * HELD_JOBS):
                yield Job(steps=(Step(processes=(process,)),))

        sizes = [dict(result.fetched[0])["out"].size for (result,) in box.run(jobs())]
        assert sizes == [MEBIBYTE] * 2 * HELD_JOBS
        assert box.read(box.put(b"all is done")) == b"all is done"
        left = sum(file.stat().st_size for file in (slot_of(box) / "blobs").iterdir())
        assert left < 1.5 * HELD_JOBS * MEBIBYTE
