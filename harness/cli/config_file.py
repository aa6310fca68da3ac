"""A file of settings for ``harness run``: TOML or YAML, with the names of the flags."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from harness.errors import ConfigError

YAML = (".yaml", ".yml")


def read_config(place: Path) -> dict[str, Any]:
    """Return the settings of a file, a table ``jury`` spread over its flags.

    Raises :class:`~harness.errors.ConfigError` naming the file and what is wrong.
    """
    try:
        text = place.read_text("utf-8-sig")
        found = _yaml(text, place) if place.suffix in YAML else tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        said = error.strerror if isinstance(error, OSError) else error
        raise ConfigError(
            f"{place}: {said}", hint="name a TOML file, or a YAML file that ends in .yaml"
        ) from None
    if not isinstance(found, dict) or not all(isinstance(key, str) for key in found):
        raise ConfigError(
            f"{place} holds no settings by name", hint="write NAME = VALUE, a line each"
        )
    return _spread(found, place)


def _yaml(text: str, place: Path) -> Any:
    import yaml

    try:
        return yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        raise ConfigError(f"{place}: {error}", hint="mend the YAML") from None


def _spread(found: dict[str, Any], place: Path) -> dict[str, Any]:
    """Return the settings with a table ``jury`` as ``jury``, ``judge_model`` and ``judge_args``."""
    table = found.get("jury")
    if not isinstance(table, dict):
        return found
    models = table.get("models", [])
    known = isinstance(models, list) and all(
        isinstance(each, dict) and set(each) <= {"model", "args"} and "model" in each
        for each in models
    )
    if not known or not set(table) <= {"name", "models"}:
        raise ConfigError(
            f"{place}: the table jury is not name and models",
            hint='write name = "…" in [jury], and model = "…" and args = {…} in [[jury.models]]',
        )
    rest = {key: value for key, value in found.items() if key != "jury"}
    if "name" in table:
        rest["jury"] = table["name"]
    if models:
        rest["judge_model"] = [each["model"] for each in models]
        rest["judge_args"] = [each.get("args", {}) for each in models]
    return rest
