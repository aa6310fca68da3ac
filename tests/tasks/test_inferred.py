"""Open time limits: which programs bound them, the arithmetic, and what they are kept by."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import TaskDataError
from harness.findings import Findings
from harness.types import CodeBody, InferredLimit, TimeRule
from tasks.packages.any import read_any_package
from tasks.packages.inferred import faster, key_of, limit_of, slower
from tasks.packages.jury import read_jury
from tasks.packages.kattis import open_package, read_package
from tasks.packages.package import Package
from tests.fakes.certificates import INFERRED
from tests.fakes.kattis import CURRENT, LEGACY, change, write

OPEN = {".timelimit": None}
OPEN_CURRENT = {
    ".timelimit": None,
    "problem.yaml": "problem_format_version: 2025-09\nname: Sum\nuuid: 5\n",
}


def rule_of(folder: Path, *layers: dict[str, str | None]) -> TimeRule | None:
    return open_package(write(folder, *layers)).rule


def bounds(folder: Path, layer: dict[str, str | None]) -> dict[str, tuple[object, object]]:
    package = open_package(write(folder, CURRENT, OPEN_CURRENT, layer))
    body = package.problem.body
    assert isinstance(body, CodeBody)
    return {each.name: (faster(each, body), slower(each)) for each in read_jury(package.problem)}


def measured(seconds: float) -> InferredLimit:
    return msgspec.structs.replace(INFERRED, seconds=seconds, cpu_s=0.5)


def test_each_edition_has_its_own_rule(tmp_path: Path) -> None:
    """The factors that a package names, or else those of its edition."""
    assert rule_of(tmp_path / "a", LEGACY, OPEN) == TimeRule(multiplier=5.0)
    named = {"problem.yaml": "name: Sum\nlimits: {time_multiplier: 1.5}\n"}
    assert rule_of(tmp_path / "b", LEGACY, OPEN, named) == TimeRule(multiplier=1.5)
    assert rule_of(tmp_path / "c", CURRENT, OPEN_CURRENT) == TimeRule(multiplier=2.0, to_tle=1.5)
    more = {
        "problem.yaml": "problem_format_version: 2025-09\nname: Sum\nuuid: 5\nlimits:\n"
        "  time_multipliers: {ac_to_time_limit: 3, time_limit_to_tle: 2}\n  time_resolution: 0.1\n"
    }
    assert rule_of(tmp_path / "d", CURRENT, OPEN_CURRENT, more) == TimeRule(
        multiplier=3.0, resolution_s=0.1, to_tle=2.0
    )
    assert rule_of(tmp_path / "e", LEGACY) is None
    assert open_package(tmp_path / "a", time_limit_s=2.0).rule is None


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("name: Sum\nlimits: {time_multiplier: 0}\n", "time_multiplier"),
        (
            "problem_format_version: 2025-09\nname: Sum\nuuid: 5\n"
            "limits: {time_multipliers: {ac_to_time_limit: 0.5}}\n",
            "ac_to_time_limit",
        ),
        (
            "problem_format_version: 2025-09\nname: Sum\nuuid: 5\n"
            "limits: {time_multipliers: {slack: 2}}\n",
            "slack",
        ),
    ],
)
def test_factors_that_cannot_be_meant_are_refused(tmp_path: Path, text: str, what: str) -> None:
    """A limit below the slowest program, or a key that means nothing."""
    with pytest.raises(TaskDataError, match=what):
        open_package(write(tmp_path, LEGACY, OPEN, {"problem.yaml": text}))


def test_limits_are_rounded_up_to_the_resolution() -> None:
    """Whole seconds, at least one, and not one step more for the error of a product."""
    five = TimeRule(multiplier=5.0)
    assert [limit_of(five, t) for t in (0.0, 0.001, 0.2, 0.21, 0.52)] == [1, 1, 1, 2, 3]
    assert limit_of(TimeRule(multiplier=3.0, resolution_s=0.1), 0.1) == 0.3
    with pytest.raises(TaskDataError, match="750 s"):
        limit_of(TimeRule(multiplier=15.0), 50.0)


@given(
    st.floats(0, 60),
    st.floats(1, 10),
    st.sampled_from([0.001, 0.1, 0.25, 0.5, 1.0]),
)
def test_a_limit_is_the_smallest_that_the_rule_allows(
    cpu_s: float, multiplier: float, resolution_s: float
) -> None:
    """It holds the slowest program with its margin; one step less would not."""
    limit = limit_of(TimeRule(multiplier=multiplier, resolution_s=resolution_s), cpu_s)
    assert limit >= cpu_s * multiplier - 1e-6
    assert limit == pytest.approx(resolution_s) or limit - resolution_s < cpu_s * multiplier + 1e-6
    assert limit / resolution_s == pytest.approx(round(limit / resolution_s))


def test_legacy_limits_are_bounded_by_accepted_programs(tmp_path: Path) -> None:
    """And by no other folder."""
    layer = {"submissions/wrong_answer/a.py": "print()\n", "submissions/other/a.py": "print()\n"}
    package = open_package(write(tmp_path, LEGACY, OPEN, layer))
    body = package.problem.body
    assert isinstance(body, CodeBody)
    found = {each.name: (faster(each, body), slower(each)) for each in read_jury(package.problem)}
    assert found == {
        "accepted/sum.py": (("",), ()),
        "wrong_answer/a.py": ((), ()),
        "other/a.py": ((), ()),
    }


def test_current_limits_are_bounded_by_what_is_permitted_and_required(tmp_path: Path) -> None:
    """What may not be too slow, on its tests, from below; what must be, from above."""
    names = ("accepted/a", "wrong_answer/a", "time_limit_exceeded/a", "brute_force/a", "rejected/a")
    found = bounds(
        tmp_path,
        {
            **{f"submissions/{name}.py": "print()\n" for name in names},
            "submissions/accepted/b.py": "print()\n",
            "submissions/mixed/a.py": "print()\n",
            "submissions/mixed/b.py": "print()\n",
            "submissions/submissions.yaml": (
                "accepted/b.py: {use_for_time_limit: false, permitted: [AC]}\n"
                "mixed/a.py:\n"
                "  sample: {permitted: [AC]}\n"
                "  secret/1: {permitted: [AC], use_for_time_limit: false}\n"
                "  secret/2: {required: [TLE]}\n"
                "mixed/b.py: {secret: {use_for_time_limit: lower}}\n"
            ),
        },
    )
    assert found["accepted/a.py"] == (("",), ())
    assert found["accepted/b.py"] == (("",), ())  # the folder's own rule still counts
    assert found["wrong_answer/a.py"] == (("",), ())
    assert found["time_limit_exceeded/a.py"] == ((), ("",))
    assert found["brute_force/a.py"] == found["rejected/a.py"] == ((), ())
    assert found["mixed/a.py"] == (("sample",), ("secret/2",))
    assert found["mixed/b.py"] == (("secret",), ())


def test_what_is_rejected_in_a_conversation_does_not_bound_the_limit(tmp_path: Path) -> None:
    """It may go on for ever after the validator has left."""
    found = bounds(
        tmp_path,
        {
            "problem.yaml": OPEN_CURRENT["problem.yaml"] + "type: interactive\n",  # type: ignore[operator]
            "output_validator/validate.py": "",
            "submissions/wrong_answer/a.py": "print()\n",
        },
    )
    assert found == {"accepted/sum.py": (("",), ()), "wrong_answer/a.py": ((), ())}


def test_what_was_measured_is_the_limit_of_equal_content(tmp_path: Path) -> None:
    """Other tests, submissions or factors need another measurement."""
    findings = Findings(tmp_path / "data")
    folder = write(tmp_path / "sum", LEGACY, OPEN)

    def opened() -> Package:
        return read_any_package(folder, findings=findings, may_be_open=True)

    findings.keep_limit(key_of(opened()), measured(3.0))
    package = opened()
    assert package.rule is None
    assert package.problem.body.time_limit_s == 3.0  # type: ignore[union-attr]
    assert package.problem.inferred == measured(3.0)
    given = read_any_package(folder, findings=findings, time_limit_s=3.0).problem
    assert (given.hash, given.inferred) == (package.problem.hash, None)
    for name, text in (
        ("data/secret/1.ans", "8\n"),
        ("submissions/accepted/sum.py", "print(sum(map(int, input().split())), end='')\n"),
        ("problem.yaml", "name: Sum\nlimits: {time_multiplier: 2}\n"),
    ):
        before = (folder / name).read_text()
        change(folder, {name: text})
        assert opened().rule is not None, name
        change(folder, {name: before})
    assert opened().rule is None


def test_an_open_limit_is_an_error_with_two_ways_out(tmp_path: Path) -> None:
    """To say it, or to have it measured; never to guess it. A damaged file is no limit."""
    findings = Findings(tmp_path / "data")
    folder = write(tmp_path / "sum", LEGACY, OPEN)
    for read in (
        lambda: read_package(folder),
        lambda: read_any_package(folder),
        lambda: read_any_package(folder, findings=findings),
    ):
        with pytest.raises(TaskDataError, match="says no time limit") as caught:
            read()
        assert "--time-limit SECONDS" in caught.value.hint
        assert f"harness selftest {folder}" in caught.value.hint
    key = key_of(open_package(folder))
    findings.keep_limit(key, measured(3.0))
    (findings.root / "limits" / f"{key}.json").write_text("{")
    with pytest.raises(TaskDataError, match=f"{key}.json cannot be read"):
        read_any_package(folder, findings=findings)


@pytest.mark.parametrize("seconds", [-1.0, 0.0, 4.0, 1e300])
def test_a_limit_that_does_not_follow_from_its_evidence_is_none(
    tmp_path: Path, seconds: float
) -> None:
    """Whoever changed the file by hand is told, and how to have it measured anew."""
    findings = Findings(tmp_path / "data")
    folder = write(tmp_path / "sum", LEGACY, OPEN)
    findings.keep_limit(key_of(open_package(folder)), measured(seconds))
    with pytest.raises(TaskDataError, match="not what follows from its own evidence") as caught:
        read_any_package(folder, findings=findings, may_be_open=True)
    assert f"harness selftest {folder} --again" in caught.value.hint
