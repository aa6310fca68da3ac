"""Formulas are found where a reader would see them, and what is no formula stays text."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.formulas import Formula, formulas

SIGNS = st.lists(
    st.sampled_from(
        [
            *("$", "$$", r"\(", r"\)", r"\[", r"\]", "\\", "`", "```\n", "~~~", "\n", "\n\n", " "),
            *(
                r"\begin{align}",
                r"\end{align}",
                r"\begin{cases}",
                r"\end{cases}",
                "{",
                "}",
                "a",
                "5",
            ),
            *("> ", "- "),
        ]
    )
).map("".join)


def found(text: str) -> list[tuple[str, bool]]:
    return [(p.tex, p.display) for p in formulas(text) if isinstance(p, Formula)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("let $x$ and $$y$$", [("x", False), ("y", True)]),
        (r"let \(x\) and \[y\]", [("x", False), ("y", True)]),
        ("\\[\nx\n\ny\n\\]", [("\nx\n\ny\n", True)]),
        (r"\begin{align*}a&=b\\c\end{align*}.", [(r"\begin{align*}a&=b\\c\end{align*}", True)]),
        (
            r"\begin{cases}\begin{cases}a\end{cases}\end{cases}",
            [(r"\begin{cases}\begin{cases}a\end{cases}\end{cases}", True)],
        ),
        (r"\[ a \\[2pt] b \]", [(r" a \\[2pt] b ", True)]),
        (r"$\{1, \$\}$", [(r"\{1, \$\}", False)]),
        ("$ ABC $ and $ x + 1 = 2 $", [(" ABC ", False), (" x + 1 = 2 ", False)]),
        ("by $N_{V}=2$12. So $b$119", [("N_{V}=2", False), ("b", False)]),
        (r"\( unclosed, then \(x\)", [("x", False)]),
        (r"\[ unclosed, then \[x\]", [("x", True)]),
        ("**$x$** and ($y$)", [("x", False), ("y", False)]),
    ],
)
def test_formulas_are_found(text: str, expected: list[tuple[str, bool]]) -> None:
    """Each way of writing mathematics, with what is in it and whether it has a line of its own."""
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "it costs $5, or $6",
        "$5 and $ 6",
        r"\$x\$ and \\(x\\)",
        "`$x$` and ``\\(`x\\)``",
        "```\n$x$\n```",
        "- ~~~tex\n  $$x$$\n  ~~~",
        "> ```\n> \\[x\\]\n> ```",
        "$x\n\ny$",
        "$$x\n \ny$$",
        r"\begin{itemize}\item a\end{itemize}",
        r"\(x\]",
        "$$ $",
    ],
)
def test_what_is_no_formula_stays_text(text: str) -> None:
    """Prices, code, escaped signs, halves of formulas and environments of prose."""
    assert found(text) == []
    assert formulas(text) == [text]


def test_after_a_block_of_code_there_are_formulas_again() -> None:
    """A fence ends where its own sign comes again, and not at another one."""
    assert found("```\n~~~\n$x$\n```\n$y$") == [("y", False)]


@given(SIGNS)
def test_nothing_of_a_text_is_lost(text: str) -> None:
    """The sources of the pieces together are the text; no two pieces of text are neighbours."""
    pieces = formulas(text)
    assert "".join(p if isinstance(p, str) else p.source for p in pieces) == text
    assert not any(isinstance(a, str) and isinstance(b, str) for a, b in pairwise(pieces))


@given(SIGNS, SIGNS)
def test_what_comes_later_does_not_take_a_formula_away(text: str, more: str) -> None:
    """A formula before a block of code stays one, whatever follows."""
    first = found(f"$x$\n\n{text}\n\n")
    assert found(f"$x$\n\n{text}\n\n{more}")[:1] == first[:1] == [("x", False)]
