"""The checkpoint: where its files are, and what of them a reply depends on.

Everything here is read before an engine is started: a run is bound to what it was
started with, and continuing a run that is complete starts none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from harness.backends.vllm.options import Options
from harness.errors import UsageError

CONFIG = "config.json"
MISTRAL = "params.json"
"""The configuration of Mistral's own format."""
GENERATION = "generation_config.json"
TEMPLATES = ("chat_template.jinja", "chat_template.json")
TOKENIZERS = (
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.json",
    "merges.txt",
    "tokenizer.model",
    "tekken.json",
)
WEIGHTS = ("*.safetensors", "*.bin", "*.pt", "*.gguf")
PIECES = 16
"""Places of a file of weights that are looked at: its beginning, its end, and between."""
PIECE = 1 << 16
SAMPLED = ("top_k", "min_p", "repetition_penalty", "presence_penalty", "frequency_penalty")
"""Values a checkpoint may recommend that no flag of the program sets."""
DIGITS = 16
STRETCHED = ("rope_scaling", "rope_parameters")
CONTEXTS = ("max_position_embeddings", "n_positions", "max_seq_len", "seq_length")


class Checkpoint(msgspec.Struct, frozen=True, kw_only=True):
    """A checkpoint on this machine."""

    path: Path
    """Its folder, or a GGUF file."""
    commit: str = ""
    """Of a model from the Hugging Face cache."""
    config: Mapping[str, Any] = {}

    @property
    def context(self) -> int | None:
        """Tokens that the checkpoint can hold, or None where that takes more than a look."""
        for config in (self.config, self.config.get("text_config")):
            if isinstance(config, dict):
                # Positions may be stretched by a factor, and how is vLLM's to know.
                if any("factor" in str(config.get(name)) for name in STRETCHED):
                    return None
                for name in CONTEXTS:
                    if isinstance(config.get(name), int):
                        return int(config[name])
        return None


def find(options: Options, environment: Mapping[str, str]) -> Checkpoint:
    """Return the checkpoint that the settings name; raises UsageError where there is none."""
    place = Path(options.pretrained).expanduser()
    if place.exists():
        return _read(place.absolute(), options)
    words = options.pretrained.split("/")
    if len(words) > 2 or place.is_absolute() or words[0] in ("", ".", "..", "~"):
        raise UsageError(
            f"--model-args: pretrained={options.pretrained}: there is no such folder",
            hint="name the folder of a checkpoint, the one with config.json in it",
        )
    snapshot = _snapshot(options.pretrained, options.revision, environment)
    found = _read(snapshot, options)
    return msgspec.structs.replace(found, commit=snapshot.name)


def facts(checkpoint: Checkpoint, options: Options) -> dict[str, str]:
    """Return hashes of what replies depend on.

    Weights are hashed in samples: size, and 16 pieces of 64 KiB of every file, which two
    states of a training never share.
    """
    path = checkpoint.path
    if path.is_file():
        return {"weights": _hash_of_weights([path])}
    tokenizer = Path(str(options.engine.get("tokenizer", path))).expanduser()
    found = {
        "config": _hash([path / CONFIG, path / MISTRAL]),
        "generation_config": _hash([path / GENERATION]),
        "tokenizer": _hash(tokenizer / name for name in TOKENIZERS),
        "chat_template": _template(tokenizer, options.chat_template),
        "weights": _hash_of_weights(_weights(path)),
    }
    if checkpoint.commit:
        found["revision"] = checkpoint.commit
    return found


def recommended(checkpoint: Checkpoint) -> dict[str, Any]:
    """Return sampling values that the checkpoint recommends and no flag of ours sets."""
    neutral = {"repetition_penalty": 1, "top_k": 0, "min_p": 0}
    try:
        said = msgspec.json.decode((checkpoint.path / GENERATION).read_bytes(), type=dict[str, Any])
    except (OSError, msgspec.MsgspecError):
        return {}
    return {
        name: said[name]
        for name in SAMPLED
        if said.get(name) is not None and said[name] != neutral.get(name, 0)
    }


def has_template(checkpoint: Checkpoint, options: Options) -> bool:
    """Say whether it is known how messages become a prompt."""
    if "tokenizer-mode" in options.engine_args or checkpoint.path.is_file():
        return True
    tokenizer = Path(str(options.engine.get("tokenizer", checkpoint.path))).expanduser()
    return _template(tokenizer, options.chat_template) != "none" or any(
        (tokenizer / name).exists() for name in ("tekken.json", "tokenizer.model.v3")
    )


