"""Real browsers that open pages from disk, and say what happened: Debian's Chromium and Firefox."""

from __future__ import annotations

from tests.browsers.browser import Browser, Visit
from tests.browsers.chromium import Chromium
from tests.browsers.firefox import Firefox
from tests.browsers.listener import Listener

__all__ = ["Browser", "Chromium", "Firefox", "Listener", "Visit"]
