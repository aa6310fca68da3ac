"""Runs into one file, and the same runs always into the same bytes.

No clock, no owner and no order but that of names enters it. What goes in is what report and export
read: manifest, log, layers, and the texts that these name. The folder that the packages were in on
this machine stays out, and so does the last line of the log where it is torn.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from tempfile import NamedTemporaryFile

import msgspec

from harness import layers
from harness.codec import encode_manifest
from harness.errors import CorruptLog, StoreError, UsageError
from harness.files import DAMAGED, LONGEST, RUN
from harness.layers import Layer
from harness.store import BLOBS, LOG, MANIFEST, RunFolder
from harness.types import (
    Contest,
    Generation,
    Grade,
    Marking,
    Opinion,
    Prompt,
    Record,
    Submission,
    TextRef,
    Trial,
)
from harness.zip_entry import entry

BIG = 1 << 31
"""From this size on a file needs the larger form of its head."""

SECRET = re.compile(r"KEY|TOKEN|SECRET|PASSWORD|CREDENTIAL", re.IGNORECASE)
"""In the name of a variable whose value must not be in a pack."""
SHORTEST = 8
"""Letters of a value that is looked for; shorter ones are words."""


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """How many texts went into a pack."""

    texts: int
    missing: int
    """Texts that the run folder does not have any more."""


def pack_runs(
    runs: Sequence[RunFolder],
    out: Path,
    *,
    prompts: bool = True,
    reasoning: bool = True,
    environment: Mapping[str, str] | None = None,
) -> Kept:
    """Write runs into a new file and return how many texts are in it.

    ``environment`` is looked through for secrets, none of which may be in a manifest or a log.
    Raises :class:`~harness.errors.UsageError` for a file that is there already, for two runs of
    one id, and where a secret was found.
    """
    if out.exists() or out.is_symlink():
        raise UsageError(f"{out} exists already", hint="name a file that does not exist yet")
    ids = [run.manifest.id for run in runs]
    for name in ids:
        if ids.count(name) > 1 or not RUN.fullmatch(name):
            raise UsageError(
                f"the run {name} cannot be packed: it is named twice, or its id is no file name",
                hint="name each run once",
            )
    secrets = _secrets(environment or {})
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(prefix=f".{out.name[:32]}-", dir=out.parent, delete=False) as fresh:
            place = Path(fresh.name)
            try:
                with zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED) as packed:
                    kept = [
                        _run(packed, run, secrets, prompts=prompts, reasoning=reasoning)
                        for run in sorted(runs, key=lambda run: run.manifest.id)
                    ]
                fresh.flush()
                place.chmod(0o644)
                place.rename(out)
            except BaseException:
                place.unlink(missing_ok=True)
                raise
    except OSError as error:
        raise StoreError(
            f"{out} cannot be written: {error.strerror or error}",
            hint="the runs are untouched; make room, or choose another place with -o",
        ) from error
    return Kept(texts=sum(each.texts for each in kept), missing=sum(each.missing for each in kept))


def _run(
    packed: zipfile.ZipFile,
    run: RunFolder,
    secrets: Mapping[bytes, str],
    *,
    prompts: bool,
    reasoning: bool,
) -> Kept:
    """Write one run under its id."""
    manifest = run.manifest
    placeless = msgspec.structs.replace(
        manifest, contest=_placeless(manifest.contest), contest_file=""
    )
    known = layers.layers_of(run.files, manifest.id)

    def write(name: str, lines: Iterable[bytes]) -> None:
        info = entry(f"{manifest.id}/{name}")
        with packed.open(info, "w", force_zip64=run.files.size(name) > BIG) as file:
            for line in lines:
                for secret, variable in secrets.items():
                    if secret in line:
                        raise UsageError(
                            f"{run.path}, {name} holds the value of {variable}: it is not packed",
                            hint="take the secret out of the run folder, and change it",
                        )
                file.write(line)

    write(MANIFEST, [encode_manifest(placeless)])
    write(LOG, _lines(run, LOG))
    for layer in known:
        path = f"{layers.FOLDER}/{layer.name}"
        header = layer.header
        if header.contest is not None:
            header = msgspec.structs.replace(header, contest=_placeless(header.contest))
        lines = _lines(run, path + layers.SUFFIX)
        next(lines)
        write(path + layers.SUFFIX, chain([msgspec.json.encode(header) + b"\n"], lines))
        if run.files.size(path + layers.TIMES):
            write(path + layers.TIMES, _lines(run, path + layers.TIMES))
    return _texts(packed, run, _wanted(run, known, prompts=prompts, reasoning=reasoning))


def _lines(run: RunFolder, name: str) -> Iterator[bytes]:
    """Yield the whole lines of a file."""
    try:
        with run.files.open(name) as file:
            for line in iter(partial(file.readline, LONGEST), b""):
                if line[-1:] == b"\n":
                    yield line
    except FileNotFoundError:
        return
    except DAMAGED as error:
        raise CorruptLog(f"{run.path}, {name}: {error}") from error


def _placeless(contest: Contest) -> Contest:
    """Return a contest without the folders of this machine that its packages are in."""
    problems = (msgspec.structs.replace(problem, folder="") for problem in contest.problems)
    return msgspec.structs.replace(contest, problems=tuple(problems))


# --- texts ----------------------------------------------------------------------------------------


def _wanted(run: RunFolder, known: Sequence[Layer], *, prompts: bool, reasoning: bool) -> list[str]:
    """Return the hashes of the texts that go in, sorted."""
    wanted: set[bytes] = set()
    for record in chain(run.logged(), *(layers.records(run.files, layer) for layer in known)):
        for ref in _texts_of(record, prompts=prompts, reasoning=reasoning):
            wanted.add(bytes.fromhex(ref.sha256))
    return sorted(sha.hex() for sha in wanted)


def _texts_of(record: Record, *, prompts: bool, reasoning: bool) -> Iterator[TextRef]:
    """Yield the texts that a record names; a text that is also something else is wanted as that."""
    asked: TextRef | None = None
    thought: TextRef | None = None
    match record:
        case Prompt():
            asked = record.text
        case Generation():
            yield record.text
            thought = record.reasoning
        case Opinion():
            yield record.text
            asked, thought = record.prompt, record.reasoning
        case Submission():
            yield record.content
        case Trial(outputs=TextRef() as outputs):
            yield outputs
        case Grade(marking=Marking(restyled=TextRef() as restyled)):
            yield restyled
    if prompts and asked is not None:
        yield asked
    if reasoning and thought is not None:
        yield thought


def _texts(packed: zipfile.ZipFile, run: RunFolder, wanted: Sequence[str]) -> Kept:
    """Write texts as they are kept; those that are gone are counted."""
    missing = 0
    for sha in wanted:
        name = f"{BLOBS}/{sha[:2]}/{sha[2:]}.gz"
        try:
            data = run.files.read(name)
        except FileNotFoundError:
            missing += 1
            continue
        except DAMAGED as error:
            raise CorruptLog(f"{run.path}, {name}: {error}") from error
        # It is compressed already.
        packed.writestr(entry(f"{run.manifest.id}/{name}", squeezed=False), data)
    return Kept(texts=len(wanted) - missing, missing=missing)


def _secrets(environment: Mapping[str, str]) -> dict[bytes, str]:
    """Return the values of variables that are to stay secret, as JSON writes them."""
    return {
        msgspec.json.encode(value)[1:-1]: name
        for name, value in environment.items()
        if SECRET.search(name) and len(value) >= SHORTEST
    }
