"""A jury marks a proof: votes, second questions, a second round, copies, and what is no grade."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from harness.errors import ConfigError, JudgeModelError
from harness.judges.proofs.questions import LONGEST
from harness.types import Aggregate, FinishReason, Purpose, Scale, Verdict
from tests.fakes.courts import (
    WITH_SCHEME,
    Hearing,
    Said,
    ScriptedCourt,
    box,
    marked,
    shipped,
    to_prove,
)
from tests.fakes.proofs import fenced, outside

PROSE = "It is a fine proof, and I enjoyed reading it."


def saying(*said: Said) -> ScriptedCourt:
    """Return a court that says one thing after the other, and the last one for ever."""
    left = list(said)
    return ScriptedCourt(lambda _: left.pop(0) if len(left) > 1 else left[0])


def by_juror(**marks: Said) -> ScriptedCourt:
    return ScriptedCourt(lambda hearing: marks[hearing.juror.replace("-", "_")])


# --- votes -----------------------------------------------------------------------------------


def test_every_model_votes_as_often_as_the_file_says() -> None:
    """Two models and four votes are eight questions and eight marks, each with its opinion."""
    court = by_juror(a=box(7), b=box(6))
    grade = marked(shipped("imo", "a", "b"), court)
    marking = grade.marking
    assert marking is not None
    assert len(court.hearings) == len(marking.marks) == 8
    assert [(m.juror, m.seat, m.round, m.value) for m in marking.marks] == [
        *(("a", seat, 1, 7.0) for seat in (1, 2, 3, 4)),
        *(("b", seat, 1, 6.0) for seat in (1, 2, 3, 4)),
    ]
    assert len({name for mark in marking.marks for name in mark.opinions}) == 8
    assert (marking.found, grade.points, grade.verdict) == (6.0, 6.0, Verdict.PAC)
    assert (marking.spread, marking.unread, marking.rejudged) == (1.0, 0, False)
    assert dict(marking.figures) == {
        "mean": 6.5,
        "zero_veto": 6.5,
        "min": 6.0,
        "median": 6.0,
        "majority": 6.0,
        "unanimous": 0.0,
    }
    assert grade.judge == shipped("imo", "a", "b").words


@pytest.mark.parametrize(
    ("mark", "verdict"), [(7, Verdict.AC), (6, Verdict.PAC), (1, Verdict.PAC), (0, Verdict.WA)]
)
def test_full_marks_are_accepted_and_nothing_is_a_wrong_answer(mark: int, verdict: Verdict) -> None:
    grade = marked(shipped("imo"), saying(box(mark)))
    assert (grade.points, grade.max_points, grade.verdict) == (mark, 7.0, verdict)


def test_a_table_of_points_makes_a_decision_a_grade() -> None:
    """Correct by the majority is worth what the file says, and the mark is kept on its scale."""
    jury = shipped("opc", points={"1": 7.0, "0": 0.0})
    court = saying(*[box("correct")] * 3, *[box("incorrect")] * 2)
    grade = marked(jury, court)
    assert grade.marking is not None
    assert (grade.points, grade.marking.found, grade.marking.scale) == (7.0, 1.0, Scale.BINARY)


@pytest.mark.parametrize(("name", "points"), [("deepseekmath-v2", 7.0), ("opc", 7.0), ("imo", 1.0)])
def test_marks_of_one_scale_are_not_made_into_another(name: str, points: float) -> None:
    """A jury on 1/0.5/0 marks no IMO problem, and none on 0-7 a problem of one point."""
    court = saying(box(1))
    with pytest.raises(ConfigError, match="marks are not converted"):
        marked(shipped(name), court, problem=to_prove(points))
    assert not court.hearings


def test_the_zero_veto_and_the_mean_stand_side_by_side() -> None:
    """63 full marks and one 0: nothing by the paper's rule, 6.89 by the mean."""
    court = saying(*[box(7)] * 63, box(0))
    grade = marked(shipped("proofbench-zero-veto"), court)
    assert grade.marking is not None
    assert (grade.points, grade.verdict) == (0.0, Verdict.WA)
    figures = dict(grade.marking.figures)
    assert figures["zero_veto"] == 0
    assert figures["mean"] == 63 * 7 / 64
    assert figures["median"] == 7


