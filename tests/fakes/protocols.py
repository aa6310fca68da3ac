"""A protocol that is not in any file."""

from __future__ import annotations

from typing import Any

import msgspec

from harness.types import (
    FeedbackLevel,
    Legality,
    Protocol,
    ProtocolLoop,
    ProtocolPrompt,
    ProtocolSampling,
    ProtocolScorer,
    ProtocolSubmission,
)


def protocol(**changes: Any) -> Protocol:
    made = Protocol(
        id="ioi1999/once",
        title="One program a problem",
        task="ioi1999",
        source="nobody's paper",
        prompt=ProtocolPrompt(system=""),
        sampling=ProtocolSampling(temperature=1.0, top_p=0.95, max_tokens=1000),
        loop=ProtocolLoop(strategy="single"),
        submission=ProtocolSubmission(feedback=FeedbackLevel.NONE),
        scorer=ProtocolScorer(kind="tests"),
        legality=Legality(contest_legal=True),
        sha256="f" * 64,
    )
    return msgspec.structs.replace(made, **changes)
