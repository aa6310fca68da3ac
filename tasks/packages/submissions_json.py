"""``submissions.json``: what DOMjudge is told of a package's submissions.

::

    {"submissions/accepted/several/": {"entry_point": "main.py", "langid": "py3"}}

Source: DOMjudge's ``ImportProblemService``. It has no results in it; those are in the folders'
names and in tags. The team that it names is of no use here.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from sandbox.languages import suffixes
from tasks.packages.files import text, wrong

NAME = "submissions.json"


class Details(msgspec.Struct, frozen=True, kw_only=True):
    """What is told of one submission."""

    entry_point: str = ""
    langid: str = ""

    @property
    def entry(self) -> str:
        """The file or class to begin with; empty: to be found."""
        return self.entry_point if self.entry_point != "__auto__" else ""

    @property
    def language(self) -> str:
        """A language code of the format; DOMjudge's own may be suffixes (``py3``, ``kt``)."""
        return suffixes().get(f".{self.langid}", self.langid)


class SubmissionsJson:
    """The file of one package, which may be absent."""

    def __init__(self, package: Path) -> None:
        place = package / NAME
        self._details: dict[str, Details] = {}
        if place.is_file():
            try:
                given = msgspec.json.decode(text(package, place), type=dict[str, Details])
            except msgspec.MsgspecError as error:
                raise wrong(place, str(error)) from None
            except RecursionError:
                raise wrong(place, "lists or objects are nested too deep") from None
            self._details = {name.rstrip("/"): each for name, each in given.items()}

    def of(self, submission: str) -> Details:
        """Return what is told of a submission (its path under ``submissions/``)."""
        return self._details.get(f"submissions/{submission}", Details())
