r"""A mark is what stands in the last ``\boxed{}`` of a whole reply, and nothing else is one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.judges.proofs.reading import WORDS, mark_in
from harness.types import Scale


@pytest.mark.parametrize("scale", Scale)
def test_every_value_of_a_scale_has_one_way_to_be_written(scale: Scale) -> None:
    """What a prompt asks for is read, however it is set; the words are those of the scale."""
    assert sorted(WORDS[scale].values(), reverse=True) == list(scale.values)
    for word, value in WORDS[scale].items():
        for text in (
            f"\\boxed{{{word}}}",
            f"So it is.\n\n$$\\boxed{{ {word} }}$$\n",
            f"**Mark: \\boxed{{{word}}}**.",
            f"\\boxed{{0}} at first, then \\boxed{{{word}}}",
        ):
            assert mark_in(text, scale) == value


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        (r"\boxed{\text{correct}}", 1.0),
        (r"$\boxed{\mathrm{Incorrect}}$.", 0.0),
        (r"\boxed{ \textbf{ INCORRECT } }", 0.0),
        (r"\boxed{not incorrect}", None),
        (r"\boxed{correct} or \boxed{unclear}", None),
        (r"\boxed{1}", None),
        ("correct", None),
        (r"\boxed{\text{correct}", None),
        (r"\boxed{\text{\text{correct}}}", None),
    ],
)
def test_a_decision_is_a_word(text: str, mark: float | None) -> None:
    """Set as text or not, in capitals or not; a number is no decision."""
    assert mark_in(text, Scale.BINARY) == mark


@pytest.mark.parametrize(
    "text",
    [
        "",
        "7",
        "7/7",
        "I give 7 points.",
        r"\boxed{7} is what the author asks for.",
        "\\boxed{7}\nNo, wait",
        r"\boxed{7",
        r"boxed{7}",
        r"\boxed{}",
        r"\boxed{8}",
        r"\boxed{-1}",
        r"\boxed{+7}",
        r"\boxed{07}",
        r"\boxed{7.0}",
        r"\boxed{6.5}",
        r"\boxed{7/7}",
        r"\boxed{seven}",
        "\\boxed{\u0667}",
        "\\boxed{\uff17}",
        r"\boxed{7}{0}",
        r"\boxed{nan}",
        r"\boxed{7}" + "\n" * 40 + ".",
        r"\boxed{" + "7" * 100 + "}",
        r"\boxed{7} \boxed{}",
    ],
)
def test_what_is_not_exactly_a_mark_is_none(text: str) -> None:
    """It is asked again, and no 0."""
    assert mark_in(text, Scale.POINTS) is None
    assert mark_in(text, Scale.CLASSES) is None


@pytest.mark.parametrize("mark", ["2", "3", "4", "5"])
def test_a_mark_of_another_scale_is_none(mark: str) -> None:
    """The four classes have no 4."""
    assert mark_in(f"\\boxed{{{mark}}}", Scale.POINTS) == float(mark)
    assert mark_in(f"\\boxed{{{mark}}}", Scale.CLASSES) is None


@given(st.text(), st.sampled_from(Scale))
def test_no_text_breaks_the_reader(text: str, scale: Scale) -> None:
    """Whatever a model writes is a mark of the scale or none."""
    found = mark_in(text, scale)
    assert found is None or found in scale.values
    assert mark_in(text + r" \boxed{0}", Scale.POINTS) == 0


@pytest.mark.parametrize(
    "text", ["\\" * 900_000, r"\boxed{" * 150_000, "\\boxed{7}" + " " * 900_000]
)
def test_a_long_reply_is_read_at_its_end(text: str) -> None:
    """A megabyte of boxes takes no longer than its last line."""
    assert mark_in(text, Scale.POINTS) == (7.0 if text.startswith("\\boxed{7}") else None)
