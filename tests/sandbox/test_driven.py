"""LiveCodeBench's programs and functions: judged as there, and by nothing that they could touch."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.data import DataStore
from harness.types import Grade, Problem, Source, Verdict
from sandbox.judge import CodeJudge
from tasks.livecodebench.task import LiveCodeBench
from tests.fakes.livecodebench import (
    HALVES,
    MEAN,
    MEAN_RIGHT,
    PAIRS,
    PAIRS_RIGHT,
    SUM,
    Line,
    line,
    write,
)
from tests.fakes.scripted import AnswersOnly


@pytest.fixture
def problems(tmp_path: Path) -> dict[str, Problem]:
    return read(tmp_path, SUM, HALVES, PAIRS, MEAN)


def read(folder: Path, *lines: Line) -> dict[str, Problem]:
    task, data = LiveCodeBench(), DataStore(folder / "data")
    task.add_data(data, write(folder / "test6.jsonl", *lines), AnswersOnly())  # type: ignore[arg-type]
    return {problem.id: problem for problem in task.contest(data).problems}


def judged(judge: CodeJudge, problem: Problem, source: str) -> Grade:
    return judge.judge(problem, Source.of(source), "python3", submission="s", attempt="a")


def of_value(judge: CodeJudge, folder: Path, value: str, expected: str) -> Grade:
    """Judge a function that returns a value where another is expected."""
    asked = line("ask", [("0", expected)], [], function="ask")
    source = f"class Solution:\n    def ask(self, _):\n        return {value}\n"
    return judged(judge, read(folder, asked)["ask"], source)


def of_output(judge: CodeJudge, folder: Path, printed: str, expected: str) -> Grade:
    """Judge a program that prints a text where another is expected."""
    asked = line("ask", [("", expected)], [])
    return judged(judge, read(folder, asked)["ask"], f"print({printed!r}, end='')")


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("sum", "a, b = map(int, input().split())\nprint(a + b)"),
        ("sum", "if __name__ == '__main__':\n    print(sum(map(int, stdin.read().split())))"),
        ("sum", "print(sum(map(int, sys.stdin.buffer.readline().split())))\nexit(1)"),
        ("sum", "total = 0\ndef add(x):\n    global total\n    total += x\n"
         "list(map(add, map(int, open(0).read().split())))\nprint(total)\nprint()\n"),
        ("sum", "def main():\n    print(reduce(add, map(int, input().split())))\nmain()"),
        ("halves", "print(int(input()) / 2, '\\n')"),
        ("halves", "print('%.3f ' % (int(input()) / 2))"),
        ("pairs", PAIRS_RIGHT),
        ("pairs", PAIRS_RIGHT + "\nprint('tried')\nif __name__ == '__main__':\n    1 / 0"),
        ("pairs", PAIRS_RIGHT.replace("return", "print(a); return")),
        ("pairs", PAIRS_RIGHT.replace("return", "return tuple(") + ")"),
        ("mean", MEAN_RIGHT),
        ("mean", MEAN_RIGHT.replace("sum(a) / len(a)", "Fraction(sum(a), len(a))")
         .replace("class Solution", "from fractions import Fraction\nclass Solution")),
        ("mean", "def mean(a):\n    return statistics.mean(a)\n"),
        ("mean", "from __future__ import annotations\nfrom dataclasses import dataclass\n"
         "@dataclass\nclass Held:\n    a: List[int]\n" + MEAN_RIGHT),
    ],
)  # fmt: skip
def test_a_right_answer_is_accepted(
    judge: CodeJudge, problems: dict[str, Problem], name: str, source: str
) -> None:
    """With LiveCodeBench's imports, any exit, prints beside a function, tuples for lists."""
    grade = judged(judge, problems[name], source)
    assert (grade.verdict, grade.points) == (Verdict.AC, 1.0), grade
    assert len(grade.tests) == len(problems[name].body.tests)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("name", "source", "verdict"),
    [
        ("sum", "print(0)", Verdict.WA),
        ("sum", "print(1 / 0)", Verdict.RTE),
        ("sum", "print(3\n", Verdict.CE),
        pytest.param("sum", "while True: pass", Verdict.TLE, marks=pytest.mark.long),
        ("pairs", PAIRS_RIGHT.replace("list(pair)", "pair"), Verdict.WA),
        ("pairs", PAIRS_RIGHT.replace("sorted(a)", "a"), Verdict.WA),
        ("pairs", PAIRS_RIGHT.replace("neighbours", "neighbors"), Verdict.RTE),
        ("pairs", "print([[1, 2]])", Verdict.RTE),
        ("mean", MEAN_RIGHT.replace("/ len(a)", "/ len(a) + 1e-12"), Verdict.WA),
        ("mean", MEAN_RIGHT.replace("sum(a) / len(a)", "str(sum(a) / len(a))"), Verdict.WA),
    ],
)
def test_a_wrong_answer_has_its_verdict(
    judge: CodeJudge, problems: dict[str, Problem], name: str, source: str, verdict: Verdict
) -> None:
    """No tolerance, tuples inside a value are no lists, and a function has the name it is asked."""
    grade = judged(judge, problems[name], source)
    assert (grade.verdict, grade.points) == (verdict, 0.0), grade


