"""Programs of a package that break their contract: a judge error that says so, never a verdict.

The contestant's program is right in all of these; a zero would be a lie, and so would points.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import JudgeError, TaskDataError
from harness.types import Grade, Problem, Source, Verdict
from sandbox.judge import CodeJudge
from tests.fakes.packages import cms_package
from tests.fakes.problem_package import LEGACY, NEW, package, validator

READ_ALL = "string word; while (cin >> word) {}"
RIGHT = "#include <iostream>\nint main() { std::cout << 7 << std::endl; }\n"


def judged(judge: CodeJudge, problem: Problem) -> Grade:
    return judge.judge(problem, Source.of(RIGHT), "cpp", submission="s", attempt="a")


def broken(folder: Path, body: str, *, edition: str = NEW, more: str = "", **files: str) -> Problem:
    """Return a scoring problem whose validator has ``body`` after reading the output."""
    home = "output_validator" if edition is NEW else "output_validators"
    return package(
        folder,
        {
            "problem.yaml": edition + more,
            f"{home}/check.cpp": "#include <unistd.h>\n" + validator(body),
            "data/secret/1.in": "1\n",
            "data/secret/1.ans": "7\n",
            **files,
        },
    )


SCORING = "type: scoring\n"
CUSTOM = "type: scoring\nvalidation: custom score\n"

CONTRACTS: dict[str, tuple[str, str, str, str]] = {
    "both scores": (
        NEW,
        SCORING,
        'say("score.txt", "1"); say("score_multiplier.txt", "0.5"); return 42;',
        "left both score.txt and score_multiplier.txt",
    ),
    "both scores, legacy": (
        LEGACY,
        CUSTOM,
        'say("score.txt", "1"); say("score_multiplier.txt", "0.5"); return 42;',
        "left both score.txt and score_multiplier.txt",
    ),
    "a score and a rejection": (
        NEW,
        SCORING,
        'say("score_multiplier.txt", "0.5"); return 43;',
        "gave a score and did not accept",
    ),
    "a multiplier above 1": (
        NEW,
        SCORING,
        'say("score_multiplier.txt", "1.5"); return 42;',
        "gave the multiplier 1.5, which is not in 0..1",
    ),
    "a negative score": (NEW, SCORING, 'say("score.txt", "-3"); return 42;', "gave the score -3"),
    "a score that is no number": (
        LEGACY,
        CUSTOM,
        'say("score.txt", "lots"); return 42;',
        "left score.txt with b'lots' where a number belongs",
    ),
    "two scores": (LEGACY, CUSTOM, 'say("score.txt", "1 2"); return 42;', "where a number belongs"),
    "an empty score": (LEGACY, CUSTOM, 'say("score.txt", ""); return 42;', "a number belongs"),
    "not a number": (LEGACY, CUSTOM, 'say("score.txt", "nan"); return 42;', "left score.txt with"),
    "another exit code": (NEW, "", "cerr << 'x' << endl; return 1;", "exit code 1, not 42 or 43"),
    "exit code 0": (NEW, "", "return 0;", "exit code 0, not 42 or 43"),
    "a crash": (NEW, "", "*(volatile int *)0 = 1; return 42;", "was ended by SIGSEGV"),
    "a crash while talking": (
        NEW,
        "type: interactive\n",
        "abort();",
        "was ended by SIGABRT",
    ),
    "too much memory": (
        NEW,
        "limits: {validation_memory: 32}\n",
        "string s(200 << 20, 'x'); return 42 + (s[getpid()] != 'x');",
        "ran into its memory limit",
    ),
    "no end": (NEW, "limits: {validation_time: 1}\n", "for (;;) {}", "ran into its cpu limit"),
    "a hang": (NEW, "limits: {validation_time: 1}\n", "sleep(60);", "ran into its wall limit"),
}


@pytest.mark.long
@pytest.mark.parametrize("what", CONTRACTS)
def test_a_validator_that_breaks_its_contract(judge: CodeJudge, tmp_path: Path, what: str) -> None:
    """The error names the problem, the test and what was wrong, and the next step."""
    edition, more, body, words = CONTRACTS[what]
    problem = broken(tmp_path / "bad", f"{READ_ALL} {body}", edition=edition, more=more)
    with pytest.raises(JudgeError) as caught:
        judged(judge, problem)
    assert "the output validator of bad on test secret/1" in caught.value.message
    assert words in caught.value.message
    assert "mend the package" in caught.value.hint


def test_a_validator_need_not_say_anything(judge: CodeJudge, tmp_path: Path) -> None:
    """No message and no score are no breach: 42 alone is full marks, 43 alone none."""
    for code, verdict in ((42, Verdict.AC), (43, Verdict.WA)):
        problem = broken(tmp_path / str(code), f"{READ_ALL} return {code};")
        grade = judged(judge, problem)
        assert (grade.verdict, grade.tests[0].reason) == (verdict, "")


def test_what_a_validator_leaves_as_links_is_not_read(judge: CodeJudge, tmp_path: Path) -> None:
    """A score that is a link to another file is no score."""
    body = 'say("x", "0.5"); symlink("x", "score_multiplier.txt"); return 42;'
    problem = broken(
        tmp_path, f"{READ_ALL} {body}", more=SCORING, **{"data/secret/test_group.yaml": ""}
    )
    assert judged(judge, problem).tests[0].score == 1.0


@pytest.mark.parametrize(
    ("grader", "words"),
    [
        ("print('AC')", "printed 'AC' where a verdict and a score belong"),
        ("print('OK 5')", "printed 'OK 5'"),
        ("print('AC many')", "printed 'AC many'"),
        ("print('AC 5'); raise SystemExit(3)", "ended with 3"),
    ],
)
def test_a_group_grader_that_breaks_its_contract(
    judge: CodeJudge, tmp_path: Path, grader: str, words: str
) -> None:
    """A package's own grader of groups must print a verdict and a score."""
    problem = package(
        tmp_path,
        {
            "problem.yaml": LEGACY + "type: scoring\n",
            "graders/grader.py": grader,
            "data/testdata.yaml": "grading: custom\nrange: 0 100\n",
            "data/secret/1.in": "1\n",
            "data/secret/1.ans": "7\n",
        },
    )
    with pytest.raises(JudgeError, match="the group grader of") as caught:
        judged(judge, problem)
    assert words in caught.value.message


