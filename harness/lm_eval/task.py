"""A task of ours as lm-eval's evaluator sees it; the only module that needs lm-eval."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping, Sequence
from copy import deepcopy
from importlib.metadata import version
from typing import Any

from datasets import Dataset
from lm_eval.api.filter import Filter
from lm_eval.api.instance import Instance
from lm_eval.api.registry import register_filter
from lm_eval.api.task import ConfigurableTask
from lm_eval.models.api_models import TemplateAPI

from harness.cli.manifest import MUTE, nothing_to_judge
from harness.cli.shortened import shortened
from harness.config import environment, settings
from harness.data import DataStore
from harness.errors import UsageError
from harness.lm_eval.judging import KEEP, Judged, judge
from harness.lm_eval.settings import (
    alike,
    check_draws,
    model_name,
    read_asked,
    sampling,
    seed_of,
    seeded,
)
from harness.plugins import load_task
from harness.types import CodeBody, Contest, ProofBody

log = logging.getLogger(__name__)

KEEP_ALL = "harness_all"


@register_filter(KEEP_ALL)
class KeepAll(Filter):  # type: ignore[misc]
    """A filter that passes every answer on, however often a request was repeated."""

    def apply(self, resps: Any, docs: Any) -> Any:  # noqa: ARG002
        """Return what came in."""
        return resps


BYPASS = "bypass"
"""lm-eval's metric of a run that only generates."""


def total(points: Sequence[float]) -> float:
    """Return the points of a contest: the sum over its problems, NaN where one is not known."""
    return math.fsum(points)


def mean(values: Sequence[float]) -> float:
    """Return the mean over problems."""
    return math.fsum(values) / len(values) if values else math.nan


METRICS = {
    "points": (total, True),
    "score": (mean, True),
    "solved": (mean, True),
    "unresolved": (total, False),
    "void": (total, False),
}
"""How each is put together over documents, and whether more of it is better."""


