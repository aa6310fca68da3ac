"""The task types of CMS, each on a small package of the shape that CMS itself is tested with."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import JudgeError
from harness.types import Grade, Problem, Source, Verdict
from sandbox.judge import CodeJudge
from tests.fakes.packages import cms_package

AC, PAC, WA, TLE, RTE, CE = (
    Verdict.AC,
    Verdict.PAC,
    Verdict.WA,
    Verdict.TLE,
    Verdict.RTE,
    Verdict.CE,
)

TESTS = {
    "tests/1.in": "1\n",
    "tests/1.out": "one 1\n",
    "tests/2.in": "2\n",
    "tests/2.out": "one 2\n",
}
HALVES = {"score_type": "Sum", "score_type_parameters": 50}
CHECKER = """
#include <fstream>
#include <iostream>
#include <string>
int main(int argc, char **argv) {
    std::string said, wanted; int number;
    std::ifstream(argv[3]) >> said >> number;
    std::ifstream(argv[2]) >> wanted;
    BODY
}
"""


def judged(judge: CodeJudge, problem: Problem, *files: tuple[str, str], key: str = "cpp") -> Grade:
    source = Source(files=tuple((name, text.encode()) for name, text in files))
    return judge.judge(problem, source, key, submission="s", attempt="a")


def program(body: str) -> tuple[str, str]:
    head = "#include <cstdio>\n#include <fstream>\n#include <iostream>\n"
    return "", f"{head}int main() {{ int n = 0; {body} }}\n"


# --- input and output in files --------------------------------------------------------------


@pytest.fixture
def files_problem(tmp_path: Path) -> Problem:
    return cms_package(
        tmp_path,
        "Batch",
        TESTS,
        parameters={"io_0_inputfile": "in.txt", "io_1_outputfile": "out.txt"},
        **HALVES,
    )


@pytest.mark.parametrize(
    ("body", "points", "reason"),
    [
        ('std::ifstream("in.txt") >> n; std::ofstream("out.txt") << "one " << n;', 100.0, ""),
        ('std::ofstream("out.txt") << "one 1";', 50.0, ""),
        ('std::cin >> n; std::ofstream("out.txt") << "one " << n;', 0.0, ""),
        ('std::ifstream("in.txt") >> n; std::cout << "one " << n;', 0.0, "no file out.txt"),
        ('std::ofstream("out.txt");', 0.0, ""),
        ('symlink("in.txt", "out.txt");', 0.0, "no file out.txt"),
    ],
)
def test_input_and_output_can_be_files(
    judge: CodeJudge, files_problem: Problem, body: str, points: float, reason: str
) -> None:
    """Only the two files count: standard input is empty, and what is printed is not looked at."""
    name, text = program(body)
    grade = judged(judge, files_problem, (name, "#include <unistd.h>\n" + text))
    assert (grade.points, grade.max_points) == (points, 100.0)
    assert reason in grade.tests[1].reason


def test_a_failure_is_one_whatever_was_written(judge: CodeJudge, files_problem: Problem) -> None:
    """A program that writes the right file and then crashes is not right."""
    right = (
        'std::ifstream("in.txt") >> n; std::ofstream("out.txt") << "one " << n; std::cout.flush();'
    )
    grade = judged(judge, files_problem, program(right + " return 3;"))
    assert [test.verdict for test in grade.tests] == [RTE, RTE]


def test_the_input_file_cannot_be_rewritten_for_the_grader(
    judge: CodeJudge, tmp_path: Path
) -> None:
    """A grader that reads a file reads the test: the submission cannot write into it."""
    grader = """
        #include <cstdio>
        int answer(int n);
        int main() {
            int n; if (fscanf(fopen("in.txt", "r"), "%d", &n) != 1) return 1;
            FILE *out = fopen("out.txt", "w"); fprintf(out, "one %d", answer(n)); fclose(out);
        }
    """
    problem = cms_package(
        tmp_path,
        "Batch",
        {**TESTS, "graders/grader.cpp": grader},
        parameters={
            "compilation": "grader",
            "io_0_inputfile": "in.txt",
            "io_1_outputfile": "out.txt",
        },
        **HALVES,
    )
    assert judged(judge, problem, ("", "int answer(int n) { return n; }")).points == 100.0
    rewrite = """
        #include <fstream>
        static int done = [] { std::ofstream("in.txt") << 1; return 0; }();
        int answer(int n) { return n; }
    """
    assert judged(judge, problem, ("", rewrite)).points == 100.0


def test_a_submission_alone_is_compiled_without_the_grader(
    judge: CodeJudge, tmp_path: Path
) -> None:
    """Where the package says so, its graders are nobody's business."""
    problem = cms_package(
        tmp_path,
        "Batch",
        {**TESTS, "graders/grader.cpp": "int main() { return 1; }"},
        parameters={"compilation": "alone"},
        **HALVES,
    )
    right = program('std::cin >> n; std::cout << "one " << n;')
    assert judged(judge, problem, right).points == 100.0


