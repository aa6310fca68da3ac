"""``report.json``: the same rows for machines."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import msgspec

from harness import __version__
from harness.board import ContestBoard, row_facts
from harness.comparison import score_interval
from harness.metrics import metric_facts
from harness.outlook import facts_of
from harness.store import RunFolder
from harness.types import RunRecord
from reports.atlas import Atlas
from reports.folder import MAKER
from reports.standing import Standing

SCHEMA = 1


def summary(
    runs: Sequence[RunFolder],
    boards: Sequence[tuple[ContestBoard, Sequence[Standing]]],
    atlas: Atlas,
) -> str:
    """Return the summary of a report as JSON."""
    told = {
        "made_by": MAKER,
        "schema": SCHEMA,
        "harness": __version__,
        "runs": [
            {
                "id": run.record.id,
                "started": run.record.started,
                "ended": run.record.ended or None,
                "page": atlas.run(run.record.id),
                "layer": run.layer.name if run.layer else None,
                "self_tests": _self_tests(run.record),
            }
            for run in runs
        ],
        "boards": [_board(board, found, atlas) for board, found in boards],
    }
    # ASCII only: a lone surrogate in a name has an escape here and no UTF-8 anywhere.
    return json.dumps(told, indent=1, ensure_ascii=True) + "\n"


def _self_tests(record: RunRecord) -> dict[str, dict[str, Any]] | None:
    """Return whether each problem is known to be judged right; None in runs that do not say."""
    if record.self_tests is None:
        return None
    return {
        test.problem: {
            "passed": test.holds,
            "said": test.certificate.sentence if test.certificate else test.reason,
        }
        for test in record.self_tests
    }


def _board(board: ContestBoard, found: Sequence[Standing], atlas: Atlas) -> dict[str, Any]:
    contest = board.contest
    return {
        "contest": contest.id,
        "title": contest.title,
        "hash": contest.hash,
        "identity": msgspec.to_builtins(board.identity),
        "contest_legal": board.legal,
        "page": atlas.contest(board),
        "judged_points": contest.judged_points,
        "total_points": contest.total_points,
        "left_out": [
            {"id": left.id, "points": left.max_points, "reason": left.reason}
            for left in contest.left_out
        ],
        "inferred_limits": {
            problem.id: problem.inferred.sentence
            for problem in contest.problems
            if problem.inferred is not None
        },
        "rows": [_row(standing, board) for standing in found],
    }


def _row(standing: Standing, board: ContestBoard) -> dict[str, Any]:
    return {
        **row_facts(standing.row),
        "rank": standing.rank,
        "tier": standing.tier,
        "mean_interval": score_interval(standing.row),
        "metrics": metric_facts(board, standing.row),
        "medal": standing.medal,
        "outlook": facts_of(standing.outlook),
    }