# --- what cannot be read ---------------------------------------------------------------------


def test_what_cannot_be_read_is_asked_again_and_then_counts() -> None:
    """A vote in prose is asked for again under another name; its opinions are all with the mark."""
    court = saying(PROSE, (box(7), FinishReason.LENGTH), box(5))
    grade = marked(shipped("imo", votes=1), court)
    assert grade.marking is not None
    (mark,) = grade.marking.marks
    assert mark.value == 5
    assert [hearing.name for hearing in court.hearings] == ["1.1", "1.2", "1.3"]
    assert mark.opinions == tuple(f"judge-a/mark/1.{n}" for n in (1, 2, 3))
    assert len({hearing.prompt for hearing in court.hearings}) == 1


@pytest.mark.parametrize("reask", [0, 1, 3])
def test_after_so_many_tries_it_is_no_vote_and_no_zero(reask: int) -> None:
    """One seat of four never says a mark: it is asked ``1 + reask`` times, and the rest decides."""

    def script(hearing: Hearing) -> Said:
        return PROSE if hearing.name.startswith("2.") else box(7)

    court = ScriptedCourt(script)
    grade = marked(shipped("imo", reask=reask), court)
    assert grade.marking is not None
    tried = Counter(hearing.name.partition(".")[0] for hearing in court.hearings)
    assert tried == {"1": 1, "2": 1 + reask, "3": 1, "4": 1}
    assert [mark.value for mark in grade.marking.marks] == [7, None, 7, 7]
    assert (grade.points, grade.marking.unread, grade.marking.spread) == (7, 1, 0)
    assert "1 of 4 votes could not be read" in grade.message


@pytest.mark.parametrize(
    "lost",
    [
        PROSE,
        "",
        (box(7), FinishReason.LENGTH),
        (box(7), FinishReason.TIMEOUT),
        ("", FinishReason.REJECTED),
    ],
)
def test_with_too_few_votes_there_is_no_grade(lost: Said) -> None:
    """Three of four seats without a mark: void, never 0, and the error says what to look at."""

    def script(hearing: Hearing) -> Said:
        return box(7) if hearing.name.startswith("1.") else lost

    with pytest.raises(JudgeModelError, match="in 3 of 4 votes on p1 no mark") as found:
        marked(shipped("imo"), ScriptedCourt(script))
    assert found.value.code == "I004"
    assert "Resume the run" in found.value.hint


@pytest.mark.parametrize(("quorum", "graded"), [(0.5, True), (0.51, False), (1.0, False)])
def test_half_the_votes_are_a_quorum_of_a_half(quorum: float, graded: bool) -> None:
    def script(hearing: Hearing) -> Said:
        return box(3) if hearing.name[0] in "12" else PROSE

    jury = shipped("imo", quorum=quorum)
    if graded:
        assert marked(jury, ScriptedCourt(script)).points == 3
    else:
        with pytest.raises(JudgeModelError):
            marked(jury, ScriptedCourt(script))


def test_a_void_marking_that_is_taken_up_again_asks_anew() -> None:
    """What is on record is heard and not asked; each seat has its tries once more."""
    ready = False

    def script(hearing: Hearing) -> Said:
        return box(7) if ready else PROSE

    court, jury = ScriptedCourt(script), shipped("imo", votes=2, reask=1)
    with pytest.raises(JudgeModelError):
        marked(jury, court)
    assert sorted(hearing.name for hearing in court.hearings) == ["1.1", "1.2", "2.1", "2.2"]
    ready = True
    grade = marked(jury, court)
    assert sorted(hearing.name for hearing in court.hearings[4:]) == ["1.3", "2.3"]
    assert grade.marking is not None
    assert [len(mark.opinions) for mark in grade.marking.marks] == [3, 3]


