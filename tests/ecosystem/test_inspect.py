"""Logs of the real inspect_ai are judged, in both of its formats."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.board import boards
from harness.cli import main
from harness.data import DataStore
from harness.plugins import load_task
from harness.store import RunFolder
from tests.ecosystem.conftest import Model

pytestmark = pytest.mark.ecosystem

EPOCHS = 4
CODE = """
import json, sys
from inspect_ai import Task, eval
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import get_model
from inspect_ai.scorer import includes
from inspect_ai.solver import generate
url, prompt, format = sys.argv[1:]
samples = [
    Sample(id="their-1", input=prompt, target="788"),
    Sample(id="their-2", input="Who are you?", target="nobody"),
]
model = get_model("openai-api/fake/tiny", base_url=url, api_key="none", memoize=False)
task = Task(dataset=MemoryDataset(samples), solver=generate(), scorer=includes())
(log,) = eval(
    task, model=model, epochs=4, log_dir=".", log_format=format, display="none",
    max_tokens=99, temperature=0.7, seed=3,
)
assert log.status == "success", log.error
print(log.results.scores[0].metrics["accuracy"].value)
"""


@pytest.mark.parametrize("log_format", ["eval", "json"])
def test_a_log_of_inspect_is_judged(
    log_format: str,
    inspect_ai: Path,
    apart: Callable[..., dict[str, str]],
    model: tuple[Model, str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Its samples are known by the statement inside the prompt; what is not ours is told."""
    demo = load_task("demo")
    (problem,) = (p for p in demo.contest(DataStore(tmp_path)).problems if p.id == "multiples")
    prompt = demo.prompt(problem, "").messages[0].content
    command = [str(inspect_ai), "-c", CODE, model[1], prompt, log_format]
    done = subprocess.run(
        command, env=apart(), cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    recording = tmp_path / "imported.jsonl"
    (log,) = tmp_path.glob(f"*.{log_format}")
    assert main(["import", "inspect", str(log), "--task", "demo", "-o", str(recording)]) == 1
    said = capsys.readouterr().out
    assert f"{EPOCHS} of {2 * EPOCHS} generations are in {recording}: {EPOCHS} by statement" in said
    assert f"- their-2 ({EPOCHS}): neither its name nor its statement is known" in said
    row = json.loads(recording.read_text().splitlines()[0])
    assert row["contestant"] == "openai-api/fake/tiny"
    assert row["finish_reason"] == "stop"
    assert (row["tokens_in"], row["tokens_out"]) == (7, 3)
    assert row["source"]["sampling"]["temperature"] == 0.7
    assert row["source"]["tool"] == "inspect_ai"
    words = ["run", "--task", "demo", "--model", "replay", "--no-report", "-q"]
    place = tmp_path / "runs"
    assert main([*words, "--model-args", f"file={recording}", "-o", str(place)]) == 0
    (run,) = place.iterdir()
    cells = {c.problem.id: c for c in boards([RunFolder(run)])[0].rows[0].cells}
    assert len(cells["multiples"].done) == EPOCHS
    assert cells["multiples"].mean_points == 50.0  # each was drawn with the seed 3, which is right
