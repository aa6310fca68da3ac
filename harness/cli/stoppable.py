"""Work that Ctrl-C or SIGTERM ends: what it had done stays, and nothing half done."""

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


def end_as_by_ctrl_c() -> None:
    """Have SIGTERM end a command as Ctrl-C does, so that what is half written is taken away.

    A CI that cancels a job, and whoever stops a container, send it.
    """
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)
