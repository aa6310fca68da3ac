"""A number's identity: what changes a number changes it, and another spelling does not."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from harness.cli.method import encoded
from harness.identity import identity_of
from harness.plugins import load_strategy
from harness.strategy import changed
from harness.types import RunRecord, Sampling
from tests.fakes.scripted import ScriptedBackend, says, start_run

PLAIN = (("base_url", "http://a/v1"), ("model", "m"))


@pytest.fixture
def record(tmp_path: Path) -> RunRecord:
    with start_run(tmp_path / "run", ScriptedBackend(lambda _: says("7"))) as writer:
        return writer.record


def asked(record: RunRecord, **args: str) -> str:
    pairs = tuple(sorted((*PLAIN, *args.items())))
    spec = msgspec.structs.replace(record.spec, backend="openai", backend_args=pairs)
    return identity_of(msgspec.structs.replace(record, spec=spec)).sampling


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("extra_body", '{"top_k": 20}'),
        ("wall_s", "60"),
        ("think_tags", "keep"),
        ("generation_config", "auto"),
    ],
)
def test_a_setting_that_changes_answers_is_part_of_it(
    record: RunRecord, name: str, value: str
) -> None:
    """What is cut off, left in or sent beside the flags makes another number."""
    assert asked(record, **{name: value}) != asked(record)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"extra_body": '{"top_k": 20,"min_p":0}'}, {"extra_body": '{ "min_p": 0, "top_k": 20}'}),
        ({"extra_body": "{}"}, {}),
        ({"wall_s": "60"}, {"wall_s": "60.0"}),
        ({"wall_s": "0"}, {}),
        ({"think_tags": "split"}, {}),
        ({"max_tries": "3"}, {}),
    ],
)
def test_the_same_setting_is_the_same_in_other_words(
    record: RunRecord, one: dict[str, str], other: dict[str, str]
) -> None:
    """Blanks, the order of names and defaults that are said make no other number."""
    assert asked(record, **one) == asked(record, **other)


def test_numbers_that_differ_are_told_apart(record: RunRecord) -> None:
    """Two temperatures are two, however near they are."""

    def at(temperature: float) -> str:
        drawn = Sampling(temperature=temperature)
        spec = msgspec.structs.replace(record.spec, sampling=drawn)
        return identity_of(msgspec.structs.replace(record, spec=spec)).sampling

    assert at(0.6) != at(0.60000001)
    assert at(0.6).startswith("temperature 0.6,")


def test_settings_are_what_a_strategy_is_set_to() -> None:
    """Texts of the command line and defaults that are said are no other settings."""
    given = {"candidates": "500", "keep": " 7".strip(), "samples": "1"}
    assert changed(load_strategy("filter-longest", given)) == {"keep": 7}
    assert changed(load_strategy("recorded")) == {}
    orders = changed(load_strategy("refine", {"order": '["self"]'}))
    assert encoded(orders) == '{"order":["self"]}'
