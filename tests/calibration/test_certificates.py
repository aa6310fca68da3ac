"""Which certificate of a judge counts, and the error that it stands for."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from harness.calibration import certify, convention_of, error_of
from harness.errors import TaskDataError
from harness.findings import Findings, judge_standing
from harness.types import Aggregate, JudgeCertificate, JudgeIdentity, Scale
from tests.fakes.graded_proofs import JUDGE, graded


def certificate(
    problems: int = 40, *, judge: JudgeIdentity = JUDGE, human: Scale = Scale.POINTS, **more: str
) -> JudgeCertificate:
    """Return one of a judge that gives 7 to whatever has 7 or 1, and else 0."""
    proofs = [
        graded(
            f"p{n}",
            (judge.scale.top if n % 2 else 0.0),
            (human.top if n % 4 == 1 else 1.0 if n % 4 == 3 else 0.0),
            scale=human,
            judge_scale=judge.scale,
        )
        for n in range(problems)
    ]
    fields = {
        "data": "set",
        "data_sha256": "2" * 64,
        "issued": "2025-01-02T00:00:00+00:00",
        "harness_version": "0",
    }
    return certify(
        proofs,
        convention_of(judge.scale, human, linear=True),
        judge,
        draws=50,
        **(fields | more),  # type: ignore[arg-type]
    )


GOOD = certificate()


def test_a_judge_with_its_certificate_is_calibrated() -> None:
    """And what it says goes beside every mark."""
    found = judge_standing(JUDGE, [GOOD])
    assert found.holds
    assert found.sentence.startswith("calibrated: ")
    part = GOOD.held_out
    assert f"{part.proofs} held-out proofs of {part.problems} problems of set" in found.sentence
    assert "accuracy" in found.sentence


def test_without_one_its_marks_are_provisional() -> None:
    """Whoever has none has measured nothing."""
    found = judge_standing(JUDGE, [])
    assert not found.holds
    assert found.sentence == "provisional: no agreement with people was measured"


@pytest.mark.parametrize(
    "changed",
    [
        {"models": ("judge-1",)},
        {"prompt_sha256": "3" * 64},
        {"rubric": "reference"},
        {"scale": Scale.CLASSES},
        {"votes": 3},
        {"aggregate": Aggregate.MIN},
        {"sampling": (("temperature", "0"),)},
        {"jury": "3" * 64},
        {"recorded": "4" * 64},
    ],
)
def test_another_judge_is_not_this_one(changed: dict[str, object]) -> None:
    """Any of what can change a mark makes another judge."""
    other = msgspec.structs.replace(JUDGE, **changed)
    found = judge_standing(other, [GOOD])
    assert not found.holds
    assert found.reason == (
        "it was measured with other models, prompts, votes or another aggregation"
    )


def test_too_few_problems_show_nothing() -> None:
    """Ten must have been held out."""
    few = certificate(8)
    found = judge_standing(JUDGE, [few])
    assert not found.holds
    assert found.reason == (
        f"only {few.held_out.problems} problems of set were held out, and 10 are needed"
    )
    assert judge_standing(JUDGE, [few, GOOD]).certificate == GOOD


def test_a_certificate_whose_judge_was_changed_by_hand_does_not_count() -> None:
    """Its hash says of whom it was."""
    forged = msgspec.structs.replace(
        GOOD, judge=msgspec.structs.replace(JUDGE, models=("another",))
    )
    assert judge_standing(JUDGE, [forged]).reason == (
        "the judge in the certificate of 2025-01-02 was altered"
    )


def test_certificates_are_kept_by_judge_and_the_newest_comes_first(tmp_path: Path) -> None:
    """One of the same data takes the older one's place; other data stand beside it."""
    findings = Findings(tmp_path)
    assert findings.judge_certificates(JUDGE.sha256) == ()
    newer = msgspec.structs.replace(GOOD, issued="2025-01-03T00:00:00+00:00")
    other = msgspec.structs.replace(
        GOOD, data="other", data_sha256="5" * 64, issued="2025-01-01T00:00:00+00:00"
    )
    for each in (other, GOOD, newer):
        assert findings.keep_judge_certificate(each).is_file()
    assert findings.judge_certificates(JUDGE.sha256) == (newer, other)
    assert findings.judge_certificates("6" * 64) == ()


def test_a_damaged_certificate_is_none(tmp_path: Path) -> None:
    """A judge is then provisional, which is the safe side."""
    findings = Findings(tmp_path)
    place = findings.keep_judge_certificate(GOOD)
    place.write_bytes(place.read_bytes()[:-20])
    assert findings.judge_certificates(JUDGE.sha256) == ()


def test_a_store_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """With what to do."""
    (tmp_path / ".findings").write_text("in the way")
    with pytest.raises(TaskDataError, match="cannot be written"):
        Findings(tmp_path).keep_judge_certificate(GOOD)


def test_a_certificate_is_an_error_in_points() -> None:
    """A 7 of this judge is worth 7 or 1 by people, as often as was held out; a 0 is a 0."""
    error = error_of(GOOD)
    counts = {(mark, human): n for mark, human, n in GOOD.held_out.crossing}
    right, wrong = counts[7.0, 7.0], counts[7.0, 1.0]
    law = error.of(7.0)
    assert law[700] / law[100] == pytest.approx(right / wrong, rel=0.15)
    assert error.mean(0.0) < 0.5 < 3 < error.mean(7.0) < 6


def test_marks_are_counted_as_the_run_gives_them() -> None:
    """A judge on 1/0.5/0 needs to be told what its marks are worth, rounding included."""
    halves = msgspec.structs.replace(JUDGE, scale=Scale.HALVES)
    found = certificate(judge=halves)
    with pytest.raises(ValueError, match="nothing says what they are worth"):
        error_of(found)
    worth = {1.0: 7.0, 0.5: 3.0, 0.0: 0.0}
    error = error_of(found, worth.__getitem__)
    assert error.marks == (0.0, 3.0, 7.0)
    assert error.of(7.0) == error_of(GOOD).of(7.0)
    with pytest.raises(ValueError, match="must be worth more"):
        error_of(found, lambda mark: 7.0 * (mark == 1.0))


def test_people_who_did_not_mark_in_points_say_nothing_of_a_total() -> None:
    """Correct is no number of points."""
    binary = certificate(human=Scale.BINARY)
    with pytest.raises(ValueError, match="no number of points"):
        error_of(binary)