# --- outputs --------------------------------------------------------------------------------


@pytest.fixture
def outputs_problem(tmp_path: Path) -> Problem:
    files = {
        **TESTS,
        "checker/checker.cpp": CHECKER.replace(
            "BODY", 'return puts(said == wanted && number ? "1" : "0") < 0;'
        ),
    }
    return cms_package(tmp_path, "OutputOnly", files, **HALVES)


@pytest.mark.parametrize(
    ("files", "points", "reasons"),
    [
        ({"output_1.txt": "one 1", "output_2.txt": "one 2"}, 100.0, ["", ""]),
        ({"1.out": "one 1", "2.out": "one 2"}, 100.0, ["", ""]),
        ({"output_1.txt": "one 1", "output_2.txt": "two"}, 50.0, ["", ""]),
        ({"output_2.txt": "one 2"}, 50.0, ["not handed in", ""]),
    ],
)
def test_outputs_are_judged_as_they_are_handed_in(
    judge: CodeJudge,
    outputs_problem: Problem,
    files: dict[str, str],
    points: float,
    reasons: list[str],
) -> None:
    """Each output is one test's; a test without one has nothing, and no checker is asked."""
    grade = judged(judge, outputs_problem, *files.items(), key="")
    assert grade.points == points
    assert [test.reason for test in grade.tests] == reasons
    assert grade.cpu_s == 0.0


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("output_3.txt", "no output can be handed in for a test 3"),
        ("main.cpp", "main.cpp is no test's output"),
        ("1.out", "is there twice"),
    ],
)
def test_what_the_contest_would_not_take_is_refused(
    judge: CodeJudge, outputs_problem: Problem, name: str, words: str
) -> None:
    """A file that is no test's output is told of, and the rest is not judged in silence."""
    grade = judged(judge, outputs_problem, ("output_1.txt", "one 1"), (name, "one 1"), key="")
    assert (grade.verdict, grade.points) == (CE, 0.0)
    assert words in grade.message


# --- a program, outputs, or both ------------------------------------------------------------

BOTH_CHECKER = CHECKER.replace(
    "BODY",
    """
    std::string how = argc == 5 ? argv[4] : "none";
    puts(how == (number == 1 ? "outputonly" : "batch") && said == wanted ? "1" : "0");
    fputs(how.c_str(), stderr);
    """,
)


@pytest.fixture
def both(tmp_path: Path) -> Problem:
    """Return a problem of three tests: the first takes an output only, the second either."""
    subtasks = {
        "1": '{"score": 25, "testcases": ["1"], "output_only": true}',
        "2": '{"score": 25, "testcases": ["2"], "output_optional": true}',
        "3": '{"score": 50, "testcases": ["3"], "output_only": false}',
    }
    return cms_package(
        tmp_path,
        "BatchAndOutput",
        {
            **{f"subtasks/{name}.json": text for name, text in subtasks.items()},
            # Equal inputs and answers: what is handed in tells the tests apart.
            **{f"tests/{name}.in": "\n" for name in subtasks},
            **{f"tests/{name}.out": "one\n" for name in subtasks},
            "checker/checker.cpp": BOTH_CHECKER,
        },
    )


GOOD = program('std::cout << "one 2";')
BAD = program('std::cout << "two 2";')
SLOW = program("for (volatile int i = 0;; i = i + 1) {}")
FIRST, SECOND = ("output_1.txt", "one 1"), ("output_2.txt", "one 2")


