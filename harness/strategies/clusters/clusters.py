"""Programs that print the same on every input, put together; pure."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec


class Cluster(msgspec.Struct, frozen=True):
    """Programs that cannot be told apart; a program is its place among a subtask's candidates."""

    members: tuple[int, ...]
    """The longest reasoning trace first; of equal ones the earlier candidate."""

    @property
    def size(self) -> int:
        """How many programs there are in it."""
        return len(self.members)


def clustered(outputs: Sequence[Sequence[str]], traces: Sequence[int]) -> tuple[Cluster, ...]:
    """Put programs with identical outputs into clusters, in the order of their first members.

    ``outputs`` are of each program the hashes of what it printed on each input, empty where it
    printed nothing or did not end well. Programs that printed nothing on any input are in no
    cluster: nothing is known of them but that they do not work.
    """
    found: dict[tuple[str, ...], list[int]] = {}
    for number, printed in enumerate(outputs):
        if any(printed):
            found.setdefault(tuple(printed), []).append(number)
    return tuple(Cluster(by_trace(members, traces)) for members in found.values())


def alone(programs: Sequence[object]) -> tuple[Cluster, ...]:
    """Return a cluster for each program: where nothing tells which of them do the same."""
    return tuple(Cluster((number,)) for number in range(len(programs)))


def by_trace(numbers: Sequence[int], traces: Sequence[int]) -> tuple[int, ...]:
    """Return programs with the longest reasoning trace first, of equal ones the earlier."""
    return tuple(sorted(numbers, key=lambda number: (-traces[number], number)))
