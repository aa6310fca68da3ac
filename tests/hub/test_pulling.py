"""What goes wrong on the way from the hub is said with what to do, and nothing half comes in."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.errors import PluginError, UsageError
from harness.hub.client import Hub
from harness.hub.public_set import PublicSet
from harness.hub.pulling import chosen_set, revisions_of
from harness.plugins import TASKS, load_task, names
from tests.fakes.command import Command
from tests.fakes.hub import COMMIT, FakeHub, fake_hub

AIME = "MathArena/aime_2025"
PINNED = "c94da77eb22bbd6439e62a323bec18493a421302"
FILE = "data/train-00000-of-00001.parquet"


def problems(count: int = 30, **change: Any) -> list[dict[str, Any]]:
    """Return rows in the form that MathArena publishes, with problems of our own."""
    row = {"problem_type": ["Algebra"]}
    return [
        {"problem_idx": n, "problem": f"What is ${n} + {n}$?", "answer": 2 * n, **row, **change}
        for n in range(1, count + 1)
    ]


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[FakeHub]:
    """Return a hub with the AIME of 2025, at the commit that is pinned."""
    with fake_hub(tmp_path / "hub") as found:
        found.known[PINNED] = PINNED
        found.put(AIME, FILE, problems())
        yield found


@pytest.fixture
def harness(tmp_path: Path, cache: Path, hub: FakeHub) -> Command:
    command = Command(tmp_path, cache)
    command.environment |= hub.environment
    return command


def test_a_set_is_fetched_at_the_pinned_commit(harness: Command, hub: FakeHub) -> None:
    """All problems are ready, the commit and the licence are told and written down."""
    outcome = harness("data", "pull", "aime2025")
    assert outcome.code == 0, outcome.err
    assert f"{AIME} at {PINNED} (the pinned commit), CC-BY-NC-SA-4.0" in outcome.out
    assert "30 of 30 problems ready" in outcome.out
    listed = harness("data", "list", "aime2025").out
    assert f"from {hub.url}/datasets/{AIME} at {PINNED} (pull, CC-BY-NC-SA-4.0)" in listed
    assert harness("data", "verify").code == 0


def test_another_revision_is_told_from_the_pinned_one(harness: Command) -> None:
    """A branch is resolved to its commit, which is what is written down."""
    outcome = harness("data", "pull", "aime2025", "--revision", "main")
    assert f"{AIME} at {COMMIT} (not the pinned commit {PINNED})" in outcome.out


def test_a_download_that_was_cut_off_goes_on_where_it_was(harness: Command, hub: FakeHub) -> None:
    """No byte of the first ten megabytes is asked for twice, and the file is the whole one."""
    filling = [os.urandom(400_000).hex() for _ in range(30)]
    rows = [row | {"more": more} for row, more in zip(problems(), filling, strict=True)]
    hub.put(AIME, FILE, rows)
    assert len(hub.sets[AIME][FILE]) > 11 << 20
    hub.cut_after = 11 << 20
    outcome = harness("data", "pull", "aime2025")
    assert outcome.code == 0, outcome.err
    assert hub.ranges() == [f"bytes={10 << 20}-"]


def test_half_a_file_is_never_taken_for_a_whole_one(harness: Command, hub: FakeHub) -> None:
    """What a killed program left in the cache is fetched to its end."""
    cached = next(iter(_cached(harness, hub)))
    blob = cached.resolve()
    whole = blob.read_bytes()
    blob.write_bytes(whole[:500])
    outcome = harness("data", "pull", "aime2025")
    assert outcome.code == 3
    assert f"{FILE} has another digest than the hub announces" in outcome.err
    assert harness("data", "pull", "aime2025").code == 0
    assert cached.read_bytes() == whole


def _cached(harness: Command, hub: FakeHub) -> list[Path]:
    assert harness("data", "pull", "aime2025").code == 0
    return list((hub.home / "hf").rglob(Path(FILE).name))


def test_other_bytes_than_were_announced_are_refused(harness: Command, hub: FakeHub) -> None:
    """The file is named, its copy is removed, and nothing comes in."""
    hub.spoiled.add(FILE)
    outcome = harness("data", "pull", "aime2025")
    assert outcome.code == 3
    assert "error [I005]" in outcome.err
    assert f"{FILE} has another digest" in outcome.err
    assert not (harness.home / "data" / "aime2025").exists()
    hub.spoiled.clear()
    assert harness("data", "pull", "aime2025").code == 0


def test_a_column_that_is_gone_is_named(harness: Command, hub: FakeHub) -> None:
    """What was there before stays."""
    assert harness("data", "pull", "aime2025").code == 0
    hub.put(AIME, FILE, [{"id": n, "problem": "?", "answer": 1} for n in range(30)])
    outcome = harness("data", "pull", "aime2025", "--revision", "main")
    assert outcome.code == 64
    assert f"error [U008] {AIME} at {COMMIT}, {FILE} has no column 'problem_idx'" in outcome.err
    assert "30 of 30 points" in harness("data", "status", "aime2025").out


def test_a_problem_that_is_there_twice_is_named(harness: Command, hub: FakeHub) -> None:
    """Neither of both is taken."""
    hub.put(AIME, FILE, [*problems(), problems()[6]])
    outcome = harness("data", "pull", "aime2025")
    assert outcome.code == 64
    assert "has the problem 7 twice" in outcome.err


def test_a_set_with_a_problem_less_is_no_whole_paper(harness: Command, hub: FakeHub) -> None:
    """Half a set is not judged as if it were one."""
    hub.put(AIME, FILE, problems(29))
    outcome = harness("data", "pull", "aime2025")
    assert outcome.code == 64
    assert "no answer of problem 15" in outcome.err


def test_a_file_that_is_called_otherwise_is_named(harness: Command, hub: FakeHub) -> None:
    """With what there is."""
    hub.sets[AIME] = {"test.parquet": hub.sets[AIME][FILE]}
    outcome = harness("data", "pull", "aime2025")
    assert outcome.code == 64
    assert "has no file data/train-*.parquet (it has test.parquet)" in outcome.err


def test_a_hub_that_is_not_reached_is_named_with_what_to_do(harness: Command) -> None:
    """A pack is carried from a machine that reaches it."""
    outcome = harness("data", "pull", "aime2025", env={"HF_ENDPOINT": "http://127.0.0.1:9"})
    assert outcome.code == 3
    assert f"error [I005] http://127.0.0.1:9: {AIME} at {PINNED}: not reached" in outcome.err
    assert "harness data export TASK --to FILE" in outcome.err
    assert "Traceback" not in outcome.err


@pytest.mark.parametrize("name", ["HF_HUB_OFFLINE", "HF_DATASETS_OFFLINE"])
def test_variables_that_forbid_it_are_honoured(harness: Command, hub: FakeHub, name: str) -> None:
    """Nothing is asked of the hub, and the variable is named."""
    outcome = harness("data", "pull", "aime2025", env={name: "1"})
    assert outcome.code == 64
    assert f"error [U002] {name}=1: nothing is fetched" in outcome.err
    assert f"unset {name}, or on a machine that reaches it" in outcome.err
    assert hub.asked == []


@pytest.mark.parametrize("status", [401, 403])
def test_a_gated_set_says_which_variable_has_the_token(
    harness: Command, hub: FakeHub, status: int
) -> None:
    """And that its terms must be accepted."""
    hub.refused = status
    outcome = harness("data", "pull", "aime2025")
    assert outcome.code == 3
    assert f"(HTTP {status})" in outcome.err
    assert "HF_TOKEN" in outcome.err


def test_a_set_that_is_gone_and_a_commit_that_is_not_there_are_told_apart(
    harness: Command, hub: FakeHub
) -> None:
    """One is the hub's affair, the other a mistake in the command."""
    outcome = harness("data", "pull", "aime2025", "--revision", "nowhere")
    assert (outcome.code, "at nowhere: there is no such revision" in outcome.err) == (64, True)
    hub.sets.clear()
    outcome = harness("data", "pull", "aime2025")
    assert outcome.code == 3
    assert "there is no such data set, or it is private" in outcome.err