@pytest.mark.parametrize(
    ("files", "points", "verdicts"),
    [
        ([GOOD], [0, 25, 50], [WA, AC, AC]),
        ([BAD], [0, 0, 0], [WA, WA, WA]),
        ([FIRST], [25, 0, 0], [AC, WA, WA]),
        ([FIRST, SECOND], [25, 25, 0], [AC, AC, WA]),
        ([BAD, FIRST, SECOND], [25, 25, 0], [AC, AC, WA]),
        ([GOOD, FIRST, ("output_2.txt", "two 2")], [25, 0, 50], [AC, WA, AC]),
        ([SLOW, FIRST, SECOND], [25, 25, 0], [AC, AC, TLE]),
    ],
)
def test_an_output_goes_before_the_program(
    judge: CodeJudge,
    both: Problem,
    files: list[tuple[str, str]],
    points: list[float],
    verdicts: list[Verdict],
) -> None:
    """What is handed in counts; where nothing is, the program is run, if the test allows it."""
    grade = judged(judge, both, *files)
    assert [subtask.points for subtask in grade.subtasks] == points
    assert [test.verdict for test in grade.tests] == verdicts


def test_the_checker_knows_which_tests_take_outputs_only(judge: CodeJudge, both: Problem) -> None:
    """It is the fourth argument, and says nothing of how the output came about."""
    grade = judged(judge, both, GOOD, FIRST, SECOND)
    assert [test.reason for test in grade.tests] == ["outputonly", "batch", "batch"]


def test_a_program_that_does_not_compile_takes_the_outputs_with_it(
    judge: CodeJudge, both: Problem
) -> None:
    """As in CMS, such a submission is not judged at all."""
    grade = judged(judge, both, ("small.cpp", "int main() { return x; }"), FIRST)
    assert (grade.verdict, grade.points) == (CE, 0.0)


def test_no_output_is_taken_where_a_program_is_asked_for(judge: CodeJudge, both: Problem) -> None:
    """Outputs of hidden tests would be worth points that the contest did not offer."""
    grade = judged(judge, both, GOOD, ("output_3.txt", "one 2"))
    assert grade.verdict is CE
    assert "for a test 3" in grade.message


# --- two steps ------------------------------------------------------------------------------

MANAGER = """
#include <cstdio>
#include "first.h"
#include "second.h"
int main(int, char **argv) {
    int n;
    if (argv[1][0] == '0') {
        FILE *pipe = fopen(argv[2], "w");
        if (scanf("%d", &n) != 1) return 1;
        fprintf(pipe, "%d\\n", first(n));
        fclose(pipe);
    } else {
        FILE *pipe = fopen(argv[2], "r");
        if (fscanf(pipe, "%d", &n) != 1) n = -1;
        printf("one %d\\n", second(n));
    }
}
"""


@pytest.fixture
def steps(tmp_path: Path) -> Problem:
    return cms_package(
        tmp_path,
        "TwoSteps",
        {
            **TESTS,
            "graders/manager.cpp": MANAGER,
            "graders/first.h": "int first(int n);\n",
            "graders/second.h": "int second(int n);\n",
        },
        **HALVES,
    )


def two(first: str, second: str) -> tuple[tuple[str, str], tuple[str, str]]:
    head = "#include <cstdio>\n#include <cstdlib>\n"
    return (
        ("first.cpp", f'{head}#include "first.h"\nint first(int n) {{ {first} }}\n'),
        ("second.cpp", f'{head}#include "second.h"\nint second(int n) {{ {second} }}\n'),
    )


@pytest.mark.long
@pytest.mark.parametrize(
    ("first", "second", "points", "verdict"),
    [
        ("return n + 10;", "return n - 10;", 100.0, AC),
        ("return n == 1 ? 11 : 0;", "return n - 10;", 50.0, PAC),
        ("return 0;", "return n - 10;", 0.0, WA),
        ("return exit(3), 0;", "return n;", 0.0, RTE),
        ("return n;", "return abort(), 0;", 0.0, RTE),
        ("for (volatile int i = 0;; i = i + 1) {}", "return n;", 0.0, TLE),
        ("return n;", "for (volatile int i = 0;; i = i + 1) {}", 0.0, TLE),
        ("return exit(0), 0;", "return n;", 0.0, WA),
        ('return remove("pipe"), n;', "return n;", 0.0, WA),
    ],
)
def test_the_second_step_knows_what_the_first_one_wrote(
    judge: CodeJudge, steps: Problem, first: str, second: str, points: float, verdict: Verdict
) -> None:
    """The submission's two functions run in two processes; either one's fault is its own."""
    grade = judged(judge, steps, *two(first, second))
    assert (grade.points, grade.verdict) == (points, verdict), grade


