"""``submissions/submissions.yaml``: what the 2025-09 edition declares of jury programs.

Its entries are globs of submissions; those of the standard folders are there without being
written, and an entry of the same name changes them key by key.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from harness.types import Verdict
from tasks.packages.expectations import Rule
from tasks.packages.files import wrong
from tasks.packages.globs import expand, matches
from tasks.packages.kattis.yaml_file import Fields, read_yaml

NAME = "submissions.yaml"

VERDICTS = {"AC": Verdict.AC, "WA": Verdict.WA, "TLE": Verdict.TLE, "RTE": Verdict.RTE}

IN_TIME = (Verdict.AC, Verdict.WA, Verdict.RTE)
LATE = (Verdict.TLE,)

DEFAULTS: dict[str, dict[str, object]] = {
    "accepted": {"permitted": ["AC"]},
    "rejected": {"required": ["RTE", "TLE", "WA"]},
    "wrong_answer": {"permitted": ["AC", "WA"], "required": ["WA"]},
    "time_limit_exceeded": {"permitted": ["AC", "TLE"], "required": ["TLE"]},
    "run_time_error": {"permitted": ["AC", "RTE"], "required": ["RTE"]},
    "brute_force": {"permitted": ["AC", "RTE", "TLE"], "required": ["RTE", "TLE"]},
}

OF_SUBMISSIONS = frozenset({"language", "entrypoint", "authors", "model_solution"})
OF_TESTS = frozenset({"permitted", "required", "score", "message", "use_for_time_limit"})


class Declared(msgspec.Struct, frozen=True, kw_only=True):
    """All that holds for one submission."""

    rules: tuple[Rule, ...] = ()
    entries: tuple[str, ...] = ()
    """The globs that it is from."""
    language: str = ""
    """A language code of the format."""
    entry: str = ""


class SubmissionsYaml:
    """The entries of one package."""

    def __init__(self, package: Path) -> None:
        place = package / "submissions" / NAME
        given = read_yaml(package, place) if place.is_file() else Fields(place, {})
        entries: dict[str, object] = dict(DEFAULTS)
        for name in given.values:
            own = given.map(name).values
            base = DEFAULTS.get(name.removesuffix("/"), {})
            entries[name.removesuffix("/")] = {**base, **own}
        self._entries = {
            name: _entry(Fields(place, entries, at="").map(name), name) for name in entries
        }

    def of(self, submission: str) -> Declared:
        """Return what is declared of a submission (its path under ``submissions/``)."""
        found = [
            (name, declared)
            for name, declared in self._entries.items()
            if matches(name, submission)
        ]
        return Declared(
            rules=tuple(rule for _, declared in found for rule in declared.rules),
            entries=tuple(name for name, _ in found),
            language=next((d.language for _, d in reversed(found) if d.language), ""),
            entry=next((d.entry for _, d in reversed(found) if d.entry), ""),
        )


def _entry(given: Fields, name: str) -> Declared:
    _check_glob(given, name)
    rules = [*_rules(given, "")]
    for key, value in given.values.items():
        if key in OF_SUBMISSIONS or key in OF_TESTS or value is None:
            continue
        if not isinstance(value, dict):
            raise given.wrong(key, "neither a known key nor the rules of some tests")
        inner = given.map(key)
        inner.only(OF_TESTS)
        _check_glob(given, key)
        rules += _rules(inner, key.removesuffix("/"))
    return Declared(
        rules=tuple(rule for rule in rules if rule != Rule(tests=rule.tests, bounds=rule.bounds)),
        language=given.text("language"),
        entry=given.text("entrypoint"),
    )


def _rules(given: Fields, tests: str) -> tuple[Rule, ...]:
    used = given.text("use_for_time_limit", "true")
    rule = Rule(
        tests=tests,
        permitted=_verdicts(given, "permitted"),
        required=_verdicts(given, "required"),
        score=_score(given),
        message=given.text("message"),
        bounds=used != "false",
    )
    # To be asked to bound the time limit is to be declared fast enough, or too slow.
    bounds = {
        "lower": Rule(tests=tests, permitted=IN_TIME),
        "upper": Rule(tests=tests, required=LATE),
    }
    if used not in ("true", "false", *bounds):
        raise given.wrong("use_for_time_limit", "not true, false, lower or upper")
    return (rule, bounds[used]) if used in bounds else (rule,)


def _verdicts(given: Fields, key: str) -> tuple[Verdict, ...]:
    """Return the verdicts; none where all four are listed, which asks for nothing."""
    words = given.texts(key)
    for word in words:
        if word not in VERDICTS:
            raise given.wrong(key, f"and {word[:20]} is not one of {', '.join(VERDICTS)}")
    return tuple(VERDICTS[word] for word in words) if set(words) != set(VERDICTS) else ()


def _score(given: Fields) -> tuple[float, float] | None:
    if "score" not in given:
        return None
    if not isinstance(given.values["score"], list):
        only = given.number("score", 0)
        return (only, only)
    words = given.texts("score")
    ends = [Fields(given.place, {"score": word}).number("score", 0) for word in words]
    if len(ends) != 2 or ends[0] > ends[1]:
        raise given.wrong("score", "neither a number nor two in order")
    return (ends[0], ends[1])


def _check_glob(given: Fields, pattern: str) -> None:
    try:
        expand(pattern)
    except ValueError as error:
        raise wrong(given.place, f"the pattern {pattern[:60]} {error}") from None
