"""Several judgings at once, and their outcomes in the order they were asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def side_by_side(slots: int, judged: Callable[[T], R], things: Iterable[T]) -> Iterator[R]:
    """Yield what becomes of each thing, in order; as many are judged at once as there are slots.

    What ``judged`` raises is raised here, and what was not begun by then never is.
    """
    with ThreadPoolExecutor(max(1, slots)) as pool:
        waiting = [pool.submit(judged, thing) for thing in things]
        try:
            for each in waiting:
                yield each.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
