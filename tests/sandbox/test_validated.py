"""Problems of the problem package format, judged with real validators and real programs."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import JudgeError
from harness.types import Grade, Problem, Source, Verdict
from sandbox.judge import CodeJudge
from tests.fakes.problem_package import LEGACY, NEW, package, validator

AC, WA, TLE, RTE, OLE, SK = (
    Verdict.AC,
    Verdict.WA,
    Verdict.TLE,
    Verdict.RTE,
    Verdict.OLE,
    Verdict.SK,
)

ECHO = "#include <iostream>\nint main() { std::string s; while (std::getline(std::cin, s)) "
ECHO += 'std::cout << s << "\\n"; }'


def judged(judge: CodeJudge, problem: Problem, source: str) -> Grade:
    return judge.judge(problem, Source.of(source), "cpp", submission="s", attempt="a")


def says(text: str) -> str:
    """Return a program that prints a text."""
    return f"#include <cstdio>\nint main() {{ fputs({text!r}, stdout); }}".replace("'", '"')


SLOW_TO_COMPILE = """
constexpr unsigned f(unsigned n) { unsigned x = n; for (unsigned i = 0; i < 200000; i++) x ^= i * x;
    return x; }
template <unsigned N> struct T { static constexpr unsigned v = f(N) ^ T<N - 1>::v; };
template <> struct T<0> { static constexpr unsigned v = 0; };
int main() { return T<12>::v & 0; }
"""
"""Some three seconds of a compiler's arithmetic."""

LARGE_TO_COMPILE = """
struct A { int x[1 << 20]; };
constexpr A make() { A a{}; 
    for (int k = 0; k < 8; k++) for (int i = 0; i < 1 << 17; i++) a.x[k << 17 | i] = i + 1;
    return a; }
constexpr A a = make();
int main() { return a.x[1] - 2; }
"""
"""Some hundred MiB of a compiler's memory."""


@pytest.mark.long
@pytest.mark.parametrize(
    ("limits", "source", "said"),
    [
        ("compilation_time: 1", SLOW_TO_COMPILE, "compiling took too long"),
        ("compilation_memory: 96", LARGE_TO_COMPILE, "memory"),
    ],
)
def test_compiling_keeps_the_limits_of_the_package(
    judge: CodeJudge, tmp_path: Path, limits: str, source: str, said: str
) -> None:
    """Beyond them it is a compile error; a problem that gives more compiles the same source."""
    files = {"data/secret/1.in": "", "data/secret/1.ans": ""}
    narrow = {**files, "problem.yaml": f"{LEGACY}limits: {{{limits}}}\n"}
    grade = judged(judge, package(tmp_path / "narrow", narrow), source)
    assert grade.verdict is Verdict.CE
    assert said in grade.message
    wide = package(tmp_path / "wide", {**files, "problem.yaml": LEGACY})
    assert judged(judge, wide, source).verdict is AC
    # What compiled there is not taken for a program here.
    narrow["data/secret/1.ans"] = " "
    assert judged(judge, package(tmp_path / "again", narrow), source).verdict is Verdict.CE


# --- the default validator ------------------------------------------------------------------

COMPARED = [
    ("", "1 2\n", " 1\n2", AC),
    ("", "yes\n", "YES\n", AC),
    ("", "1 2\n", "1\n", WA),
    ("", "1\n", "1 2\n", WA),
    ("", "1\n", "1.0\n", WA),
    ("case_sensitive", "yes\n", "YES\n", WA),
    ("space_change_sensitive", "1 2\n", "1  2\n", WA),
    ("space_change_sensitive", "1 2\n", "1 2\n", AC),
    ("float_tolerance 1e-6", "3.14\n", "3.1400001\n", AC),
    ("float_tolerance 1e-6", "3.14\n", "0.314e1\n", AC),
    ("float_tolerance 1e-6", "3.14\n", "3.15\n", WA),
    ("float_absolute_tolerance 0.1", "1000\n", "1000.05\n", AC),
    ("float_absolute_tolerance 0.1", "1000\n", "1001\n", WA),
    ("float_relative_tolerance 0.01", "1000\n", "1009\n", AC),
    ("float_relative_tolerance 0.01", "0\n", "0.001\n", WA),
    ("float_tolerance 1e-6", "1.0\n", "one\n", WA),
    ("float_tolerance 1e-6", "1.0\n", "nan\n", WA),
    ("float_tolerance 1e-6", "abc\n", "ABC\n", AC),
]