HOSTILE = sorted((Path(__file__).parent.parent / "hostile" / "functions").iterdir())


@pytest.mark.parametrize("attack", HOSTILE, ids=lambda place: place.stem)
def test_no_hostile_answer_is_accepted(
    judge: CodeJudge, problems: dict[str, Problem], attack: Path
) -> None:
    """Whatever a submission is or does, a value that is not the expected one is not accepted."""
    grade = judged(judge, problems["pairs"], attack.read_text())
    assert (grade.points, grade.verdict) in [(0.0, v) for v in (Verdict.WA, Verdict.RTE)], grade


@pytest.mark.parametrize(
    ("printed", "expected", "right"),
    [
        ("1 2\n3", "1 2\n3\n", True),
        ("\n\n 1 2  \n3 \n\n", "1 2\n3", True),
        ("1\r\n2\r\n", "1\n2\n", True),
        ("1  2", "1 2", True),
        ("a  b", "a b", False),
        ("1.0", "1", True),
        ("1e2 +1", "100 1.00", True),
        ("0.3", "0.30000000000000004", False),
        ("50000000000000000", "50000000000000001", False),
        ("1\n\n2", "1\n2", False),
        ("1 2", "1\n2", False),
        ("Yes", "YES", False),
        ("nan", "nan", True),
        ("NaN", "nan", False),
        ("sNaN", "1", False),
        ("", "0", False),
        ("", "", True),
        ("1 2 3", "1 2", False),
    ],
)
def test_lines_are_compared_as_livecodebench_does(
    judge: CodeJudge, tmp_path: Path, printed: str, expected: str, right: bool
) -> None:
    """As text, or as decimal numbers without any tolerance; white space at the ends is nothing."""
    assert (of_output(judge, tmp_path, printed, expected).points == 1.0) is right


@pytest.mark.parametrize(
    ("value", "expected", "right"),
    [
        ("1", "1.0", True),
        ("True", "1", True),
        ("1", "true", True),
        ("(1, 2)", "[1, 2]", True),
        ("[(1, 2)]", "[[1, 2]]", False),
        ("None", "null", True),
        ("None", "0", False),
        ("0.1 + 0.2", "0.3", False),
        ("0.1 + 0.2", "0.30000000000000004", True),
        ("Counter('aab')", '{"a": 2, "b": 1}', True),
        ("{1: 2}", '{"1": 2}', False),
        ("deque([1])", "[1]", False),
        ("{1}", "[1]", False),
        ("range(2)", "[0, 1]", False),
        ("'\\ud800\\u00e9'", '"\\ud800\\u00e9"', True),
        ("float('inf')", "Infinity", True),
        ("float('nan')", "NaN", False),
        ("[float('nan')]", "[NaN]", False),
        ("10**5000", "1" + "0" * 5000, True),
        ("__import__('decimal').Decimal('0.5')", "0.5", True),
        ("__import__('decimal').Decimal('0.1')", "0.1", False),
        ("__import__('enum').IntEnum('E', 'A').A", "1", True),
    ],
)
def test_values_are_compared_as_python_compares_them(
    judge: CodeJudge, tmp_path: Path, value: str, expected: str, right: bool
) -> None:
    """What equals the expected value in Python is right; nothing else is."""
    assert (of_value(judge, tmp_path, value, expected).points == 1.0) is right


def test_a_wrong_kind_of_value_is_named(judge: CodeJudge, tmp_path: Path) -> None:
    """Who returns a set is told so, and not what was expected."""
    grade = of_value(judge, tmp_path, "{7}", "[8]")
    assert grade.tests[0].reason == "a value of type set equals no JSON value"
