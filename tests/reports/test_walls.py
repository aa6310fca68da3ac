"""Nothing that a model wrote becomes more than text."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterator
from operator import eq
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pygments.lexers import CppLexer
from pygments.token import Token

import reports
import tasks
from reports.build import build_report
from reports.code import pieces
from reports.markup import coloured, marked
from reports.pages import SCRIPT, hash_of
from reports.slugs import slug
from reports.visible import HIDDEN, visible
from tests.bench.programs_like import program
from tests.reports.contests import answer_problem, ioi, people
from tests.reports.html_walk import Page, pages_of
from tests.reports.runs import Did, write_run

CODE = Path(reports.__file__).parent

EVERYWHERE = {"class", "id", "role", "tabindex", "aria-label", "aria-hidden", "aria-current"}
ALLOWED: dict[str, set[str]] = {
    "html": {"lang"},
    "meta": {"charset", "http-equiv", "content", "name"},
    "link": {"rel", "href", "type"},
    "a": {"href"},
    "th": {"scope", "colspan"},
    "td": {"colspan"},
    "details": {"open"},
    "svg": {"viewbox", "preserveaspectratio"},
    "rect": {"x", "y", "width", "height"},
    "path": {"d"},
    "circle": {"cx", "cy", "r"},
    "text": {"x", "y"},
    **{
        tag: set()
        for tag in re.findall(
            r"\w+",
            "head title body header nav main footer section h1 h2 h3 h4 p b i strong span small "
            "abbr ul ol li dl div dt dd table caption thead tbody tfoot tr summary pre code aside",
        )
    },
}
"""Every element a page may have, with the attributes it may have besides those of all."""

PROSE: dict[str, set[str]] = {
    **{
        tag: set()
        for tag in re.findall(
            r"\w+",
            "p br hr em strong s pre blockquote ul li h5 h6 table thead tbody tr th td",
        )
    },
    "ol": {"start"},
    "code": {"class"},
    "span": {"class"},
    "math": {"display"},
}
"""Every element that a text of a model may become, with all its attributes."""

_LENGTHS = {"lspace", "rspace", "width", "height", "depth", "minsize", "maxsize"}
MATHEMATICS: dict[str, set[str]] = {
    tag: {
        *("class", "display", "displaystyle", "scriptlevel", "accent", "accentunder", "stretchy"),
        *("form", "symmetric", "movablelimits", "linethickness", "notation", "mathvariant"),
        *("fence", "separator", "largeop"),
        *_LENGTHS,
    }
    for tag in re.findall(
        r"\w+",
        "math mi mn mo ms mtext mspace mrow mfrac msqrt mroot msub msup msubsup munder mover "
        "munderover mmultiscripts mprescripts mtable mtr mtd mpadded menclose b i em span",
    )
}
"""Every element of a formula, with the attributes that one of them may have."""


@pytest.mark.parametrize("report", ["ordinary", "hostile", "proofs"])
def test_pages_have_only_known_elements_and_attributes(
    report: str, request: pytest.FixtureRequest
) -> None:
    """No script but ours, no handler, no style, no frame, no form: whatever the texts hold."""
    pages = pages_of(request.getfixturevalue(report))
    assert len(pages) >= 5
    for page in pages:
        assert page.raw in ([], [SCRIPT]), page.path.name
        for element in page.elements:
            if element.tag == "script" and page.raw:
                assert not element.attributes
                continue
            allowed = {**PROSE, **MATHEMATICS, **ALLOWED}
            assert element.tag in allowed, (page.path.name, element)
            mine = {*allowed[element.tag], *PROSE.get(element.tag, ())}
            extra = set(element.attributes) - mine - EVERYWHERE
            assert not extra, (page.path.name, element)


@pytest.mark.parametrize("report", ["ordinary", "hostile", "proofs"])
def test_every_link_stays_in_the_folder_and_leads_somewhere(
    report: str, request: pytest.FixtureRequest
) -> None:
    """Each address is relative, its file exists in the report, and so does its anchor."""
    folder: Path = request.getfixturevalue(report)
    pages = {page.path.resolve(): page for page in pages_of(folder)}
    for page in pages.values():
        assert len(page.ids) == len(set(page.ids)), page.path.name
        for element in page.elements:
            if "href" not in element.attributes:
                continue
            address = element.attributes["href"]
            assert re.fullmatch(r"[\w./@+#-]+", address, re.ASCII), address
            file, _, anchor = unquote(address).partition("#")
            target = (page.path.parent / file).resolve() if file else page.path.resolve()
            assert target.is_relative_to(folder.resolve())
            assert target.is_file(), address
            if anchor:
                assert anchor in pages[target].ids, address


def test_no_page_of_a_report_is_out_of_reach(ordinary: Path) -> None:
    """Following links from the first page reaches every page."""
    seen: set[Path] = set()
    todo = [(ordinary / "index.html").resolve()]
    while todo:
        path = todo.pop()
        if path in seen or path.suffix != ".html":
            continue
        seen.add(path)
        for element in Page(path).elements:
            file = element.attributes.get("href", "").partition("#")[0]
            if file:
                todo.append((path.parent / file).resolve())
    assert seen == {path.resolve() for path in ordinary.rglob("*.html")}


@pytest.mark.parametrize("report", ["ordinary", "hostile", "proofs"])
def test_every_page_forbids_everything_but_its_own_style(
    report: str, request: pytest.FixtureRequest
) -> None:
    """The policy stands before anything that is loaded; only a page with formulas has a font."""
    for page in pages_of(request.getfixturevalue(report)):
        tags = [e for e in page.elements if e.tag in ("meta", "link")]
        (policy,) = [e for e in tags if e.attributes.get("http-equiv")]
        content = policy.attributes["content"]
        assert content.startswith("default-src 'none'; style-src 'self'; img-src 'self' data:;")
        fonts = "font-src" in content
        assert fonts == any(e.tag == "math" for e in page.elements)
        assert fonts == content.endswith("; font-src 'self'")
        assert "unsafe" not in policy.attributes["content"]
        ours = f"; script-src {hash_of(SCRIPT)}"
        assert content.endswith(ours) == bool(page.raw)
        assert "script-src" not in content.removesuffix(ours)
        assert tags.index(policy) < min(tags.index(e) for e in tags if e.tag == "link")


def test_hidden_characters_are_visible_on_every_page(hostile: Path) -> None:
    """Terminal escapes, reversed text, zero width, NUL and lone surrogates appear as marks."""
    for page in pages_of(hostile):
        assert not HIDDEN.search(page.text), page.path.name
        for element in page.elements:
            assert not HIDDEN.search("".join(element.attributes.values()))
    text = Page(hostile / "index.html").text
    for sign in ("⟨ESC⟩[31mred", "⟨U+202E⟩gnp.exe", "⟨U+200B⟩⟨NUL⟩"):
        assert sign in text
    (source,) = (hostile / "cell").glob("*--p-*")
    assert "lone ⟨U+D800⟩ half" in Page(source).text


def test_templates_in_texts_are_not_evaluated(hostile: Path) -> None:
    """Braces of a template language are shown as they were written."""
    for page in pages_of(hostile):
        if page.path.name != "about.html":
            assert "{{7*7}}" in page.text, page.path.name


def test_only_one_file_makes_html_without_a_template() -> None:
    """No template switches escaping off, and only markup.py makes Markup that is not empty."""
    for template in sorted((CODE / "templates").iterdir()):
        text = template.read_text()
        if template.name in ("base.html.jinja", "single.html.jinja"):
            text = text.replace("<script>{{ script }}</script>", "", 1)
        assert not re.search(r"\|\s*safe|autoescape|<script|style=|\son\w+=", text), template.name
    for path in sorted(CODE.rglob("*.py")):
        if path.name != "markup.py":
            assert not re.search(r"Markup\([^)]", path.read_text()), path.name


def test_what_unicode_calls_invisible_is_marked() -> None:
    """Control, format, surrogate, private and separator characters do not pass, but for two."""
    seen = {"\n", "\t"}
    # Signs of Arabic, Syriac, Kaithi and Egyptian scripts are "format" characters with a glyph.
    drawn = {*range(0x600, 0x606), 0x6DD, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}
    for code in range(sys.maxunicode + 1):
        letter = chr(code)
        if unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"):
            assert HIDDEN.match(letter) or letter in seen or code in drawn, hex(code)


@given(st.text())
def test_visible_text_is_readable_and_stays_so(text: str) -> None:
    """Marking leaves nothing hidden, can be written as UTF-8, and done twice is done once."""
    shown = visible(text)
    assert not HIDDEN.search(shown)
    shown.encode()
    assert visible(shown) == shown


UNITS = [
    "\n",
    " ",
    "/*",
    "*/",
    '"',
    'R"(',
    'R"a(',
    "(",
    ")",
    "//",
    "#",
    "\\",
    "'",
    "1'",
    "a",
    "\n#include<",
    '"""',
    '""" ""',
    "'''",
    "rb'",
]
"""Pieces of sources, each the beginning of something that does not end."""