@pytest.mark.parametrize(("flags", "answer", "output", "verdict"), COMPARED)
def test_outputs_are_compared_by_tokens(
    judge: CodeJudge, tmp_path: Path, flags: str, answer: str, output: str, verdict: Verdict
) -> None:
    """White space, case and tolerances count as the flags say."""
    problem = package(
        tmp_path,
        {
            "problem.yaml": LEGACY + (f"validator_flags: {flags}\n" if flags else ""),
            "data/secret/1.in": output,
            "data/secret/1.ans": answer,
        },
    )
    grade = judged(judge, problem, ECHO)
    assert (grade.verdict, grade.points) == (verdict, float(verdict is AC))


# --- pass-fail ------------------------------------------------------------------------------


@pytest.fixture
def three(tmp_path: Path) -> Problem:
    """Return a problem of one sample and two secret tests: print the number."""
    return package(
        tmp_path,
        {
            "problem.yaml": LEGACY + "limits:\n  output: 1\n",
            "data/sample/1.in": "1\n",
            "data/sample/1.ans": "1\n",
            "data/secret/2.in": "2\n",
            "data/secret/2.ans": "2\n",
            "data/secret/3.in": "3\n",
            "data/secret/3.ans": "3\n",
        },
    )


def test_judging_stops_at_the_first_rejection(judge: CodeJudge, three: Problem) -> None:
    """Of a pass-fail problem nothing after the first rejected test is looked at."""
    grade = judged(judge, three, says("1"))
    assert [(test.test, test.verdict) for test in grade.tests] == [
        ("sample/1", AC),
        ("secret/2", WA),
        ("secret/3", SK),
    ]
    assert (grade.verdict, grade.points, grade.max_points) == (WA, 0.0, 1.0)


def test_the_problems_own_output_limit_holds(judge: CodeJudge, three: Problem) -> None:
    """More than the package allows is an output limit, whatever was in it."""
    flood = "#include <cstdio>\nint main() { for (int i = 0; i < 2000000; i++) putchar('1'); }"
    assert judged(judge, three, flood).verdict is OLE


# --- output validators ----------------------------------------------------------------------


def validated(tmp_path: Path, body: str, **more: str) -> Problem:
    return package(
        tmp_path,
        {
            "problem.yaml": LEGACY + "validation: custom\n" + more.pop("yaml", ""),
            "output_validators/check/check.cpp": validator(body),
            "data/secret/1.in": "7\n",
            "data/secret/1.ans": "seven\n",
            **more,
        },
    )


def test_a_validator_decides_and_explains(judge: CodeJudge, tmp_path: Path) -> None:
    """It sees input, answer and output; its message for the judges is the reason."""
    problem = validated(
        tmp_path,
        """
        int number; string word, given;
        in >> number; ans >> word; cin >> given;
        if (number == 7 && given == word) return 42;
        say("judgemessage.txt", "wanted " + word + ", got " + given + "\\n");
        return 43;
        """,
    )
    assert judged(judge, problem, says("seven")).verdict is AC
    grade = judged(judge, problem, says("eight"))
    assert (grade.verdict, grade.tests[0].reason) == (WA, "wanted seven, got eight")


