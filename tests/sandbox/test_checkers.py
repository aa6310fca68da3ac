"""A checker's word is read strictly; a broken checker is never the contestant's fault."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import JudgeError
from harness.types import Execution, StoppedBy, Verdict
from sandbox.checkers import Opinion, read_opinion, read_testlib
from tests.sandbox.test_classify import CLEAN


def said(out: bytes, err: bytes = b"", **change: object) -> Execution:
    return msgspec.structs.replace(CLEAN, stdout_head=out, stderr_head=err, **change)


@pytest.mark.parametrize(
    ("out", "score", "verdict"),
    [
        (b"1\n", 1.0, Verdict.AC),
        (b"1.0", 1.0, Verdict.AC),
        (b"0\n", 0.0, Verdict.WA),
        (b"0.875\nmore\n", 0.875, Verdict.PAC),
        (b" 0.5 \r\n", 0.5, Verdict.PAC),
        (b"1e-3\n", 0.001, Verdict.PAC),
    ],
)
def test_the_first_line_is_the_score(out: bytes, score: float, verdict: Verdict) -> None:
    """Score and verdict follow from the first line of standard output."""
    opinion = read_opinion(said(out, b"because\nof this"), "the checker")
    assert opinion == Opinion(score, "because")
    assert opinion.verdict is verdict


@pytest.mark.parametrize(
    ("execution", "words"),
    [
        (said(b""), "where a score belongs"),
        (said(b"OK\n"), "'OK' where a score belongs"),
        (said(b"1.5\n"), "not in 0..1"),
        (said(b"-0.1\n"), "not in 0..1"),
        (said(b"nan\n"), "'nan' where a score belongs"),
        (said(b"inf\n"), "'inf' where a score belongs"),
        (said(b"0_1\n"), "'0_1' where a score belongs"),
        (said(b"\xff\xfe\n"), "where a score belongs"),
        (said(b"1\n", exit_code=1), "exit code 1"),
        (said(b"1\n", exit_code=None, signal=11), "SIGSEGV"),
        (said(b"1\n", stopped_by=StoppedBy.CPU), "cpu limit"),
        (said(b"1\n", stopped_by=StoppedBy.MEMORY), "memory limit"),
    ],
)
def test_a_broken_checker_is_our_failure(execution: Execution, words: str) -> None:
    """Whatever is not a score between 0 and 1 with exit code 0 raises, naming the checker."""
    with pytest.raises(JudgeError, match="the checker of p") as caught:
        read_opinion(execution, "the checker of p on test 1")
    assert words in caught.value.message


@given(st.binary(max_size=60))
def test_any_output_is_a_score_or_an_error(out: bytes) -> None:
    """No output of a checker makes anything else happen."""
    try:
        opinion = read_opinion(said(out), "the checker")
    except JudgeError:
        return
    assert 0.0 <= opinion.score <= 1.0


def test_a_long_message_is_clipped() -> None:
    """A message of a megabyte does not enter the record."""
    assert len(read_opinion(said(b"1", b"x" * 4000), "c").message) == 300


@pytest.mark.parametrize(
    ("code", "words", "score"),
    [
        (0, b"ok 3 numbers\n", 1.0),
        (1, b"wrong answer 1st numbers differ\n", 0.0),
        (2, b"wrong output format\n", 0.0),
        (8, b"unexpected eof\n", 0.0),
        (7, b"points 0.25 almost\n", 0.25),
    ],
)
def test_testlib_speaks_by_exit_code(code: int, words: bytes, score: float) -> None:
    """Polygon's protocol: 0, 1, 2, 8, and 7 with the points in the message."""
    execution = msgspec.structs.replace(said(b"", exit_code=code), stderr_head=words)
    assert read_testlib(execution, "the checker").score == score


@pytest.mark.parametrize("code", [3, 5, 100])
def test_testlib_can_fail_itself(code: int) -> None:
    """A failure of the checker, or a code that testlib does not have, is our failure."""
    with pytest.raises(JudgeError, match=f"exit code {code}"):
        read_testlib(said(b"", exit_code=code), "the checker")