@given(st.text() | st.lists(st.sampled_from(UNITS)).map("".join))
def test_colouring_changes_no_character(text: str) -> None:
    """What a reader sees of a source is the source, and all of it is escaped."""
    for language in ("cpp", "c", "python3", "unheard-of"):
        assert "".join(piece for _, piece in pieces(text, language)) == text
        markup = str(coloured(text, language))
        bare = re.sub(r'</?(?:span|b)(?: class="\w+")?>', "", markup)
        assert "<" not in bare
        assert ">" not in bare
    assert marked(text).striptags() is not None


@pytest.mark.parametrize("unit", UNITS)
def test_no_source_keeps_the_reader_of_words_busy(unit: str) -> None:
    """Texts over which lexers go back and forth for minutes are read in one pass, and whole."""
    text = (unit * 200_000)[:200_000]
    for language in ("cpp", "pypy3"):
        assert "".join(piece for _, piece in pieces(text, language)) == text


def test_words_have_the_colours_that_pygments_gives_them() -> None:
    """Of the programs that come with this one, all but a few signs are coloured alike."""
    packages = Path(tasks.__file__).parent / "demo" / "packages"
    programs = [file.read_text() for file in sorted(packages.rglob("*.cpp"))]
    programs += [program(number) for number in range(20)]
    alike = signs = 0
    for text in programs:
        ours = [kind for kind, piece in pieces(text, "cpp") for sign in piece if not sign.isspace()]
        theirs = list(pygments_classes(text))
        assert len(ours) == len(theirs)
        alike += sum(map(eq, ours, theirs))
        signs += len(ours)
    assert len(programs) >= 30
    # Pygments takes a minus before a digit as part of the number.
    assert alike > 0.995 * signs