@pytest.mark.long
@pytest.mark.parametrize(
    ("body", "how"),
    [
        ("return 0;", "exit code 0"),
        ("abort();", "SIGABRT"),
        ("for (;;) {}", "cpu limit"),
        ('say("nextpass.in", "1"); return 43;', "nextpass.in"),
    ],
)
def test_a_validator_that_breaks_its_contract_makes_no_grade(
    judge: CodeJudge, tmp_path: Path, body: str, how: str
) -> None:
    """Another exit code, a crash or an endless loop of a validator is never the contestant's."""
    problem = validated(tmp_path, body, yaml="limits:\n  validation_time: 1\n")
    with pytest.raises(JudgeError, match=how):
        judged(judge, problem, says("x"))


def test_a_validator_in_python_judges_a_program_in_cpp(judge: CodeJudge, tmp_path: Path) -> None:
    """Validator and program need not be written in one language."""
    problem = package(
        tmp_path,
        {
            "problem.yaml": LEGACY + "validation: custom\n",
            "output_validators/check.py": "import sys\n"
            "sys.exit(42 if sys.stdin.read().split() == ['7'] else 43)\n",
            "data/secret/1.in": "7\n",
            "data/secret/1.ans": "7\n",
        },
    )
    assert judged(judge, problem, ECHO).verdict is AC
    assert judged(judge, problem, says("8")).verdict is WA


# --- scores ---------------------------------------------------------------------------------


def test_a_validators_score_counts_in_the_legacy_edition(judge: CodeJudge, tmp_path: Path) -> None:
    """score.txt is the test's score, and the group's least counts."""
    problem = package(
        tmp_path,
        {
            "problem.yaml": LEGACY + "type: scoring\nvalidation: custom score\n",
            "output_validators/check/check.cpp": validator(
                'string x; cin >> x; say("score.txt", x); return 42;'
            ),
            "data/testdata.yaml": "on_reject: continue\nrange: 0 100\ngrader_flags: min\n",
            "data/secret/1.in": "60\n",
            "data/secret/1.ans": "\n",
            "data/secret/2.in": "40.5\n",
            "data/secret/2.ans": "\n",
        },
    )
    grade = judged(judge, problem, ECHO)
    assert (grade.verdict, grade.points, grade.max_points) == (Verdict.PAC, 40.5, 100.0)


def test_multipliers_count_in_the_new_edition(judge: CodeJudge, tmp_path: Path) -> None:
    """score_multiplier.txt is a share of the group's points; a pass-fail group has none."""
    body = """
        int n; double x; in >> n; cin >> x;
        if (n == 2) say("score_multiplier.txt", to_string(x));
        return x < 0 ? 43 : 42;
    """
    problem = package(
        tmp_path,
        {
            "problem.yaml": NEW + "type: scoring\n",
            "output_validator/check.cpp": validator(body),
            "data/secret/one/test_group.yaml": "max_score: 40\n",
            "data/secret/one/1.in": "1\n",
            "data/secret/one/1.ans": "\n",
            "data/secret/two/test_group.yaml": "max_score: 60\nscore_aggregation: min\n",
            "data/secret/two/2.in": "2\n",
            "data/secret/two/2.ans": "\n",
        },
    )
    grade = judged(judge, problem, says("0.25"))
    assert (grade.points, grade.max_points) == (55.0, 100.0)
    assert [(s.name, s.points, s.max_points) for s in grade.subtasks] == [
        ("secret/one", 40.0, 40.0),
        ("secret/two", 15.0, 60.0),
    ]


# --- interactive ----------------------------------------------------------------------------

GUESS = """
    int secret, tries = 0, guess; in >> secret;
    while (tries++ < 10) {
        if (!(cin >> guess)) { say("judgemessage.txt", "no guess"); return 43; }
        if (guess == secret) { cout << "right" << endl; return 42; }
        cout << (guess < secret ? "more" : "less") << endl;
    }
    cout << "enough" << endl;
    say("judgemessage.txt", "too many guesses");
    return 43;
"""

