"""What a model writes is set for reading, and is never more than text."""

from __future__ import annotations

import resource
import subprocess
import sys
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.prose import LONGEST, prose_html
from reports.visible import HIDDEN
from tests.reports.payloads import PAYLOADS
from tests.reports.test_walls import MATHEMATICS, PROSE


class Walk(HTMLParser):
    """Reads HTML and allows nothing but what is known."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        allowed = MATHEMATICS if "math" in [tag, *self.open] else PROSE
        assert tag in allowed, tag
        for name, value in attrs:
            assert name in allowed[tag], (tag, name)
            assert "script" not in (value or "")
        if tag not in ("br", "hr"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    handle_decl = handle_pi = unknown_decl = handle_comment  # type: ignore[assignment]


def walked(text: str) -> str:
    """Set a text, hold it against the list and return what of it can be read."""
    walk = Walk()
    walk.feed(prose_html(text))
    walk.close()
    assert not walk.open
    shown = "".join(walk.text)
    # What MathML needs of the invisible: operators without a sign.
    assert not HIDDEN.search(shown.translate(dict.fromkeys(range(0x2061, 0x2065))))
    return shown


@pytest.mark.parametrize("kind", PAYLOADS)
def test_no_attack_is_more_than_text(kind: str) -> None:
    """Whatever kind it is of, no element, attribute or character is there that is not on a list."""
    walked(PAYLOADS[kind])


def test_there_are_attacks_of_every_kind() -> None:
    """At least the twenty-one kinds that other converters fell for."""
    assert len(PAYLOADS) >= 21


SHORT = [payload for payload in PAYLOADS.values() if len(payload) < 500]
PIECES = st.sampled_from(
    [
        *SHORT,
        *("$", "$$", r"\(", r"\)", r"\[", r"\]", "\\", "`", "```\n", "\n", "\n\n", "    ", "|a|"),
        *(
            "|-|\n",
            "> ",
            "- ",
            "1. ",
            "# ",
            "*",
            "_",
            "~~",
            "<",
            ">",
            "&",
            '"',
            "{",
            "}",
            r"\text{",
        ),
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES | st.text(max_size=8), max_size=12).map("".join), st.randoms())
def test_no_mutation_of_an_attack_is_more_than_text(text: str, chance: Any) -> None:
    """Attacks that are joined, cut and shuffled come to no more than attacks that are whole."""
    for _ in range(3):
        at = chance.randrange(len(text) + 1)
        text = text[:at] + chance.choice(["", "$", "\\", "<", "`", "\n"]) + text[at + 1 :]
    walked(text)


SIGNS = st.sampled_from(
    [
        *("a", "b1", "> ", "- ", "\n", "|", "-", "1. ", "# ", "`", "```", "    ", "*", "_", "~~"),
        *("[", "](x)", "!", "&lt;", "\\", "=", ":"),
    ]
)


@given(st.lists(SIGNS, max_size=40).map("".join))
def test_no_word_is_lost(text: str) -> None:
    """Every letter that a judge has read is there for a person, in the same order."""
    assert [c for c in walked(text) if c.isalpha()] == [c for c in text if c.isalpha()]


@pytest.mark.parametrize(
    "text",
    [
        "|a|b|\n|-|-|\n|1|2|hidden|",
        "```hidden words\nx\n```",
        "[hidden]: x",
        "> " * 40 + "hidden",
        "\n".join("  " * n + "- hidden" for n in range(60)),
        "<!-- hidden -->",
        "![hidden](x 'hidden')",
        "&hidden;",
    ],
)
def test_what_markdown_would_leave_out_is_there(text: str) -> None:
    """Cells too many, names of code, definitions, depth, comments and pictures hide no word."""
    assert walked(text).count("hidden") == text.count("hidden")


def test_a_proof_reads_like_one() -> None:
    """Headings, lists, emphasis, lines, tables, code and formulas."""
    html = prose_html(
        "# Lemma\nLet **$n$** be\n*even*.\n\n1. $$n^2$$\n2. \\(m\\)\n\n`$x$`\n\n"
        "|a|\n|-|\n|$b$|\n\n---"
    )
    for part in (
        "<h5>Lemma</h5>",
        "<strong><math><mi>n</mi></math></strong> be<br>\n<em>even</em>",
        '<li><span class="display"><math display="block"><msup>',
        "<li><math><mi>m</mi></math></li>",
        "<code>$x$</code>",
        "<td><math><mi>b</mi></math></td>",
        "<hr>",
    ):
        assert part in html, html


def test_headings_begin_below_those_of_the_page() -> None:
    """Whatever level a text begins at, its highest one follows the page's, and none is left out."""
    assert "<h5>A</h5>" in prose_html("### A\n\n#### B")
    assert "<h6>B</h6>" in prose_html("### A\n\n#### B")
    assert prose_html("# A\n\n## B").count("<h5>") == 2


def test_a_formula_that_cannot_be_set_is_there_as_it_was_written() -> None:
    """The source stands in its place, its delimiters included, and the rest of the text is set."""
    html = prose_html(r"so \(\foo{<b>}\) and $x$")
    assert r'<code class="tex">\(\foo{&lt;b&gt;}\)</code> and <math><mi>x</mi></math>' in html


UNITS = [
    r"\(",
    r"\[",
    "$",
    "$$",
    "$x",
    "[",
    "![",
    "`",
    "*",
    "_a",
    "*a **a ",
    "> ",
    "- ",
    "1. ",
    "|",
]
UNITS += [
    "|a|\n",
    "a|b\n-|-\n",
    "<",
    "&",
    "#",
    "\\",
    " ",
    "\t",
    "\n",
    "```\n",
    "~~",
    "a\n=\n",
    "$x^",
]
UNITS += [r"\begin{align}", r"\end{align}", "{", "$x$", "$'''''''''''''$", "\u202e"]


@pytest.mark.long
def test_no_text_keeps_the_machine_busy() -> None:
    """Texts of ten thousand signs that open something take less than a second of CPU each.

    The kernel ends the process when its seconds are used up; half of them is what is needed here.
    """
    code = "import sys; from reports.prose import prose_html\n" + "".join(
        f"prose_html(({unit!r} * 10_000)[:{LONGEST}])\n" for unit in UNITS
    )

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (len(UNITS), len(UNITS)))

    done = subprocess.run([sys.executable, "-c", code], preexec_fn=limit, capture_output=True)
    assert done.returncode == 0, done.stderr[-500:]
