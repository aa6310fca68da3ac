"""What a judge is asked: what is known of the problem, and the proof behind a fence."""

from __future__ import annotations

import pytest

from harness.errors import TaskDataError
from harness.judges.proofs.questions import NONE, shown_with, to_mark, to_restyle
from harness.juries import juries_in, read_jury
from harness.prompts import template_hash
from harness.types import Template
from tasks.juries import FOLDER
from tests.fakes import scripted
from tests.fakes.courts import WITH_SCHEME, shipped, to_prove
from tests.fakes.proofs import fenced, outside

PROMPTS = {
    (name, template.name): template
    for name, place in juries_in([FOLDER]).items()
    for template in read_jury(place)[1]
}
TO_MARK = [key for key in PROMPTS if key[1] != "restyle"]


def asked(template: Template, proof: str = "Clearly.", others: tuple[str, ...] = ()) -> str:
    return to_mark(template, WITH_SCHEME, proof, others).messages[-1].content


@pytest.mark.parametrize("key", TO_MARK)
def test_a_mark_is_asked_for_with_all_that_is_known(key: tuple[str, str]) -> None:
    """Statement, scheme, both reference solutions and the guidelines stand before the proof."""
    text = asked(PROMPTS[key])
    for known in ("Prove that every number is one.", "- 1: says one", "- 6: says why"):
        assert known in text
    assert text.index("By induction.") < text.index("By descent.") < text.index("Nothing for dr")
    assert text.index("Nothing for drawing.") < text.rindex("<<<< proof")
    assert fenced(text) == {"proof": "Clearly."}
    assert "{{" not in text


@pytest.mark.parametrize("key", TO_MARK)
def test_what_is_not_known_is_said_to_be_none(key: tuple[str, str]) -> None:
    """Without a scheme nothing is left blank that a model would fill in."""
    text = to_mark(PROMPTS[key], to_prove(), "Clearly.").messages[-1].content
    assert text.count(NONE) >= 3
    assert shown_with(to_prove()) == ()
    assert shown_with(WITH_SCHEME) == ("reference", "rubric", "guidelines")
    assert shown_with(to_prove(notes="n")) == ("guidelines",)


def test_nothing_else_of_a_problem_is_shown() -> None:
    """Ids, hashes and folders are nobody's business who marks."""
    problem = to_prove()
    text = asked(PROMPTS["imo", "mark"])
    assert problem.hash not in text
    assert problem.id not in text


def test_the_marks_of_others_are_shown_in_the_second_round_only() -> None:
    """They stand outside the fence, without names."""
    marks = ("- 0", "- 7")
    again = asked(PROMPTS["imo", "again"], others=marks)
    assert "- 0\n- 7" in outside(again)
    first = asked(PROMPTS["imo", "mark"], others=marks)
    assert first == asked(PROMPTS["imo", "mark"])


def test_who_copies_does_not_know_the_scheme() -> None:
    """The copy is made from statement and proof."""
    text = to_restyle(PROMPTS["matharena", "restyle"], WITH_SCHEME, "Clearly.").messages[-1].content
    assert "Prove that every number is one." in text
    assert fenced(text) == {"proof": "Clearly."}
    for hidden in ("says one", "By induction.", "Nothing for drawing."):
        assert hidden not in text


def test_holes_in_a_proof_are_not_filled() -> None:
    """A proof that asks for the scheme gets the letters that it wrote."""
    proof = "{{rubric}} {{reference}} {{code}} {{others}}"
    assert fenced(asked(PROMPTS["imo", "again"], proof)) == {"proof": proof}


def test_the_same_proof_is_the_same_question_and_no_code_is_used_twice() -> None:
    """What was asked is found again in a log; another proof has another fence."""
    one = asked(PROMPTS["imo", "mark"])
    assert one == asked(PROMPTS["imo", "mark"])
    other = asked(PROMPTS["imo", "mark"], "Clearly!")
    assert outside(one) != outside(other)
    jury = shipped("imo")
    found = to_mark(jury.templates[0], WITH_SCHEME, "x")
    assert found.template_hash == template_hash(jury.templates[0])


def test_a_problem_that_asks_for_no_proof_is_not_marked() -> None:
    with pytest.raises(TaskDataError, match="asks for no proof"):
        to_mark(PROMPTS["imo", "mark"], scripted.problem("one"), "Clearly.")