PLAYER = """
#include <iostream>
#include <unistd.h>
int main() {
    int low = 1, high = 100;
    std::string word;
    for (;;) {
        int guess = (low + high) / 2;
        std::cout << guess << std::endl;
        if (!(std::cin >> word) || word == "right" || word == "enough") return END;
        (word == "more" ? low : high) = guess + (word == "more" ? 1 : -1);
    }
}
"""


@pytest.fixture
def guessing(tmp_path: Path) -> Problem:
    return package(
        tmp_path,
        {
            "problem.yaml": LEGACY + "validation: custom interactive\n",
            "output_validators/guess/guess.cpp": validator(GUESS),
            "data/secret/1.in": "37\n",
            "data/secret/1.ans": "\n",
        },
        seconds=0.5,
    )


def test_a_program_talks_with_the_validator(judge: CodeJudge, guessing: Problem) -> None:
    """A right player is accepted."""
    grade = judged(judge, guessing, PLAYER.replace("END", "0"))
    assert grade.verdict is AC, grade.tests


@pytest.mark.long
@pytest.mark.parametrize(
    ("source", "verdict", "reason"),
    [
        ("int main() {}", WA, "no guess"),
        ("int main() { return 3; }", RTE, "exit code 3"),
        ("#include <cstdlib>\nint main() { abort(); }", RTE, "SIGABRT"),
        ("int main() { for (;;) {} }", TLE, ""),
        ("#include <unistd.h>\nint main() { for (;;) pause(); }", TLE, "wall clock"),
        (
            # It goes on guessing after the validator has rejected it and left.
            "#include <iostream>\nint main() { for (;;) std::cout << 1 << std::endl; }",
            WA,
            "too many guesses",
        ),
        (PLAYER.replace("END", "5"), RTE, "exit code 5"),
    ],
)
def test_who_is_at_fault_is_decided_by_who_ended_first(
    judge: CodeJudge, guessing: Problem, source: str, verdict: Verdict, reason: str
) -> None:
    """A validator that rejected and left has the word; before that the program's end counts."""
    grade = judged(judge, guessing, source)
    assert (grade.verdict, grade.tests[0].reason) == (verdict, reason)


@pytest.mark.parametrize(("end", "verdict"), [("return 0;", AC), ("return 5;", RTE)])
def test_words_after_the_last_are_no_crash(
    judge: CodeJudge, guessing: Problem, end: str, verdict: Verdict
) -> None:
    """A validator that accepted and left reads them no more; its partner's own end still counts."""
    source = PLAYER.replace(
        'word == "right"', 'word == "right" && (usleep(100000), std::cout << 0 << std::endl, true)'
    ).replace("return END;", end)
    if verdict is RTE:
        source = source.replace("int main() {", "int main() { signal(SIGPIPE, SIG_IGN);")
    grade = judged(judge, guessing, "#include <csignal>" + source)
    assert grade.verdict is verdict


LATE = """
import sys, time
low, high = 1, 100
while True:
    guess = (low + high) // 2
    print(guess, flush=True)
    word = input()
    if word == "right":
        time.sleep(0.1)
        print("x" * MUCH, flush=True)
        sys.exit(END)
    low, high = (guess + 1, high) if word == "more" else (low, guess - 1)
"""


@pytest.mark.parametrize(
    ("much", "end", "verdict"), [(1, 0, AC), (60_000, 0, AC), (1, 5, RTE), (2_000_000, 0, RTE)]
)
def test_words_after_the_last_are_an_exception_in_no_language(
    judge: CodeJudge, guessing: Problem, much: int, end: int, verdict: Verdict
) -> None:
    """Python, too, may say what a pipe holds to a validator that accepted and left."""
    source = LATE.replace("MUCH", str(much)).replace("END", str(end))
    grade = judge.judge(guessing, Source.of(source), "python3", submission="s", attempt="a")
    assert grade.verdict is verdict, grade.tests