def test_nothing_but_the_pipe_goes_from_step_to_step(judge: CodeJudge, steps: Problem) -> None:
    """Neither memory, nor files, nor the input is there again in the second process."""
    memory = "static int kept = 0;\nint look() { return kept; }\n"
    keep = """
        kept = n; FILE *f = fopen("note", "w");
        if (f) { fprintf(f, "%d", n); fclose(f); }
        return 0;
    """
    look = """
        int look(); int seen = look();
        FILE *f = fopen("note", "r"); if (f && fscanf(f, "%d", &n) == 1) seen = n;
        if (scanf("%d", &n) == 1) seen = n;
        return seen;
    """
    first, second = two(keep, look)
    grade = judged(
        judge, steps, (first[0], memory + first[1]), (second[0], "int look();\n" + second[1])
    )
    assert grade.points == 0.0
    assert [test.verdict for test in grade.tests] == [WA, WA]


@pytest.mark.long
def test_each_step_has_the_time_limit_to_itself(judge: CodeJudge, steps: Problem) -> None:
    """Two steps of more than half the limit each are within it, and the larger one is told."""
    burn = "#include <ctime>\nstatic void burn() { while (clock() < 0.6 * CLOCKS_PER_SEC) {} }\n"
    first, second = two("burn(); return n;", "burn(); return n;")
    grade = judged(judge, steps, (first[0], burn + first[1]), (second[0], burn + second[1]))
    assert grade.points == 100.0
    assert 0.6 <= grade.cpu_s < 1.0


def test_a_checker_judges_the_second_steps_output(judge: CodeJudge, tmp_path: Path) -> None:
    """With a checker, white space does not decide; one that breaks its contract is our failure."""
    files = {
        **TESTS,
        "graders/manager.cpp": MANAGER.replace("first.h", "small.h").replace("second.h", "small.h"),
        "graders/small.h": "int first(int n);\nint second(int n);\n",
    }
    source = '#include "small.h"\nint first(int n) { return n; }\nint second(int n) { return 7; }\n'

    def by(checker: str) -> Grade:
        files["checker/checker.cpp"] = CHECKER.replace("BODY", checker)
        problem = cms_package(tmp_path, "TwoSteps", files, **HALVES)
        return judged(judge, problem, ("", source))

    assert by('puts(number == 7 ? "0.5" : "0");').points == 50.0
    with pytest.raises(JudgeError, match="the checker of small on test 1"):
        by("return number;")


# --- score types ----------------------------------------------------------------------------


def test_outcomes_are_compared_with_thresholds(judge: CodeJudge, tmp_path: Path) -> None:
    """GroupThreshold: what the checker prints is a cost, right up to each subtask's bound."""
    problem = cms_package(
        tmp_path,
        "Batch",
        {**TESTS, "checker/checker.cpp": CHECKER.replace("BODY", 'printf("%d\\n", number);')},
        score_type="GroupThreshold",
        score_type_parameters=[[60, ".*", 20], [40, "1", 5.5]],
    )

    def points(body: str) -> list[float]:
        grade = judged(judge, problem, program(f"std::cin >> n; {body}"))
        return [subtask.points for subtask in grade.subtasks]

    assert points('std::cout << "x " << 5 * n;') == [60.0, 40.0]
    assert points('std::cout << "x " << 10 * n;') == [60.0, 0.0]
    assert points('std::cout << "x " << 20 * n;') == [0.0, 0.0]
    assert points('std::cout << "x " << (n == 1);') == [0.0, 40.0]


def test_a_cost_that_is_no_number_is_our_failure(judge: CodeJudge, tmp_path: Path) -> None:
    """With thresholds too a checker must print a number."""
    problem = cms_package(
        tmp_path,
        "Batch",
        {**TESTS, "checker/checker.cpp": CHECKER.replace("BODY", 'puts("inf");')},
        score_type="GroupThreshold",
        score_type_parameters=[[100, 2, 20]],
    )
    with pytest.raises(JudgeError, match="where a score belongs"):
        judged(judge, problem, program(""))