def pygments_classes(text: str) -> Iterator[str]:
    """Yield the class of every sign that can be seen, by Pygments' own lexer."""
    families = (
        (Token.Comment.Preproc, "p"),
        (Token.Comment.PreprocFile, "s"),
        (Token.Comment, "c"),
        (Token.Keyword, "k"),
        (Token.Literal.String, "s"),
        (Token.Literal.Number, "n"),
    )
    for _, kind, piece in CppLexer().get_tokens_unprocessed(text, ("statement",)):
        name = next((name for family, name in families if kind in family), "")
        yield from (name for sign in piece if not sign.isspace())


@pytest.mark.parametrize(
    ("source", "coloured"),
    [
        ("int x; // y \\\n int z;\nint", [("k", "int"), ("c", "// y \\\n int z;\n"), ("k", "int")]),
        ("a /* int\n */ b", [("c", "/* int\n */")]),
        ("/* int\n", [("c", "/* int\n")]),
        ("#include <map>\nx", [("p", "#include "), ("s", "<map>")]),
        (' # define A "x" /* y */', [("p", ' # define A "x" '), ("c", "/* y */")]),
        ('f(R"(a)b")" + 1\'000', [("s", 'R"(a)b")"'), ("n", "1'000")]),
        ('R"int(x)")int" y', [("s", 'R"int(x)")int"')]),
        (r'u8"\"int" q', [("s", r'u8"\"int"')]),
        ('"int\nx', [("s", '"int')]),
        (r"'\'' x", [("s", r"'\''")]),
        ("size_t for_ = 0x1Fp-3f;", [("k", "size_t"), ("n", "0x1Fp-3f")]),
    ],
)
def test_what_is_said_in_a_source_has_its_colour(
    source: str, coloured: list[tuple[str, str]]
) -> None:
    """Comments, directives, strings, numbers and keywords are told apart where that is hard."""
    assert [pair for pair in pieces(source, "cpp17") if pair[0]] == coloured


@pytest.mark.parametrize(
    ("source", "coloured"),
    [
        ("if x: # y\nz", [("k", "if"), ("c", "# y")]),
        ('f\'{a}\' + rb"\\""', [("s", "f'{a}'"), ("s", 'rb"\\""')]),
        ('"""a"" # \n"""; x', [("s", '"""a"" # \n"""')]),
        ("'''never ended # \n", [("s", "'''never ended #")]),
        ("'open\nnot x", [("s", "'open"), ("k", "not")]),
        ("0x1F + 1e-9 + a1", [("n", "0x1F"), ("n", "1e-9")]),
        ("barb = size_t", []),
    ],
)
def test_words_of_python_have_their_colour(source: str, coloured: list[tuple[str, str]]) -> None:
    """Strings of every kind, one that is not ended, comments, numbers and keywords."""
    assert [(k, t.strip()) for k, t in pieces(source, "python3") if k] == coloured


def test_a_long_source_of_short_lines_is_coloured() -> None:
    """Length alone is no reason to give up."""
    text = "int a; // one\n" * 10_000
    assert {"k", "c"} <= {kind for kind, _ in pieces(text, "cpp")}


def test_contestants_whose_names_look_alike_have_pages_of_their_own(tmp_path: Path) -> None:
    """Ids that differ only in signs or case never share a file, on any file system."""
    names = ["a/b", "a-b", "A-B", "a_b", "../b", "a b", "a", "é", "e", "con", "", "."]
    contest = ioi(answer_problem("sum"))
    did = {(name, "sum"): [Did((1,))] for name in names}
    run = write_run(tmp_path / "r", contest, did, people(*names))
    build_report([run], tmp_path / "report")
    files = [path.name.lower() for path in (tmp_path / "report" / "cell").iterdir()]
    assert len(set(files)) == len(names)
    assert {path.name for path in tmp_path.iterdir()} == {"r", "report"}


@given(st.text(), st.text())
def test_slugs_are_plain_and_differ(one: str, two: str) -> None:
    """A slug has no character with a meaning in a path, and another text has another slug."""
    assert re.fullmatch(r"[a-z0-9]+([._-][a-z0-9]+)*", slug(one))
    assert len(slug(one)) <= 53
    assert (slug(one) == slug(two)) == (one == two)
    assert slug(slug(one)) == slug(one) or re.search(r"-[0-9a-f]{12}$", slug(one))
