"""The image of the docker tier: an empty root, the runner, and compilers in a root of their own.

Its tag is the hash of everything it is made from, so that a changed runner means
another image. It is built from the ``Dockerfile`` where a registry can be reached, and
from Debian packages (``mmdebstrap`` or ``debootstrap``, as root) where it cannot; both
end in the same script, ``images/assemble``.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from harness.errors import BoxError, UsageError
from sandbox.build import FLAGS, SOURCES
from sandbox.engine import LABEL, words
from sandbox.languages import Language, languages

if TYPE_CHECKING:
    from docker import DockerClient

NAME = "olympiad-harness-sandbox"
IMAGES = Path(__file__).parent / "images"
BASE = "debian:12-slim"

PACKAGES: dict[str, tuple[str, ...]] = {
    "cpp": ("g++",),
    "python3": ("python3",),
    "pypy3": ("pypy3",),
    "java": ("default-jdk-headless",),
    "rust": ("rustc",),
    "go": ("golang-go",),
}
"""Debian's packages by what is to be judged; those of DEFAULT are always there."""

DEFAULT = ("cpp", "python3")

Say = Callable[[str], None]


class Image(msgspec.Struct, frozen=True, kw_only=True):
    """An image that an engine has."""

    tag: str
    id: str
    """Its digest: what the engine calls it, whoever built it."""
    size: int
    languages: tuple[str, ...]


def header_name(language: Language) -> str:
    """Return the folder of a language's precompiled header, below ``/headers`` of the image."""
    return hashlib.sha256(
        "\0".join((language.compile[0], *language.header_flags)).encode()
    ).hexdigest()[:16]


def context() -> dict[str, bytes]:
    """Return the files that an image is made from, by name."""
    files = {f"runner/{place.name}": place.read_bytes() for place in sorted(SOURCES.glob("*.[ch]"))}
    files["assemble"] = (IMAGES / "assemble").read_bytes()
    files["Dockerfile"] = (IMAGES / "Dockerfile").read_bytes()
    files["flags"] = " ".join(FLAGS).encode()
    lines = (
        " ".join(
            # A stripped header is none.
            (
                header_name(each),
                each.precompiled,
                each.compile[0],
                *_without(each.header_flags, "-s"),
            )
        )
        for each in languages().values()
        if each.precompiled
    )
    files["headers"] = "".join(f"{line}\n" for line in lines).encode()
    return files


def _without(flags: Iterable[str], flag: str) -> tuple[str, ...]:
    return tuple(each for each in flags if each != flag)


def tag() -> str:
    """Return the name of the image that belongs to this program."""
    digest = hashlib.sha256()
    for name, data in sorted(context().items()):
        digest.update(f"{name}\0{len(data)}\0".encode() + data)
    return f"{NAME}:{digest.hexdigest()[:16]}"


def find(client: DockerClient) -> Image | None:
    """Return the image if the engine has it."""
    name = tag()
    try:
        found = client.api.inspect_image(name)
    except Exception as error:
        if getattr(error, "status_code", 0) == 404:
            return None
        raise BoxError(f"the container engine cannot look for an image: {words(error)}") from error
    labels = (found.get("Config") or {}).get("Labels") or {}
    return Image(
        tag=name,
        id=str(found["Id"]),
        size=int(found["Size"]),
        languages=tuple(labels.get(f"{LABEL}.languages", "").split()),
    )


def remove_older(client: DockerClient) -> tuple[str, ...]:
    """Remove images that were built for other versions of this program; return their names.

    Left alone are those that a container was made from, even one that has ended, and those that
    somebody gave another name.
    """
    removed: list[str] = []
    try:
        used = {each["ImageID"] for each in client.api.containers(all=True)}
        found = client.api.images(filters={"label": f"{LABEL}=image"})
    except Exception as error:
        raise BoxError(f"the container engine cannot list its images: {words(error)}") from error
    for each in found:
        names = [name for name in each["RepoTags"] or () if name != "<none>:<none>"]
        ours = all(name.startswith(f"{NAME}:") for name in names)
        if each["Id"] in used or not ours or tag() in names:
            continue
        for name in names or (each["Id"],):
            with contextlib.suppress(Exception):  # somebody has begun to use it
                client.api.remove_image(name)
                removed.append(name)
    return tuple(removed)


def needed(client: DockerClient) -> Image:
    """Return the image; raises :class:`~harness.errors.BoxError` saying how to get it."""
    found = find(client)
    if found is None:
        raise BoxError(
            f"the container engine has no image {tag()}", hint="build it: `harness sandbox build`"
        )
    return found


# --- building ---------------------------------------------------------------------------------


