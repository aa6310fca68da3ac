"""A vote is not split by how an answer is spelled, and different answers stay different."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.ballots import LONGEST, spelling


@pytest.mark.parametrize(
    "same",
    [
        ("1024", "1,024", "1{,}024", "$1024$", " 1024. ", "+1024", "01024", r"\(1\,024\)"),
        (r"\frac{1}{2}", r"\dfrac{1}{2}", r"\tfrac {1} {2}", r"$\frac{1}{2}$."),
        (r"\left(1, 2\right)", "(1,2)", r"( 1,\; 2 )"),
        ("0", "-0", "000"),
        (r"\leftarrow", r"\leftarrow "),
    ],
)
def test_spellings_of_one_answer_are_one_vote(same: tuple[str, ...]) -> None:
    """White space, delimiters, sizes and separators say nothing."""
    assert len({spelling(answer) for answer in same}) == 1


@pytest.mark.parametrize(
    "different",
    [
        ("1", "-1", "11", "1.0"),
        ("1,2", "12", "2,1"),
        (r"\frac{1}{2}", r"\frac{2}{1}", r"\frac{12}{}"),
        (r"\leftarrow", r"\arrow"),
        ("1" * LONGEST, "1" * (LONGEST + 1)),
    ],
)
def test_different_answers_are_different_votes(different: tuple[str, ...]) -> None:
    """What is left of an answer still tells it from others."""
    assert len({spelling(answer) for answer in different}) == len(different)


@given(st.text(max_size=3000))
def test_any_text_has_a_short_spelling_without_white_space(text: str) -> None:
    """Nothing that a model writes breaks a vote, and none is taken for a right answer."""
    found = spelling(text)
    assert len(found) <= LONGEST + 10
    assert not any(letter.isspace() for letter in found)


@given(st.integers(-(10**9), 10**9))
def test_a_whole_number_is_one_vote(number: int) -> None:
    """With and without separators, zeros in front, or a box of dollars."""
    assert spelling(f"{number:,}") == spelling(f"${number}$") == str(number)
    assert spelling(f"{number:020}") == str(number)
