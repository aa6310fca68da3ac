"""The runner, built once from its source with the system's compiler and then kept."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import msgspec

from harness.errors import BoxError

SOURCES = Path(__file__).parent / "runner"
FLAGS = ("-std=gnu11", "-O2", "-static", "-s", "-Wall", "-Wextra")


class Runner(msgspec.Struct, frozen=True, kw_only=True):
    """The built program."""

    path: Path
    version: str
    """First digits of the hash of source, flags and compiler."""


def build_runner(cache: Path) -> Runner:
    """Return the runner, building it when this source has not been built by this compiler.

    Two processes may call this at once; one builds. Raises
    :class:`~harness.errors.BoxError` naming the compiler that is missing, or with the
    compiler's own words.
    """
    compiler = find_compiler()
    sources, text = _sources()
    version = hashlib.sha256("\0".join((*FLAGS, compiler_version(compiler))).encode())
    version.update(text)
    name = version.hexdigest()[:16]
    place = cache / "runner" / name
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with (place.parent / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not place.exists():
                _compile(compiler, sources, place)
    except OSError as error:
        raise BoxError(
            f"the runner cannot be kept in {place.parent}: {error.strerror}",
            hint="make room, or choose another place with HARNESS_CACHE=/path",
        ) from error
    return Runner(path=place, version=name)


@cache
def _sources() -> tuple[tuple[Path, ...], bytes]:
    """Return the units and the text of all files, read once per process and not for every slot."""
    units = tuple(sorted(SOURCES.glob("*.c")))
    files = (*units, *sorted(SOURCES.glob("*.h")))
    return units, b"".join(file.read_bytes() for file in files)


def find_compiler() -> str:
    """Return the C compiler; raises :class:`~harness.errors.BoxError` when there is none."""
    for name in ("gcc", "cc", "clang"):
        found = shutil.which(name)
        if found:
            return found
    raise BoxError(
        "no C compiler was found (gcc, cc or clang)",
        hint="install one: on Debian and Ubuntu, `apt-get install g++`",
    )


def compiler_version(compiler: str) -> str:
    """Return the first line a compiler says of itself."""
    done = subprocess.run(
        [compiler, "--version"], capture_output=True, text=True, check=False, env=_environment()
    )
    return done.stdout.partition("\n")[0].strip() or compiler


def _compile(compiler: str, sources: tuple[Path, ...], place: Path) -> None:
    handle, name = tempfile.mkstemp(dir=place.parent)
    os.close(handle)
    fresh = Path(name)
    try:
        done = subprocess.run(
            [compiler, *FLAGS, "-o", name, *map(str, sources)],
            capture_output=True,
            text=True,
            check=False,
            env=_environment(),
        )
        if done.returncode:
            raise BoxError(
                f"{compiler} could not build the runner:\n{done.stderr.strip()[:2000]}",
                hint="static libraries are needed: `apt-get install g++ libc6-dev`",
            )
        fresh.chmod(0o755)
        fresh.rename(place)
    finally:
        fresh.unlink(missing_ok=True)


def _environment() -> dict[str, str]:
    return {"PATH": os.defpath + ":/usr/local/bin", "LC_ALL": "C"}
