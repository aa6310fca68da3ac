"""The checkpoint: what a run is bound to, and folders that are none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from harness.backends.vllm import checkpoint
from harness.backends.vllm.options import Options, read_options
from harness.errors import UsageError
from tests.fakes import engine_room


def options(pretrained: str | Path, **args: str) -> Options:
    return read_options({"pretrained": str(pretrained), **args})


def facts(folder: Path, **args: str) -> dict[str, str]:
    given = options(folder, **args)
    return checkpoint.facts(checkpoint.find(given, {}), given)


@pytest.mark.parametrize(
    ("file", "changed"),
    [
        ("config.json", {"config"}),
        ("generation_config.json", {"generation_config"}),
        ("tokenizer_config.json", {"tokenizer", "chat_template"}),
        ("chat_template.jinja", {"chat_template"}),
        ("tokenizer.json", {"tokenizer"}),
        ("model.safetensors", {"weights"}),
        ("model-2.safetensors", {"weights"}),
        ("README.md", set()),
    ],
)
def test_what_replies_depend_on_is_a_fact(tmp_path: Path, file: str, changed: set[str]) -> None:
    """Each file that matters changes its own fact, and no other."""
    folder = engine_room.checkpoint(tmp_path / "ckpt")
    before = facts(folder)
    assert facts(folder) == before
    (folder / file).write_text('{"chat_template": "other"}')
    after = facts(folder)
    assert {name for name in before if before[name] != after[name]} == changed


def test_weights_of_the_same_size_are_told_apart(tmp_path: Path) -> None:
    """Two states of a training differ in their first, last and middle parts."""
    folder = engine_room.checkpoint(tmp_path / "ckpt")
    weights = folder / "model.safetensors"
    whole = weights.read_bytes()
    seen = {facts(folder)["weights"]}
    for place in (0, len(whole) - 1):
        weights.write_bytes(whole[:place] + b"\x7f" + whole[place + 1 :])
        seen.add(facts(folder)["weights"])
    weights.write_bytes(bytes(255 - byte for byte in whole))
    seen.add(facts(folder)["weights"])
    assert len(seen) == 4


def test_a_template_of_ones_own_is_bound_by_its_text(tmp_path: Path) -> None:
    """The file given is what counts, wherever it lies."""
    folder = engine_room.checkpoint(tmp_path / "ckpt")
    own, same = tmp_path / "own.jinja", tmp_path / "own" / "own.jinja"
    same.parent.mkdir()
    own.write_text("{{ own }}")
    same.write_text("{{ own }}")
    found = facts(folder, chat_template=str(own))["chat_template"]
    assert found != facts(folder)["chat_template"]
    assert found == facts(folder, chat_template=str(same))["chat_template"]
    with pytest.raises(UsageError, match="no such file"):
        facts(folder, chat_template=str(tmp_path / "none.jinja"))


def test_a_model_is_found_in_the_cache_by_name(tmp_path: Path) -> None:
    """The commit that the cache holds is what the run is bound to."""
    model = tmp_path / "hub" / "models--org--model-7b"
    (model / "refs").mkdir(parents=True)
    (model / "refs" / "main").write_text("0123abcd")
    (model / "snapshots").mkdir()
    engine_room.checkpoint(model / "snapshots" / "0123abcd")
    given = options("org/model-7b")
    found = checkpoint.find(given, {"HF_HOME": str(tmp_path)})
    assert (found.path.name, found.commit) == ("0123abcd", "0123abcd")
    assert checkpoint.facts(found, given)["revision"] == "0123abcd"
    with pytest.raises(UsageError) as caught:
        checkpoint.find(options("org/model-7b", revision="v2"), {"HF_HUB_CACHE": f"{tmp_path}/hub"})
    assert "at revision v2" in caught.value.message
    assert "hf download org/model-7b --revision v2" in caught.value.hint


def empty(folder: Path) -> None:
    pass


def adapter(folder: Path) -> None:
    (folder / "adapter_config.json").write_text("{}")


def several(folder: Path) -> None:
    for step in ("step-100", "step-200"):
        engine_room.checkpoint(folder / step)


def training(folder: Path) -> None:
    (folder / "__0_0.distcp").write_bytes(b"x")


def torn(folder: Path) -> None:
    (folder / "config.json").write_text('{"max_pos')


def weightless(folder: Path) -> None:
    (folder / "config.json").write_text("{}")


@pytest.mark.parametrize(
    ("made", "message", "hint"),
    [
        (empty, "holds no config.json", "Hugging Face's format"),
        (adapter, "holds no config.json", "merge it"),
        (several, "holds no config.json", "step-200"),
        (training, "holds no config.json", "convert it"),
        (torn, "config.json cannot be read", "write the checkpoint anew"),
        (weightless, "holds no weights", "load-format"),
    ],
)
def test_a_folder_that_is_no_checkpoint_is_told_from_what_is_in_it(
    tmp_path: Path, made: Callable[[Path], None], message: str, hint: str
) -> None:
    """The next step depends on what the folder seems to be."""
    made(tmp_path)
    with pytest.raises(UsageError) as caught:
        checkpoint.find(options(tmp_path), {})
    assert message in caught.value.message
    assert hint in caught.value.hint


@pytest.mark.parametrize("pretrained", ["/nowhere/ckpt", "./ckpt", "a/b/c", "~/nowhere/ckpt"])
def test_a_path_that_leads_nowhere_is_not_taken_for_a_name(pretrained: str) -> None:
    """A mistyped path is told at once."""
    with pytest.raises(UsageError, match="there is no such folder"):
        checkpoint.find(options(pretrained), {})


def test_a_single_file_of_weights_is_a_checkpoint(tmp_path: Path) -> None:
    """A GGUF file holds all there is; any other file is none."""
    file = tmp_path / "model.gguf"
    file.write_bytes(b"GGUF" * 100)
    assert set(facts(file)) == {"weights"}
    other = tmp_path / "model.safetensors"
    other.write_bytes(b"x")
    with pytest.raises(UsageError, match="is a file"):
        facts(other)


def test_what_a_checkpoint_recommends_and_nothing_sends_is_known(tmp_path: Path) -> None:
    """Neutral values and those that flags set are no news."""
    folder = engine_room.checkpoint(tmp_path / "ckpt")
    (folder / "generation_config.json").write_text(
        '{"top_k": 20, "temperature": 0.6, "top_p": 0.95, "repetition_penalty": 1.0, "min_p": 0}'
    )
    found = checkpoint.find(options(folder), {})
    assert checkpoint.recommended(found) == {"top_k": 20}


@pytest.mark.parametrize(
    ("config", "context"),
    [
        ('{"max_position_embeddings": 40960}', 40960),
        ('{"text_config": {"max_position_embeddings": 4096}}', 4096),
        ('{"max_position_embeddings": 8192, "rope_parameters": {"rope_type": "default"}}', 8192),
        ('{"max_position_embeddings": 8192, "rope_scaling": {"factor": 4.0}}', None),
        ("{}", None),
    ],
)
def test_the_context_is_said_where_it_is_plain(
    tmp_path: Path, config: str, context: int | None
) -> None:
    """Where positions are stretched the server is asked."""
    folder = engine_room.checkpoint(tmp_path / "ckpt")
    (folder / "config.json").write_text(config)
    assert checkpoint.find(options(folder), {}).context == context