def build(client: DockerClient, wanted: Iterable[str], source: str, say: Say) -> Image:
    """Build the image from ``registry`` or ``packages``; ``auto`` takes what works.

    Raises :class:`~harness.errors.BoxError` with the words of whoever failed.
    """
    keys = tuple(dict.fromkeys((*DEFAULT, *wanted)))
    for key in keys:
        if key not in PACKAGES:
            raise UsageError(
                f"--languages: nothing is known of {key!r}",
                hint=f"the languages are {', '.join(PACKAGES)}",
            )
    if source == "packages":
        _need_root()
    packages = [package for key in keys for package in PACKAGES[key]]
    label = f"{LABEL}.languages={' '.join(keys)}"
    with tempfile.TemporaryDirectory(prefix="harness-image-") as name:
        folder = Path(name)
        for file, data in context().items():
            place = folder / "context" / file
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
        if source in ("auto", "registry"):
            try:
                _from_registry(client, folder / "context", packages, label, say)
                return needed(client)
            except BoxError as error:
                if source == "registry":
                    raise
                say(f"{error.message}; building from packages")
        _from_packages(client, folder, packages, label, say)
    return needed(client)


def _from_registry(
    client: DockerClient, place: Path, packages: list[str], label: str, say: Say
) -> None:
    say(f"pulling {BASE}")
    try:
        client.images.pull(BASE)
    except Exception as error:
        raise BoxError(f"no registry gives {BASE}: {words(error)}") from error
    say("building from the Dockerfile")
    key, _, value = label.partition("=")
    try:
        client.images.build(
            path=str(place),
            tag=tag(),
            buildargs={"BASE": BASE, "PACKAGES": " ".join(packages)},
            labels={key: value, LABEL: "image"},
            rm=True,
            forcerm=True,
        )
    except Exception as error:
        raise BoxError(f"the Dockerfile could not be built: {words(error)}") from error


def _need_root() -> None:
    if os.geteuid():
        raise BoxError(
            "making an image from packages takes root",
            hint="run `harness sandbox build` as root, or where a registry can be reached",
        )


def _from_packages(
    client: DockerClient, folder: Path, packages: list[str], label: str, say: Say
) -> None:
    _need_root()
    root = folder / "root"
    command = _bootstrap(root, packages)
    say(f"installing {' '.join(packages)} with {command[0]}")
    _do(command, "the packages could not be installed")
    shutil.copytree(folder / "context", root / "context")
    say("assembling")
    script = ["chroot", str(root), "sh", "/context/assemble", "/context"]
    _do(script, "the image could not be assembled")
    say("importing")
    with subprocess.Popen(
        ["tar", "-C", str(root / "image"), "-c", "."], stdout=subprocess.PIPE
    ) as tar:
        stream = tar.stdout
        assert stream is not None
        repository, _, version = tag().partition(":")
        try:
            client.api.import_image_from_stream(
                iter(lambda: stream.read(1 << 20), b""),
                repository=repository,
                tag=version,
                changes=[
                    'ENTRYPOINT ["/runner"]',
                    f"LABEL {LABEL}=image",
                    f"LABEL {_quoted(label)}",
                ],
            )
        except Exception as error:
            raise BoxError(f"the engine took no image: {words(error)}") from error


def _quoted(label: str) -> str:
    key, _, value = label.partition("=")
    return f'{key}="{value}"'


def _bootstrap(root: Path, packages: list[str]) -> list[str]:
    release = dict(
        line.partition("=")[::2]
        for line in Path("/etc/os-release").read_text().splitlines()
        if "=" in line
    )
    suite = release.get("VERSION_CODENAME", "").strip('"')
    if release.get("ID", "").strip('"') != "debian":
        suite = "bookworm"
    if shutil.which("mmdebstrap"):
        return [
            "mmdebstrap",
            "--mode=root",
            "--variant=essential",
            f"--include={','.join(packages)}",
            '--aptopt=APT::Install-Recommends "false"',
            suite or "bookworm",
            str(root),
        ]
    if shutil.which("debootstrap"):
        return [
            "debootstrap",
            "--variant=minbase",
            f"--include={','.join(packages)}",
            suite or "bookworm",
            str(root),
        ]
    raise BoxError(
        "no image can be made from packages: mmdebstrap and debootstrap are missing",
        hint="on Debian and Ubuntu, `apt-get install mmdebstrap`",
    )


def _do(command: list[str], failure: str) -> None:
    # dpkg looks for its tools where only root's own path leads.
    line = 'PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin" LC_ALL=C exec "$@"'
    done = subprocess.run(
        ["sh", "-c", line, "sh", *command],
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        last = "\n".join(f"{done.stdout}\n{done.stderr}".strip().splitlines()[-8:])
        raise BoxError(f"{failure}:\n{last[-2000:]}")