@pytest.mark.parametrize("source", ["int main() { return x; }", "#include <testlib.h>\n"])
def test_a_validator_that_does_not_compile(judge: CodeJudge, tmp_path: Path, source: str) -> None:
    """Its compiler's words are the package's, and no submission is said not to compile."""
    problem = broken(tmp_path, "", **{"output_validator/check.cpp": source})
    with pytest.raises(JudgeError, match=r"validator of .* does not compile"):
        judged(judge, problem)


def test_a_checker_of_another_kind_is_told_of(judge: CodeJudge, tmp_path: Path) -> None:
    """A checker with testlib's exit codes, in a package that asks for scores, is no zero."""
    problem = cms_package(
        tmp_path,
        "Batch",
        {
            "tests/1.in": "1\n",
            "tests/1.out": "7\n",
            "checker/checker.cpp": "int main() { return 1; }",
        },
        score_type="Sum",
        score_type_parameters=100,
    )
    with pytest.raises(JudgeError, match="the checker of small on test 1 ended with exit code 1"):
        judged(judge, problem)


def test_tests_that_are_gone_are_told_of(judge: CodeJudge, tmp_path: Path) -> None:
    """A package whose files vanish while it is judged makes no grade."""
    problem = broken(tmp_path, f"{READ_ALL} return 40 + 2;")
    (tmp_path / "data" / "secret" / "1.in").unlink()
    with pytest.raises(TaskDataError, match=r"1\.in cannot be read"):
        judged(judge, problem)
