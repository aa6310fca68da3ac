"""Final answers are compared by value, never evaluated."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import UnsupportedError
from harness.judges.answer import AnswerJudge, as_integer
from harness.types import AnswerBody, Equivalence, Problem, ProofBody, Verdict
from tests.fakes.scripted import problem


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7", 7),
        (" 007 ", 7),
        ("-12", -12),
        ("+5", 5),
        ("$1{,}234$", 1234),
        (r"\(1\,234\,567\)", 1234567),
        ("1,234,567", 1234567),
        ("42.", 42),
        (r"\text{42}", 42),
        ("1,23", None),
        ("4.2", None),
        ("7/1", None),
        ("7 or 8", None),
        ("", None),
        ("\u0667", None),
        ("__import__('os')", None),
        ("9" * 5000, None),
        ("9" + ",999" * 2000, None),
        ("9" + ",999" * 332, 10**997 - 1),
    ],
)
def test_integers_are_read_by_a_closed_grammar(text: str, value: int | None) -> None:
    """The usual spellings of an integer are read; anything else is not an integer."""
    assert as_integer(text) == value


@given(st.text())
def test_no_text_breaks_the_reader(text: str) -> None:
    """Any text is an integer or it is not; nothing is raised."""
    assert as_integer(text) is None or isinstance(as_integer(text), int)


@given(st.integers())
def test_every_integer_is_read_back(value: int) -> None:
    """Plain and with thousands separators, an integer is itself."""
    if len(str(abs(value))) < 1000:
        assert as_integer(str(value)) == as_integer(f"${value:,}$") == value


def grade(of: Problem, content: str) -> tuple[Verdict, float]:
    found = AnswerJudge().judge(of, content, submission="s", attempt="a")
    return found.verdict, found.points


def test_equal_answers_get_full_points_and_others_none() -> None:
    """An answer is right or wrong."""
    assert grade(problem("p", expected="1234"), "1,234") == (Verdict.AC, 10.0)
    assert grade(problem("p", expected="1234"), "1235") == (Verdict.WA, 0.0)


def test_an_answer_of_thousands_of_digits_is_wrong() -> None:
    """A number too long to be read is a wrong answer, however its digits are grouped."""
    for content in ("9" * 5000, "9" + ",999" * 2000, r"9\,999" + r"\,999" * 2000):
        assert grade(problem("p"), content) == (Verdict.WA, 0.0)


def test_exact_answers_are_compared_as_text() -> None:
    """Exact equivalence ignores only white space."""
    body = AnswerBody(expected="x^2 + 1", equivalence=Equivalence.EXACT)
    of = Problem(id="p", title="P", statement="", max_points=1, body=body)
    assert grade(of, " x^2  + 1\n")[0] is Verdict.AC
    assert grade(of, "x^2+1")[0] is Verdict.WA


def test_a_problem_without_an_answer_is_refused() -> None:
    """Asking the answer judge about a proof is our mistake and says so."""
    of = Problem(id="p", title="P", statement="", max_points=7, body=ProofBody())
    with pytest.raises(UnsupportedError, match="no final answer"):
        AnswerJudge().judge(of, "7", submission="s", attempt="a")
