"""A submission over its tests: real compiler, real sandbox, small packages."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.errors import JudgeError, TaskDataError, UnsupportedError
from harness.types import AnswerBody, Equivalence, Execution, Grade, Problem, Source, Verdict
from harness.types import TestResult as OneResult
from sandbox.compile import MAX_SOURCE_BYTES
from sandbox.judge import CodeJudge
from tasks.packages.cms import read_package
from tasks.packages.inferred import with_limit
from tests.fakes.packages import SOLUTION, write_package

Sum = Callable[[str], Grade]


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return write_package(tmp_path / "sum")


@pytest.fixture
def add(judge: CodeJudge, package: Path) -> Sum:
    """Judge the body of ``int sum(int a, int b)``."""

    def grade(body: str) -> Grade:
        return judged(judge, package, f'#include "sum.h"\nint sum(int a, int b) {{ {body} }}\n')

    return grade


def judged(judge: CodeJudge, folder: Path, source: str) -> Grade:
    problem = read_package(folder)
    return judge.judge(problem, Source.of(source), "cpp", submission="s", attempt="a")


def verdicts(grade: Grade) -> list[Verdict]:
    return [test.verdict for test in grade.tests]


def test_a_right_solution_gets_everything(add: Sum) -> None:
    """Full points, every test accepted, with what it used."""
    grade = add("return a + b;")
    assert (grade.verdict, grade.points, grade.max_points) == (Verdict.AC, 100.0, 100.0)
    assert verdicts(grade) == [Verdict.AC, Verdict.AC]
    assert 0 < grade.peak_memory_bytes < 8 << 20
    assert 0 <= grade.cpu_s < 1
    assert (grade.submission, grade.attempt) == ("s", "a")


def test_a_half_right_solution_gets_its_subtasks(add: Sum) -> None:
    """Points are those of the subtasks that are right in every test."""
    grade = add("return a == 1 ? 3 : 0;")
    assert (grade.verdict, grade.points) == (Verdict.PAC, 40.0)
    assert [(s.points, s.deciding_test) for s in grade.subtasks] == [(40.0, ""), (0.0, "2-01")]


def test_a_decided_test_is_not_run(judge: CodeJudge, package: Path) -> None:
    """Where a zero has decided every subtask of a test, running it could change nothing."""
    names = [f"2-{number:02}" for number in range(1, 13)]
    for name in names:
        (package / "tests" / f"{name}.in").write_text("3 4\n")
        (package / "tests" / f"{name}.out").write_text("7\n")
    place = package / "subtasks" / "02-large.json"
    place.write_text(json.dumps({"score": 60, "testcases": names}))
    grade = judged(judge, package, SOLUTION.replace("a + b", "a == 1 ? 3 : 0"))
    assert [s.points for s in grade.subtasks] == [40.0, 0.0]
    found = verdicts(grade)
    assert found == [Verdict.AC, Verdict.WA, *[Verdict.SK] * 11]


@pytest.mark.parametrize(
    ("body", "verdict", "reason"),
    [
        ("for (volatile int i = 0;; i = i + 1) {} return a + b;", Verdict.TLE, ""),
        ("return *(volatile int *)0 + a + b;", Verdict.RTE, "SIGSEGV"),
        ("__builtin_trap(); return a + b;", Verdict.RTE, "SIGILL"),
        ("return a + b + 1;", Verdict.WA, ""),
    ],
)
def test_each_failure_has_its_verdict(add: Sum, body: str, verdict: Verdict, reason: str) -> None:
    """What went wrong on the first test is the verdict of a submission without points."""
    grade = add(body)
    assert grade.verdict is verdict
    assert grade.points == 0.0
    assert reason in grade.tests[0].reason


BIG = "static volatile char big[512 << 20];\n"
"""Twice the memory that the problem allows."""


@pytest.mark.parametrize(
    ("head", "body", "verdict"),
    [
        (BIG, "for (int i = 0; i < 512 << 20; i += 4096) big[i] = 1; return a + b;", Verdict.MLE),
        (BIG, "big[a] = 1; return a + b;", Verdict.AC),
        ("struct S { S() { __builtin_trap(); } } s;\n", "return a + b;", Verdict.RTE),
    ],
)
def test_what_happens_before_main_counts(
    judge: CodeJudge, package: Path, head: str, body: str, verdict: Verdict
) -> None:
    """A large array costs the memory that is used of it; a crash may come before the first line."""
    source = head + SOLUTION.replace("return a + b;", body)
    assert judged(judge, package, source).verdict is verdict


def test_a_source_that_does_not_compile_is_graded(add: Sum) -> None:
    """A compile error is a grade with the compiler's words, not an exception."""
    grade = add("return c;")
    assert (grade.verdict, grade.points) == (Verdict.CE, 0.0)
    assert "'c' was not declared" in grade.message
    assert [s.verdict for s in grade.subtasks] == [Verdict.CE, Verdict.CE]