def _read(place: Path, options: Options) -> Checkpoint:
    name = f"--model-args: pretrained={place}"
    if place.is_file():
        if place.suffix == ".gguf":
            return Checkpoint(path=place)
        raise UsageError(
            f"{name} is a file", hint="name the folder of the checkpoint (or a .gguf file)"
        )
    try:
        config = msgspec.json.decode((place / CONFIG).read_bytes(), type=dict[str, Any])
    except FileNotFoundError:
        if not (place / MISTRAL).is_file():
            raise UsageError(f"{name} holds no {CONFIG}", hint=_instead(place)) from None
        config = {}
    except (OSError, msgspec.MsgspecError) as error:
        raise UsageError(
            f"{name}: {CONFIG} cannot be read: {error}", hint="write the checkpoint anew"
        ) from None
    if not _weights(place) and "load-format" not in options.engine_args:
        raise UsageError(
            f"{name} holds no weights (*.safetensors)",
            hint="name a folder whose checkpoint is whole, or say how it is loaded with "
            'engine_args={"load-format": ...}',
        )
    return Checkpoint(path=place, config=config)


def _instead(place: Path) -> str:
    """Say what a folder that is no checkpoint may be."""
    if (place / "adapter_config.json").is_file():
        return "it is an adapter: merge it into its base model and name the result"
    nearby = sorted(child.name for child in place.iterdir() if (child / CONFIG).is_file())
    if nearby:
        shown = ", ".join(nearby[-3:])
        return f"it holds checkpoints: name one of them, such as {place / nearby[-1]} ({shown})"
    if any(place.glob("**/*.distcp")) or any(place.glob("iter_*")):
        return "it is a training checkpoint: convert it to Hugging Face's format first"
    return "name the folder of a checkpoint in Hugging Face's format, with config.json and weights"


def _snapshot(name: str, revision: str, environment: Mapping[str, str]) -> Path:
    """Return the folder of a model in the Hugging Face cache."""
    home = environment.get("HF_HOME") or str(
        Path(environment.get("XDG_CACHE_HOME") or "~/.cache") / "huggingface"
    )
    hub = Path(environment.get("HF_HUB_CACHE") or Path(home) / "hub").expanduser()
    model = hub / f"models--{name.replace('/', '--')}"
    try:
        commit = (model / "refs" / revision).read_text().strip()
    except OSError:
        commit = revision
    found = model / "snapshots" / commit
    if found.is_dir():
        return found
    at = "" if revision == "main" else f" at revision {revision}"
    flag = "" if revision == "main" else f" --revision {revision}"
    raise UsageError(
        f"--model-args: pretrained={name} is no folder here, and the Hugging Face cache ({hub}) "
        f"does not have it{at}",
        hint=f"download it first (`hf download {name}{flag}`), or name a folder; a run is bound "
        "to the files it was started with, so they must be here",
    )


def _weights(path: Path) -> list[Path]:
    return sorted({file for pattern in WEIGHTS for file in path.glob(pattern)})


def _template(tokenizer: Path, given: Path | None) -> str:
    if given is not None:
        if not given.is_file():
            raise UsageError(
                f"--model-args: chat_template={given}: there is no such file",
                hint="name a file with a Jinja template",
            )
        return _hash([given])
    files = [file for name in TEMPLATES if (file := tokenizer / name).is_file()]
    if files:
        return _hash(files)
    try:
        said = msgspec.json.decode(
            (tokenizer / "tokenizer_config.json").read_bytes(), type=dict[str, Any]
        ).get("chat_template")
    except (OSError, msgspec.MsgspecError):
        said = None
    return hashlib.sha256(msgspec.json.encode(said)).hexdigest()[:DIGITS] if said else "none"


def _hash(files: Iterable[Path]) -> str:
    """Return one hash of those files that exist, or "none"."""
    found = [file for file in files if file.is_file()]
    digest = hashlib.sha256()
    for file in found:
        digest.update(f"{file.name}\0{file.stat().st_size}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:DIGITS] if found else "none"


def _hash_of_weights(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        size = path.stat().st_size
        digest.update(f"{path.name}\0{size}\0".encode())
        with path.open("rb") as file:
            for number in range(PIECES):
                file.seek(max(0, size - PIECE) * number // (PIECES - 1))
                digest.update(file.read(PIECE))
    return digest.hexdigest()[:DIGITS]