def test_a_marking_that_was_cut_off_asks_only_for_what_is_missing() -> None:
    """Whatever it stopped at, the same questions are asked once, with the same marks at the end."""
    whole = ScriptedCourt(script_of_two_rounds)
    expected = marked(shipped("imo", "a", "b"), whole)

    class Killed(Exception):
        pass

    for last in range(len(whole.hearings)):
        left = last

        def script(hearing: Hearing) -> Said:
            nonlocal left
            if left == 0:
                raise Killed
            left -= 1
            return script_of_two_rounds(hearing)

        court = ScriptedCourt(script)
        with pytest.raises(ExceptionGroup):
            marked(shipped("imo", "a", "b"), court)
        left, before = 10**6, court.answered
        grade = marked(shipped("imo", "a", "b"), court)
        assert len(before) == last
        assert before.isdisjoint(court.hearings[last - len(whole.hearings) :])
        assert court.answered == whole.answered
        assert grade == expected


# --- the second round ------------------------------------------------------------------------


def script_of_two_rounds(hearing: Hearing) -> Said:
    """Be far apart at first, and agree on 5 when the marks of the others are shown."""
    if hearing.purpose is Purpose.AGAIN:
        return box(5)
    return box(7 if hearing.juror == "a" else 3)


@pytest.mark.parametrize(("low", "again"), [(4, True), (5, False), (6, False), (7, False)])
def test_only_marks_further_apart_than_two_are_given_once_more(low: int, again: bool) -> None:
    court = by_juror(a=box(7), b=box(low))
    grade = marked(shipped("imo", "a", "b"), court)
    assert grade.marking is not None
    assert grade.marking.rejudged is again
    assert len(court.of(Purpose.AGAIN)) == (8 if again else 0)
    assert len(court.of(Purpose.MARK)) == 8


def test_in_the_second_round_the_other_marks_are_shown_and_it_alone_counts() -> None:
    """Sorted and without names, outside the fence; the first marks are kept and do not count."""
    court = ScriptedCourt(script_of_two_rounds)
    grade = marked(shipped("imo", "a", "b"), court)
    shown = "\n".join(["- 3"] * 4 + ["- 7"] * 4)
    for hearing in court.of(Purpose.AGAIN):
        assert shown in outside(hearing.prompt)
        assert not re.search(r"\b(a|b): \d", outside(hearing.prompt))
    assert not any("- 3" in hearing.prompt for hearing in court.of(Purpose.MARK))
    marking = grade.marking
    assert marking is not None
    assert [mark.round for mark in marking.marks] == [1] * 8 + [2] * 8
    assert (marking.found, marking.spread, grade.points) == (5, 0, 5)
    assert dict(marking.figures)["mean"] == 5
    assert "marked again" in grade.message


def test_there_is_no_third_round() -> None:
    """Who stays apart stays apart: the spread is in the grade."""
    court = by_juror(a=box(7), b=box(0))
    grade = marked(shipped("matharena", "a", "b", restyle=""), court)
    assert Counter(hearing.purpose for hearing in court.hearings)[Purpose.AGAIN] == 2
    assert grade.marking is not None
    assert (grade.points, grade.marking.spread) == (0, 7)


def test_without_a_word_in_the_file_there_is_no_second_round() -> None:
    court = saying(box(7), *[box(0)] * 63)
    grade = marked(shipped("proofbench-zero-veto"), court)
    assert grade.marking is not None
    assert (grade.marking.rejudged, len(court.hearings)) == (False, 64)


def test_a_second_round_that_cannot_be_read_is_no_grade() -> None:
    """The first marks do not come back: they were too far apart to count."""

    def script(hearing: Hearing) -> Said:
        return PROSE if hearing.purpose is Purpose.AGAIN else script_of_two_rounds(hearing)

    with pytest.raises(JudgeModelError):
        marked(shipped("imo", "a", "b"), ScriptedCourt(script))


# --- copies ----------------------------------------------------------------------------------


