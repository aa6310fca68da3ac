"""The agreement of a judge with people, in Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from harness.types import Figure, JudgeCertificate, JudgeStanding, Part

LABELS = {
    "exact": "exact agreement: the same mark",
    "accuracy": "accuracy: both pass, or neither does",
    "balanced_accuracy": "balanced accuracy",
    "false_gold": "false gold: passes, of proofs that people fail",
    "false_fail": "false fail: fails, of proofs that people pass",
    "wrong_passes": "wrong passes: people fail, of proofs that it passes",
    "kappa_quadratic": "weighted kappa, quadratic",
    "kappa_linear": "weighted kappa, linear",
    "mae": "mean absolute error: in marks of people",
    "bias": "bias: judge less people, in marks of people",
    "rank_correlation": "rank correlation (Spearman)",
    "self_consistency": "self-consistency: equal pairs of votes",
}

OF_FAMILY = ("accuracy", "false_gold", "false_fail", "mae", "bias")
"""Figures in the table of families."""

FOOT = """\
Intervals are of 95 %: of rates as Clopper and Pearson's, and where a problem has several proofs at
least as wide as from resampling; of all else from {draws:,} resamplings of whole problems. — is
undefined, or without ground for an interval."""


def page(certificate: JudgeCertificate, standing: JudgeStanding, kept: Path) -> str:
    """Return all there is to say."""
    return "\n".join(_lines(certificate, standing, kept))


def _lines(certificate: JudgeCertificate, standing: JudgeStanding, kept: Path) -> Iterator[str]:
    judge = certificate.judge
    votes = f"{judge.votes} vote{'s' * (judge.votes > 1)}" if judge.votes else "votes unknown"
    yield (
        f"{' + '.join(judge.models)} on {certificate.data} "
        f"({judge.scale.value}, {votes}, {judge.aggregate.value})"
    )
    yield ""
    for note in (*certificate.convention.sentences, *certificate.notes):
        yield f"- {note}"
    for part in (certificate.held_out, certificate.calibration):
        yield f"- {_sizes(part)}"
    yield ""
    yield "| figure | held-out | 95 % | of | calibration | 95 % | of |"
    yield "| --- | ---: | --- | ---: | ---: | --- | ---: |"
    pairs = zip(certificate.held_out.figures, certificate.calibration.figures, strict=True)
    for one, other in pairs:
        yield "| " + " | ".join((LABELS[one.name], *_cells(one), *_cells(other))) + " |"
    if len(certificate.families) > 1:
        yield ""
        yield (
            "| held-out, by family | proofs | problems | "
            + " | ".join(LABELS[name].partition(":")[0] for name in OF_FAMILY)
            + " |"
        )
        yield "| --- |" + " ---: |" * (2 + len(OF_FAMILY))
        yield from map(_family, certificate.families)
    yield ""
    yield FOOT.format(draws=certificate.draws)
    yield ""
    hashes = f"judge {certificate.judge_sha256[:12]}, data {certificate.data_sha256[:12]}"
    yield f"{hashes}; kept: {kept}"
    yield standing.sentence


def _sizes(part: Part) -> str:
    said = (
        f"{part.name}: {part.proofs} proofs of {part.problems} problems; people pass "
        f"{part.human_passes}, the judge {part.judge_passes}"
    )
    if part.votes:
        said += f"; {part.votes} votes"
    if part.unmarked:
        said += f"; {part.unmarked} more without a vote, in no figure"
    return f"{said}."


def _cells(figure: Figure) -> tuple[str, str, str]:
    return _number(figure.value), _between(figure), str(figure.of)


def _family(part: Part) -> str:
    name = (part.family or "not said").replace("|", "\\|")
    cells = [name, str(part.proofs), str(part.problems)]
    for each in OF_FAMILY:
        figure = part.figure(each)
        between = _between(figure)
        cells.append(_number(figure.value) + (f" {between}" if between != "—" else ""))
    return "| " + " | ".join(cells) + " |"


def _number(value: float | None) -> str:
    # A bias that rounds to nothing has no sign.
    return "—" if value is None else f"{round(value, 3) + 0.0:.3f}"


def _between(figure: Figure) -> str:
    if figure.low is None or figure.high is None:
        return "—"
    return f"[{_number(figure.low)}, {_number(figure.high)}]"
