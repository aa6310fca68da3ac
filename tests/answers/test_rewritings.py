"""What says the same is equal, in whichever way it is written, and no near miss is."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.answers.telling import EQUAL, NOT_EQUAL, UNRESOLVED, tell

integers = st.integers(-(10**9), 10**9)
wholes = st.integers(1, 10**4)


@pytest.mark.parametrize(
    ("gold", "said"),
    [
        (r"\frac{1}{2}", "0.5"),
        (r"\frac12", r"\dfrac{1}{2}"),
        ("1/2", r"50\%"),
        (r"\frac{3}{2}", r"1\frac{1}{2}"),
        (r"0.1\overline{6}", r"\frac16"),
        (r"2\sqrt{2}", r"\sqrt 8"),
        (r"\frac{9\sqrt{23}}{23}", r"\frac{9}{\sqrt{23}}"),
        (r"\sqrt{7+4\sqrt3}", r"2+\sqrt3"),
        (r"2\sqrt[3]{\frac{196}{13}}", r"\left(\frac{1568}{13}\right)^{1/3}"),
        (r"\frac{\pi}{6}", r"30^\circ"),
        ("75", r"75^{\circ}"),
        ("75", r"75 \text{ degrees}"),
        (r"12\text{ cm}^2", "12"),
        ("1234567", r"1{,}234{,}567"),
        ("1234567", "1,234,567"),
        ("1234567", r"1\,234\,567"),
        ("5", "x = 5"),
        ("5", r"\boxed{5}"),
        ("AB = 5", "5"),
        ("S = 2 + 3 = 5", "5"),
        (r"\pm 3", "3, -3"),
        (r"\frac{-1\pm\sqrt{17}}{2}", r"\frac{-1-\sqrt{17}}{2}, \frac{-1+\sqrt{17}}{2}"),
        ("1, 2, 3", r"\{3, 1, 2\}"),
        ("n = 1, 2, 3", "3, 2, 1"),
        ("19, 46, 82", r"19, 46, \text{ and } 82"),
        ("x=1, y=2", "y = 2, x = 1"),
        ("(a, b) = (1, 2)", "a = 1, b = 2"),
        ("(1,2),(2,1)", r"(2, 1) \text{ and } (1, 2)"),
        ("0 < c < 1", r"c \in (0, 1)"),
        (r"x \ge -\frac{6}{5}", r"[-6/5, \infty)"),
        (r"(-\infty,0)\cup\{\frac12\}", r"\{0.5\}\cup(-\infty,0)"),
        (r"[0,1)\cup[1,2)", "[0,2)"),
        (r"\begin{pmatrix}1&2\\3&4\end{pmatrix}", r"\begin{bmatrix}1&\frac42\\3&4\end{bmatrix}"),
        ("7:32", "14 : 64"),
        ("f(x) = x + 1", "f(t) = 1 + t"),
        ("f(x)=-1, f(x)=2x^2", r"f(x)=2x^2 \text{ or } f(x)=-1"),
        (r"\binom{2k}{k}^2", r"\frac{((2k)!)^2}{(k!)^4}"),
        (r"(2k-1)!!", r"\frac{(2k)!}{2^k k!}"),
        (r"\lfloor\frac{p}{9}\rfloor", r"\left\lfloor p/9 \right\rfloor"),
        (r"\sum_{k=1}^{n} k", r"\frac{n(n+1)}{2}"),
        (r"\text{no solution}", r"\emptyset"),
        ("No solutions.", r"\{\}"),
        ("odd $n$", r"\text{odd } n"),
        ("34x+45y-20z+100=0", "-34x-45y+20z-100=0"),
        (r"3a^2 - b^2 = 3", r"b^2 = 3a^2 - 3"),
        (r"\log_2 8", "3"),
        (r"\frac{\log c}{\log v}", r"\frac{\ln c}{\ln v}".replace("ln", "log")),
        ("2^10", "1024"),
        ("π/4", r"\frac{\pi}{4}"),
    ],
)
def test_what_says_the_same_is_equal(gold: str, said: str) -> None:
    """Each pair is one answer in two hands."""
    assert tell(gold, said) is EQUAL


@pytest.mark.parametrize(
    ("gold", "said"),
    [
        (r"\frac{1}{2004!}", r"\frac{1}{2006!}"),
        (r"\frac{1}{2^{99}}", r"\frac{1}{2^{98}}"),
        (r"\frac{2^{2005}+1}{3 \cdot 2^{2006}}", r"\frac{1}{3 \cdot 2^{2006}}"),
        (r"1 - \frac{1}{\mathrm{e}}", r"1 + \frac{1}{\mathrm{e}}"),
        (r"\sqrt{10^{200}+1}", "10^{100}"),
        (r"\pm 2021", "2021"),
        ("n=2, 3, 4", "n=1, 2, 3"),
        ("19, 46, and 82", "21, 36, and 82"),
        ("4", r"4\sqrt(2)"),
        ("2-2m", "0"),
        ("R-2r", "-r"),
        ("7^d p", "7^{dp}"),
        ("n^2", "m^2"),
        ("2k-1", "2n-1"),
        ("[0, 1)", "(0, 1)"),
        (r"(-\infty, 3]", r"(-\infty, 3)"),
        (r"x > 3", r"x \ge 3"),
        ("(1, 2)", "(2, 1)"),
        ("1, 2", "1, 2, 3"),
        ("3", "3, 4"),
        ("no solution", "0"),
        ("yes", "no"),
        ("odd", "even"),
        ("1:2", "2:1"),
        ("30", r"\frac{\pi}{6}"),
        (r"\begin{pmatrix}1&2\\3&4\end{pmatrix}", r"\begin{pmatrix}1&2\\3&5\end{pmatrix}"),
        ("x = 5", "x = 6"),
        (r"e^{\pi\sqrt{163}}", "262537412640768744"),
        ("0.5", "5"),
    ],
)
def test_a_near_miss_is_not_equal(gold: str, said: str) -> None:
    """Each pair looks alike, or is near, and is not the same answer."""
    assert tell(gold, said) is NOT_EQUAL


@pytest.mark.parametrize(
    ("gold", "said"),
    [
        (r"\frac13", "0.3333"),
        (r"\pi", "3.14159"),
        ("50", r"50\%"),
        ("(1, 2)", "1, 2"),
        ("(1, 2)", "[1, 2]"),
        ("100,200", "200,100"),
        ("1,234", "1, 234"),
        ("n > 2", r"n \ge 3"),
        ("5", "all except x = 5"),
        ("x = 5", "y = 5"),
        ("P(x) = 2x^2 + c", "P(x) = 2x^2 + C"),
        (r"1, 2, \ldots, n", r"1, 3, 5, \ldots, 2n-1"),
        ("12:00", "0:00"),
        ("10^{10^{10}}", "10^{10^{10}} + 1"),
        (r"\sqrt{x^2}", "x"),
        ("1/2x", r"\frac{1}{2x}"),
        (r"5 \text{ m}", r"5 \text{ cm}"),
        ("5100", r"5 \quad 100"),
        ("5100", "$5$ $100$"),
        (r"\overline{AB}", r"\overline{BA}"),
        ("all powers of 2", "all powers of 3"),
        ("T(2n)", "2T(n)"),
        (r"\log 100", "2"),
        ("2.5", "2,5"),
        ("€5", r"\$5"),
    ],
)
def test_what_would_be_a_guess_is_left_open(gold: str, said: str) -> None:
    """It may be the same, or not: nobody is told that it is."""
    assert tell(gold, said) is UNRESOLVED


@given(integers, st.integers(2, 50), wholes)
def test_a_fraction_is_itself_in_every_spelling(top: int, factor: int, bottom: int) -> None:
    """Expanded, with a slash, as a sum, as a percentage: it is one number."""
    gold = rf"\frac{{{top}}}{{{bottom}}}"
    for said in (
        rf"\dfrac{{{factor * top}}}{{{factor * bottom}}}",
        f"{top}/{bottom}",
        rf"\frac{{{100 * top}}}{{{bottom}}}\%",
        rf"{factor} + \frac{{{top - factor * bottom}}}{{{bottom}}}",
        rf"-\left(-\frac{{{top}}}{{{bottom}}}\right)",
    ):
        assert tell(gold, said) is EQUAL


@given(integers, wholes, wholes)
def test_another_fraction_is_never_equal(top: int, bottom: int, more: int) -> None:
    """However near it is."""
    gold = rf"\frac{{{top}}}{{{bottom}}}"
    assert tell(gold, rf"\frac{{{top}}}{{{bottom}}} + \frac{{1}}{{10^{{{more % 99 + 1}}}}}") in (
        NOT_EQUAL,
        UNRESOLVED,
    )


@given(st.integers(0, 10**9), st.integers(1, 9999), st.integers(2, 10**4))
def test_a_mixed_number_is_the_sum_of_its_parts(whole: int, top: int, bottom: int) -> None:
    """A whole number before a proper fraction is added to it."""
    part = Fraction(top, bottom)
    if part < 1:
        gold = whole + part
        said = rf"{whole}\frac{{{top}}}{{{bottom}}}"
        assert tell(f"{gold.numerator}/{gold.denominator}", said) is EQUAL


@settings(max_examples=30)
@given(st.integers(1, 60), st.integers(2, 60), st.integers(-50, 50))
def test_a_radical_may_be_drawn_out(outside: int, inside: int, added: int) -> None:
    """A factor may stand under the root or before it; one more under it is another number."""
    gold = rf"{added} + {outside}\sqrt{{{inside}}}"
    assert tell(gold, rf"\sqrt{{{outside * outside * inside}}} + ({added})") is EQUAL
    said = rf"\sqrt{{{outside * outside * inside + 1}}} + ({added})"
    assert tell(gold, said) is NOT_EQUAL


@settings(max_examples=30)
@given(st.lists(st.integers(-9, 9), min_size=2, max_size=5))
def test_a_polynomial_may_be_nested(coefficients: list[int]) -> None:
    """Horner's form is the same function of the same letter, and of no other."""
    gold = " + ".join(f"({c})x^{{{n}}}" for n, c in enumerate(coefficients))
    nested = "0"
    for c in reversed(coefficients):
        nested = f"({c}) + x({nested})"
    assert tell(gold, nested) is EQUAL
    assert tell(gold, f"{nested} + 1") is NOT_EQUAL
    if any(coefficients[1:]):
        assert tell(gold, nested.replace("x", "y")) in (NOT_EQUAL, UNRESOLVED)


