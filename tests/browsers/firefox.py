"""Firefox, over WebDriver BiDi, which it speaks without a driver beside it."""

from __future__ import annotations

import base64
import json
import shutil
from pathlib import Path
from typing import Any

from tests.browsers.browser import WATCH, Browser

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox") or ""

QUIET = {
    "app.normandy.enabled": False,
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.dns.disablePrefetch": True,
    "services.settings.server": "data:,",
    "toolkit.telemetry.enabled": False,
}
"""What Firefox would do of itself; none of it is a page's."""


HALF_READ = "Invalid markup: Incorrect number of children"

LACKS_PARTS = """
[["msup, msub, mfrac, mroot, mover, munder", 2], ["msubsup, munderover", 3]].some(
  ([names, parts]) =>
    [...document.querySelectorAll(names)].some((each) => each.childElementCount !== parts)
)
"""
"""Whether a formula of the page, as it is now, has an element with too few parts or too many."""


class Firefox(Browser):
    """Debian's Firefox."""

    name = "firefox"
    program = FIREFOX

    def __init__(self, home: Path) -> None:
        profile = home / "firefox"
        profile.mkdir()
        lines = [f"user_pref({json.dumps(n)}, {json.dumps(v)});\n" for n, v in QUIET.items()]
        (profile / "user.js").write_text("".join(lines))
        command = [
            *(FIREFOX, "--headless", "--no-remote", "--profile", str(profile)),
            *("--remote-debugging-port", "0", "about:blank"),
        ]
        super().__init__(command, home, r"WebDriver BiDi listening on (ws://\S+)")
        self._wire.ask("session.new", {"capabilities": {}})
        tree = self._wire.ask("browsingContext.getTree", {})
        self._context = str(tree["contexts"][0]["context"])
        kinds = ["log.entryAdded", "network.beforeRequestSent", "browsingContext.userPromptOpened"]
        self._wire.ask("session.subscribe", {"events": kinds})
        watch = {"functionDeclaration": f"() => {{ {WATCH} }}"}
        self._wire.ask("script.addPreloadScript", watch)

    def _address(self, listening: str) -> str:
        return f"{super()._address(listening)}/session"

    def _open(self, address: str) -> None:
        asked = {"context": self._context, "url": address, "wait": "complete"}
        self._wire.ask("browsingContext.navigate", asked)

    def _asked(self) -> list[str]:
        return [
            str(event["params"]["request"]["url"])
            for event in self._wire.events
            if event["method"] == "network.beforeRequestSent"
        ]

    def _complaints(self) -> list[str]:
        said = []
        for event in self._wire.events:
            if event["method"] == "log.entryAdded":
                text = str(event["params"].get("text"))
                # It lays formulas out while they arrive: the last one may have had half its parts.
                if not text.startswith(HALF_READ) or self.ask(LACKS_PARTS):
                    said.append(f"log: {text}")
            if event["method"] == "browsingContext.userPromptOpened":
                said.append(f"box: {event['params'].get('message')}")
        return said

    def ask(self, expression: str) -> Any:
        """Return the value of an expression in the page; it may be a promise."""
        wrapped = f"(async () => JSON.stringify(await ({expression}) ?? null))()"
        target = {"context": self._context}
        answer = self._wire.ask(
            "script.evaluate", {"expression": wrapped, "target": target, "awaitPromise": True}
        )
        assert answer["type"] == "success", answer
        return json.loads(answer["result"]["value"])

    def shape(self, width: int, height: int) -> None:
        """Give the window a size in CSS pixels."""
        viewport = {"width": width, "height": height}
        asked = {"context": self._context, "viewport": viewport}
        self._wire.ask("browsingContext.setViewport", asked)

    def picture(self, place: Path) -> None:
        """Write what the window shows as a PNG file."""
        found = self._wire.ask("browsingContext.captureScreenshot", {"context": self._context})
        place.write_bytes(base64.b64decode(found["data"]))
