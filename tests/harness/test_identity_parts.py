"""What makes two numbers different ones: none of it may be overlooked in a column."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from harness.identity import apart, identity_of
from harness.store import RunFolder
from harness.types import RunRecord, Sampling
from tests.fakes.scripted import ScriptedBackend, contest, problem, says, start_run


@pytest.fixture
def record(tmp_path: Path) -> RunRecord:
    with start_run(tmp_path / "run", ScriptedBackend(lambda _: says("7")), contest(problem("one"))):
        pass
    return RunFolder(tmp_path / "run").record


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