@pytest.mark.long
@pytest.mark.parametrize(
    ("body", "source", "verdict"),
    [
        ("int x; while (cin >> x) {} return 43;", "int main() { return 3; }", RTE),
        (
            "return 43;",
            "#include <iostream>\nint main() { int x; std::cin >> x; return 3; }",
            WA,
        ),
    ],
)
def test_the_order_of_ends_is_no_matter_of_luck(
    judge: CodeJudge, tmp_path: Path, body: str, source: str, verdict: Verdict
) -> None:
    """Of two that leave because the other left, it is always known which was first."""
    count = 100
    problem = package(
        tmp_path,
        {
            "problem.yaml": LEGACY + "type: scoring\nvalidation: custom interactive\n",
            "output_validators/check/check.cpp": validator(body),
            "data/testdata.yaml": "on_reject: continue\nrange: 0 100\n",
            **{
                f"data/secret/{i:03}.{end}": f"{i}\n" for i in range(count) for end in ("in", "ans")
            },
        },
    )
    grade = judged(judge, problem, source)
    assert [test.verdict for test in grade.tests] == [verdict] * count


TALKS = """
import sys
print("welcome" * {words})
print("how many?", flush=True)
try:
    said = input()
except EOFError:
    sys.exit(43)
print("thanks")
sys.exit(42 if said == "37" else 43)
"""
"""A validator that knows nothing of broken pipes, as many in Python."""


@pytest.mark.parametrize("words", [1, 100_000])
@pytest.mark.parametrize(
    ("source", "verdict"),
    [
        ("int main() {}", WA),
        (says("36"), WA),
        (says("37"), AC),
        ("int main() { return 3; }", RTE),
    ],
)
def test_a_program_may_leave_before_the_validator_has_said_all(
    judge: CodeJudge, tmp_path: Path, source: str, verdict: Verdict, words: int
) -> None:
    """What nobody reads any more is no end of a validator: its word counts, be it long or short."""
    problem = package(
        tmp_path / "talks",
        {
            "problem.yaml": LEGACY + "validation: custom interactive\n",
            "output_validators/talk.py": TALKS.replace("{words}", str(words)),
            "data/secret/1.in": "37\n",
            "data/secret/1.ans": "\n",
        },
    )
    assert judged(judge, problem, source).verdict is verdict


# --- multi-pass -----------------------------------------------------------------------------

COUNTS = """
    int number, given; in >> number;
    if (!(cin >> given) || given != number + 1) return 43;
    say("judgemessage.txt", "saw " + to_string(given) + ". ");
    ifstream before(folder + "state"); int passes = 0; before >> passes; before.close();
    ofstream(folder + "state") << passes + 1;
    if (passes + 1 < WANTED) say("nextpass.in", to_string(given) + "\\n");
    return 42;
"""


@pytest.mark.parametrize(("wanted", "passes"), [(1, 2), (2, 2), (4, 4)])
def test_a_validator_asks_for_further_passes(
    judge: CodeJudge, tmp_path: Path, wanted: int, passes: int
) -> None:
    """Each pass reads what the one before left, and the validator's files are there again."""
    problem = package(
        tmp_path,
        {
            "problem.yaml": NEW + f"type: multi-pass\nlimits:\n  validation_passes: {passes}\n",
            "output_validator/count.cpp": validator(COUNTS.replace("WANTED", str(wanted))),
            "data/secret/1.in": "5\n",
            "data/secret/1.ans": "\n",
        },
    )
    right = "#include <iostream>\nint main() { int n; std::cin >> n; std::cout << n + 1; }"
    assert judged(judge, problem, right).verdict is AC
    wrong = "#include <iostream>\nint main() { int n; std::cin >> n; std::cout << 6; }"
    assert judged(judge, problem, wrong).verdict is (AC if wanted == 1 else WA)


