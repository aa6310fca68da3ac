"""Communication problems: a manager, and one or two processes of the contestant."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from harness.errors import JudgeError
from harness.types import CodeBody, Grade, Source, Verdict
from sandbox.judge import CodeJudge
from tasks.packages.cms import read_package

STUB = """
#include <cstdio>
#include <cstdlib>
int reply(int process, int number);
int main(int argc, char **argv) {
    int process = argc > 1 ? atoi(argv[1]) : -1, number;
    while (scanf("%d", &number) == 1) {
        printf("%d\\n", reply(process, number));
        fflush(stdout);
    }
}
"""

MANAGER = """
// Asks each process in turn to double a number; the score is the share of right answers.
#include <cstdio>
#include <cstdlib>
int main(int argc, char **argv) {
    int questions, right = 0, asked = 0;
    if (scanf("%d", &questions) != 1) return 1;
    for (int i = 1; i + 1 < argc; i += 2) {
        FILE *to = fopen(argv[i + 1], "w"), *from = fopen(argv[i], "r");
        for (int q = 0; q < questions; q++) {
            int answer = 0;
            fprintf(to, "%d\\n", 10 + q);
            fflush(to);
            if (fscanf(from, "%d", &answer) != 1) {
                puts("0");
                fputs("no answer", stderr);
                return 0;
            }
            right += answer == 2 * (10 + q);
            asked++;
        }
        fclose(to);
        fclose(from);
    }
    printf("%g\\n", 1.0 * right / asked);
    fprintf(stderr, "%d of %d", right, asked);
}
"""


@pytest.fixture(params=[1, 2])
def processes(request: pytest.FixtureRequest) -> int:
    number: int = request.param
    return number


@pytest.fixture
def package(processes: int, tmp_path: Path) -> Path:
    folder = tmp_path / "double"
    params = {"task_type_parameters_Communication_num_processes": processes}
    files = {
        "problem.json": json.dumps(
            {
                "code": "double",
                "name": "Double",
                "time_limit": 0.5,
                "memory_limit": 268435456,
                "task_type": "Communication",
                "task_type_params": json.dumps(params),
            }
        ),
        "subtasks/01-all.json": json.dumps({"score": 100, "testcases": ["1-01", "1-02"]}),
        "tests/1-01.in": "4\n",
        "tests/1-02.in": "2\n",
        "graders/manager.cpp": MANAGER,
        "graders/stub.cpp": STUB,
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def judged(judge: CodeJudge, package: Path, body: str) -> Grade:
    source = f"#include <cstdlib>\n#include <csignal>\nint reply(int process, int n) {{ {body} }}\n"
    return judge.judge(read_package(package), Source.of(source), "cpp", submission="s", attempt="a")


def test_right_answers_get_full_points(judge: CodeJudge, package: Path, processes: int) -> None:
    """Every process is asked, and all of them answer."""
    grade = judged(judge, package, "return 2 * n;")
    assert (grade.verdict, grade.points) == (Verdict.AC, 100.0)
    assert grade.tests[0].reason == f"{4 * processes} of {4 * processes}"


def test_part_of_the_answers_gets_part_of_the_points(judge: CodeJudge, package: Path) -> None:
    """The manager's score is the score."""
    grade = judged(judge, package, "return n % 2 ? 2 * n : 0;")
    assert (grade.verdict, grade.points) == (Verdict.PAC, 50.0)


def test_a_process_knows_its_number_only_among_several(
    judge: CodeJudge, package: Path, processes: int
) -> None:
    """With one process there is no number; with two they are 0 and 1."""
    right = "process == -1" if processes == 1 else "process == 0 || process == 1"
    assert judged(judge, package, f"return {right} ? 2 * n : 0;").points == 100.0


@pytest.mark.long
@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        ("exit(0);", Verdict.WA),
        ("exit(3);", Verdict.RTE),
        ("raise(SIGSEGV); return 0;", Verdict.RTE),
        ("for (volatile int i = 0;; i = i + 1) {}", Verdict.TLE),
    ],
)
def test_a_contestant_that_breaks_off_gets_nothing(
    judge: CodeJudge, package: Path, body: str, verdict: Verdict
) -> None:
    """Leaving, crashing and running on are the contestant's faults, each with its verdict."""
    grade = judged(judge, package, body)
    assert grade.points == 0.0
    assert grade.tests[0].verdict is verdict


@pytest.mark.long
def test_the_time_of_all_processes_is_summed(
    judge: CodeJudge, package: Path, processes: int
) -> None:
    """Two processes that each use most of the limit are over it together."""
    burn = """
        static bool done = false;
        for (clock_t from = clock(); !done && clock() - from < 0.35 * CLOCKS_PER_SEC;) {}
        done = true;
        return 2 * n;
    """
    source = f"#include <ctime>\nint reply(int process, int n) {{ {burn} }}\n"
    grade = judge.judge(
        read_package(package), Source.of(source), "cpp", submission="s", attempt="a"
    )
    assert grade.verdict is (Verdict.AC if processes == 1 else Verdict.TLE)


@pytest.mark.long
def test_a_manager_that_fails_makes_no_grade(judge: CodeJudge, package: Path) -> None:
    """A manager that crashes is our failure, not a zero."""
    (package / "graders" / "manager.cpp").write_text("int main() { __builtin_trap(); }\n")
    with pytest.raises(JudgeError, match="the manager of double"):
        judged(judge, package, "return 2 * n;")


def test_a_checker_can_judge_what_the_manager_printed(judge: CodeJudge, package: Path) -> None:
    """Where a problem has both, the manager's words are an output and the checker scores it."""
    graders = package / "graders" / "manager.cpp"
    graders.write_text(
        MANAGER.replace('printf("%g\\n", 1.0 * right / asked);', 'printf("%d\\n", right);')
    )
    checker = """
        #include <cstdio>
        int main(int, char **argv) {
            int asked = 0, right = 0;
            fscanf(fopen(argv[1], "r"), "%d", &asked);
            fscanf(fopen(argv[3], "r"), "%d", &right);
            puts(right % asked ? "0.5" : "1");
            fprintf(stderr, "%d right", right);
        }
    """
    (package / "checker").mkdir()
    (package / "checker" / "checker.cpp").write_text(checker)
    problem = read_package(package)
    body = problem.body
    assert isinstance(body, CodeBody)
    both = msgspec.structs.replace(body, manager_then_checker=True)
    problem = msgspec.structs.replace(problem, body=both, hash="")

    def points(reply: str) -> float:
        source = f"int reply(int process, int n) {{ return {reply}; }}\n"
        return judge.judge(problem, Source.of(source), "cpp", submission="s", attempt="a").points

    assert points("2 * n") == 100.0
    assert points("n == 10 ? 0 : 2 * n") == 50.0
