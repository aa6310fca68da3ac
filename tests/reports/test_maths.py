"""MathML is known to the last attribute, and a formula is never the end of the program."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.formulas import Formula
from reports.mathml import Refused, vetted
from reports.maths import DEEPEST, LONGEST, mathml


def made(tex: str, display: bool = False) -> str | None:
    (found,) = mathml([Formula(tex, tex, display)])
    return found


@pytest.mark.parametrize(
    "tex",
    [
        r"\frac{a}{b}+\sqrt[3]{x}",
        r"\sum_{\substack{i<j\\i\ne3}}\prod_k\int_0^\infty e^{-x^2}\,dx",
        r"\begin{pmatrix}1&2\\3&4\end{pmatrix}\begin{cases}1&x>0\\0&\text{else}\end{cases}",
        r"\left\lfloor\frac x2\right\rfloor\binom nk\bigl(\boxed{7}\bigr)\cancel{x}",
        r"\overline{AB}\widehat{ABC}\vec v\overbrace{a}^n\underbrace{b}_n\xrightarrow{f}",
        r"\begin{array}{|c|r}\hline1&2\\\hline\end{array}",
        r"\mathcal A\mathbb Z\mathfrak S\operatorname{ord}_p\lim_{x\to0}a\equiv b\pmod n",
        r"x\!\!y\quad\text{ for all }\textbf{n}\textsf{m}\color{red}z",
        r"a\dotsc b\lcm\qed\mbox{ c }\ensuremath{d}\wideparen{AB}\cfrac{1}{1+x}",
    ],
)
def test_mathematics_of_contests_is_set(tex: str) -> None:
    """What olympiads use comes out as MathML, without a style of its own."""
    found = made(tex, display=True)
    assert found is not None
    assert found.startswith('<math display="block">')
    assert " style=" not in found


def test_numbers_of_lines_go_through_a_text() -> None:
    """Numbered lines count on, a reference has its number, and leads nowhere."""
    line = Formula("", r"\begin{align}a&=b\label{x}\end{align}", True)
    found = [each or "" for each in mathml([line, line, Formula("", r"\eqref{x}", False)])]
    assert [number for each in found for number in re.findall(r"\(\d\)", each)] == [
        "(1)",
        "(2)",
        "(2)",
    ]
    assert not re.search(r"<a|id=|href", "".join(found))


def test_a_number_of_ones_own_stands_where_it_was_put() -> None:
    """A tag outside of numbered lines is text behind the formula."""
    assert "(3)" in re.sub("<[^>]*>", "", made(r"x=1 \tag{3}") or "")
    assert "\u2217" in (made(r"x=1 \tag{$\ast$}") or "")
    assert "\u2217" in (made("x \\tag*{\u2217}") or "")


@pytest.mark.parametrize(
    "tex",
    [
        r"\foo",
        r"\text{a $b$}",
        r"\phantom{secret}",
        r"\hspace{50em}",
        r"\kern-9em x",
        r"\!" * 60,
        r"\raisebox{9em}{x}",
        r"\href{javascript:a}{b}",
        r"\def\a{b}\a",
        r"\newcommand{\a}{b}\a",
        r"\let\a=b\a",
        r"\gdef\a{b}\a",
        "{" * 90 + "x" + "}" * 90 + "^2" * 90,
        "x" * (LONGEST + 1),
        "\u202ex",
    ],
)
def test_what_should_not_be_set_is_not(tex: str) -> None:
    """Commands that are not known, that hide, move, lead away or define, and what is too much."""
    assert made(tex) is None


UNITS = [
    *("{", "{}", "[", "_", "x^{", r"\sqrt ", r"\sqrt[", r"\frac1", r"\left(", r"\hat ", r"\not"),
    *(r"\begin{matrix}", r"\substack{", r"\mbox{", r"\text{", r"\mathrm{", r"{\choose "),
    r"\displaystyle x",
]


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("count", [DEEPEST - 1, DEEPEST, 3_000, 30_000])
def test_no_depth_ends_the_program(unit: str, count: int) -> None:
    """Ten thousand braces overflow the converter's stack; here they are shown as they are."""
    for tex in (unit * count, (unit * count)[:LONGEST]):
        assert made(tex + "x") is None or count <= DEEPEST


