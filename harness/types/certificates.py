"""What a self-test has shown: the jury's programs got their declared verdicts here."""

from __future__ import annotations

import msgspec

from harness.types.limits import InferredLimit


class TestedProgram(msgspec.Struct, frozen=True, kw_only=True):
    """One of the jury's programs in a self-test; made by ``harness selftest``."""

    __test__ = False  # not a pytest class

    name: str
    sha256: str
    """Of its source; empty where it could not be read."""
    label: str
    """The kind of declaration it stands for, such as ``wrong_answer``."""
    reference: bool
    """Whether it must reach everything."""
    language: str
    expected: str
    """What is declared of it, in words."""
    got: str
    """Verdict and points; empty where it was not judged."""
    result: str
    """``agrees``, ``disagrees``, ``skipped`` or ``failed`` (on our side)."""
    detail: str = ""
    """Where it disagrees, or why it was not judged."""
    cpu_s: float = 0.0
    """Its slowest test."""


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of one self-test of one problem on one machine with one judge."""

    problem: str
    package: str
    """Hash of everything in the package that can change a verdict, limits included."""
    judge: tuple[tuple[str, str], ...]
    """Facts of the judge, as in a run: tier, image or runner, compiler, version; sorted pairs."""
    tools: tuple[tuple[str, str], ...] = ()
    """Compilers and runtimes of the other languages that were judged; sorted pairs."""
    cpu: str
    """Model of the processor."""
    time_limit_s: float
    memory_limit_bytes: int
    inferred: InferredLimit | None = None
    """Where the time limit is from, when the package does not say it."""
    dropped: int = 0
    """Tests that this copy of the package lacks."""
    whole: bool = False
    """Whether every program of the jury took part, not a choice of them."""
    programs: tuple[TestedProgram, ...]
    issued: str
    """ISO time, UTC."""
    harness_version: str

    @property
    def judged(self) -> tuple[TestedProgram, ...]:
        """Programs that there is a result of."""
        return tuple(each for each in self.programs if each.result != "skipped")

    @property
    def agreeing(self) -> int:
        """Programs that got what is declared of them."""
        return sum(each.result == "agrees" for each in self.programs)

    @property
    def slowest(self) -> TestedProgram | None:
        """The slowest reference that agreed; None when none did."""
        found = [each for each in self.programs if each.reference and each.result == "agrees"]
        return max(found, key=lambda each: each.cpu_s, default=None)

    @property
    def broken(self) -> bool:
        """Whether our own side, or a program that judges, failed: then nothing was shown."""
        return any(each.result == "failed" for each in self.programs)

    @property
    def passed(self) -> bool:
        """Whether everything judged agreed, and a reference was among it."""
        return self.slowest is not None and self.agreeing == len(self.judged)

    @property
    def margin(self) -> float | None:
        """The slowest reference's share of the time limit."""
        return self.slowest.cpu_s / self.time_limit_s if self.slowest else None

    @property
    def sentence(self) -> str:
        """What was shown, in one line for people."""
        judged = self.judged
        if not self.passed:
            bad = [each for each in judged if each.result != "agrees"]
            names = "; ".join(f"{each.name}: {each.detail}" for each in bad[:3])
            more = f"; and {len(bad) - 3} more" if len(bad) > 3 else ""
            why = f" ({names}{more})" if bad else " (no reference solution was judged)"
            return f"failed: {self.agreeing} of {len(judged)} programs as declared{why}"
        share = self.margin or 0.0
        said = (
            f"passed {self.agreeing} of {len(judged)} programs, slowest reference "
            f"{f'{share:.2f}' if share >= 0.01 else 'under 0.01'} of the limit"
        )
        if all(each.reference for each in judged):
            said += "; no program that must fail was among them"
        if self.dropped:
            said += f"; without {self.dropped} tests that this copy lacks"
        return said


class SelfTest(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a problem of a run has a certificate that counts; made by the command."""

    problem: str
    certificate: Certificate | None = None
    """None when there is none of these tests, this judge and this machine."""
    reason: str = ""
    """Why there is none that counts."""

    @property
    def holds(self) -> bool:
        """Whether a self-test has passed for what the run judges with."""
        return self.certificate is not None and self.certificate.passed
