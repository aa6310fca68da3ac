"""What a server printed, and what is read from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.backends.vllm import diagnosis
from harness.backends.vllm.journal import KEPT, Journal, words

NOISE = (
    "(APIServer pid=9) INFO 11-25 04:32:36 [api_utils.py:286] non-default args: "
    "{'trust_remote_code': True, 'max_model_len': 4096}",
    "(APIServer pid=9) WARNING 11-25 04:32:36 [system_utils.py:255] Found ulimit of 20000. This "
    "can cause fd limit errors like `OSError: [Errno 24] Too many open files`.",
    "(Worker pid=7) INFO 11-25 04:33:35 [weight_utils.py:1108] Checkpoint size: 0.00 GiB. "
    "Available RAM: 21.54 GiB.",
    "(EngineCore pid=8) ERROR 11-25 04:33:36 [core.py:9] Traceback (most recent call last):",
)
AFTER = (
    "(APIServer pid=9) RuntimeError: Engine core initialization failed. See root cause above. "
    "Failed core proc(s): {}",
)


@pytest.mark.parametrize(
    ("line", "what", "hint"),
    [
        (
            "(EngineCore pid=8) torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 "
            "GiB. GPU 0 has a total capacity of 79.11 GiB",
            "the GPU's memory is not enough",
            "raise tensor_parallel_size",
        ),
        (
            "ValueError: No available memory for the cache blocks. Try increasing "
            "`gpu_memory_utilization` when initializing the engine",
            "not enough memory for the key-value cache",
            "raise gpu_memory_utilization",
        ),
        (
            "ValueError: To serve at least one request with the model's max seq len (131072), "
            "(14.0 GiB KV cache is needed, which is larger than the available KV cache memory (9.2 "
            "GiB). Based on the available memory, the estimated maximum model length is 86112. ",
            "not enough memory for the key-value cache of one sample",
            "max_model_len=86112 or less",
        ),
        (
            "ValueError: Available memory on node 0 (9.1/23.4 GiB) on startup is less than desired "
            "CPU memory utilization (0.92, 21.53 GiB). ",
            "not enough free memory",
            "lower gpu_memory_utilization",
        ),
        (
            "ValueError: Free memory on device cuda:0 (3.2/79.1 GiB) on startup is less than "
            "desired GPU memory utilization (0.92, 72.8 GiB).",
            "another program holds part of the GPU's memory",
            "nvidia-smi",
        ),
        (
            "RuntimeError: [enforce fail at alloc_cpu.cpp:117] err == 0. DefaultCPUAllocator: "
            "can't allocate memory: you tried to allocate 9 bytes. Error code 12 (Cannot allocate",
            "the machine's memory is not enough",
            "lower max_model_len",
        ),
        (
            "Value error, User-specified max_model_len (99999) is greater than the derived "
            "max_model_len (max_position_embeddings=8192 or model_max_length=None in model's "
            "config.json).",
            "max_model_len is more than the model was made for",
            "lower max_model_len",
        ),
        (
            "Value error, Total number of attention heads (2) must be divisible by tensor parallel "
            "size (3).",
            "attention heads (2) must be divisible",
            "tensor_parallel_size",
        ),
        (
            "Value error, World size (8) is larger than the number of available GPUs (1) in this "
            "node.",
            "World size (8) is larger",
            "lower tensor_parallel_size",
        ),
        (
            "api_server.py: error: unrecognized arguments: --foo 1",
            "unrecognized arguments: --foo 1",
            "engine_args",
        ),
        (
            "The repository /ckpt contains custom code which must be executed to correctly load it",
            "needs code of its own",
            "trust_remote_code=true",
        ),
        (
            "(Worker pid=7) ERROR 11-25 04:33:36 [w.py:1] KeyError: 'layers.3.mlp'",
            "KeyError: 'layers.3.mlp' (exit code 1)",
            "read what it printed",
        ),
    ],
)
def test_the_cause_is_found_among_what_is_printed(line: str, what: str, hint: str) -> None:
    """Neither what vLLM always prints nor what follows from the cause is taken for it."""
    found = diagnosis.of([*NOISE, line, *AFTER], 1)
    assert what in found.what
    assert hint in found.hint


def test_a_server_that_was_killed_is_no_riddle() -> None:
    """Without words, the signal says most."""
    assert "runs out of memory" in diagnosis.of(NOISE, 137).what


def test_lines_are_shown_without_what_surrounds_them() -> None:
    """A line of progress holds what is said, not who said it when."""
    assert words(NOISE[2]).startswith("Checkpoint size: 0.00 GiB.")
    assert words("plain") == "plain"
    assert len(words("x" * 1000)) < 200


def test_only_the_last_start_is_looked_at(tmp_path: Path) -> None:
    """What an earlier start printed explains nothing about this one."""
    journal = Journal(tmp_path / "logs", "org/model")
    assert journal.last() == ""
    journal.begin(["python", "first"])
    with journal.path.open("a") as file:
        file.write("Loading:  10%\rLoading: 100%\r\x1b[31mdone\x1b[0m\n\n")
    assert journal.lines() == ["Loading:  10%", "Loading: 100%", "done"]
    journal.begin(["python", "second"])
    assert journal.lines() == []
    assert "$ python first" in journal.path.read_text()


def test_old_files_are_dropped(tmp_path: Path) -> None:
    """The folder does not grow for ever."""
    for number in range(3 * KEPT):
        (tmp_path / f"2025-01-01T0000{number:02}-old.log").touch()
    (tmp_path / "other.txt").touch()
    Journal(tmp_path, "model").begin(["python"])
    kept = sorted(file.name for file in tmp_path.glob("*.log"))
    assert len(kept) == KEPT + 1
    assert (tmp_path / "other.txt").exists()