def test_a_nul_character_is_a_compile_error(judge: CodeJudge, package: Path) -> None:
    """A source that holds a NUL is refused as the contestant's mistake."""
    assert judged(judge, package, SOLUTION + "\0").verdict is Verdict.CE


def test_bytes_that_are_no_utf8_reach_the_compiler(judge: CodeJudge, package: Path) -> None:
    """A comment in another encoding does not keep a source from being judged."""
    source = (SOLUTION.encode() + b"// caf\xe9\n").decode("utf-8", "surrogateescape")
    assert judged(judge, package, source).verdict is Verdict.AC


def test_an_own_main_is_an_honest_compile_error(judge: CodeJudge, package: Path) -> None:
    """The grader has the main function; a second one cannot be linked."""
    grade = judged(judge, package, SOLUTION + "int main() {}\n")
    assert grade.verdict is Verdict.CE
    assert "multiple definition of `main'" in grade.message


def test_a_huge_source_is_refused(judge: CodeJudge, package: Path) -> None:
    """A source of more than a mebibyte does not reach the compiler."""
    grade = judged(judge, package, "//" + "x" * MAX_SOURCE_BYTES)
    assert (grade.verdict, grade.points) == (Verdict.CE, 0.0)
    assert "larger than" in grade.message


def test_a_packages_own_files_may_be_large(judge: CodeJudge, package: Path) -> None:
    """The limit is the contestant's; a header of the package has none."""
    header = package / "graders" / "sum.h"
    header.write_text(header.read_text() + "//" + "x" * MAX_SOURCE_BYTES + "\n")
    assert judged(judge, package, SOLUTION).points == 100.0


@pytest.mark.parametrize("broken", ["int main() {", '#include "nowhere.h"'])
def test_a_grader_that_does_not_compile_is_our_failure(
    judge: CodeJudge, package: Path, broken: str
) -> None:
    """It is told of the grader, and no contestant gets a zero for it."""
    (package / "graders" / "grader.cpp").write_text(f'#include "sum.h"\n{broken}\n')
    with pytest.raises(JudgeError, match="the grader of sum does not compile"):
        judged(judge, package, SOLUTION)


def test_equal_submissions_are_equally_graded(add: Sum) -> None:
    """Judging again gives the same points, verdicts and subtasks."""
    first, second = add("return a + b - (a == 3);"), add("return a + b - (a == 3);")
    assert (first.points, first.subtasks) == (second.points, second.subtasks)


CHECKER = """
#include <cstdio>
#include <fstream>
int main(int argc, char **argv) {
    std::ifstream in(argv[1]), answer(argv[2]), output(argv[3]);
    int a, b, right, said;
    if (!(in >> a >> b) || !(answer >> right)) return 1;
    if (!(output >> said)) { puts("0"); return 0; }
    BODY
}
"""


def with_checker(package: Path, body: str) -> Path:
    (package / "checker").mkdir()
    (package / "checker" / "checker.cpp").write_text(CHECKER.replace("BODY", body))
    return package


HONEST = 'puts(said == right ? "1" : said == right + 1 ? "0.5" : "0"); fputs("so", stderr);'


def test_a_checker_gives_partial_points(judge: CodeJudge, package: Path) -> None:
    """Half a score is half the points of every subtask whose worst test it is."""
    folder = with_checker(package, HONEST)
    grade = judged(judge, folder, SOLUTION.replace("a + b", "a + b + (a == 3)"))
    assert [s.points for s in grade.subtasks] == [40.0, 30.0]
    assert grade.verdict is Verdict.PAC
    assert [test.reason for test in grade.tests] == ["so", "so"]


def test_a_checker_gets_the_output_third(judge: CodeJudge, package: Path) -> None:
    """Input, answer, output: the IOI's order. With another order every program would pass."""
    folder = with_checker(package, HONEST)
    assert judged(judge, folder, SOLUTION.replace("a + b", "0")).points == 0.0
    assert judged(judge, folder, SOLUTION).points == 100.0


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('puts("2");', "not in 0..1"),
        ('puts("fine");', "where a score belongs"),
        ("return 3;", "exit code 3"),
        ("__builtin_trap();", "SIGILL"),
    ],
)
def test_a_broken_checker_makes_no_grade(
    judge: CodeJudge, package: Path, body: str, words: str
) -> None:
    """A checker that breaks its contract is our failure: no points are given or taken."""
    with pytest.raises(JudgeError, match="the checker of sum on test 1-01") as caught:
        judged(judge, with_checker(package, body), SOLUTION)
    assert words in caught.value.message


