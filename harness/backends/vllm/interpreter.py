"""The interpreter that has vLLM, and what it has."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec

from harness.errors import UsageError

PROBE = Path(__file__).with_name("probe.py")
PROBE_S = 120
"""A cold network file system takes its time."""
INSTALL = (
    "install vLLM into a virtual environment of its own (`pip install vllm`) and say "
    "python=/path/to/it/bin/python in --model-args, or start a server yourself and ask it with "
    "--model openai"
)


class Interpreter(msgspec.Struct, frozen=True, kw_only=True):
    """An interpreter, and what :mod:`probe` says of it."""

    path: Path = Path()
    home: str
    """Folder of the module, empty where there is none."""
    distribution: str
    """``vllm``, or the name of a build for another kind of machine."""
    version: str
    torch: str
    transformers: str
    python: str
    has_api_server: bool
    """Whether the server can be started by its module; else by the command line's."""
    has_cpu_build: bool

    @property
    def cpu(self) -> bool:
        """Whether this build has no use for GPUs."""
        return self.has_cpu_build or "cpu" in self.version or self.torch.endswith("+cpu")

    @property
    def engine(self) -> str:
        """What writes the text, in one line."""
        return (
            f"{self.distribution or 'vllm'} {self.version or 'unknown'}, "
            f"torch {self.torch or 'unknown'}, "
            f"transformers {self.transformers or 'unknown'}"
        )


def find(given: Path | None, environment: Mapping[str, str]) -> Interpreter:
    """Return what the interpreter has; raises UsageError where it has no vLLM, or is none."""
    path = given or Path(sys.executable)
    if path.is_dir():
        path = path / "bin" / "python"
    if not path.is_file():
        raise UsageError(
            f"--model-args: python={given}: there is no such interpreter",
            hint="name the python of a virtual environment that has vLLM: /path/to/it/bin/python",
        )
    said = _ask(path, environment)
    if not said.home:
        raise UsageError(f"{path} has no vLLM", hint=INSTALL)
    return msgspec.structs.replace(said, path=path)


def _ask(path: Path, environment: Mapping[str, str]) -> Interpreter:
    try:
        asked = subprocess.run(
            [str(path), "-c", PROBE.read_text()],
            # The current folder is no place to find modules in.
            env={**environment, "PYTHONSAFEPATH": "1"},
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PROBE_S,
            check=True,
        )
        return msgspec.json.decode(asked.stdout, type=Interpreter)
    except subprocess.TimeoutExpired:
        said = f"it did not answer within {PROBE_S} s"
    except subprocess.CalledProcessError as error:
        lines = error.stderr.decode(errors="replace").strip().splitlines()
        said = lines[-1] if lines else f"exit code {error.returncode}"
    except (OSError, msgspec.MsgspecError) as error:
        said = str(error)
    raise UsageError(
        f"{path} cannot say what vLLM it has: {said}",
        hint="name the python of a virtual environment that has vLLM in --model-args: python=...",
    )
