"""The folder that ``--include_path`` is given: a small file for each task that there is.

Tasks are entry points, so that those of other distributions are in it as well; lm-eval, as of
0.4.13, finds tasks by files alone.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from harness.prompts import holes, read_template
from harness.types import Template

TEMPLATE = Path(__file__).with_name("task.yaml")
PREFIX = "harness_"


def write_folder(cache: Path, tasks: Sequence[str]) -> Path:
    """Write what lm-eval reads into the cache, and return the folder.

    A file takes its place whole, so that one who reads meanwhile finds the old or the new.
    """
    folder = cache / "lm-eval"
    folder.mkdir(parents=True, exist_ok=True)
    template = read_template(TEMPLATE)
    wanted = {f"{PREFIX}{name}.yaml": filled(template, name) for name in tasks}
    for name, text in wanted.items():
        place = folder / name
        if not place.is_file() or place.read_text("utf-8") != text:
            number, fresh = tempfile.mkstemp(prefix=".", dir=folder)
            with os.fdopen(number, "w", encoding="utf-8") as file:
                file.write(text)
            Path(fresh).chmod(0o644)
            Path(fresh).rename(place)
    for left in folder.glob(f"{PREFIX}*.yaml"):
        if left.name not in wanted:
            with contextlib.suppress(OSError):
                left.unlink()
    return folder


def filled(template: Template, name: str) -> str:
    """Return the file of one task."""
    assert holes(template) == {"name"}, "the template asks for the name and nothing else"
    return template.text.replace("{{name}}", name)