BRACKETS_WITHOUT_PARTNERS = [
    *(
        "(",
        "[",
        "(x",
        "[0,1[",
        r"\{",
        r"\lfloor ",
        r"\langle ",
        r"\lvert ",
        r"\lVert ",
        r"\lbrace ",
    ),
    *(
        r"\bigl(",
        r"\biggl[",
        r"\mathopen(",
        r"\mathopen{(}",
        r"\lgroup",
        r"\ulcorner",
        "\u27e8",
        "\u230a",
    ),
    *("(^)", "(_)x", r"(\hat)", r"(\frac1)", r"(\sqrt)", r"(\text{)}", r"(\bigl)", r"(\overline)"),
    *(
        r"(\left.)\right.",
        r"(\begin{matrix})\end{matrix}",
        r"(\operatorname{)}",
        "(%)\n",
        r"(\middle)",
    ),
    *(r"(\binom1)", r"(\boxed)", r"(\phantom)", r"(\xrightarrow)", r"\llbracket", r"\lmoustache"),
]


@pytest.mark.parametrize("unit", BRACKETS_WITHOUT_PARTNERS)
def test_brackets_without_partners_do_not_keep_the_machine_busy(unit: str) -> None:
    """Each would double the converter's time: forty are not set, and sixteen are done at once."""
    assert made(unit * 40) is None
    made(unit * 16)


def test_brackets_with_partners_are_set() -> None:
    """What contests write has few brackets beside those that are paired by command."""
    assert made("f(x)" * 16) is not None
    assert made(r"\left(x\right)\le\lambda " * 40) is not None


GOOD = (
    '<math display="block"><mrow><mi>x</mi><mo lspace="0">=</mo><mspace width="1em"/></mrow></math>'
)


def test_known_mathml_passes() -> None:
    """An element without an end gets one, styles become classes, and the rest stays."""
    assert vetted(GOOD) == GOOD.replace("/>", "></mspace>")
    styled = '<math><mtd style="text-align: right;padding-right: 0;"></mtd></math>'
    assert vetted(styled) == '<math><mtd class="m-right m-pr0"></mtd></math>'


@pytest.mark.parametrize(
    "markup",
    [
        "",
        "x",
        "<mi>x</mi>",
        "<math><mi>x</math></mi>",
        "<math><mi>x</mi>",
        "<math></math><math></math>",
        "<math></math>x",
        "<math><math></math></math>",
        "<math><script>x</script></math>",
        "<math><annotation-xml></annotation-xml></math>",
        "<math><mphantom>x</mphantom></math>",
        '<math><mi onclick="x">x</mi></math>',
        '<math><mi href="x">x</mi></math>',
        '<math><mi style="position:fixed">x</mi></math>',
        '<math><mi style="width:100%;x:expression(1)">x</mi></math>',
        '<math><mi class="notice">x</mi></math>',
        "<math><mi mathvariant='normal'>x</mi></math>",
        '<math><mi  mathvariant="normal">x</mi></math>',
        '<math><mspace width="900em"/></math>',
        '<math><mspace width="1px"/></math>',
        '<math><mspace style="margin-left:-900em;"/></math>',
        "<math>&#x202e;</math>",
        "<math>&nbsp;</math>",
        "<math>a & b</math>",
        "<math>a > b</math>",
        "<math>\u202e</math>",
        "<math><!-- x --></math>",
        "<math><![CDATA[x]]></math>",
        "<math><MI>x</MI></math>",
        "<math>" + "<mrow>" * 100 + "</mrow>" * 100 + "</math>",
        "<math>" + "x" * 200_000 + "</math>",
    ],
)
def test_anything_else_is_refused(markup: str) -> None:
    """Elements, attributes, values and characters that are not on the list, and bad order."""
    with pytest.raises(Refused):
        vetted(markup)


@given(
    st.integers(0, len(GOOD)),
    st.text(alphabet="<>/\"'&; =abm\u202e", max_size=6),
    st.integers(0, 3),
)
def test_damaged_mathml_is_refused_or_harmless(at: int, text: str, gone: int) -> None:
    """Whatever is put in or taken out, the outcome is built of known parts or there is none."""
    try:
        found = vetted(GOOD[:at] + text + GOOD[at + gone :])
    except Refused:
        return
    part = r'</?m(?:ath|row|i|o|space)(?: (?:display|lspace|width)="[\w.-]*")*>|[^<>]+'
    assert re.sub(part, "", found) == ""
    assert vetted(found) == found
