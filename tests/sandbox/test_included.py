"""What a package puts around a submission: its include folder, which may start processes."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.types import Grade, Source, Verdict
from sandbox.judge import CodeJudge
from sandbox.programs import STARTS_PROCESSES
from tests.fakes.problem_package import LEGACY, package

CPP = """
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>
__attribute__((constructor)) static void around() {
    if (open("/dev/null", O_RDONLY) < 0) _exit(90);
    pid_t child = fork();
    if (child < 0) _exit(91);
    if (!child) return;  // on to the submission's main function
    int status;
    waitpid(child, &status, 0);
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 92);
}
"""

PYTHON = """
import os, runpy, sys
own = os.path.abspath(__file__)
top = os.path.dirname(os.path.dirname(own))
(source,) = (
    os.path.join(folder, name)
    for folder, _, names in os.walk(top)
    for name in names
    if name.endswith(".py") and os.path.join(folder, name) != own
)
child = os.fork()
if not child:
    runpy.run_path(source, {}, "__main__")
    sys.stdout.flush()
    os._exit(0)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""

SUM = {
    "cpp": "#include <iostream>\nint main() { int a, b; std::cin >> a >> b; std::cout << a + b; }",
    "python3": "print(sum(map(int, input().split())))",
}
FORKS = {
    "cpp": "#include <iostream>\n#include <unistd.h>\nint main() { return fork() < 0 ? 7 : 8; }",
    "python3": "import os\ntry:\n    os.fork()\nexcept OSError:\n    exit(7)\nexit(8)",
}
BURNS = {
    "cpp": "int main() { for (volatile long i = 0;; i = i + 1) {} }",
    "python3": "while True: pass",
}
FILES = {
    "problem.yaml": LEGACY,
    "data/secret/1.in": "1 2\n",
    "data/secret/1.ans": "3\n",
    "include/cpp/around.cpp": CPP,
    "include/python3/around_x/main.py": PYTHON,
}


def judged(judge: CodeJudge, folder: Path, files: dict[str, str], key: str, text: str) -> Grade:
    problem = package(folder, files)
    return judge.judge(problem, Source.of(text), key, submission="s", attempt="a")


@pytest.mark.long
@pytest.mark.parametrize("key", ["cpp", "python3"])
def test_a_submission_runs_inside_what_forks(judge: CodeJudge, tmp_path: Path, key: str) -> None:
    """The package's code starts the submission as its child, from a folder of its own."""
    assert judged(judge, tmp_path, FILES, key, SUM[key]).verdict is Verdict.AC
    wrong = judged(judge, tmp_path, FILES, key, SUM[key].replace("+", "-").replace("sum", "min"))
    assert wrong.verdict is Verdict.WA
    slow = judged(judge, tmp_path, FILES, key, BURNS[key])
    assert slow.verdict is Verdict.TLE
    assert slow.cpu_s > 1, "the child's time is the submission's"


@pytest.mark.parametrize("key", ["cpp", "python3"])
def test_without_such_code_nobody_forks(judge: CodeJudge, tmp_path: Path, key: str) -> None:
    """A submission cannot ask for processes: only what the package has beside it counts."""
    plain = {name: text for name, text in FILES.items() if not name.startswith("include")}
    grade = judged(judge, tmp_path, plain, key, FORKS[key])
    assert (grade.verdict, grade.tests[0].reason) == (Verdict.RTE, "exit code 7")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("pid_t pid = fork();", True),
        ("subprocess.run(words)", True),
        ("new ProcessBuilder(words)", True),
        ("use std::process::Command;", True),
        ("use std::process::{Command, Stdio};", True),
        ("use std::process::{\n    self,\n    Command,\n};", True),
        ("use std::process::{exit, ExitCode}; // Command", False),
        ('import "os/exec"', True),
        ("int forks = 3, unforked; // process the fork_count", False),
        ("std::process::exit(1)", False),
    ],
)
def test_code_that_starts_processes_is_known_by_its_words(text: str, found: bool) -> None:
    """Whole words count, in any language."""
    assert bool(STARTS_PROCESSES.search(text.encode())) is found
