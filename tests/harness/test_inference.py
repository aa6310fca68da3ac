"""Which times make an inferred limit, and when none can be inferred."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from harness.cli.inference import _infer
from harness.cli.jury import Row
from harness.errors import TaskDataError
from harness.types import CodeBody, Grade, InferredLimit, TestResult, TimeRule, Verdict
from tasks.packages.expectations import Expectation, Rule
from tasks.packages.jury import JuryProgram
from tasks.packages.package import Package
from tasks.packages.sources import Handed
from tests.reports.contests import code_problem

AC, WA, TLE = Verdict.AC, Verdict.WA, Verdict.TLE
IN_TIME = Rule(permitted=(AC,))


def program(name: str, *rules: Rule) -> JuryProgram:
    label = name.partition("/")[0]
    said = Expectation(declared=label, rules=rules, verdicts=() if rules else (AC,))
    return JuryProgram(name=name, label=label, handed=Handed(), expectation=said)


def row(name: str, times: dict[str, float], verdict: Verdict = AC, bad: str = "") -> Row:
    return Row(
        name=name,
        declared="",
        language="cpp",
        disagreements=(bad,) if bad else (),
        grade=Grade(
            submission="",
            attempt="",
            judge="",
            verdict=verdict,
            points=0,
            max_points=1,
            tests=tuple(
                TestResult(test=test, verdict=verdict, score=0, cpu_s=cpu_s)
                for test, cpu_s in times.items()
            ),
        ),
    )


def infer(rule: TimeRule, programs: Sequence[JuryProgram], *rows: Row) -> InferredLimit:
    by_name = {each.name: each for each in rows}
    asked: list[float] = []

    def judged(seconds: float, some: Sequence[JuryProgram], whole: bool) -> Sequence[Row]:
        assert whole or seconds != 60.0
        asked.append(seconds)
        return [by_name[each.name] for each in some]

    problem = code_problem("sum")
    assert isinstance(problem.body, CodeBody)
    found = _infer(Package(problem=problem, rule=rule), programs, judged, 60.0, "code/0")
    assert asked[0] == 60.0
    assert asked[1:] in ([], [found.seconds * (rule.to_tle or 1.0)])
    return found


def test_the_slowest_accepted_program_decides() -> None:
    """With its slowest test, times the factor, rounded up."""
    found = infer(
        TimeRule(multiplier=5.0),
        [program("accepted/a"), program("accepted/b"), program("wrong_answer/c")],
        row("accepted/a", {"1": 0.1, "2": 0.3}),
        row("accepted/b", {"1": 0.52, "2": 0.01}),
    )
    assert (found.seconds, found.slowest, found.cpu_s, found.programs) == (3, "accepted/b", 0.52, 2)
    assert found.sentence == "time limit 3 s inferred: slowest accepted/b (cpp) took 0.52 s x 5"


def test_what_could_decide_otherwise_is_measured_again() -> None:
    """The least of three readings counts, and then whoever is slowest by those."""
    readings = {"accepted/a": [0.21, 0.19, 0.22], "accepted/b": [0.205, 0.203, 0.204]}
    left = {name: iter(times) for name, times in readings.items()}
    asked = []

    def judged(seconds: float, some: Sequence[JuryProgram], whole: bool) -> Sequence[Row]:
        assert whole
        asked.append((seconds, *(each.name for each in some)))
        return [row(each.name, {"1": next(left[each.name])}) for each in some]

    def inferred(multiplier: float, *names: str) -> InferredLimit:
        package = Package(problem=code_problem("sum"), rule=TimeRule(multiplier=multiplier))
        return _infer(package, [program(name) for name in names], judged, 60.0, "code/0")

    found = inferred(5.0, "accepted/a", "accepted/b")
    assert asked == [
        (60.0, "accepted/a", "accepted/b"),
        (59.999, "accepted/a"),
        (59.999, "accepted/b"),
        (59.998, "accepted/b"),
    ]
    assert (found.seconds, found.slowest, found.cpu_s) == (2.0, "accepted/b", 0.203)
    assert found.readings == (0.205, 0.203, 0.204)
    left = {name: iter(times) for name, times in readings.items()}
    asked.clear()
    alone = inferred(5.0, "accepted/a")
    assert (alone.seconds, alone.cpu_s) == (1.0, 0.19)
    left = {name: iter(times) for name, times in readings.items()}
    asked.clear()
    assert inferred(3.0, "accepted/a").readings == (0.21,)
    assert asked == [(60.0, "accepted/a")]


def test_programs_that_say_nothing_are_named() -> None:
    """One that is not judged, or is not as declared, is no evidence; but its absence is told."""
    found = infer(
        TimeRule(multiplier=5.0),
        [program("accepted/a"), program("accepted/b"), program("accepted/c")],
        row("accepted/a", {"1": 0.1}),
        Row(name="accepted/b", declared="", skipped="Java is not judged here"),
        row("accepted/c", {"1": 9.0}, WA, "the verdict is WA, not AC"),
    )
    assert (found.seconds, found.programs) == (1, 1)
    assert found.left_out == (
        "accepted/b (Java is not judged here)",
        "accepted/c (not as declared: the verdict is WA, not AC)",
    )
    assert "not measured: accepted/b (Java is not judged here); accepted/c" in found.sentence


def test_only_the_tests_that_a_rule_is_about_count() -> None:
    """A program that must be fast on some tests may be slow on others."""
    found = infer(
        TimeRule(multiplier=2.0, resolution_s=0.5),
        [program("mixed/a", Rule(tests="sample", permitted=(AC,)))],
        row("mixed/a", {"sample/1": 0.3, "secret/1": 20.0}),
    )
    assert (found.seconds, found.cpu_s) == (1.0, 0.3)


def test_what_must_be_too_slow_has_to_be_so_by_the_margin() -> None:
    """Measured under the limit times the margin; what keeps that is told."""
    late = Rule(permitted=(AC, TLE), required=(TLE,))
    found = infer(
        TimeRule(multiplier=2.0, to_tle=1.5),
        [program("accepted/a", IN_TIME), program("slow/b", late), program("slow/c", late)],
        row("accepted/a", {"1": 0.9}),
        row("slow/b", {"1": 0.1, "2": 2.4}),
        row("slow/c", {"1": 0.1}, TLE),  # it waits: its processor time is none
    )
    assert found.seconds == 2.0
    assert found.too_close == ("slow/b must be too slow and took 2.40 s, not more than 3 s",)
    assert found.too_close[0] in found.sentence


def test_without_evidence_there_is_no_limit() -> None:
    """No accepted program, none that could be judged, or one that does not end."""
    rule = TimeRule(multiplier=5.0)
    with pytest.raises(TaskDataError, match="the package has no accepted program") as caught:
        infer(rule, [program("wrong_answer/a")])
    assert "--time-limit" in caught.value.hint
    with pytest.raises(TaskDataError, match=r"accepted/a \(no compiler\)"):
        infer(
            rule,
            [program("accepted/a")],
            Row(name="accepted/a", declared="", skipped="no compiler"),
        )
    endless = row("accepted/a", {"1": 0.1, "2": 60.1}, TLE, "the verdict is TLE, not AC")
    with pytest.raises(
        TaskDataError, match="accepted/a must not be too slow and took more than 60"
    ):
        infer(rule, [program("accepted/a")], endless)
