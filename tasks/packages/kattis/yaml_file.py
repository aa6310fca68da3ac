"""YAML files of a package, read without trust.

Only plain values are built. A key that is given twice is an error (YAML's parsers would let
the last one win in silence), and so is a file whose aliases would unfold into more than
:data:`MAX_NODES` values, or that is nested too deeply to be meant.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml
from yaml.constructor import ConstructorError

from harness.errors import TaskDataError
from tasks.packages.files import text, wrong

MAX_BYTES = 1 << 20
MAX_NODES = 20_000
MAX_DEPTH = 40
OF_INPUT_VALIDATORS = frozenset({"input_validator_flags", "input_validator_args"})
"""Keys that judging does not use: packages that give them twice are judged all the same."""


class Fields:
    """The keys of a YAML map, each taken as the type that it must have."""

    def __init__(self, place: Path, values: Mapping[str, object], *, at: str = "") -> None:
        self.place = place
        self.values = values
        self._at = at

    def __contains__(self, key: str) -> bool:
        return self.values.get(key) is not None

    def wrong(self, key: str, expected: str) -> TaskDataError:
        """Return the error of a value that is not what it must be."""
        return wrong(self.place, f"{self._at}{key} is {_shown(self.values.get(key))}, {expected}")

    def only(self, known: frozenset[str]) -> None:
        """Raise when there is a key that is not known."""
        unknown = sorted(set(self.values) - known)
        if unknown:
            raise wrong(self.place, f"unknown key {self._at}{unknown[0]}")

    def text(self, key: str, default: str = "") -> str:
        """Return a scalar as text."""
        value = self.values.get(key)
        if value is None:
            return default
        if isinstance(value, (list, dict)):
            raise self.wrong(key, "not a text")
        return _text(value)

    def words(self, key: str) -> tuple[str, ...]:
        """Return the words of a text, or of the texts in a list."""
        value = self.values.get(key)
        if isinstance(value, list):
            return tuple(word for item in self.texts(key) for word in item.split())
        return tuple(self.text(key).split())

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of scalars; one scalar is a list of it."""
        value = self.values.get(key)
        if value is None:
            return ()
        items = value if isinstance(value, list) else [value]
        if any(isinstance(item, (list, dict)) or item is None for item in items):
            raise self.wrong(key, "not a list of texts")
        return tuple(_text(item) for item in items)

    def sequence(self, key: str) -> tuple[str, ...]:
        """Return a list of scalars, where the format allows nothing else."""
        if key in self and not isinstance(self.values[key], list):
            raise self.wrong(key, "not a list")
        return self.texts(key)

    def number(self, key: str, default: float) -> float:
        """Return a finite number; YAML takes some of them for texts (1e-6)."""
        value = self.values.get(key)
        if value is None:
            return default
        try:
            if isinstance(value, bool):
                raise ValueError
            number = float(value)  # type: ignore[arg-type]
        except (TypeError, ValueError, OverflowError):
            raise self.wrong(key, "not a number") from None
        if not math.isfinite(number):
            raise self.wrong(key, "not a finite number")
        return number

    def flag(self, key: str) -> bool:
        """Return a truth value, false by default."""
        value = self.values.get(key, False)
        if value is None or isinstance(value, bool):
            return bool(value)
        raise self.wrong(key, "neither true nor false")

    def map(self, key: str) -> Fields:
        """Return the map under a key, empty by default."""
        value = self.values.get(key)
        if value is None:
            return Fields(self.place, {}, at=f"{self._at}{key}.")
        if not isinstance(value, dict):
            raise self.wrong(key, "not a map")
        return Fields(self.place, value, at=f"{self._at}{key}.")


def read_yaml(folder: Path, place: Path, *, constants: Mapping[str, str] | None = None) -> Fields:
    """Read a map from a YAML file of a package; an empty file is an empty map.

    ``constants`` are replaced in the text before it is read (``{{name}}``).
    """
    content = text(folder, place)
    for name, value in (constants or {}).items():
        content = content.replace("{{" + name + "}}", value)
    if len(content) > MAX_BYTES:
        raise wrong(place, f"{len(content)} characters of YAML, more than {MAX_BYTES}")
    try:
        node = yaml.compose(content, Loader=yaml.SafeLoader)
        if node is not None:
            _weigh(place, node, {}, 0)
        value = yaml.load(content, Loader=_Loader)
    except yaml.YAMLError as error:
        raise wrong(place, f"not YAML: {_first_line(error)}") from None
    except (ValueError, TypeError, RecursionError) as error:  # dates, numbers, deep nesting
        raise wrong(place, f"cannot be read: {_first_line(error) or 'nested too deeply'}") from None
    if value is None:
        return Fields(place, {})
    if not isinstance(value, dict):
        raise wrong(place, "holds no map of keys")
    return Fields(place, value)


class _Loader(yaml.SafeLoader):
    """Plain values; the keys of a map are texts, as they are written, and are given once."""


def _construct_map(loader: _Loader, node: yaml.MappingNode) -> Iterator[dict[str, object]]:
    found: dict[str, object] = {}
    yield found
    seen: set[str] = set()
    for key, _ in node.value:  # before merging (<<), whose keys may be given again
        if not isinstance(key, yaml.ScalarNode):
            raise ConstructorError(None, None, "a key is not a text", key.start_mark)
        if key.value in seen and key.value not in OF_INPUT_VALIDATORS:
            raise ConstructorError(None, None, f"{key.value} is given twice", key.start_mark)
        seen.add(key.value)
    loader.flatten_mapping(node)
    for key, value in node.value:
        found[key.value] = loader.construct_object(value, deep=True)


_Loader.add_constructor("tag:yaml.org,2002:map", _construct_map)


def _weigh(place: Path, node: yaml.Node, known: dict[int, int], depth: int) -> int:
    """Return how many values a node unfolds into; aliases count each time."""
    if depth > MAX_DEPTH:
        raise wrong(place, "nested too deeply")
    if id(node) in known:
        return known[id(node)]
    weight = 1
    if isinstance(node, yaml.CollectionNode):
        for item in node.value:
            for part in item if isinstance(item, tuple) else (item,):
                weight += _weigh(place, part, known, depth + 1)
    if weight > MAX_NODES:
        raise wrong(place, f"unfolds into more than {MAX_NODES} values")
    known[id(node)] = weight
    return weight


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _shown(value: object) -> str:
    shown = (
        repr(value) if isinstance(value, (str, int, float, bool)) else f"a {type(value).__name__}"
    )
    return shown if len(shown) <= 80 else shown[:77] + "..."


def _first_line(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error).partition("\n")[0]
    return f"line {mark.line + 1}: {problem}" if mark is not None else str(problem)
