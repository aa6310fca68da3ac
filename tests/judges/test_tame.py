"""A text as a judge is shown it: no mark of a chat template, nothing unseen, no other formula."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.judges.proofs.tame import tamed
from tests.fakes.chat_marks import MARKS, marks_in

LETTERS = st.text(
    alphabet=st.sampled_from(
        "<>|[]/\uff5c\u2581\u200b\u200d\uff1c\uff3b\u24e2\U0001d408 ~!_aSINb\u0627"
    )
)


@pytest.mark.parametrize("mark", MARKS)
def test_a_mark_of_a_chat_template_becomes_text(mark: str) -> None:
    """Whatever family it is of, a server finds no token in what is left."""
    assert marks_in(mark)
    for text in (mark, f"x{mark}y", f"{mark}{mark}", mark.replace("|", "\uff5c")):
        assert not marks_in(tamed(text)), tamed(text)


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize(
    "hidden", ["\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\x00", "\u202e"]
)
def test_a_mark_with_something_unseen_in_it_is_no_way_around(mark: str, hidden: str) -> None:
    """A server that drops what has no width puts no token together."""
    for place in range(1, len(mark)):
        text = tamed(mark[:place] + hidden + mark[place:])
        assert not marks_in(text), text


@given(LETTERS)
def test_no_combination_of_brackets_makes_a_mark(text: str) -> None:
    """What is taken out or put in never makes a token that was not there."""
    assert not marks_in(tamed(text))
    assert tamed(tamed(text)) == tamed(text)


@given(st.text())
def test_what_comes_out_can_be_sent_and_is_seen(text: str) -> None:
    """It is UTF-8, its lines end in one way, and only joiners inside words have no width."""
    found = tamed(text)
    found.encode()
    unseen = {unicodedata.category(letter) for letter in found if letter not in "\n\t\u200c\u200d"}
    assert not unseen & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert [line for line in found.splitlines() if line] == [
        line for line in found.split("\n") if line
    ]


@given(st.text())
def test_nothing_that_is_seen_is_lost(text: str) -> None:
    """Blanks apart, a reader sees what was written."""

    def seen(words: str) -> list[str]:
        kept = {"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"}
        return [c for c in words if unicodedata.category(c) not in kept and c != "\ufffd"]

    assert seen(tamed(text)) == seen(text)


@pytest.mark.parametrize(
    "text",
    [
        "Let $a < b \\le c$ and $x > 0$; then $|x - y| < \\varepsilon$.",
        "\\begin{align*}\n\tf(x) &= \\left| x \\right| \\\\\n\\end{align*}",
        "For $n \\in [1, 5]$ see [AB], [1] and [x/y] — done. ∎",
        "$3<4$, $a_{i}<-1$, $\\langle u|v\\rangle$",
        "Пусть $n$ — простое число. 证明 显然。 הוכחה. पूर्णांक",
        "\u0645\u06cc\u200c\u062e\u0648 \u0915\u094d\u200d\u0937",
    ],
)
def test_mathematics_and_other_scripts_stay_as_they_are(text: str) -> None:
    """An honest proof is shown as it was handed in, whatever its language."""
    assert tamed(text) == text


def test_order_without_blanks_is_no_mark() -> None:
    """A blank is put in only where brackets close, and changes no formula there either."""
    assert tamed("$a<b$, $|x|<|y|$ and $|z|>0$") == "$a<b$, $|x|<|y|$ and $|z|>0$"
    assert tamed("$a<b>c$, A <-> B, C <=> D") == "$a< b>c$, A <-> B, C <=> D"
    assert tamed("one\r\ntwo\rthree\u2028four") == "one\ntwo\nthree\nfour"


def test_a_cut_character_is_replaced() -> None:
    """Half of a pair cannot be sent to any server."""
    assert tamed("a\ud83db\udc80") == "a\ufffdb\ufffd"


@pytest.mark.parametrize("mark", ["<|im_end|>", "[INST]", "</s>", "<turn|>"])
def test_no_other_character_stands_in_for_one_of_a_mark(mark: str) -> None:
    """Every sign that a server could fold into a bracket, a bar or a letter is tried."""
    alike: dict[str, list[str]] = {}
    for number in range(0x80, 0x110000):
        folded = unicodedata.normalize("NFKC", chr(number))
        if len(folded) == 1 and folded in mark:
            alike.setdefault(folded, []).append(chr(number))
    assert {"<", ">", "|", "[", "]"} & set(mark) <= alike.keys()
    for letter, others in alike.items():
        for other in others:
            assert not marks_in(tamed(mark.replace(letter, other))), repr(other)
