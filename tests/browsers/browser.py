"""What a browser of either kind is asked to do."""

from __future__ import annotations

import re
import subprocess
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.browsers.wire import PATIENCE, Wire

WATCH = """
globalThis.refused = [];
document.addEventListener('securitypolicyviolation', (e) => {
  globalThis.refused.push(`${e.effectiveDirective} refused ${e.blockedURI} ${e.sample}`);
});
"""
"""Runs in every page before anything of its own: what its policy refuses is remembered."""

LOADED = "location.href !== 'about:blank' && document.readyState === 'complete'"

SETTLED = "new Promise((done) => setTimeout(() => done(globalThis.refused), 0))"

HOME = ("file:", "data:", "about:", "blob:")
"""Schemes that leave nobody."""


@dataclass(frozen=True)
class Visit:
    """What happened while a page was opened."""

    complaints: tuple[str, ...]
    """Of the console, of the page's policy, and boxes that were opened."""
    outside: tuple[str, ...]
    """Addresses beyond this disk that were asked for."""

    @property
    def quiet(self) -> bool:
        """Whether nothing was said and nothing left."""
        return not self.complaints and not self.outside


class Browser(ABC):
    """One browser with one window, without a head, and a home of its own."""

    name: str

    def __init__(self, command: list[str], home: Path, listening: str) -> None:
        self._log = home / f"{self.name}.log"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command, stdout=subprocess.DEVNULL, stderr=log, cwd=home
            )
        self._wire = Wire(self._address(listening))
        self._at = ""

    def _address(self, listening: str) -> str:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self._process.poll() is None:
            said = self._log.read_text("utf-8", "replace")
            if found := re.search(listening, said):
                return found[1]
            time.sleep(0.05)
        self._process.kill()
        raise AssertionError(f"{self.name} did not start: {said[-2_000:]}")

    def visit(self, page: Path | str) -> Visit:
        """Open a page, wait until it is loaded, and return what happened."""
        address = page if isinstance(page, str) else page.resolve().as_uri()
        if address.partition("#")[0] == self._at:
            # A page that differs by its anchor only is the same one, and is not loaded again.
            self._open("about:blank")
        self._at = address.partition("#")[0]
        self._wire.events.clear()
        self._open(address)
        # The event that was waited for may have been the empty page's.
        deadline = time.monotonic() + PATIENCE
        while not self.ask(LOADED) and time.monotonic() < deadline:
            time.sleep(0.02)
        return self.since()

    def since(self) -> Visit:
        """Return what happened since the page was opened, until now."""
        refused = self.ask(SETTLED)
        asked = dict.fromkeys(self._asked())
        return Visit(
            complaints=(*self._complaints(), *refused),
            outside=tuple(each for each in asked if not each.startswith(HOME)),
        )

    @abstractmethod
    def _open(self, address: str) -> None: ...

    @abstractmethod
    def _asked(self) -> list[str]: ...

    @abstractmethod
    def _complaints(self) -> list[str]: ...

    @abstractmethod
    def ask(self, expression: str) -> Any:
        """Return the value of an expression in the page; it may be a promise."""

    @abstractmethod
    def shape(self, width: int, height: int) -> None:
        """Give the window a size in CSS pixels."""

    @abstractmethod
    def picture(self, place: Path) -> None:
        """Write what the window shows as a PNG file."""

    def close(self) -> None:
        """End the browser."""
        self._wire.close()
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
