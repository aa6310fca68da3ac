"""``harness calibrate``: how a judge's marks agree with those that people gave."""

from __future__ import annotations

import argparse
import difflib
import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from harness import __version__
from harness.calibration import certify, convention_of, paired
from harness.calibration.readers import READERS, DataSet, Recording, read_own, read_recorded
from harness.cli.agreement import page
from harness.cli.calibrate_flags import FIT
from harness.cli.destination import write_named
from harness.cli.live_marks import judgements
from harness.cli.terminal import plain_lines
from harness.config import Settings, environment, settings
from harness.data import DataStore
from harness.errors import UsageError
from harness.findings import Findings, judge_standing
from harness.types import Aggregate, JudgeCertificate, Judged, JudgeIdentity, Scale


def execute(args: argparse.Namespace) -> int:
    """Measure, keep the certificate and print it."""
    place = settings(environment())
    data = _data(args, DataStore(place.data))
    judge, judged = _judge(args, place, data)
    certificate = _certificate(args, data, judge, judged)
    findings = Findings(place.data)
    kept = findings.keep_judge_certificate(certificate)
    standing = judge_standing(judge, [certificate])
    said = msgspec.to_builtins(certificate) | {
        "certificate": str(kept),
        "holds": standing.holds,
        "standing": standing.sentence,
    }
    if args.output_path:
        try:
            write_named(Path(args.output_path), json.dumps(said, indent=1).encode() + b"\n")
        except OSError as error:
            raise UsageError(
                f"{args.output_path} cannot be written: {error.strerror or error}",
                hint="name a file in a folder that there is with --output-path",
            ) from error
    if args.json:
        print(json.dumps(said))
    else:
        print(plain_lines(page(certificate, standing, kept)))
    return 0


def _certificate(
    args: argparse.Namespace, data: DataSet, judge: JudgeIdentity, judged: Sequence[Judged]
) -> JudgeCertificate:
    graded = paired(data.verdicts, judged)
    if not any(each.mark is not None for each in graded):
        raise UsageError(
            f"{judge.models[0]} has no mark on any proof of {data.name}",
            hint="check that the recording is of the same proofs",
        )
    fit = args.judge_from == FIT
    convention = convention_of(
        judge.scale,
        data.scale,
        judge_from=None if fit else args.judge_from,
        human_from=args.human_from,
        linear=args.points == "linear",
    )
    return certify(
        graded,
        convention,
        judge,
        data=data.name,
        data_sha256=data.sha256,
        issued=datetime.now(UTC).isoformat(timespec="seconds"),
        harness_version=__version__,
        fit=fit,
        notes=data.notes,
    )


def _data(args: argparse.Namespace, store: DataStore) -> DataSet:
    name = args.data
    if name in READERS:
        if args.human_scale:
            raise UsageError(
                f"--human-scale contradicts the data set {name}, which has a scale",
                hint="leave it out",
            )
        return READERS[name](Path(args.path) if args.path else store.root / name)
    if args.path:
        raise UsageError(f"--path beside the file {name}", hint="name the file with --data alone")
    place = Path(name)
    if not place.is_file():
        close = difflib.get_close_matches(name, READERS, n=1)
        raise UsageError(
            f"{name} is neither a data set nor a file",
            hint=f"did you mean {close[0]}?"
            if close
            else f"the data sets are {', '.join(READERS)}",
        )
    # A jury that is asked now has a scale of its own.
    judge_scale = args.judge_scale or (args.human_scale if args.judge_model else None)
    if not args.human_scale or not judge_scale:
        raise UsageError(
            f"{name} does not say on which scales its marks are",
            hint=f"give --human-scale and --judge-scale, each one of {', '.join(Scale)}",
        )
    return read_own(place, Scale(args.human_scale), Scale(judge_scale))


def _judge(
    args: argparse.Namespace, place: Settings, data: DataSet
) -> tuple[JudgeIdentity, tuple[Judged, ...]]:
    if args.judge_model:
        if args.judge or args.recorded:
            raise UsageError(
                "--judge-model asks a model, and --judge and --recorded name recorded marks",
                hint="give one or the other",
            )
        return judgements(args, place, data)
    recordings, sha256 = data.recordings, data.sha256
    if args.recorded:
        if not args.judge_scale:
            raise UsageError(
                f"{args.recorded} does not say on which scale its marks are",
                hint=f"give --judge-scale, one of {', '.join(Scale)}",
            )
        read, recordings = read_recorded(Path(args.recorded), Scale(args.judge_scale))
        sha256 = hashlib.sha256(read).hexdigest()
    elif args.data in READERS and args.judge_scale:
        raise UsageError(
            f"--judge-scale contradicts the marks that come with {args.data}, which have a scale",
            hint="leave it out, or name a file of marks with --recorded",
        )
    recording = _chosen(args, recordings, data.name)
    how = Aggregate(args.aggregate)
    if recording.marks and how is not Aggregate.MEAN:
        raise UsageError(
            f"of {recording.judge} only the mean of its votes is known, not its {how.value}",
            hint="leave --aggregate out",
        )
    identity = JudgeIdentity(
        models=(recording.judge,),
        scale=recording.scale,
        votes=max(map(len, recording.votes.values()), default=0),
        aggregate=how,
        recorded=sha256,
    )
    return identity, recording.judged(how)


def _chosen(args: argparse.Namespace, recordings: Sequence[Recording], data: str) -> Recording:
    """Return the recording of the judge that was asked for, or the only one."""
    by_name = {each.judge: each for each in recordings}
    if not by_name:
        raise UsageError(
            f"{args.recorded or data} holds no marks of a judge",
            hint="name a file of marks with --recorded",
        )
    if not args.judge and len(by_name) == 1:
        return recordings[0]
    if args.judge not in by_name:
        said = f"there are no recorded marks of {args.judge!r}" if args.judge else "which judge?"
        raise UsageError(said, hint=f"--judge is one of {', '.join(by_name)}")
    return by_name[args.judge]
