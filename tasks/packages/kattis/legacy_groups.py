"""The test tree of the legacy edition: ``testdata.yaml`` and the default grader's flags.

Properties pass down to every group that does not set them itself. ``ignore_sample`` is the
one flag that only means something at the root. Groups without a test are left out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

import msgspec

from harness.errors import TaskDataError
from harness.types import Aggregation, Group, VerdictMode
from tasks.packages.files import wrong
from tasks.packages.kattis.testdata import Cases, Listing, list_folder
from tasks.packages.kattis.yaml_file import Fields, read_yaml

CONFIGURATION = "testdata.yaml"

Mode = TypeVar("Mode", VerdictMode, Aggregation)

VERDICTS = {
    "worst_error": VerdictMode.WORST_ERROR,
    "no_errors": VerdictMode.WORST_ERROR,  # its older name
    "first_error": VerdictMode.FIRST_ERROR,
    "always_accept": VerdictMode.ALWAYS_ACCEPT,
}
SCORES = {
    "sum": Aggregation.SUM,
    "avg": Aggregation.AVERAGE,
    "min": Aggregation.MIN,
    "max": Aggregation.MAX,
}
FLAGS = frozenset({*VERDICTS, *SCORES, "ignore_sample", "accept_if_any_accepted"})


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """What holds in a group, its own settings and those from above."""

    break_on_reject: bool = True
    custom: bool = False
    grader_flags: tuple[str, ...] = ()
    accept_score: float = 1.0
    reject_score: float = 0.0
    lowest: float | None = None
    highest: float | None = None
    validator_flags: tuple[str, ...] = ()


class LegacyTree:
    """Reads ``data/sample`` and ``data/secret``."""

    def __init__(
        self, package: Path, cases: Cases, *, validator_flags: tuple[str, ...], validator: str
    ) -> None:
        self._package = package
        self._cases = cases
        self._flags = validator_flags
        self._validator = validator

    def read(self, grading: Mapping[str, str]) -> Group:
        """Return the root; ``grading`` is what ``problem.yaml`` says in place of the tree."""
        data = self._package / "data"
        policy = Policy()
        if grading:
            above = {key: value for key, value in grading.items() if key != "on_reject"}
            # The values are those of the time before testdata.yaml.
            on_reject = {"first_error": "break", "grade": "continue"}.get(
                grading.get("on_reject", "")
            )
            given = Fields(self._package / "problem.yaml", {**above, "on_reject": on_reject})
            policy = self._settle(policy, given)
        policy = self._policy(data, policy)
        groups = tuple(
            group
            for name in ("sample", "secret")
            if (data / name).is_dir()
            and (group := self._group(list_folder(self._package, data / name), policy))
        )
        sample = any(group.name == "sample" for group in groups)
        return self._node("", policy, (), groups, sample=sample)

    def _group(self, listing: Listing, above: Policy) -> Group | None:
        policy = self._policy(listing.place, above)
        tests = tuple(
            name
            for case in listing.cases
            if (
                name := self._cases.take(
                    listing, case, validator_args=(*self._flags, *policy.validator_flags)
                )
            )
        )
        groups = tuple(
            group
            for folder in listing.folders
            if (group := self._group(list_folder(self._package, listing.place / folder), policy))
        )
        if not tests and not groups:
            return None
        return self._node(listing.name, policy, tests, groups)

    def _node(
        self,
        name: str,
        policy: Policy,
        tests: tuple[str, ...],
        groups: tuple[Group, ...],
        *,
        sample: bool = False,
    ) -> Group:
        flags = policy.grader_flags
        unknown = sorted(set(flags) - FLAGS)
        if unknown and not policy.custom:
            raise wrong(
                self._package / "data" / name / CONFIGURATION,
                f"grader flag {unknown[0]} is not one of the default grader's",
            )
        return Group(
            name=name,
            tests=tests,
            groups=groups,
            verdicts=_last(flags, VERDICTS, VerdictMode.WORST_ERROR),
            scores=_last(flags, SCORES, Aggregation.SUM),
            break_on_reject=policy.break_on_reject,
            accept_if_any="accept_if_any_accepted" in flags and not policy.custom,
            ignore_sample=sample and "ignore_sample" in flags and not policy.custom,
            accept_score=policy.accept_score,
            reject_score=policy.reject_score,
            lowest=policy.lowest,
            highest=policy.highest,
            custom=flags if policy.custom else None,
        )

    def _policy(self, folder: Path, above: Policy) -> Policy:
        place = folder / CONFIGURATION
        if not place.is_file():
            return above
        return self._settle(above, read_yaml(self._package, place))

    def _settle(self, above: Policy, given: Fields) -> Policy:
        changes: dict[str, object] = {}
        if "on_reject" in given:
            changes["break_on_reject"] = _choice(given, "on_reject", "continue", "break")
        if "grading" in given:
            changes["custom"] = _choice(given, "grading", "default", "custom")
        if "grader_flags" in given:
            changes["grader_flags"] = given.words("grader_flags")
        for key in ("accept_score", "reject_score"):
            if key in given:
                changes[key] = given.number(key, 0)
        if "range" in given:
            changes["lowest"], changes["highest"] = _range(given)
        if "output_validator_flags" in given:
            changes["validator_flags"] = self._validator_flags(given)
        return msgspec.structs.replace(above, **changes)

    def _validator_flags(self, given: Fields) -> tuple[str, ...]:
        """Return flags; the format also lets them be given with, or be, the validator's name."""
        if isinstance(given.values["output_validator_flags"], dict):
            both = given.map("output_validator_flags")
            name = both.text("name")
            if name and name != self._validator:
                raise TaskDataError(
                    f"{given.place}: there is no output validator {name[:80]}",
                    hint="mend the package; nothing of it was judged",
                )
            return both.words("flags")
        words = given.words("output_validator_flags")
        return () if words == (self._validator,) else words


def _choice(given: Fields, key: str, no: str, yes: str) -> bool:
    value = given.text(key)
    if value not in (no, yes):
        raise given.wrong(key, f"neither {no} nor {yes}")
    return value == yes


def _range(given: Fields) -> tuple[float | None, float | None]:
    try:
        low, high = (float(word) for word in given.words("range"))
    except ValueError:
        raise given.wrong("range", "not two numbers") from None
    if math.isnan(low) or math.isnan(high) or low > high:
        raise given.wrong("range", "not two numbers in order")
    return (low if math.isfinite(low) else None, high if math.isfinite(high) else None)


def _last(flags: tuple[str, ...], modes: Mapping[str, Mode], default: Mode) -> Mode:
    """Return the mode of the last flag that names one."""
    return next((modes[flag] for flag in reversed(flags) if flag in modes), default)
