"""The judges a task is given, made when they are first used."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Self

from harness.config import Settings
from harness.judges.answer import AnswerJudge

if TYPE_CHECKING:
    from sandbox.judge import CodeJudge


class Workbench:
    """The tools of one process: one code judge with its slots, one answer judge with its workers.

    ``tell`` is given what a person should know, a line at a time.
    """

    def __init__(self, settings: Settings, tell: Callable[[str], None] | None = None) -> None:
        self._settings = settings
        self._tell = tell
        self._code: CodeJudge | None = None
        self._lock = threading.Lock()
        self.answers = AnswerJudge()

    @property
    def code(self) -> CodeJudge:
        """The code judge; the first use builds the runner and opens the slots."""
        with self._lock:
            if self._code is None:
                # Imported here so that runs without code never need a compiler.
                from sandbox.judge import CodeJudge

                self._code = CodeJudge(
                    cache=self._settings.cache,
                    slots=self._settings.slots,
                    sandbox=self._settings.sandbox,
                    engine_patience_s=self._settings.engine_patience_s,
                )
                if self._tell is not None:
                    self._tell(self._code.note)
            return self._code

    @property
    def slots(self) -> int:
        """Programs that may be judged at once."""
        return self._settings.slots

    def close(self) -> None:
        """Close every slot; safe to call twice."""
        with self._lock:
            if self._code is not None:
                self._code.close()
                self._code = None
            self.answers.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
