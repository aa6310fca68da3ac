"""What counts as a submission in a model's text, and how sure we are of it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from harness.fenced import blocks, without_thought
from harness.types import Certainty
from tasks.extract import extract_boxed, extract_code
from tasks.fences import fences_of

CPP = fences_of("cpp")


def code(text: str) -> str | None:
    found = extract_code(text, "cpp", CPP)
    return found.content if found else None


def sure(text: str) -> bool:
    found = extract_code(text, "cpp", CPP)
    assert found is not None
    return found.certainty is Certainty.CLEAR


def test_the_last_block_in_the_language_is_taken() -> None:
    """Drafts come first; what is handed in comes last, whatever follows it in other languages."""
    text = "```cpp\nint a;\n```\nbetter:\n```c++\nint b;\n```\nrun it:\n```sh\nmake\n```\n"
    assert code(text) == "int b;\n"
    assert sure(text)


def test_a_block_without_a_language_will_do_but_is_doubtful() -> None:
    """A block that does not say what it is gets judged, and noted."""
    text = "```\nint a;\n```"
    assert code(text) == "int a;\n"
    assert not sure(text)


def test_blocks_of_other_languages_are_not_taken() -> None:
    """A Python solution is no C++ submission."""
    assert code("```python\nprint(1)\n```") is None


def test_an_unclosed_block_is_doubtful() -> None:
    """A text that was cut off inside its code is judged as it is, and noted."""
    text = "```cpp\nint a;\nint b"
    assert code(text) == "int a;\nint b\n"
    assert not sure(text)


def test_code_inside_the_reasoning_is_not_handed_in() -> None:
    """What stands before the closing tag of the reasoning is thought, not answer."""
    assert code("```cpp\nint draft;\n```\n</think>\nNo idea.") is None
    assert without_thought("a</think>b</think>c") == "c"


def test_a_bare_source_is_taken_with_doubt() -> None:
    """A text that is code from end to end is a submission, but noted."""
    text = "// two lines\n#include <cstdio>\nint main() {}\n"
    assert code(text) == text
    assert not sure(text)
    assert code("I would sort the array.") is None


def test_inline_code_opens_no_block() -> None:
    """Three backticks inside a line are not a fence."""
    assert [b.code for b in blocks("use ```x``` here\n```cpp\nint a;\n```")] == ["int a;\n"]


def test_a_longer_fence_holds_a_shorter_one() -> None:
    """A block may hold three backticks when its own fence is longer."""
    assert code("````cpp\n// ```\nint a;\n````\n") == "// ```\nint a;\n"


def test_an_indented_block_in_a_list_is_found() -> None:
    """A fence may be indented, as in a list."""
    assert code("1. so:\n   ```cpp\n   int a;\n   ```\n") == "   int a;\n"


@given(st.text(alphabet="`~\n cpx", max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    """No arrangement of fences makes the reader fail, and code comes from the text."""
    found = extract_code(text, "cpp", CPP)
    if found:
        assert found.content.rstrip("\n") in text


def boxed(text: str) -> str | None:
    found = extract_boxed(text)
    return found.content if found else None


def test_the_last_boxed_answer_is_taken() -> None:
    r"""The last ``\boxed`` counts; several are noted as doubtful."""
    assert boxed(r"\boxed{1} or rather \boxed{2}") == "2"
    found = extract_boxed(r"\boxed{1} or rather \boxed{2}")
    assert found is not None
    assert found.certainty is Certainty.DOUBTFUL


def test_braces_nest_in_a_boxed_answer() -> None:
    """An answer may hold braces of its own."""
    assert boxed(r"$\boxed{\frac{1}{2}}$") == r"\frac{1}{2}"
    assert boxed(r"\boxed {7}") == "7"


def test_no_box_is_no_answer() -> None:
    """Without a complete box there is nothing to judge."""
    assert boxed("The answer is 7.") is None
    assert boxed(r"\boxed{7") is None
    assert boxed(r"\boxed{}") is None
    assert boxed(r"\boxed 7") is None


@given(st.text(alphabet="\\boxed{} 17", max_size=200))
def test_any_boxes_can_be_read(text: str) -> None:
    """No arrangement of braces makes the reader fail."""
    found = extract_boxed(text)
    assert found is None or found.content in text


def naive_box(text: str) -> str | None:
    """Read boxes one after the other, brace by brace."""
    last, at = "", 0
    while (found := text.find("\\boxed", at)) >= 0:
        at = found + len("\\boxed")
        while text[at : at + 1].isspace():
            at += 1
        if text[at : at + 1] != "{":
            continue
        depth, start, escaped = 0, at + 1, False
        for end in range(at, len(text)):
            if escaped or (text[end] == "\\" and text[end + 1 : end + 2] in ("\\", "{", "}")):
                escaped = not escaped  # of TeX's, this is no brace
                continue
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            if not depth:
                break
        if depth:
            break
        last, at = text[start:end].strip(), end
    return last or None


pieces = st.sampled_from(["\\boxed", "\\boxed{", "{", "}", " ", "\n", "1", "7", "\\"])


@given(st.lists(pieces, max_size=40).map("".join))
def test_boxes_are_read_as_one_would_by_hand(text: str) -> None:
    """However boxes and braces are mixed, the answer is that of the plain reading."""
    assert boxed(text) == naive_box(text)


def test_a_long_row_of_boxes_without_braces_is_read_once() -> None:
    """A text of megabytes that a model repeats itself in is read in one pass (or never ends)."""
    assert boxed("\\boxed" * 400_000 + "x{") is None
    assert boxed("\\boxed{" * 200_000 + "}" * 200_000 + "\\boxed{7}") == "7"