def test_a_copy_in_a_uniform_style_is_marked_in_place_of_the_proof() -> None:
    """The first model copies, once; all mark the copy, which is kept and named in the grade."""

    def script(hearing: Hearing) -> Said:
        return "  Plainly.\n" if hearing.purpose is Purpose.RESTYLE else box(6)

    court = ScriptedCourt(script)
    grade = marked(shipped("matharena", "a", "b", "c"), court, "BEHOLD! Clearly.", WITH_SCHEME)
    (copy,) = court.of(Purpose.RESTYLE)
    assert (copy.juror, fenced(copy.prompt)) == ("a", {"proof": "BEHOLD! Clearly."})
    assert "says why" not in copy.prompt
    assert [fenced(h.prompt) for h in court.of(Purpose.MARK)] == [{"proof": "Plainly."}] * 3
    assert grade.marking is not None
    assert grade.marking.restyled is not None
    assert court.texts[grade.marking.restyled.sha256] == "Plainly."


def test_a_copy_that_was_cut_off_is_not_marked() -> None:
    """Half a proof in a uniform style is asked for again, and is nobody's proof in the end."""
    court = saying(("Half", FinishReason.LENGTH), "", "Whole.", box(6))
    assert marked(shipped("matharena"), court).points == 6
    assert [fenced(h.prompt)["proof"] for h in court.of(Purpose.MARK)] == ["Whole."]
    never = saying(("Half", FinishReason.LENGTH))
    with pytest.raises(JudgeModelError, match="no copy of the proof of p1"):
        marked(shipped("matharena"), never)
    assert len(never.hearings) == 4
    assert not never.of(Purpose.MARK)


# --- bounds, kin and what is shown -----------------------------------------------------------


@pytest.mark.parametrize(
    "proof", ["", " \n\t ", "\u200b\ufeff \x00", "x" * 1_000_000, "x" * (LONGEST + 1)]
)
def test_an_empty_proof_and_a_megabyte_need_no_jury(proof: str) -> None:
    """No model is asked, and the points are 0 with the reason."""
    court = saying(box(7))
    grade = marked(shipped("imo"), court, proof)
    assert not court.hearings
    assert (grade.points, grade.verdict, grade.marking) == (0, Verdict.WA, None)
    assert re.search("an empty proof|characters; a jury reads at most 400,000", grade.message)


def test_the_longest_proof_is_shown_whole() -> None:
    court = saying(box(1))
    marked(shipped("imo", votes=1), court, "x" * LONGEST)
    assert fenced(court.hearings[0].prompt)["proof"] == "x" * LONGEST


def test_a_judge_of_the_contestants_family_is_flagged() -> None:
    """By any of the author's names; it marks all the same."""
    jury = shipped("imo", "gpt-5.4", "gemini-31-pro")
    kin = {
        ("o3",): ("gpt-5.4",),
        ("gemma-3", "x"): ("gemini-31-pro",),
        ("my-step-4200", "gpt-oss-20b"): ("gpt-5.4",),
        ("my-step-4200",): (),
    }
    for contestant, flagged in kin.items():
        grade = marked(jury, saying(box(7)), contestant=contestant)
        assert grade.marking is not None
        assert grade.marking.kin == flagged
        assert grade.points == 7


def test_a_grade_says_what_the_jury_was_shown() -> None:
    grade = marked(shipped("imo"), saying(box(7)), problem=WITH_SCHEME)
    assert grade.marking is not None
    assert grade.marking.shown == ("reference", "rubric", "guidelines")
    grade = marked(shipped("imo"), saying(box(7)))
    assert grade.marking is not None
    assert grade.marking.shown == ()


def test_each_way_to_one_mark_is_kept_whatever_counts() -> None:
    """The figures are the same under every aggregation; only what counts differs."""
    seen = set()
    for how in Aggregate:
        court = saying(*[box(7)] * 3, box(0))
        grade = marked(shipped("proofbench-mean", votes=4, aggregate=how), court)
        assert grade.marking is not None
        assert grade.points == dict(grade.marking.figures)[how.value]
        seen.add(grade.marking.figures)
    assert len(seen) == 1