def test_a_password_in_the_address_is_written_nowhere(harness: Command, hub: FakeHub) -> None:
    """Neither in what is told nor in an inventory, which goes into packs."""
    address = hub.url.replace("http://", "http://me:secret@")
    outcome = harness("data", "pull", "aime2025", env={"HF_ENDPOINT": address})
    inventories = (harness.home / "data" / ".inventory").rglob("*.json")
    written = "".join(place.read_text() for place in inventories)
    assert "secret" not in written + outcome.out + outcome.err


def test_what_dotenv_says_of_the_hub_counts(harness: Command, hub: FakeHub) -> None:
    """A token and a cache there are used, as those of the environment are."""
    del harness.environment["HF_HOME"]
    (harness.home / ".env").write_text("HF_TOKEN=hf_mine\nHF_HOME=fetched\n")
    assert harness("data", "pull", "aime2025").code == 0
    assert "Bearer hf_mine" in hub.tokens
    assert list((harness.home / "fetched" / "hub").glob("datasets--*"))


def test_a_hub_that_dotenv_names_is_given_no_token_of_the_user_s(
    harness: Command, hub: FakeHub
) -> None:
    """A folder of somebody else's must not have a token sent to their server."""
    harness.environment["HF_TOKEN"] = "hf_mine"
    del harness.environment["HF_ENDPOINT"]
    (harness.home / ".env").write_text(f"HF_ENDPOINT={hub.url}\n")
    assert harness("data", "pull", "aime2025").code == 0
    assert hub.tokens == {""}


def test_a_missing_library_says_how_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra is named."""
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(PluginError) as caught:
        Hub({}, lambda line: None)
    assert caught.value.hint == "pip install 'olympiad-harness[hub]'"


def test_a_task_without_a_set_says_how_else_its_data_comes_in() -> None:
    """As does a set that it does not have."""
    with pytest.raises(UsageError, match="no public set is known for demo"):
        chosen_set(load_task("demo"))
    with pytest.raises(UsageError, match="ioi2024 has no public set 'other'") as caught:
        chosen_set(load_task("ioi2024"), "other")
    assert "open-r1, liveoibench" in caught.value.hint


def test_each_repository_can_have_a_revision_of_its_own() -> None:
    """One alone does not say of which it is."""
    public = chosen_set(load_task("aime2024"))
    given = ("MathArena/aime_2024_I=a", "MathArena/aime_2024_II=b")
    assert revisions_of(public, given) == {
        "MathArena/aime_2024_I": "a",
        "MathArena/aime_2024_II": "b",
    }
    for wrong in ("a", "other/set=a", "MathArena/aime_2024_I="):
        with pytest.raises(UsageError):
            revisions_of(public, (wrong,))
    assert revisions_of(chosen_set(load_task("aime2025")), ("a",)) == {AIME: "a"}


@pytest.mark.parametrize("name", names(TASKS))
def test_every_public_set_says_where_it_is_from(name: str) -> None:
    """Licence, files, and a whole commit, or that none could be confirmed."""
    for public in getattr(load_task(name), "public", ()):
        assert isinstance(public, PublicSet)
        for repository in public.repositories:
            assert repository.id.count("/") == 1
            assert repository.licence
            assert repository.files
            if repository.revision:
                assert len(bytes.fromhex(repository.revision)) == 20
            else:
                assert "commit" in repository.note
