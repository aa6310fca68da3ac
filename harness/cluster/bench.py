"""The tools of a run whose programs are judged on a cluster."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Self

from harness.config import Settings
from harness.judges.answer import AnswerJudge

if TYPE_CHECKING:
    from harness.cluster.judge import ClusterJudge
    from harness.cluster.ray_cluster import RayCluster

START_S = 120.0
"""How long the nodes are waited for that are to open the first slots."""
MOST_THREADS = 4096
"""Judgings under way in one run, each of which a thread waits for."""


class ClusterBench:
    """One code judge with slots on other machines, one answer judge with workers here."""

    def __init__(
        self, place: Settings, address: str, tell: Callable[[str], None] | None = None
    ) -> None:
        self._settings = place
        self._address = address
        self._tell = tell
        self._cluster: RayCluster | None = None
        self._code: ClusterJudge | None = None
        self._lock = threading.Lock()
        self.answers = AnswerJudge()

    @property
    def code(self) -> ClusterJudge:
        """The code judge; the first use connects to the cluster and opens the slots."""
        with self._lock:
            if self._code is None:
                # Imported here so that runs without code need no judge.
                from harness.cluster.judge import ClusterJudge
                from harness.cluster.ray_cluster import RayCluster

                self._cluster = RayCluster(
                    self._address,
                    sandbox=self._settings.sandbox,
                    start_s=START_S,
                    patience_s=self._settings.engine_patience_s,
                )
                self._code = ClusterJudge(self._cluster.dispatcher, self._cluster.hello)
                if self._tell is not None:
                    nodes = len(self._cluster.machines)
                    self._tell(
                        f"{self._code.note}, in {self._cluster.width} slots of {nodes} nodes"
                    )
            return self._code

    @property
    def slots(self) -> int:
        """Judgings that may be under way: twice the slots that are there, since more may come."""
        if self._cluster is None:
            return self._settings.slots
        return max(1, min(MOST_THREADS, 2 * self._cluster.width))

    @property
    def machines(self) -> tuple[tuple[str, str], ...]:
        """The nodes that judge."""
        return self._cluster.machines if self._cluster is not None else ()

    @property
    def cpus(self) -> tuple[str, ...]:
        """The processors of the nodes that judge, each model once."""
        return self._cluster.cpus if self._cluster is not None else ()

    def close(self) -> None:
        """Close every slot; safe to call twice."""
        with self._lock:
            if self._cluster is not None:
                self._cluster.close()
        self.answers.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
