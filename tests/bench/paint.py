"""How soon a page is on the screen: headless Chromium, driven over a pipe by its own protocol."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""

PATIENCE_S = 60.0

_ASKED = (
    "JSON.stringify(Object.fromEntries([...performance.getEntriesByType('paint'), "
    "...performance.getEntriesByType('navigation').map(e => ({name: 'loaded', "
    "startTime: e.loadEventEnd}))].map(e => [e.name, e.startTime])))"
)


def paints(page: Path) -> dict[str, float]:
    """Return milliseconds from the start of loading a page to its first paints and its end."""
    with tempfile.TemporaryDirectory(prefix="harness-paint-", ignore_cleanup_errors=True) as home:
        browser = _Browser(Path(home))
        try:
            return browser.paints(page.resolve().as_uri())
        finally:
            browser.close()


class _Browser:
    """A browser that reads commands from one pipe and answers into another."""

    def __init__(self, home: Path) -> None:
        hears, self._say = os.pipe()
        self._hear, says = os.pipe()
        # The browser reads from 3 and writes to 4, wherever our pipes ended up.
        script = f'exec 3<&{hears} 4>&{says}; exec "$@"'
        words = ("--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe")
        quiet = ("--disable-background-networking", "--disable-component-update", "--no-first-run")
        self._process = subprocess.Popen(
            ["bash", "-c", script, "-", CHROMIUM, *words, *quiet, f"--user-data-dir={home}"],
            pass_fds=(hears, says),
            stderr=subprocess.DEVNULL,
        )
        os.close(hears)
        os.close(says)
        self._number = 0
        self._held = b""

    def paints(self, url: str) -> dict[str, float]:
        target = self._do("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._do("Target.attachToTarget", targetId=target, flatten=True)
        session = self._session["sessionId"]
        self._do("Page.enable", session)
        self._do("Page.navigate", session, url=url)
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            said = self._do("Runtime.evaluate", session, expression=_ASKED, returnByValue=True)
            found: dict[str, float] = json.loads(said["result"]["value"])
            if found.get("loaded") and "first-contentful-paint" in found:
                return found
            time.sleep(0.05)
        raise TimeoutError(f"{url} was not painted within {PATIENCE_S:g} s")

    def _do(self, method: str, session: str = "", **params: object) -> dict[str, object]:
        self._number += 1
        asked = {"id": self._number, "method": method, "params": params}
        os.write(
            self._say,
            json.dumps({**asked, "sessionId": session} if session else asked).encode() + b"\0",
        )
        while True:
            said = json.loads(self._message())
            if said.get("id") == self._number:
                if "error" in said:
                    raise RuntimeError(f"{method}: {said['error']}")
                return said["result"]

    def _message(self) -> bytes:
        while b"\0" not in self._held:
            more = os.read(self._hear, 1 << 16)
            if not more:
                raise RuntimeError("the browser went away")
            self._held += more
        message, _, self._held = self._held.partition(b"\0")
        return message

    def close(self) -> None:
        """End it."""
        os.close(self._say)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._hear)