class HarnessTask(ConfigurableTask):  # type: ignore[misc] # lm-eval has no types
    """One of our tasks: its prompts, its own seeds for samples, its judge."""

    def __init__(
        self,
        data_dir: str | None = None,  # noqa: ARG002
        cache_dir: str | None = None,  # noqa: ARG002
        download_mode: Any = None,  # noqa: ARG002
        config: Mapping[str, Any] | None = None,
    ) -> None:
        given = dict(config or {})
        name = given.pop("harness_task")
        given.pop("class", None)
        metadata = given.get("metadata") or {}
        self._ours = load_task(name)
        self._asked = read_asked(metadata)
        self._contestant = model_name(metadata)
        self._contest = contest_of(self._ours)
        self._judged: dict[tuple[str, tuple[str, ...]], Judged] = {}
        super().__init__(config=self._config_of(given, metadata))

    def _config_of(self, given: dict[str, Any], metadata: Mapping[str, Any]) -> dict[str, Any]:
        language = self._asked.language or self._ours.defaults.prompt_language
        docs = [
            {
                "id": problem.id,
                "title": problem.title,
                "prompt": "\n\n".join(
                    message.content for message in self._ours.prompt(problem, language).messages
                ),
            }
            for problem in self._contest.problems
        ]
        return {
            **given,
            "metadata": {**metadata, "version": self._ours.version},
            "custom_dataset": lambda **_: {"test": Dataset.from_list(docs)},
            "test_split": "test",
            "output_type": "generate_until",
            "doc_to_text": "prompt",
            "doc_to_target": "",  # an answer is for the judge alone
            "num_fewshot": 0,
            "repeats": 1,
            "generation_kwargs": {**sampling(), **(given.get("generation_kwargs") or {})},
            "filter_list": [{"name": "all", "filter": [{"function": KEEP_ALL}]}],
            "process_results": "harness",
            "metric_list": [
                {"metric": name, "aggregation": how, "higher_is_better": better}
                for name, (how, better) in METRICS.items()
            ],
            "unsafe_code": any(isinstance(p.body, CodeBody) for p in self._contest.problems),
        }

    def construct_requests(self, doc: dict[str, Any], ctx: Any, **kwargs: Any) -> Any:
        """Return a request for each sample, with a seed of its own where there are several."""
        drawn = deepcopy(self.config.generation_kwargs)
        server = is_server(kwargs.get("chat_template"))
        check_draws(self._asked, drawn, server)
        count = self._asked.num_samples
        own = count > 1 and seeded(self._asked, server)
        run_seed = int(drawn.pop("seed", 0)) if own else 0
        name, doc_id, _ = kwargs["metadata"]
        return [
            Instance(
                request_type=self.OUTPUT_TYPE,
                doc=doc,
                arguments=(ctx, {**drawn, "seed": seed_of(run_seed, sample)} if own else drawn),
                idx=sample,
                metadata=(name, doc_id, 1 if own else count),
            )
            for sample in range(count if own else 1)
        ]

    def process_results(self, doc: dict[str, Any], results: Sequence[Any]) -> dict[str, Any]:
        """Return the metrics of a document; the first call judges all that were generated."""
        if BYPASS in self._metric_fn_list:
            return {BYPASS: 999}
        texts = _flat(results)
        if (doc["id"], texts) not in self._judged:
            self._judge({**self._generated(), doc["id"]: texts})
        return self._judged[doc["id"], texts].metrics()

    def _generated(self) -> dict[str, tuple[str, ...]]:
        """Return every text of this process by problem; all are there before any is judged."""
        found: dict[str, list[Any]] = {}
        for instance in sorted(self.instances, key=lambda one: one.idx):
            for texts in list(instance.filtered_resps.values())[:1]:
                found.setdefault(instance.doc["id"], []).append(texts)
        return {problem: _flat(texts) for problem, texts in found.items()}

    def _judge(self, texts: Mapping[str, tuple[str, ...]]) -> None:
        if alike(texts):
            log.warning("%s: %s", self.config.task, ONE_SAMPLE)
        source = {
            "tool": "lm-eval",
            "version": version("lm-eval"),
            "benchmark": self.config.task,
            "model": self._contestant,
            "sampling": self.config.generation_kwargs,
        }
        problems = [problem for problem in self._contest.problems if problem.id in texts]
        found, run = judge(self._ours.id, problems, texts, self._contestant, source)
        for name, judged in found.items():
            self._judged[name, tuple(texts[name])] = judged
        lost = sum(judged.metrics()["void"] for judged in found.values())
        if lost:
            log.warning("%s: %d samples are void, in no mean: %s", self.config.task, lost, KEPT)
        if environment().get(KEEP):
            log.warning("%s: harness report %s -o DIR", self.config.task, run.path)


KEPT = f"set {KEEP}=DIR to keep the run folder, whose log says why"


ONE_SAMPLE = (
    "all samples of every problem are the same text: they were drawn with one seed, or without "
    "chance, and are one sample each"
)


def is_server(chat_template: Any) -> bool | None:
    """Return whether a model is asked over a server; None where it cannot be known.

    A task is not told its model, but with a chat template it is given a method of it.
    """
    model = getattr(chat_template, "__self__", None)
    return None if model is None else isinstance(model, TemplateAPI)


def contest_of(task: Any) -> Contest:
    """Return a task's contest, as far as lm-eval can ask for it; raises for one it cannot."""
    whole = task.contest(DataStore(settings(environment()).data))
    mute = [problem for problem in whole.problems if not problem.statement.strip()]
    contest: Contest = whole.without(mute, MUTE) if mute else whole
    if any(isinstance(problem.body, ProofBody) for problem in contest.problems):
        raise UsageError(
            f"{contest.id} asks for proofs, which a jury of models marks: lm-eval has no place "
            "for one",
            hint=f"run it with `harness run --task {task.id}`; generations that lm-eval made "
            "otherwise come in with `harness import lm-eval`",
        )
    if not contest.problems:
        raise nothing_to_judge(contest)
    if contest.left_out:
        log.warning(
            "%s: %s cannot be judged here and are in no number",
            contest.id,
            shortened([left.id for left in contest.left_out]),
        )
    return contest


def _flat(results: Sequence[Any]) -> tuple[str, ...]:
    """Return the texts of a document: a list for each request, or a text."""
    return tuple(
        text
        for given in results
        for text in (given if isinstance(given, list | tuple) else (given,))
    )
