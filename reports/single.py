"""The report as one file: leaderboards, scoreboards and comparisons, with their style in them.

For a mail, a chat or a CI artefact. Submissions are not in it: what leads to them in the folder is
no link here.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

from markupsafe import Markup

from harness.board import Cell, ContestBoard, Row
from harness.errors import StoreError, UsageError
from harness.store import RunFolder
from reports.atlas import INDEX
from reports.build import Build, distinct
from reports.evidence import Evidence
from reports.folder import MAKER
from reports.former import Keys
from reports.markup import at_home, sheet
from reports.notices import Notice
from reports.pages import SCRIPT, hash_of

LARGE = 2_000_000
"""Bytes above which a file is a burden for whoever gets it by mail."""
MOST = 10_000_000
"""Bytes above which no file is written."""
SHEETS = ("report.css", "charts.css")


def build_single(runs: Sequence[RunFolder], out: Path) -> int:
    """Write the report of some runs to one file and return its size in bytes.

    A file of this kind that is there already is replaced. Raises
    :class:`~harness.errors.UsageError` when anything else is there, when the runs cannot stand
    beside each other or when the file would be over :data:`MOST`, and
    :class:`~harness.errors.StoreError` when it cannot be written.
    """
    _check(out)
    made = _Sections(distinct(runs))
    made.write()
    data = made.page().encode()
    if len(data) > MOST:
        raise UsageError(
            f"{out} would have {len(data):,} bytes, more than {MOST:,}",
            hint="write a folder instead: harness report RUN... -o DIR",
        )
    try:
        out.absolute().parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{out.name[:32]}-", dir=out.absolute().parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).chmod(0o644)
        Path(name).replace(out)
    except OSError as error:
        raise StoreError(
            f"the report cannot be written to {out}: {error.strerror or error}",
            hint="the runs are untouched; make room or choose another place",
        ) from error
    return len(data)


def _check(out: Path) -> None:
    """Raise :class:`~harness.errors.UsageError` when something else is at the place."""
    if not out.exists() and not out.is_symlink():
        return
    if out.is_file() and not out.is_symlink():
        with out.open("rb") as file:
            if MAKER.encode() in file.read(2_000):
                return
    raise UsageError(
        f"{out} is there already and is not a report in one file",
        hint="name a file that does not exist yet; nothing was changed",
    )


class _Sections(Build):
    """The pages that fit into one file, as sections of it."""

    def __init__(self, runs: Sequence[RunFolder]) -> None:
        super().__init__(runs, None)
        self._sections: dict[str, Markup] = {}
        self._notices: tuple[Notice, ...] = ()

    def _page(self, template: str, path: str, **values: object) -> None:
        if template not in ("index.html.jinja", "contest.html.jinja", "compare.html.jinja"):
            return
        self._sections[path] = self._pages.inside(template, path, **{**values, "tables": True})
        if path == INDEX:
            self._notices = values["notices"]  # type: ignore[assignment]

    def _cell(
        self,
        evidence: Evidence,
        keys: Keys,
        board: ContestBoard,
        row: Row,
        cell: Cell,
        warnings: tuple[Notice, ...],
    ) -> None:
        """Leave the submissions out."""

    def _problems(self, board: ContestBoard, warnings: tuple[Notice, ...]) -> None:
        """Leave the pages of problems out; the scoreboards have their numbers."""

    def _put(self, path: str, content: str | bytes) -> None:
        """Leave the files out; their content is in the page."""

    def page(self) -> str:
        """Return the whole file."""
        order = [INDEX, *(path for path in self._sections if path != INDEX)]
        places = {path: f"part-{n}" for n, path in enumerate(order)}
        styles = "".join(
            (resources.files("reports") / "assets" / name).read_text("utf-8") for name in SHEETS
        )
        return self._pages.page(
            "single.html.jinja",
            INDEX,
            tables=True,
            csp=f"default-src 'none'; style-src {hash_of(styles)}; "
            f"script-src {hash_of(SCRIPT)}; img-src data:; base-uri 'none'; form-action 'none'",
            styles=sheet(styles),
            maker=MAKER,
            parts=[(places[path], at_home(self._sections[path], places)) for path in order],
            notices=self._notices,
            runs=[run.record for run in self._runs],
        )
