"""What may be said to the vllm backend, and the command line and environment it becomes."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import msgspec
import pytest

from harness.backends.vllm import command, devices, interpreter
from harness.backends.vllm.checkpoint import Checkpoint
from harness.backends.vllm.interpreter import Interpreter
from harness.backends.vllm.options import ENGINE, SETTINGS, name_of, read_options
from harness.errors import UsageError
from tests.fakes.engine_room import PATH

CHECKPOINT = Checkpoint(path=Path("/models/ckpt"), config={"max_position_embeddings": 8192})
PYTHON = Interpreter(
    path=Path("/venv/bin/python"),
    home="/venv/vllm",
    distribution="vllm",
    version="0.32.0",
    torch="2.13.0",
    transformers="5.19.0",
    python="3.12.1",
    has_api_server=True,
    has_cpu_build=False,
)


def flags(*, cpu: bool = False, checkpoint: Checkpoint = CHECKPOINT, **args: str) -> str:
    options = read_options({"pretrained": "/models/ckpt", **args})
    return " ".join(command.flags(options, checkpoint, cpu=cpu))


@pytest.mark.parametrize(
    ("args", "message", "hint"),
    [
        ({"pretraind": "x"}, "'pretraind'", "did you mean pretrained"),
        ({"tensor_parallel": "2"}, "'tensor_parallel'", "did you mean tensor_parallel_size"),
        ({"gpu_memory_utilisation": "1"}, "'gpu_memory_utilisation'", "gpu_memory_utilization"),
        ({"tp": "2"}, "'tp'", "tensor_parallel_size"),
        ({"model": "x"}, "'model'", "pretrained"),
        ({"temperature": "1"}, "'temperature'", "--temperature"),
        ({"top_k": "1"}, "'top_k'", 'extra_body={"top_k": ...}'),
        ({"base_url": "http://x"}, "'base_url'", "--model openai"),
        ({"batch_size": "auto"}, "'batch_size'", "--max-connections"),
        ({"device": "cuda:1"}, "'device'", "CUDA_VISIBLE_DEVICES"),
        ({"api_key": "sk-1"}, "'api_key'", "key of its own"),
        ({"hf_token": "x"}, "'hf_token'", "HF_TOKEN"),
        ({"pretrained": " "}, "needs a checkpoint", "pretrained=FOLDER"),
        ({"replicas": "0"}, "replicas=0", "Servers"),
        ({"tensor_parallel_size": "two"}, "tensor_parallel_size=two", "GPUs"),
        ({"max_model_len": "-1"}, "max_model_len=-1", "number above 0"),
        ({"gpu_memory_utilization": "90"}, "gpu_memory_utilization=90", "at most 1"),
        ({"dtype": "bf16"}, "dtype=bf16", "bfloat16"),
        ({"trust_remote_code": "maybe"}, "trust_remote_code=maybe", "Run code"),
        ({"generation_config": "mine"}, "generation_config=mine", "auto"),
        ({"engine_args": "--foo"}, "engine_args=--foo", "JSON object"),
        ({"engine_args": '{"max_model_len": 1}'}, "set max-model-len", "say max_model_len=..."),
        ({"engine_args": '{"--no-enforce-eager": true}'}, "no-enforce-eager", "enforce_eager"),
        ({"engine_args": '{"port": 1}'}, "set port", "leave it out"),
        ({"extra_body": '{"seed": 1}'}, "set seed", "--seed"),
        ({"max_tries": "0"}, "max_tries=0", "Tries"),
        ({"start_s": "soon"}, "start_s=soon", "Seconds"),
    ],
)
def test_mistakes_are_refused_with_the_next_step(
    args: dict[str, str], message: str, hint: str
) -> None:
    """A misspelt or misplaced setting is never ignored."""
    with pytest.raises(UsageError) as caught:
        read_options({"pretrained": "/models/ckpt", **args})
    assert message in caught.value.message
    assert hint in caught.value.hint
    assert "sk-1" not in str(caught.value)


def test_the_table_says_what_the_defaults_are() -> None:
    """Defaults that are values, typed in, give the settings of someone who types nothing."""
    plain = read_options({"pretrained": "/models/ckpt"})
    in_words = {"pretrained", "id", "title", "python", "logs", "idle_s", *ENGINE}
    typed = {name: row.default for name, row in SETTINGS.items() if name not in in_words}
    assert read_options({"pretrained": "/models/ckpt", **typed}) == plain
    for setting in SETTINGS.values():
        assert setting.meaning.endswith(".")


@pytest.mark.parametrize(
    ("pretrained", "name"),
    [
        ("/ckpts/run/step-4200/", "step-4200"),
        ("./out", "out"),
        ("runs/a/step-1", "step-1"),
        ("org/model-7b", "org/model-7b"),
        ("model", "model"),
    ],
)
def test_a_checkpoint_is_called_as_people_call_it(pretrained: str, name: str) -> None:
    """A folder by its last name, a model of the hub by both."""
    assert name_of(pretrained) == name
    options = read_options({"pretrained": pretrained})
    assert (options.requests.model, options.requests.title) == (name, name)
    assert read_options({"pretrained": pretrained, "id": "mine"}).requests.model == "mine"


# --- the command ----------------------------------------------------------------------------


def test_settings_become_flags() -> None:
    """Each setting is one flag of vLLM, in an order that does not depend on how it was typed."""
    given = flags(
        max_model_len="32768",
        tensor_parallel_size="8",
        trust_remote_code="false",
        enforce_eager="true",
        reasoning_parser="qwen3",
        engine_args='{"enable_expert_parallel": true, "--async-scheduling": false, '
        '"hf-overrides": {"a": 1}, "middleware": ["a", "b"], "block-size": 32}',
    )
    assert given == (
        "--tensor-parallel-size 8 --max-model-len 32768 --enforce-eager --no-trust-remote-code "
        "--reasoning-parser qwen3 --generation-config vllm --enable-expert-parallel "
        '--no-async-scheduling --hf-overrides {"a": 1} --middleware a b --block-size 32'
    )


def test_without_a_gpu_prompts_are_read_whole() -> None:
    """A seed and a prompt in pieces kill the engine on processors, so there are no pieces."""
    whole = "--no-enable-chunked-prefill --max-num-batched-tokens 8192"
    assert flags(cpu=True) == (
        f"--enforce-eager --generation-config vllm --max-model-len 8192 {whole}"
    )
    assert "--max-model-len 4096" in (given := flags(cpu=True, max_model_len="4096"))
    assert "--max-num-batched-tokens 4096" in given
    assert "--no-enforce-eager" in flags(cpu=True, enforce_eager="false")
    own = flags(cpu=True, engine_args='{"enable-chunked-prefill": true}')
    assert "--no-enable-chunked-prefill" not in own
    silent = Checkpoint(path=CHECKPOINT.path, config={})
    with pytest.raises(UsageError) as caught:
        flags(cpu=True, checkpoint=silent)
    assert "max_model_len=N" in caught.value.hint


def test_a_server_is_started_by_its_module_or_by_the_command_line() -> None:
    """Where a newer vLLM has dropped the module, its command line is used."""
    old = command.command(PYTHON, CHECKPOINT, "ckpt", ("--seed", "1"), 8123)
    assert old[:5] == [
        "/venv/bin/python",
        "-m",
        "vllm.entrypoints.openai.api_server",
        "--model",
        "/models/ckpt",
    ]
    assert old[-2:] == ["--seed", "1"]
    assert "--port 8123" in " ".join(old)
    newer = msgspec.structs.replace(PYTHON, has_api_server=False)
    start = command.command(newer, CHECKPOINT, "ckpt", (), 8123)[1:5]
    assert start == ["-m", "vllm.entrypoints.cli.main", "serve", "/models/ckpt"]
    own = command.command(PYTHON, CHECKPOINT, "ckpt", ("--stream-interval", "1"), 8123)
    assert own.count("--stream-interval") == 1


def test_the_server_gets_a_key_and_none_of_ours() -> None:
    """Others on the machine cannot ask the server; what its user set is kept."""
    given = {"OPENAI_API_KEY": "sk-1", "VLLM_API_KEY": "old", "VLLM_NO_USAGE_STATS": "0", "A": "b"}
    found = command.environment(given, "token")
    assert found["VLLM_API_KEY"] == "token"
    assert "OPENAI_API_KEY" not in found
    assert (found["VLLM_NO_USAGE_STATS"], found["A"]) == ("0", "b")
    assert command.numeric({"VLLM_USE_X": "1", "VLLM_API_KEY": "k", "HOME": "/"}) == (
        "VLLM_BATCH_INVARIANT=0 VLLM_USE_X=1"
    )
    assert command.numeric({"VLLM_BATCH_INVARIANT": "1"}) == "VLLM_BATCH_INVARIANT=1"


def test_gpus_and_cores_are_shared_out() -> None:
    """Several servers get each their own; one server is left all."""
    assert devices.gpus({"CUDA_VISIBLE_DEVICES": "4,5,6,7"}, 2, 2) == [
        {"CUDA_VISIBLE_DEVICES": "4,5"},
        {"CUDA_VISIBLE_DEVICES": "6,7"},
    ]
    assert devices.gpus({"CUDA_VISIBLE_DEVICES": "4,5"}, 1, 2) == [{}]
    with pytest.raises(UsageError, match="1 server with 1 GPU each need 1; 0 can be seen"):
        devices.gpus({"CUDA_VISIBLE_DEVICES": ""}, 1, 1)
    assert devices.cores(1) == [{}]
    count = len(os.sched_getaffinity(0))
    if count > 1:
        shares = [part["VLLM_CPU_OMP_THREADS_BIND"].split(",") for part in devices.cores(2)]
        assert len({core for share in shares for core in share}) == count // 2 * 2


# --- the interpreter ------------------------------------------------------------------------


def test_an_interpreter_is_asked_what_it_has(tmp_path: Path) -> None:
    """Version and build are read without an import, from a venv's folder or its python."""
    found = interpreter.find(Path(sys.executable), {"PYTHONPATH": PATH})
    assert (found.distribution, found.version, found.has_api_server) == ("vllm", "9.9.9", True)
    assert not found.cpu
    venv = interpreter.find(Path(sys.prefix), {"PYTHONPATH": PATH})
    assert venv.path == Path(sys.prefix) / "bin" / "python"


@pytest.mark.parametrize(
    ("python", "message"),
    [
        ("/nowhere/python", "there is no such interpreter"),
        ("/bin/false", "cannot say what vLLM it has: exit code 1"),
        (sys.executable, "has no vLLM"),
    ],
)
def test_an_interpreter_that_will_not_do_is_named(python: str, message: str) -> None:
    """Whatever is wrong with it, the next step is a python= of another one."""
    with pytest.raises(UsageError, match=message) as caught:
        interpreter.find(Path(python), {})
    assert "python" in caught.value.hint
