"""Which languages this machine can judge: those that prove themselves.

A compiler that is installed may still not work in a slot. So before the first submission of
a language, a small program in it must compile and give the right answer, and a text that is
no program must be a compile error. A proof is kept for as long as compiler, runner and
declaration are the same; a failure is not kept, because installing something may mend it.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Mapping
from pathlib import Path

import msgspec

from harness.errors import BoxError, UnsupportedError
from sandbox.box import MEBIBYTE, Box, Facts, Job, Limits, Role, Step
from sandbox.compile import Compiler
from sandbox.languages import Language
from sandbox.pool import Pool
from sandbox.program import Root, process_of

LIMITS = Limits(cpu_s=10, wall_s=60, memory_bytes=256 * MEBIBYTE)
NO_PROGRAM = b"((( this is no program in any language\n"


class Offer:
    """What has been proved so far; thread-safe."""

    def __init__(
        self, compiler: Compiler, pools: Mapping[Root, Pool[Box]], kept: Path, facts: Facts
    ) -> None:
        self._compiler = compiler
        self._pools = pools
        self._kept = kept / "proofs"
        self._facts = facts
        self._proved: set[str] = set()
        self._failed: dict[str, str] = {}
        self._lock = threading.Lock()

    def check(self, language: Language) -> None:
        """Raise :class:`~harness.errors.UnsupportedError` unless a language has proved itself.

        The error says what went wrong and what to install.
        """
        with self._lock:
            if language.title not in self._failed and not self._has_proof(language):
                reason = self._prove(language)
                if reason:
                    self._failed[language.title] = reason
                else:
                    self._keep_proof(language)
            reason = self._failed.get(language.title, "")
        if reason:
            raise UnsupportedError(
                f"{language.title} is not judged here: {reason}",
                hint=self._compiler.tools.how_to_install(language.install),
            )

    def _prove(self, language: Language) -> str:
        """Return why a language cannot be judged, or nothing.

        A slot that fails may be the language's doing, where this machine cannot show it what
        it needs; but not when others fail as well, which is our failure and raised.
        """
        self._compiler.need_tools(language)
        try:
            return self._try(language)
        except BoxError:
            with self._pools["bare"].lease() as box:
                tuple(box.run([Job(steps=())]))
        try:
            return self._try(language)
        except BoxError as error:
            return error.message

    def _try(self, language: Language) -> str:
        name = f"sum{language.suffix}"
        refused = self._compiler.compile(language, {name: NO_PROGRAM}, (name,), Role.CONTESTANT)
        if refused.program is not None:
            return "its compiler takes what is no program"
        source = {name: language.test.encode()}
        made = self._compiler.compile(language, source, (name,), Role.CONTESTANT)
        if made.program is None:
            return f"its test program does not compile: {made.message[:500]}"
        with self._pools[made.program.root].lease() as box:
            process = process_of(
                made.program,
                box,
                role=Role.CONTESTANT,
                limits=LIMITS,
                stdin=box.put(b"20 22\n"),
            )
            ((result,),) = box.run([Job(steps=(Step(processes=(process,)),))])
        (run,) = result.executions
        if run.exit_code == 0 and run.stdout_head.strip() == b"42":
            return ""
        said = (run.stderr_head or run.stdout_head).decode("utf-8", "replace").strip()
        end = f"exit code {run.exit_code}, signal {run.signal}, stopped by {run.stopped_by.value}"
        return f"its test program failed ({end}): {said[:500]}"

    # --- proofs -------------------------------------------------------------------------------

    def _place(self, language: Language) -> Path:
        parts = (
            *(self._compiler.tools.version(tool, language.version) for tool in language.tools),
            msgspec.json.encode(language).decode(),
            self._facts.tier,
            json.dumps(self._facts.detail),
        )
        return self._kept / hashlib.sha256("\0".join(parts).encode()).hexdigest()

    def _has_proof(self, language: Language) -> bool:
        return language.title in self._proved or self._place(language).exists()

    def _keep_proof(self, language: Language) -> None:
        self._proved.add(language.title)
        place = self._place(language)
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(f"{language.title}\n")
        except OSError:
            pass  # it is proved again next time
