"""A page, read with the standard library's parser: elements, links, ids, texts, tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

VOID_ELEMENTS = {"br", "hr", "meta", "link", "rect"}


@dataclass
class Element:
    """A start tag with what it says."""

    tag: str
    attributes: dict[str, str]


@dataclass
class Page(HTMLParser):
    """What a parsed page holds."""

    path: Path
    elements: list[Element] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    """Every table row as the texts of its cells."""
    text: str = ""
    open: list[str] = field(default_factory=list)
    raw: list[str] = field(default_factory=list)
    """What stands in scripts and style sheets."""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.feed(self.path.read_text("utf-8"))
        self.close()
        assert not self.open, f"{self.path.name}: not closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID_ELEMENTS:
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th") and self.rows:
            self.rows[-1].append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1:] == [tag], f"{self.path.name}: </{tag}> in {self.open}"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open[-1:] in (["script"], ["style"]):
            self.raw.append(data)
            return
        self.text += data
        if "tr" in self.open and self.rows and self.rows[-1]:
            self.rows[-1][-1] = f"{self.rows[-1][-1]} {' '.join(data.split())}".strip()

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"{self.path.name} has a comment: {data[:40]}")

    def row(self, name: str) -> list[str]:
        """Return the first row that has a cell beginning with a name."""
        for row in self.rows:
            if any(cell.split()[:1] == [name] for cell in row[:2]):
                return row
        raise AssertionError(f"no row for {name} in {self.path.name}: {self.rows}")

    @property
    def ids(self) -> list[str]:
        return [e.attributes["id"] for e in self.elements if "id" in e.attributes]

    @property
    def words(self) -> str:
        return " ".join(self.text.split())


def pages_of(report: Path) -> list[Page]:
    return [Page(path) for path in sorted(report.rglob("*.html"))]