def test_the_contestant_cannot_speak_for_the_checker(judge: CodeJudge, package: Path) -> None:
    """A score printed by the contestant is an output to be checked, not a score."""
    folder = with_checker(package, HONEST)
    faked = SOLUTION.replace("{ return", '{ printf("1\\n"); fflush(stdout); return')
    grade = judged(judge, folder, "#include <cstdio>\n" + faked.replace("a + b", "-5"))
    assert grade.points == 0.0


@pytest.mark.long
def test_a_time_near_the_limit_is_measured_again(judge: CodeJudge, package: Path) -> None:
    """A test that ends within 15 % of the limit is measured three times; the reading is kept."""
    burn = """
        auto used = [] {
            timespec t;
            clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
            return t.tv_sec + t.tv_nsec / 1e9;
        };
        while (used() < 0.95) {}
        return a + b;
    """
    source = f'#include "sum.h"\n#include <ctime>\nint sum(int a, int b) {{ {burn} }}\n'
    (package / "subtasks" / "02-large.json").write_text('{"score": 60, "testcases": ["1-01"]}')
    grade = judged(judge, package, source)
    assert grade.points == 100.0
    assert "near the limit, measured 3 times" in grade.tests[0].reason


def test_a_grade_is_carried_over_where_a_lower_limit_changes_nothing(
    judge: CodeJudge, package: Path
) -> None:
    """What kept well within it is not judged again; what came near it, or broke it, is."""
    source = Source.of(
        '#include "sum.h"\n#include <ctime>\nint sum(int a, int b) '
        "{ while (clock() < CLOCKS_PER_SEC / 5); return a + b; }\n"
    )
    measured, lower, tight, broken = (
        with_limit(read_package(package), seconds) for seconds in (5.0, 2.0, 0.21, 0.1)
    )

    def tests_of(problem: Problem) -> tuple[OneResult, ...]:
        judge.carry_over(measured, problem)
        return judge.judge(problem, source, "cpp", submission="s", attempt="a").tests

    first = judge.judge(measured, source, "cpp", submission="s", attempt="a")
    assert first.verdict is Verdict.AC
    assert tests_of(lower) == first.tests
    assert tests_of(tight) != first.tests
    assert {test.verdict for test in tests_of(broken)} <= {Verdict.TLE, Verdict.SK}


def test_tests_that_changed_are_not_judged_with(judge: CodeJudge, package: Path) -> None:
    """A problem is bound to the files it was read from."""
    problem = read_package(package)
    (package / "tests" / "2-01.out").write_text("8\n")
    with pytest.raises(TaskDataError, match=r"2-01\.out has changed"):
        judge.judge(problem, Source.of(SOLUTION + "//x"), "cpp", submission="s", attempt="a")


def test_answers_can_be_made(judge: CodeJudge, package: Path) -> None:
    """A trusted source is run on every input and its whole output comes back."""
    found = dict(judge.outputs(read_package(package), Source.of(SOLUTION), "cpp"))
    assert found == {"1-01": b"3\n", "2-01": b"7\n"}


def test_a_model_solution_that_fails_says_how(judge: CodeJudge, package: Path) -> None:
    """An input on which it fails brings the facts of the failure in place of an output."""
    crash = SOLUTION.replace("return", "if (a == 3) __builtin_trap(); return")
    found = dict(judge.outputs(read_package(package), Source.of(crash), "cpp"))
    assert found["1-01"] == b"3\n"
    failed = found["2-01"]
    assert isinstance(failed, Execution)
    assert failed.signal == 4


def test_what_is_no_program_is_not_judged_here(judge: CodeJudge) -> None:
    """A final answer handed to the code judge is an error of ours, with a next step."""
    problem = Problem(
        id="p",
        title="P",
        statement="",
        max_points=1.0,
        body=AnswerBody(expected="1", equivalence=Equivalence.EXACT),
    )
    with pytest.raises(UnsupportedError, match="not a programming problem"):
        judge.judge(problem, Source.of("1"), "cpp", submission="s", attempt="a")


def test_the_judge_says_what_it_is(judge: CodeJudge) -> None:
    """Tier, compiler, and the runner or the image that holds it are facts of every result."""
    facts = dict(judge.facts)
    assert facts["tier"] in ("embedded", "docker")
    assert "g++" in facts["compiler"]
    assert facts["image" if facts["tier"] == "docker" else "runner"]
    assert facts["tier"] in judge.name


def test_stdin_and_stdout_need_no_grader(judge: CodeJudge, package: Path) -> None:
    """A package without a grader is judged on standard input and output."""
    for place in (package / "graders").iterdir():
        place.unlink()
    manifest = json.loads((package / "problem.json").read_text())
    (package / "problem.json").write_text(json.dumps(manifest))
    source = "#include <iostream>\nint main() { int a, b; std::cin >> a >> b; std::cout << a + b; }"
    assert judged(judge, package, source).points == 100.0
