"""The test tree of the 2025-09 edition: ``test_group.yaml`` and "Result aggregation".

Groups are the folders of ``data/secret`` that hold a ``test_group.yaml``; all other folders
only sort test cases. The score of a submission is that of ``secret``, so at the root of a
scored problem the sample does not count.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from harness.errors import UnsupportedError
from harness.types import Aggregation, Group, VerdictMode
from tasks.packages.files import wrong
from tasks.packages.kattis.testdata import Cases, Listing, list_folder
from tasks.packages.kattis.yaml_file import Fields, read_yaml

CONFIGURATION = "test_group.yaml"
OLD_CONFIGURATION = "testdata.yaml"

SCORING_KEYS = frozenset({"max_score", "score_aggregation", "require_pass"})
CASE_KEYS = frozenset(
    {
        *("args", "input_validator_args", "output_validator_args", "full_feedback"),
        *("input_visualizer_args", "output_visualizer_args"),
    }
)
GROUP_KEYS = frozenset(
    {*SCORING_KEYS, *CASE_KEYS, "static_validation_score", "static_validator_args"}
)

AGGREGATIONS = {
    "pass-fail": Aggregation.PASS_FAIL,
    "sum": Aggregation.SUM,
    "min": Aggregation.MIN,
}


class Arguments(msgspec.Struct, frozen=True, kw_only=True):
    """Arguments of a test case, handed down from its groups."""

    args: tuple[str, ...] = ()
    validator_args: tuple[str, ...] = ()


class Tree:
    """Reads ``data/sample`` and ``data/secret``."""

    def __init__(
        self,
        package: Path,
        cases: Cases,
        *,
        scored: bool,
        strict: bool,
        constants: Mapping[str, str],
    ) -> None:
        self._package = package
        self._cases = cases
        self._scored = scored
        self._strict = strict
        self._constants = constants

    def read(self) -> Group:
        """Return the root."""
        data = self._package / "data"
        above = self._for_all(data)
        groups = []
        if (data / "sample").is_dir():
            groups.append(self._sample(list_folder(self._package, data / "sample"), above))
        if (data / "secret").is_dir():
            groups.append(self._secret(list_folder(self._package, data / "secret"), above))
        kept = _with_tests(groups)
        return Group(
            name="",
            groups=kept,
            verdicts=VerdictMode.FIRST_ERROR,
            break_on_reject=not self._scored,
            ignore_sample=self._scored and any(group.name == "sample" for group in kept),
        )

    def _for_all(self, data: Path) -> Arguments:
        """Return the arguments for all of ``data``; BAPCtools reads them, the format has none."""
        given, arguments = self._configuration(data, Arguments())
        for key in sorted(SCORING_KEYS & set(given.values)):
            raise wrong(given.place, f"{key} is for data/secret and the groups in it")
        return arguments

    def _sample(self, listing: Listing, above: Arguments) -> Group:
        given = self._configuration(listing.place, above)
        for key in sorted(SCORING_KEYS & set(given[0].values)):
            raise wrong(given[0].place, f"{key} is not for the sample")
        tests = self._tests(listing, given[1])
        return Group(
            name=listing.name,
            tests=tests,
            verdicts=VerdictMode.FIRST_ERROR,
            break_on_reject=not self._scored,
            accept_score=0.0,
        )

    def _secret(self, listing: Listing, above: Arguments) -> Group:
        given, arguments = self._configuration(listing.place, above)
        places = [listing.place / folder for folder in listing.folders]
        if not any((place / CONFIGURATION).is_file() for place in places):
            return self._node(listing, given, self._tests(listing, arguments), (), inner=False)
        if listing.cases:
            raise wrong(listing.place, "holds test cases beside test groups")
        earlier: dict[str, Group] = {"sample": Group(name="sample", scores=Aggregation.PASS_FAIL)}
        unbounded = self._scored and self._highest(given, 100.0) is None
        for place in places:
            if not (place / CONFIGURATION).is_file():
                raise wrong(place, f"has no {CONFIGURATION}, and stands beside test groups")
            inner = list_folder(self._package, place)
            own, passed = self._configuration(place, arguments)
            node = self._node(inner, own, self._tests(inner, passed), (), inner=True)
            if self._scored and node.highest is None and not unbounded:
                raise wrong(own.place, "no max_score, though that of secret is bounded")
            for name in node.require_pass:
                if name not in earlier or earlier[name].scores is not Aggregation.PASS_FAIL:
                    raise own.wrong(
                        "require_pass", f"but {name[:80]} is no earlier pass-fail group"
                    )
            earlier[node.name] = node
        groups = _with_tests([group for name, group in earlier.items() if name != "sample"])
        return self._node(listing, given, (), groups, inner=False)

    def _node(
        self,
        listing: Listing,
        given: Fields,
        tests: tuple[str, ...],
        groups: tuple[Group, ...],
        *,
        inner: bool,
    ) -> Group:
        if not self._scored:
            for key in sorted(SCORING_KEYS & set(given.values)):
                raise wrong(given.place, f"{key} is only for problems of type scoring")
            return Group(
                name=listing.name, tests=tests, groups=groups, verdicts=VerdictMode.FIRST_ERROR
            )
        named = given.text("score_aggregation", "pass-fail" if inner else "sum")
        if named not in AGGREGATIONS:
            raise given.wrong("score_aggregation", f"not one of {', '.join(AGGREGATIONS)}")
        scores = AGGREGATIONS[named]
        highest = self._highest(given, None if inner else 100.0)
        if scores is Aggregation.PASS_FAIL and highest is None:
            raise wrong(given.place, "a pass-fail group without a max_score")
        for group in groups:
            if scores is Aggregation.PASS_FAIL and group.scores is not Aggregation.PASS_FAIL:
                raise wrong(given.place, f"pass-fail, though {group.name} is not")
        required = given.texts("require_pass")
        if not inner and set(required) - {"sample"}:
            raise given.wrong("require_pass", "but secret may only require the sample")
        return Group(
            name=listing.name,
            tests=tests,
            groups=groups,
            verdicts=VerdictMode.FIRST_ERROR,
            scores=scores,
            # The others stop at their first rejection, which decides them.
            break_on_reject=scores is not Aggregation.SUM,
            accept_if_any=scores is Aggregation.SUM,
            accept_score=_of_one(scores, highest, len(tests)),
            lowest=0.0,
            highest=highest,
            require_pass=required,
        )

    def _highest(self, given: Fields, default: float | None) -> float | None:
        if "max_score" not in given:
            return default
        if given.text("max_score") == "unbounded":
            return None
        number = given.number("max_score", 0)
        if number < 0 or number != int(number):
            raise given.wrong("max_score", "neither a whole number nor unbounded")
        return number

    def _tests(self, listing: Listing, arguments: Arguments) -> tuple[str, ...]:
        """Take the cases of a folder and of all folders in it."""
        found = [
            name
            for case in listing.cases
            if (name := self._take(listing, case, arguments)) is not None
        ]
        for folder in listing.folders:
            if (listing.place / folder / CONFIGURATION).is_file():
                raise wrong(listing.place / folder, "a test group where none may be")
            found += self._tests(list_folder(self._package, listing.place / folder), arguments)
        return tuple(sorted(found))

    def _take(self, listing: Listing, case: str, above: Arguments) -> str | None:
        place = listing.place / f"{case}.yaml"
        if place.is_file():
            given = read_yaml(self._package, place)
            if self._strict:
                given.only(CASE_KEYS | {"hint", "description"})
            above = _handed_down(given, above)
        return self._cases.take(
            listing, case, args=above.args, validator_args=above.validator_args, files=True
        )

    def _configuration(self, folder: Path, above: Arguments) -> tuple[Fields, Arguments]:
        old = folder / OLD_CONFIGURATION
        if old.is_file() and read_yaml(self._package, old).values:
            raise wrong(old, f"is of another edition; this one's is {CONFIGURATION}")
        place = folder / CONFIGURATION
        if not place.is_file():
            return Fields(place, {}), above
        given = read_yaml(self._package, place, constants=self._constants)
        if self._strict:
            given.only(GROUP_KEYS)
        if "static_validation_score" in given:
            raise UnsupportedError(
                f"{place}: static validation is not judged", hint="the problem is left out"
            )
        return given, _handed_down(given, above)


def _handed_down(given: Fields, above: Arguments) -> Arguments:
    return Arguments(
        args=given.sequence("args") if "args" in given else above.args,
        validator_args=given.sequence("output_validator_args")
        if "output_validator_args" in given
        else above.validator_args,
    )


def _of_one(scores: Aggregation, highest: float | None, tests: int) -> float | None:
    """Return the most that one test case is worth."""
    if highest is None:
        return None
    return highest / tests if scores is Aggregation.SUM and tests else highest


def _with_tests(groups: list[Group]) -> tuple[Group, ...]:
    """Leave out groups without a test, and what requires them."""
    kept = tuple(group for group in groups if group.tests or group.groups)
    names = {group.name for group in kept}
    return tuple(
        msgspec.structs.replace(
            group,
            require_pass=tuple(
                name for name in group.require_pass if name in names or name == "sample"
            ),
        )
        for group in kept
    )