@given(st.lists(integers, min_size=2, max_size=6, unique=True), st.randoms())
def test_a_list_of_solutions_has_no_order(values: list[int], chance: object) -> None:
    """Reordered it is equal; with one less, one more or one changed it is not."""
    gold = ", ".join(map(str, values))
    other = values[:]
    chance.shuffle(other)  # type: ignore[attr-defined]
    assert tell(gold, r"\{" + ", ".join(map(str, other)) + r"\}") is EQUAL
    assert tell(gold, ", ".join(map(str, [*other, max(values) + 1]))) is NOT_EQUAL
    assert tell(gold, ", ".join(map(str, [*other[1:], max(values) + 1]))) is NOT_EQUAL


@given(integers, integers)
def test_an_open_end_is_not_a_closed_one(low: int, width: int) -> None:
    """Half-open intervals are equal only with the same ends, open in the same places."""
    high = low + abs(width) + 1
    gold = f"({low}, {high}]"
    assert tell(gold, rf"{low} < x \le {high}") is EQUAL
    assert tell(gold, f"[{low}, {high})") is NOT_EQUAL
    assert tell(gold, f"({low}, {high + 1}]") is NOT_EQUAL


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_two_texts_have_an_outcome(one: str, other: str) -> None:
    """Nothing that is written makes a worker fail, and the order of the two says nothing."""
    tell(one, other)


COMMANDS = r"\frac \sqrt \pm \{ \} \text{and} \cup \infty \le \pi \in \boxed \left ^\circ \sum"
SIGNS = [*"0123456789xn+-*/^_!%|=<>,;:.(){}[] $", *COMMANDS.split()]
signs = st.sampled_from(SIGNS)


@settings(max_examples=300)
@given(st.lists(signs, max_size=20).map("".join), st.lists(signs, max_size=20).map("".join))
def test_any_mathematical_signs_have_an_outcome(one: str, other: str) -> None:
    """Broken formulas are compared too, the same both ways; what is written alike is equal."""
    tell(one, other)
    if one.strip(" .,$"):
        assert tell(one, one) in (EQUAL, UNRESOLVED)
