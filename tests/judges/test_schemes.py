"""A marking scheme is read out of a reply, and adds up or is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.judges.rubrics.scheme import LONGEST, Unusable, scheme_in
from harness.types import RubricItem


def items(*pairs: tuple[int, str]) -> tuple[RubricItem, ...]:
    return tuple(RubricItem(text=text, points=points) for points, text in pairs)


TWO = items((2, "The answer $k=3$."), (5, r"That \frac{1}{2} is the least."))


@pytest.mark.parametrize(
    "reply",
    [
        "POINTS 2: The answer $k=3$.\nPOINTS 5: That \\frac{1}{2} is the least.",
        "I think that the bound is hard.\n\n- **Points 2:** The answer $k=3$.\n"
        "- **POINTS 5: That \\frac{1}{2} is the least.**\n",
        "1. POINTS 2 :   The answer $k=3$.  \r\n2) points 5: That \\frac{1}{2} is\tthe least.",
        "POINTS 2: The answer $k=3$.\x07\n\nPOINTS 5: That \\frac{1}{2} is the least.\n\nDone.",
    ],
)
def test_items_are_the_lines_that_say_so(reply: str) -> None:
    """Lists and bold type around them are no part of an item, mathematics is."""
    assert scheme_in(reply, 7) == TWO


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        ("A fine problem. Two points for the answer, five for the proof.", "no line says POINTS N"),
        ("", "no line says POINTS N"),
        ("POINTS 2: The answer.\nPOINTS 4: The bound.", "worth 6 points, and the problem 7"),
        ("POINTS 2: The answer.\nPOINTS 6: The bound.", "worth 8 points, and the problem 7"),
        ("POINTS 7: The proof.", "it has 1 item for 7 points"),
        ("POINTS 0: Nothing.\nPOINTS 7: The proof.", "an item has no points"),
        ("POINTS 2: **\nPOINTS 5: The proof.", "says nothing"),
        (f"POINTS 2: {'a' * (LONGEST + 1)}\nPOINTS 5: The proof.", "more than 2,000 characters"),
        ("POINTS 2.5: The answer.\nPOINTS 4.5: The bound.", "no line says POINTS N"),
        ("POINTS -2: The answer.\nPOINTS 9: The bound.", "worth 9 points"),
        ("POINTS N: what has to be shown", "no line says POINTS N"),
    ],
)
def test_a_reply_without_a_scheme_says_why(reply: str, why: str) -> None:
    """Points are never stretched to add up, and nothing is guessed."""
    with pytest.raises(Unusable) as caught:
        scheme_in(reply, 7)
    assert why in str(caught.value)


@given(st.text(max_size=300), st.integers(1, 7))
def test_any_reply_is_a_whole_scheme_or_none(reply: str, points: int) -> None:
    """What is read adds up, whatever was written."""
    try:
        found = scheme_in(reply, points)
    except Unusable:
        return
    assert sum(item.points for item in found) == points
