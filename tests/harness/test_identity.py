"""A number's identity: what changes a number changes it, and another spelling does not."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from harness.cli.method import encoded
from harness.identity import apart, identity_of
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


def other(record: RunRecord, **changes: object) -> RunRecord:
    """Return the same run, but for some of its spec."""
    return msgspec.structs.replace(record, spec=msgspec.structs.replace(record.spec, **changes))


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"strategy": "rounds"}, "protocol"),
        ({"settings": '{"samples":8}'}, "protocol"),
        ({"system": "Think."}, "protocol"),
        ({"prompt_language": "python3"}, "protocol"),
        ({"task_version": "99"}, "code"),
        ({"strategy_code": "mine 1.0"}, "code"),
        ({"sampling": Sampling(temperature=0.25)}, "sampling"),
        ({"sampling": Sampling(top_p=0.5)}, "sampling"),
        ({"sampling": Sampling(max_tokens=17)}, "sampling"),
        ({"backend_args": (("extra_body", '{"top_k": 20}'),)}, "sampling"),
        ({"backend_args": (("generation_config", "auto"),)}, "sampling"),
    ],
)
def test_what_changes_a_number_changes_its_identity(
    record: RunRecord, changes: dict[str, object], part: str
) -> None:
    """How it was asked, how it was drawn and by which code: each is told by its name."""
    base = other(record, sampling=Sampling())
    (found,) = apart(identity_of(base), identity_of(other(base, **changes)))
    assert found.startswith(f"{part} (")


@pytest.mark.parametrize(
    "changes",
    [
        {"sampling": Sampling(seed=5)},
        {"attempts": 9},
        {"backend_args": (("base_url", "http://a:8000/v1"), ("generation_config", "vllm"))},
    ],
)
def test_what_is_noise_or_a_place_changes_none(
    record: RunRecord, changes: dict[str, object]
) -> None:
    """Another seed, more attempts or another machine give numbers of the same kind."""
    base = other(record, sampling=Sampling())
    assert identity_of(base) == identity_of(other(base, **changes))
