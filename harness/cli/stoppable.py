"""Work that Ctrl-C ends: it is cancelled, and what it had done stays."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


def stoppable(work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
    """Begin some work in the running loop, and cancel it on SIGINT and SIGTERM."""
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()
    # In another thread, under a program that called us, signals are not ours to handle.
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, task.cancel)
    return task
