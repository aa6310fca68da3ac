"""What was found out about packages and judges on this machine, and is kept in the data store.

::

    <data>/.findings/limits/<key>.json                  an inferred time limit, by content
    <data>/.findings/certificates/<problem>/<key>.json  a self-test, by tests and judge
    <data>/.findings/judges/<judge>/<key>.json          how a judge of proofs agrees with people

Nothing in it is an answer, and no contestant is ever shown any of it. A file may be deleted:
the limit is then measured again, and the self-test has to be; a judge without its certificate gives
provisional marks.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from harness.errors import TaskDataError
from harness.store import write_atomically
from harness.types import (
    LEAST_PROBLEMS,
    Certificate,
    CodeBody,
    InferredLimit,
    JudgeCertificate,
    JudgeIdentity,
    JudgeStanding,
    Problem,
    SelfTest,
)

FOLDER = ".findings"

Pairs = tuple[tuple[str, str], ...]


class Findings:
    """The findings of one data store."""

    def __init__(self, data: Path) -> None:
        self.root = data / FOLDER

    def limit(self, key: str) -> InferredLimit | None:
        """Return the time limit that was inferred for a content, if one was.

        Raises :class:`~harness.errors.TaskDataError` for a file that is damaged: to measure
        again in silence could judge under another limit than before.
        """
        place = self._limit_place(key)
        try:
            return msgspec.json.decode(place.read_bytes(), type=InferredLimit)
        except FileNotFoundError:
            return None
        except (OSError, msgspec.MsgspecError) as error:
            raise TaskDataError(
                f"{place} cannot be read: {error}", hint="delete it, and the limit is measured anew"
            ) from error

    def keep_limit(self, key: str, limit: InferredLimit) -> None:
        """Keep an inferred limit for the next time."""
        self._write(self._limit_place(key), limit)

    def certificates(self, problem: str) -> tuple[Certificate, ...]:
        """Return the certificates of a problem, the newest first; damaged ones are none."""
        found = []
        for place in sorted(self._folder(problem).glob("*.json")):
            try:
                read = msgspec.json.decode(place.read_bytes(), type=Certificate)
            except (OSError, msgspec.MsgspecError):
                continue
            if read.problem == problem and read.time_limit_s > 0:
                found.append(read)
        return tuple(sorted(found, key=lambda each: each.issued, reverse=True))

    def keep_certificate(self, certificate: Certificate) -> None:
        """Keep a certificate in place of the last one of the same tests, judge and machine."""
        same = (certificate.package, certificate.judge, certificate.tools, certificate.cpu)
        key = hashlib.sha256(msgspec.json.encode(same)).hexdigest()
        self._write(self._folder(certificate.problem) / f"{key[:32]}.json", certificate)

    def judge_certificates(self, judge_sha256: str) -> tuple[JudgeCertificate, ...]:
        """Return what is known of a judge, the newest first; damaged files are nothing."""
        found = []
        for place in sorted(self._judge_folder(judge_sha256).glob("*.json")):
            try:
                read = msgspec.json.decode(place.read_bytes(), type=JudgeCertificate)
            except (OSError, msgspec.MsgspecError):
                continue
            found.append(read)
        return tuple(sorted(found, key=lambda each: each.issued, reverse=True))

    def keep_judge_certificate(self, certificate: JudgeCertificate) -> Path:
        """Keep a certificate in place of the last one of the same judge, data and convention."""
        same = (certificate.data_sha256, certificate.convention, certificate.share)
        key = hashlib.sha256(msgspec.json.encode(same)).hexdigest()
        place = self._judge_folder(certificate.judge_sha256) / f"{key[:32]}.json"
        self._write(place, certificate)
        return place

    def _judge_folder(self, judge_sha256: str) -> Path:
        return self.root / "judges" / judge_sha256[:32]

    def _limit_place(self, key: str) -> Path:
        return self.root / "limits" / f"{key}.json"

    def _folder(self, problem: str) -> Path:
        name = re.sub(r"[^A-Za-z0-9_-]+", "-", problem)[:64]
        return self.root / "certificates" / (name or "-")

    def _write(self, place: Path, value: msgspec.Struct) -> None:
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(place, msgspec.json.format(msgspec.json.encode(value), indent=1))
        except OSError as error:
            raise TaskDataError(
                f"{place} cannot be written: {error.strerror or error}",
                hint="free some space, or choose another place with HARNESS_DATA=/path/with/room",
            ) from error


def self_test(
    problem: Problem,
    known: Sequence[Certificate],
    judge: Pairs,
    cpu: str,
    version: Callable[[str], str],
) -> SelfTest:
    """Return the certificate that counts for a problem, or why none does.

    ``judge`` are the judge's facts today, ``cpu`` the processor's model, and ``version`` tells
    what a tool named in a certificate says of itself today.
    """
    ours = [each for each in known if each.package == problem.hash and _same_limits(problem, each)]
    reasons = []
    for each in ours:
        now = tuple((name, version(name)) for name, _ in each.tools)
        changed = _changed(
            (*each.judge, *each.tools, ("processor", each.cpu)),
            (*judge, *now, ("processor", cpu)),
        )
        if not changed:
            return SelfTest(problem=problem.id, certificate=each)
        reasons.append(f"the self-test of {each.issued[:10]} was of another judge: {changed}")
    if not reasons and known:
        reasons.append(
            f"the self-test of {known[0].issued[:10]} was of other tests, programs or limits"
        )
    return SelfTest(problem=problem.id, reason=reasons[0] if reasons else "none was made")


def _same_limits(problem: Problem, certificate: Certificate) -> bool:
    """Return whether the limits that a certificate names are those that its hash stands for."""
    body = problem.body
    named = (certificate.time_limit_s, certificate.memory_limit_bytes)
    return not isinstance(body, CodeBody) or named == (body.time_limit_s, body.memory_limit_bytes)


def _changed(then: Pairs, now: Pairs) -> str:
    was, is_ = dict(then), dict(now)
    return ", ".join(
        f"{name} {was.get(name, 'none')} then, {is_.get(name, 'none')} now"
        for name in sorted(was.keys() | is_.keys())
        if was.get(name) != is_.get(name)
    )


def judge_standing(judge: JudgeIdentity, known: Sequence[JudgeCertificate]) -> JudgeStanding:
    """Return the newest certificate that counts for a judge, or why its marks are provisional.

    One counts that is of exactly this judge, was not altered, and held out enough problems.
    """
    reason = "no agreement with people was measured"
    for each in known:
        if each.judge_sha256 != judge.sha256:
            reason = "it was measured with other models, prompts, votes or another aggregation"
        elif each.judge != judge:
            reason = f"the judge in the certificate of {each.issued[:10]} was altered"
        elif not each.enough:
            reason = (
                f"only {each.held_out.problems} problems of {each.data} were held out, "
                f"and {LEAST_PROBLEMS} are needed"
            )
        else:
            return JudgeStanding(certificate=each)
    return JudgeStanding(reason=reason)
