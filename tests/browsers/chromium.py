"""Chromium, over its DevTools protocol."""

from __future__ import annotations

import base64
import shutil
from pathlib import Path
from typing import Any

from tests.browsers.browser import WATCH, Browser

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""


class Chromium(Browser):
    """Debian's Chromium."""

    name = "chromium"
    program = CHROMIUM

    def __init__(self, home: Path) -> None:
        command = [
            *(CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"),
            *("--disable-background-networking", "--disable-component-update", "--no-first-run"),
            *("--disable-dev-shm-usage", "--remote-debugging-port=0"),
            f"--user-data-dir={home / 'chromium'}",
        ]
        super().__init__(command, home, r"DevTools listening on (ws://\S+)")
        target = self._wire.ask("Target.createTarget", {"url": "about:blank"})["targetId"]
        attached = {"targetId": target, "flatten": True}
        self._session = self._wire.ask("Target.attachToTarget", attached)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.tell(f"{domain}.enable")
        self.tell("Page.addScriptToEvaluateOnNewDocument", source=WATCH)

    def tell(self, method: str, **params: Any) -> dict[str, Any]:
        """Send one command of the protocol to the page."""
        return self._wire.ask(method, params, sessionId=self._session)

    def _open(self, address: str) -> None:
        answer = self.tell("Page.navigate", url=address)
        assert "errorText" not in answer, answer
        self._wire.wait("Page.loadEventFired")

    def _asked(self) -> list[str]:
        return [
            str(event["params"]["request"]["url"])
            for event in self._wire.events
            if event["method"] == "Network.requestWillBeSent"
        ]

    def _complaints(self) -> list[str]:
        said = []
        for event in self._wire.events:
            params = event.get("params", {})
            match event["method"]:
                case "Runtime.consoleAPICalled":
                    said.append(f"console: {[each.get('value') for each in params['args']]}")
                case "Runtime.exceptionThrown":
                    said.append(f"error: {params['exceptionDetails'].get('text')}")
                case "Log.entryAdded":
                    said.append(f"log: {params['entry']['text']}")
                case "Page.javascriptDialogOpening":
                    said.append(f"box: {params['message']}")
        return said

    def ask(self, expression: str) -> Any:
        """Return the value of an expression in the page; it may be a promise."""
        answer = self.tell(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def shape(self, width: int, height: int) -> None:
        """Give the window a size in CSS pixels."""
        self.tell(
            "Emulation.setDeviceMetricsOverride",
            **{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False},
        )

    def media(self, kind: str = "", **features: str) -> None:
        """Show pages as a kind of medium (``print``) and to a person with these wishes."""
        wishes = [{"name": n.replace("_", "-"), "value": v} for n, v in features.items()]
        self.tell("Emulation.setEmulatedMedia", media=kind, features=wishes)

    def picture(self, place: Path, *, whole: bool = False) -> None:
        """Write what the window shows as a PNG file, or the ``whole`` page."""
        found = self.tell("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        place.write_bytes(base64.b64decode(found["data"]))

    def printed(self, place: Path) -> None:
        """Write the page as a PDF file of A4 sheets."""
        found = self.tell("Page.printToPDF", paperWidth=8.27, paperHeight=11.69)
        place.write_bytes(base64.b64decode(found["data"]))
