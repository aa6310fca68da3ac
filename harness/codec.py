"""Nouns to JSON and back, with the schema number that old logs are upgraded by.

One record is one line. Unknown fields are ignored, missing ones take their
defaults, so a newer program reads older logs; a change that this does not cover
gets a new number and an entry in ``UPGRADES``.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import msgspec

from harness.types import Record, RunRecord

SCHEMA = 1
"""Schema of what this program writes."""

UPGRADES: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""For each older schema, how one raw record becomes a record of the next schema."""

_encoder = msgspec.json.Encoder()
_records: msgspec.json.Decoder[Record] = msgspec.json.Decoder(Record)
_manifests = msgspec.json.Decoder(RunRecord)


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """First line of a log."""

    schema: int
    run: str


def encode_line(value: Record | Header) -> bytes:
    """Return one line, newline included; raises ValueError for a number that is not finite."""
    return _encode(value) + b"\n"


def decode_header(line: bytes) -> Header:
    """Read the first line of a log; raises ``msgspec.MsgspecError``."""
    return msgspec.json.decode(line, type=Header)


def decode_record(line: bytes, schema: int = SCHEMA) -> Record:
    """Read one record written under ``schema``; raises ``msgspec.MsgspecError``."""
    if schema == SCHEMA:
        return _records.decode(line)
    raw = msgspec.json.decode(line)
    for number in range(schema, SCHEMA):
        raw = UPGRADES[number](raw)
    record: Record = msgspec.convert(raw, Record)
    return record


def _encode(value: Record | Header | RunRecord) -> bytes:
    try:
        data = _encoder.encode(value)
    except UnicodeEncodeError:
        data = _encoder.encode(_encodable(msgspec.to_builtins(value)))
    if b"null" in data:
        # The encoder writes null for infinity and NaN: a line that no reader would accept.
        _check_finite(msgspec.to_builtins(value), type(value).__name__)
    return data


def _check_finite(value: Any, name: str) -> None:
    match value:
        case float():
            if not math.isfinite(value):
                raise ValueError(f"{name} is {value}, which cannot be recorded")
        case dict():
            for key, item in value.items():
                _check_finite(item, f"{name}.{key}")
        case list() | tuple():
            for item in value:
                _check_finite(item, name)


def _encodable(value: Any) -> Any:
    """Return a value whose texts have no half of a surrogate pair, which JSON cannot hold.

    Such halves come from servers and recordings that cut a text in the middle.
    """
    match value:
        case str():
            return value.encode("utf-8", "replace").decode()
        case dict():
            return {_encodable(key): _encodable(item) for key, item in value.items()}
        case list() | tuple():
            return [_encodable(item) for item in value]
        case _:
            return value


def encode_manifest(record: RunRecord) -> bytes:
    """Return ``run.json``, indented for people; raises ValueError as :func:`encode_line` does."""
    return msgspec.json.format(_encode(record), indent=1) + b"\n"


def decode_manifest(data: bytes) -> RunRecord:
    """Read ``run.json``; raises ``msgspec.MsgspecError``."""
    return _manifests.decode(data)
