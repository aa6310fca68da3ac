"""A checker's word is read strictly; a broken checker is never the contestant's fault."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import JudgeError
from harness.types import Execution, StoppedBy, Verdict
from sandbox.checkers import Opinion, read_opinion
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
        (said(b"nan\n"), "not in 0..1"),
        (said(b"inf\n"), "not in 0..1"),
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