def test_more_passes_than_allowed_are_the_packages_fault(judge: CodeJudge, tmp_path: Path) -> None:
    """A validator that never ends the test is a judge error, not a verdict."""
    problem = package(
        tmp_path,
        {
            "problem.yaml": NEW + "type: multi-pass\n",
            "output_validator/count.cpp": validator(COUNTS.replace("WANTED", "99")),
            "data/secret/1.in": "5\n",
            "data/secret/1.ans": "\n",
        },
    )
    right = "#include <iostream>\nint main() { int n; std::cin >> n; std::cout << n + 1; }"
    with pytest.raises(JudgeError, match="more than 2 passes"):
        judged(judge, problem, right)


# --- what else a package may bring ----------------------------------------------------------


def test_arguments_files_and_included_code_reach_the_program(
    judge: CodeJudge, tmp_path: Path
) -> None:
    """A test's arguments and files are there, and the package's code is compiled with it."""
    problem = package(
        tmp_path,
        {
            "problem.yaml": NEW,
            "include/cpp/twice.h": "inline int twice(int n) { return 2 * n; }\n",
            "data/secret/1.in": "4\n",
            "data/secret/1.ans": "8 more text\n",
            "data/secret/1.yaml": "args: [more]\n",
            "data/secret/1.files/note.txt": "text\n",
        },
    )
    source = """
        #include <fstream>
        #include <iostream>
        #include "twice.h"
        int main(int, char **argv) {
            int n; std::string word; std::cin >> n; std::ifstream("note.txt") >> word;
            std::cout << twice(n) << " " << argv[1] << " " << word;
        }
    """
    grade = judged(judge, problem, source)
    assert grade.verdict is AC, (grade.message, grade.tests)


def test_a_case_in_two_groups_is_run_once(judge: CodeJudge, tmp_path: Path) -> None:
    """Equal cases have equal results, and count in each of their groups."""
    case = {"1.in": "1\n", "1.ans": "1\n"}
    problem = package(
        tmp_path,
        {
            "problem.yaml": LEGACY + "type: scoring\n",
            "data/testdata.yaml": "on_reject: continue\nrange: 0 100\naccept_score: 50\n",
            **{
                f"data/secret/{group}/{name}": text for group in "ab" for name, text in case.items()
            },
        },
    )
    grade = judged(judge, problem, ECHO)
    assert grade.points == 100.0
    first, second = grade.tests
    assert (first.test, second.test) == ("secret/a/1", "secret/b/1")
    assert first.wall_s == second.wall_s


def test_a_case_is_run_for_the_group_that_needs_it(judge: CodeJudge, tmp_path: Path) -> None:
    """A case that an earlier group was left before is run for a later group it is also in."""
    problem = package(
        tmp_path,
        {
            "problem.yaml": LEGACY + "type: scoring\n",
            "data/testdata.yaml": "on_reject: continue\nrange: 0 100\n",
            "data/secret/testdata.yaml": "grader_flags: first_error accept_if_any_accepted\n",
            "data/secret/a/testdata.yaml": "on_reject: break\naccept_score: 40\n"
            "grader_flags: min\nrange: 0 40\n",
            "data/secret/a/1.in": "1\n",
            "data/secret/a/1.ans": "another\n",
            "data/secret/a/2.in": "2\n",
            "data/secret/a/2.ans": "2\n",
            # More between them than are sent ahead of the first rejection.
            **{
                f"data/secret/a/1{i}.{end}": f"{i}\n"
                for i in range(10, 90)
                for end in ("in", "ans")
            },
            "data/secret/b/testdata.yaml": "on_reject: break\naccept_score: 60\n"
            "grader_flags: min\nrange: 0 60\n",
            "data/secret/b/2.in": "2\n",
            "data/secret/b/2.ans": "2\n",
        },
    )
    grade = judged(judge, problem, ECHO)
    verdicts = {test.test: test.verdict for test in grade.tests}
    assert [verdicts[f"secret/{name}"] for name in ("a/1", "a/2", "b/2")] == [WA, SK, AC]
    assert (grade.verdict, grade.points) == (Verdict.PAC, 60.0)
