"""A grade agrees with a declaration or it does not, and the words say where."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.types import (
    CodeBody,
    Comparison,
    Edition,
    Grade,
    Problem,
    SubtaskScore,
    TestResult,
    Verdict,
)
from tasks.packages.expectations import (
    CRASHES,
    REJECTED,
    Expectation,
    Rule,
    Share,
    disagreements,
    remark,
)
from tests.fakes.bodies import code_body

AC, PAC, WA, TLE = Verdict.AC, Verdict.PAC, Verdict.WA, Verdict.TLE
RTE, MLE, OLE, CE, SK = Verdict.RTE, Verdict.MLE, Verdict.OLE, Verdict.CE, Verdict.SK


def problem(max_points: float = 1.0) -> Problem:
    body = code_body(comparison=Comparison.DEFAULT_VALIDATOR)
    return Problem(id="p", title="P", statement="", max_points=max_points, body=body)


def grade(
    verdict: Verdict,
    *tests: tuple[str, Verdict],
    points: float | None = None,
    of: float = 1.0,
    subtasks: tuple[SubtaskScore, ...] = (),
    message: str = "",
    reason: str = "",
) -> Grade:
    return Grade(
        submission="s",
        attempt="",
        judge="j",
        verdict=verdict,
        points=(of if verdict is AC else 0.0) if points is None else points,
        max_points=of,
        tests=tuple(
            TestResult(test=name, verdict=each, score=float(each is AC), reason=reason)
            for name, each in tests
        ),
        subtasks=subtasks,
        message=message,
    )


def check(expectation: Expectation, found: Grade) -> tuple[str, ...]:
    return disagreements(expectation, found, problem(found.max_points))


FOLDERS = {
    "accepted": ((AC,), {AC}),
    "partially_accepted": ((PAC,), {PAC}),
    "wrong_answer": ((WA,), {WA}),
    "time_limit_exceeded": ((TLE,), {TLE}),
    "run_time_error": (CRASHES, {RTE, MLE}),
    "rejected": (REJECTED, {PAC, WA, TLE, RTE, MLE, OLE, CE}),
}


@pytest.mark.parametrize("label", FOLDERS)
@pytest.mark.parametrize("verdict", [AC, PAC, WA, TLE, RTE, MLE, OLE, CE])
def test_a_folder_s_verdict_is_that_of_the_whole_submission(label: str, verdict: Verdict) -> None:
    """Each legacy folder agrees with its own verdicts and with no other."""
    verdicts, right = FOLDERS[label]
    found = check(Expectation(declared=label, verdicts=verdicts), grade(verdict))
    assert (found == ()) == (verdict in right)


def test_the_words_name_both_verdicts() -> None:
    """What it is, what it should be, and how many points a partial one has."""
    accepted = Expectation(declared="accepted", verdicts=(AC,))
    assert check(accepted, grade(WA)) == ("the verdict is WA, not AC",)
    assert check(accepted, grade(PAC, points=60, of=100)) == (
        "the verdict is PAC (60 of 100), not AC",
    )
    rejected = Expectation(declared="rejected", verdicts=REJECTED)
    assert check(rejected, grade(AC)) == ("the verdict is AC, not a rejection",)
    both = Expectation(declared="tags", verdicts=(WA, TLE))
    assert check(both, grade(RTE)) == ("the verdict is RTE, not WA or TLE",)


def test_a_compile_error_is_shown_as_what_it_is() -> None:
    """Its first line stands in for everything else, unless it was declared."""
    accepted = Expectation(declared="accepted", verdicts=(AC,), points=5.0)
    found = check(accepted, grade(CE, message="a.cpp:1: no\nmore"))
    assert found == ("it does not compile: a.cpp:1: no",)
    assert check(accepted, grade(CE)) == ("it does not compile",)
    assert check(Expectation(declared="x", verdicts=(CE,)), grade(CE)) == ()


def test_nothing_declared_is_nothing_to_disagree_with() -> None:
    """Whatever the grade is."""
    nothing = Expectation(declared="mixed: nothing")
    assert nothing.empty
    assert check(nothing, grade(CE)) == check(nothing, grade(AC)) == ()
    assert not Expectation(declared="x", points=0.0).empty


def test_without_a_highest_score_partly_is_accepted() -> None:
    """Where nothing bounds the score, the judge has no partial verdict."""
    partly = Expectation(declared="partially_accepted", verdicts=(PAC,))
    assert check(partly, grade(AC, points=7, of=0.0)) == ()
    assert check(partly, grade(WA, points=0, of=0.0)) != ()


@pytest.mark.parametrize(("points", "agrees"), [(95.35, True), (95.3488, True), (95.36, False)])
def test_declared_points_have_two_decimals(points: float, agrees: bool) -> None:
    """Scores are written rounded."""
    expectation = Expectation(declared="95.35 points", points=95.35)
    found = check(expectation, grade(PAC, points=points, of=100))
    assert (found == ()) == agrees


def subtask(name: str, points: float, of: float, verdict: Verdict) -> SubtaskScore:
    return SubtaskScore(name=name, points=points, max_points=of, verdict=verdict)


@pytest.mark.parametrize(
    ("share", "right"),
    [
        (Share.ALL, {"full"}),
        (Share.SOME, {"full", "part"}),
        (Share.PART, {"part"}),
        (Share.NONE, {"none"}),
        (Share.NOT_ALL, {"part", "none"}),
    ],
)
def test_shares_are_told_by_points(share: Share, right: set[str]) -> None:
    """Of a subtask by name, and of the whole submission."""
    for name, points in (("full", 40.0), ("part", 10.0), ("none", 0.0)):
        verdict = AC if name == "full" else WA
        of_subtask = Expectation(declared="x", subtasks=(("s", share),))
        found = check(of_subtask, grade(PAC, subtasks=(subtask("s", points, 40.0, verdict),)))
        assert (found == ()) == (name in right)
        whole = check(Expectation(declared="x", share=share), grade(PAC, points=points, of=40.0))
        assert (whole == ()) == (name in right)


def test_a_subtask_without_points_is_told_by_its_verdict() -> None:
    """Samples are worth nothing and can still be right or wrong."""
    right = Expectation(declared="x", subtasks=(("samples", Share.ALL),))
    wrong = Expectation(declared="x", subtasks=(("samples", Share.NONE),))
    solved = grade(PAC, subtasks=(subtask("samples", 0.0, 0.0, AC),))
    failed = grade(PAC, subtasks=(subtask("samples", 0.0, 0.0, TLE),))
    assert check(right, solved) == check(wrong, failed) == ()
    assert check(right, failed) == ("subtask samples: TLE, 0 of 0 points, not all points",)
    assert check(wrong, solved) != ()


def test_a_subtask_that_is_not_there_is_a_disagreement() -> None:
    """A declaration of a subtask by a wrong name is never silently fulfilled."""
    expectation = Expectation(declared="x", subtasks=(("gone", Share.NONE),))
    assert check(expectation, grade(WA)) == ("there is no subtask gone",)


def test_grades_of_groups_are_compared_where_the_groups_are() -> None:
    """A group whose tests are not at hand is passed over."""
    expectation = Expectation(
        declared="x", groups=(("secret/1", (AC,)), ("secret/2", CRASHES), ("secret/3", (WA,)))
    )
    groups = (subtask("secret/1", 5, 5, AC), subtask("secret/2", 0, 5, MLE))
    assert check(expectation, grade(PAC, subtasks=groups)) == ()
    swapped = (subtask("secret/1", 0, 5, TLE), subtask("secret/3", 5, 5, AC))
    assert check(expectation, grade(PAC, subtasks=swapped)) == (
        "group secret/1: the verdict is TLE, not AC",
        "group secret/3: the verdict is AC, not WA",
    )


# --- submissions.yaml ------------------------------------------------------------------------


def rules(*each: Rule) -> Expectation:
    return Expectation(declared="x", rules=each)


def test_every_test_must_be_permitted() -> None:
    """The first that is not is named, with how many more there are."""
    rule = rules(Rule(permitted=(AC, TLE)))
    assert check(rule, grade(TLE, ("secret/1", AC), ("secret/2", TLE))) == ()
    bad = grade(TLE, ("secret/1", TLE), ("secret/2", WA), ("secret/3", RTE))
    assert check(rule, bad) == ("test secret/2 is WA, not AC or TLE and 1 more",)


def test_one_test_must_be_as_required() -> None:
    """Any one is enough."""
    rule = rules(Rule(required=(RTE, TLE)))
    assert check(rule, grade(WA, ("secret/1", WA), ("secret/2", TLE))) == ()
    assert check(rule, grade(WA, ("secret/1", WA))) == ("no test is RTE or TLE",)


def test_rules_can_be_about_some_tests() -> None:
    """By the glob of a group or of tests; both conditions hold there alone."""
    rule = rules(
        Rule(tests="sample", permitted=(AC,)),
        Rule(tests="secret/*-hard", permitted=(AC, TLE), required=(TLE,)),
    )
    good = (("sample/1", AC), ("secret/1-easy", WA), ("secret/2-hard", TLE))
    assert check(rule, grade(WA, *good)) == ()
    bad = (("sample/1", WA), ("secret/1-easy", WA), ("secret/2-hard", AC))
    assert check(rule, grade(WA, *bad)) == (
        "test sample/1 is WA, not AC",
        "no test in secret/*-hard is TLE",
    )


def test_rules_about_tests_that_are_not_here_say_nothing() -> None:
    """They may be among those that the copy lacks."""
    rule = rules(Rule(tests="secret/gone", permitted=(AC,), required=(TLE,)))
    assert check(rule, grade(AC, ("secret/1", AC))) == ()


@pytest.mark.parametrize(("verdict", "taken_for"), [(MLE, RTE), (OLE, RTE), (PAC, AC)])
def test_the_format_s_four_verdicts_stand_for_all(verdict: Verdict, taken_for: Verdict) -> None:
    """Too much memory or output is a crash; an accepted test may have part of its points."""
    found = grade(WA, ("secret/1", verdict))
    assert check(rules(Rule(permitted=(taken_for,), required=(taken_for,))), found) == ()
    assert check(rules(Rule(permitted=(WA,))), found) != ()


def test_tests_that_were_not_run_are_not_accepted() -> None:
    """That is all that is known of them."""
    found = grade(WA, ("secret/1", WA), ("secret/2", SK))
    assert check(rules(Rule(permitted=(AC, WA), required=(WA,))), found) == ()
    assert check(rules(Rule(tests="secret/2", permitted=(AC,))), found) == (
        "test secret/2 was not run, not AC",
    )
    assert check(rules(Rule(tests="secret/2", required=(AC,))), found) != ()


def test_a_score_is_a_number_or_a_range() -> None:
    """Of the submission, or of a group."""
    groups = (subtask("secret/g1", 30, 40, AC), subtask("secret/g2", 0, 60, WA))
    found = grade(PAC, points=30, of=100, subtasks=groups)
    assert check(rules(Rule(score=(30, 30))), found) == ()
    assert check(rules(Rule(score=(20, 40))), found) == ()
    assert check(rules(Rule(tests="secret", score=(30, 30))), found) == ()
    assert check(rules(Rule(tests="secret/g1", score=(30, 30))), found) == ()
    assert check(rules(Rule(score=(31, 100))), found) == ("the score is 30, not 31 to 100",)
    assert check(rules(Rule(tests="secret/g2", score=(1, 1))), found) == (
        "the score of secret/g2 is 0, not 1",
    )


def test_a_message_must_be_said_of_some_test() -> None:
    """As part of what the validator says, with its case."""
    found = grade(WA, ("secret/1", WA), reason="wrong answer: hello there")
    assert check(rules(Rule(message="hello")), found) == ()
    assert check(rules(Rule(message="Hello")), found) == (
        "the validator does not say 'Hello' of any test",
    )


verdicts = st.sampled_from([AC, WA, TLE, RTE])
sets = st.sets(verdicts, min_size=1).map(tuple)


@given(found=st.lists(verdicts, min_size=1, max_size=6), permitted=sets, required=sets)
def test_rules_are_their_definition(
    found: list[Verdict], permitted: tuple[Verdict, ...], required: tuple[Verdict, ...]
) -> None:
    """All within what is permitted, and one at least within what is required."""
    tests = [(f"secret/{at}", verdict) for at, verdict in enumerate(found)]
    words = check(rules(Rule(permitted=permitted, required=required)), grade(WA, *tests))
    right = set(found) <= set(permitted) and bool(set(found) & set(required))
    assert (words == ()) == right


# --- accepted, and not all points ----------------------------------------------------------------

ACCEPTED = Expectation(declared="accepted", verdicts=(AC,))


def legacy(max_points: float) -> Problem:
    found = problem(max_points)
    assert isinstance(found.body, CodeBody)
    body = msgspec.structs.replace(found.body, edition=Edition.LEGACY)
    return msgspec.structs.replace(found, body=body)


@pytest.mark.parametrize("second", [AC, PAC, WA, TLE, SK])
def test_accepted_for_fewer_points_needs_every_test_accepted(second: Verdict) -> None:
    """Fewer points are a note where a validator gave them, and a disagreement elsewhere."""
    found = grade(PAC, ("1", AC), ("2", second), points=96, of=100)
    wrong = disagreements(ACCEPTED, found, legacy(100))
    said = remark(ACCEPTED, found, legacy(100))
    if second is AC:
        assert wrong == ()
        assert said == "accepted on every test with 96 of 100 points, which are not declared"
    else:
        assert wrong == ("the verdict is PAC (96 of 100), not AC",)
        assert said == ""


def test_only_the_legacy_edition_and_only_accepted_say_nothing_of_the_score() -> None:
    """Elsewhere accepted is full marks; what is declared as partial has no note."""
    found = grade(PAC, ("1", AC), points=96, of=100)
    assert disagreements(ACCEPTED, found, problem(100)) == (
        "the verdict is PAC (96 of 100), not AC",
    )
    partly = Expectation(declared="partially_accepted", verdicts=(PAC,))
    for said in (partly, Expectation(declared="96 points", points=96.0)):
        assert disagreements(said, found, legacy(100)) == ()
        assert remark(said, found, legacy(100)) == ""
    late = Expectation(declared="time_limit_exceeded", verdicts=(TLE,))
    assert disagreements(late, found, legacy(100)) == ("the verdict is PAC (96 of 100), not TLE",)
