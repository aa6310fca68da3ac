"""``problem.yaml``: what kind of problem a package holds."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from harness.errors import TaskDataError, UnsupportedError
from harness.types import CodeKind, Edition
from tasks.packages.files import wrong
from tasks.packages.kattis.limits import Limits, read_limits
from tasks.packages.kattis.yaml_file import Fields, read_yaml

MANIFEST = "problem.yaml"

LEGACY = ("legacy", "legacy-icpc")
DRAFTS = ("2023-07", "2023-07-draft")
CURRENT = ("2025-09", "2025-09-draft")

KEYS = frozenset(
    {
        *("problem_format_version", "type", "name", "uuid", "version", "credits", "source"),
        *("license", "rights_owner", "embargo_until", "limits", "keywords", "languages"),
        *("allow_file_writing", "constants"),
        # Not of this edition, but harmless, and in the format's own examples of it:
        *("source_url", "author"),
    }
)
"""Keys of the 2025-09 edition."""

TYPES = frozenset({"pass-fail", "scoring", "multi-pass", "interactive", "submit-answer"})
CLASHES = (
    ("pass-fail", "scoring"),
    ("submit-answer", "multi-pass"),
    ("submit-answer", "interactive"),
)

LANGUAGES = {
    "c": ("c",),
    "cpp": ("cpp", "cpp17", "cpp23"),
    "go": ("go",),
    "java": ("java",),
    "kotlin": ("kotlin",),
    "python3": ("python3", "pypy3"),
    "rust": ("rust",),
}
"""Keys of ``sandbox/languages.toml`` for the format's language codes, as far as there are any."""


class Metadata(msgspec.Struct, frozen=True, kw_only=True):
    """What ``problem.yaml`` says, in one form for all editions."""

    edition: Edition
    strict: bool
    """Unknown keys are errors: the 2025-09 edition proper."""
    title: str
    kind: CodeKind
    scored: bool
    custom_validator: bool | None
    """None: there is one when there is a folder for it."""
    custom_score: bool
    """Legacy: the validator gives scores."""
    validator_flags: tuple[str, ...]
    limits: Limits
    passes: int
    languages: tuple[str, ...]
    constants: tuple[tuple[str, str], ...]
    """What stands between ``{{`` and ``}}``, and what it is replaced by."""
    grading: tuple[tuple[str, str], ...]
    """Legacy: grading keys that older packages have here instead of in ``testdata.yaml``."""


def read_metadata(folder: Path) -> Metadata:
    """Read and check ``problem.yaml``."""
    place = folder / MANIFEST
    if not place.is_file():
        raise TaskDataError(
            f"{folder} is not a problem package: it has no {MANIFEST}",
            hint="name the folder that holds problem.yaml and data/",
        )
    given = read_yaml(folder, place)
    version = given.text("problem_format_version", "legacy")
    if version in LEGACY:
        return _legacy(folder, given)
    if version in (*DRAFTS, *CURRENT):
        return _current(folder, given, strict=version in CURRENT)
    raise UnsupportedError(
        f"{place}: problem_format_version {version[:40]} is not read",
        hint=f"the editions are {', '.join((*LEGACY, *CURRENT, *DRAFTS))}",
    )


def _legacy(folder: Path, given: Fields) -> Metadata:
    types = _types(given)
    validation = given.words("validation") or ("default",)
    unknown = sorted(set(validation[1:]) - {"score", "interactive", "multi-pass"})
    if validation[0] not in ("default", "custom") or unknown:
        raise given.wrong("validation", "not default, or custom [score] [interactive] [multi-pass]")
    types |= {"interactive", "multi-pass"} & set(validation)
    grading = given.map("grading")
    if grading.text("objective", "max") != "max":
        raise UnsupportedError(
            f"{given.place}: grading.objective is {grading.text('objective')[:40]}; only scores "
            "that are better when they are higher are judged",
            hint="the problem is left out",
        )
    limits = read_limits(folder, given.map("limits"), current=False, strict=False)
    return Metadata(
        edition=Edition.LEGACY,
        strict=False,
        title=_title(folder, given),
        kind=_kind(types),
        scored="scoring" in types,
        custom_validator=validation[0] == "custom",
        custom_score="score" in validation,
        validator_flags=given.words("validator_flags"),
        limits=limits,
        passes=limits.passes if "multi-pass" in types else 1,
        languages=_languages(given),
        constants=(),
        grading=tuple(
            (key, grading.text(key))
            for key in ("accept_score", "reject_score", "range", "on_reject")
            if key in grading
        ),
    )


def _current(folder: Path, given: Fields, *, strict: bool) -> Metadata:
    if strict:
        given.only(KEYS)
    types = _types(given)
    limits = read_limits(folder, given.map("limits"), current=True, strict=strict)
    if "validation_passes" in given.map("limits") and "multi-pass" not in types:
        raise wrong(given.place, "limits.validation_passes is only for multi-pass problems")
    given.flag("allow_file_writing")
    return Metadata(
        edition=Edition.PPF_2025_09,
        strict=strict,
        title=_title(folder, given),
        kind=_kind(types),
        scored="scoring" in types,
        custom_validator=None,
        custom_score="scoring" in types,
        validator_flags=(),
        limits=limits,
        passes=limits.passes if "multi-pass" in types else 1,
        languages=_languages(given),
        constants=_constants(given.map("constants")),
        grading=(),
    )


def _types(given: Fields) -> set[str]:
    words = given.words("type") or ("pass-fail",)
    for word in words:
        if word not in TYPES:
            raise UnsupportedError(
                f"{given.place}: problem type {word[:40]} is not judged",
                hint=f"the types are {', '.join(sorted(TYPES))}",
            )
    for one, other in CLASHES:
        if one in words and other in words:
            raise given.wrong("type", f"but {one} and {other} exclude each other")
    return set(words)


def _kind(types: set[str]) -> CodeKind:
    if "submit-answer" in types:
        return CodeKind.OUTPUT_ONLY
    return CodeKind.INTERACTIVE if "interactive" in types else CodeKind.BATCH


def _title(folder: Path, given: Fields) -> str:
    """Return the English name, else the first one, else the folder's."""
    if isinstance(given.values.get("name"), dict):
        names = given.map("name")
        known = {key: names.text(key) for key in names.values}
        return known.get("en") or next(filter(None, known.values()), folder.name)
    return given.text("name") or folder.name


def _languages(given: Fields) -> tuple[str, ...]:
    codes = given.words("languages") or ("all",)
    if codes == ("all",):
        return tuple(key for keys in LANGUAGES.values() for key in keys)
    found = tuple(key for code in codes for key in LANGUAGES.get(code, ()))
    if not found:
        raise UnsupportedError(
            f"{given.place}: none of the problem's languages ({', '.join(codes)[:80]}) is judged",
            hint=f"judged are {', '.join(LANGUAGES)}",
        )
    return found


def _constants(given: Fields) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for name, value in given.values.items():
        if not re.fullmatch(r"[a-zA-Z_][a-zA-Z0-9_]*", name):
            raise given.wrong(name, "and its name is no name of a constant")
        if isinstance(value, dict):
            variants = given.map(name)
            if "value" not in variants:
                raise given.wrong(name, "without the key value")
            for variant in variants.values:
                found[f"{name}.{variant}"] = variants.text(variant)
            found[name] = variants.text("value")
        else:
            if name not in given:
                raise given.wrong(name, "not a number or a text")
            found[name] = found[f"{name}.value"] = given.text(name)
    return tuple(sorted(found.items()))
