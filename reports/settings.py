"""What a run was asked to do and by what it was judged, as named texts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from harness.types import RunRecord, RunSpec
from reports.words import number


def settings_of(record: RunRecord) -> dict[str, str]:
    """Return everything that can change a score, in the order it is asked for."""
    spec, sampling = record.spec, record.spec.sampling
    return {
        "task": f"{spec.task} (version {spec.task_version})",
        "backend": spec.backend,
        **{f"backend: {name}": value for name, value in spec.backend_args},
        **{f"backend: {name}": value for name, value in record.backend},
        "protocol": spec.protocol.id if spec.protocol else "none",
        **({"protocol file": spec.protocol.sha256} if spec.protocol else {}),
        "strategy": spec.strategy,
        **_strategy(spec),
        "system prompt": spec.system or "none",
        "attempts a problem": "all recorded" if spec.attempts is None else str(spec.attempts),
        "first problems only": "no" if spec.limit is None else str(spec.limit),
        "temperature": number(sampling.temperature),
        "top-p": number(sampling.top_p),
        "token limit": f"{sampling.max_tokens:,}",
        "seed": str(sampling.seed),
        "language asked for": spec.prompt_language,
        **{f"judge: {name}": value for name, value in record.judge},
    }


def _strategy(spec: RunSpec) -> dict[str, str]:
    """Return what the strategy was set to, and the prompts that were not its own."""
    settings: dict[str, object] = json.loads(spec.settings)
    prompts = {
        f"prompt: {template.name}": f"SHA-256 {hashlib.sha256(template.text.encode()).hexdigest()}"
        for template in spec.templates
    }
    return {**{f"strategy: {name}": str(value) for name, value in settings.items()}, **prompts}


def differences(records: Sequence[RunRecord]) -> dict[str, tuple[str, ...]]:
    """Return the settings that are not the same in all runs, with a value for each run."""
    each = [settings_of(record) for record in records]
    names = dict.fromkeys(name for settings in each for name in settings)
    table = {name: tuple(settings.get(name, "") for settings in each) for name in names}
    return {name: values for name, values in table.items() if len(set(values)) > 1}
