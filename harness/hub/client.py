"""The hub of data sets, by huggingface_hub's own client: one commit, whole files, digests compared.

Files lie in the client's own cache (``HF_HOME``), where a download that was cut off goes on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import msgspec

from harness.config import dotted, place_of
from harness.errors import ConfigError, DriftError, HubError, PluginError, UsageError
from harness.hub.public_set import Repository
from harness.hub.table import EXTRA

OFFLINE = ("HF_HUB_OFFLINE", "HF_DATASETS_OFFLINE")
"""Variables that forbid to go to the hub."""

DEFAULT = "https://huggingface.co"

CARRY = (
    "on a machine that reaches it, `harness data pull TASK` and `harness data export TASK --to "
    "FILE`; carry FILE here, and `harness data import FILE`"
)

TRANSPORT = ("httpx", "httpx2", "httpcore", "httpcore2", "requests", "urllib3")
"""Libraries whose errors say that the hub was not reached."""


class RemoteFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file as the hub announces it."""

    path: str
    size: int
    sha256: str = ""
    """Of large files."""
    blob: str = ""
    """The object's name in git (SHA-1), of small files."""


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """The files of a repository at one commit that match its patterns."""

    id: str
    commit: str
    files: tuple[RemoteFile, ...]


class Hub:
    """The hub that the environment names."""

    def __init__(self, environment: Mapping[str, str], tell: Callable[[str], None]) -> None:
        """Raise :class:`~harness.errors.ConfigError` where the environment forbids to go there."""
        self._tell = tell
        self._endpoint = environment.get("HF_ENDPOINT") or DEFAULT
        self.host = _without_password(self._endpoint)
        for name in OFFLINE:
            if environment.get(name, "").strip().lower() in ("1", "true", "yes", "on"):
                raise ConfigError(
                    f"{name}={environment[name]}: nothing is fetched from {self.host}",
                    hint=f"unset {name}, or {CARRY}",
                )
        try:
            import huggingface_hub
            import huggingface_hub.utils
        except ImportError:
            raise PluginError(
                "fetching public sets needs huggingface_hub, which is not installed", hint=EXTRA
            ) from None
        # The client sees the process's variables, and nothing of a file .env.
        self._token = _token(environment)
        self._cache = _cache(environment)
        self._library: Any = huggingface_hub
        self._library.utils.disable_progress_bars()

    def snapshot(self, repository: Repository, revision: str = "") -> Snapshot:
        """Return the files of a repository at a revision, at the pinned one by default.

        Raises :class:`~harness.errors.DriftError` when no file matches a pattern.
        """
        asked = revision or repository.revision or "main"
        try:
            found = self._library.HfApi(endpoint=self._endpoint, token=self._token).dataset_info(
                repository.id, revision=asked, files_metadata=True
            )
        except Exception as error:
            raise self._failed(repository.id, asked, error) from error
        files = tuple(_remote(each) for each in found.siblings or ())
        wanted = tuple(
            file
            for file in sorted(files, key=lambda file: file.path)
            if any(fnmatch(file.path, pattern) for pattern in repository.files)
        )
        for pattern in repository.files:
            if not any(fnmatch(file.path, pattern) for file in wanted):
                raise DriftError(
                    f"{repository.id} at {found.sha} has no file {pattern} (it has "
                    f"{', '.join(sorted(file.path for file in files)) or 'none'})",
                    hint="give the commit of an older form with --revision, or update harness",
                )
        return Snapshot(id=repository.id, commit=found.sha, files=wanted)

    def fetch(self, snapshot: Snapshot, file: RemoteFile) -> Path:
        """Return where a whole file lies; what was there already is not fetched again.

        Raises :class:`~harness.errors.HubError` when its bytes are not those that were announced.
        """
        self._tell(f"{snapshot.id}, {file.path} ({file.size:,} bytes)")
        try:
            place = Path(
                self._library.hf_hub_download(
                    snapshot.id,
                    file.path,
                    repo_type="dataset",
                    revision=snapshot.commit,
                    endpoint=self._endpoint,
                    token=self._token,
                    cache_dir=self._cache,
                )
            )
        except Exception as error:
            raise self._failed(snapshot.id, snapshot.commit, error, file.path) from error
        if not _is(place, file):
            place.resolve().unlink(missing_ok=True)
            place.unlink(missing_ok=True)
            raise HubError(
                f"{self.host}: {snapshot.id} at {snapshot.commit}, {file.path} has another digest "
                "than the hub announces; the copy was removed",
                hint="pull again; if it stays so, the hub or what is between gives other bytes",
            )
        return place

    def _failed(self, name: str, revision: str, error: Exception, file: str = "") -> Exception:
        """Return the error of the tree for one of the client's."""
        from huggingface_hub import errors

        where = f"{self.host}: {name} at {revision}" + (f", {file}" if file else "")
        status = getattr(getattr(error, "response", None), "status_code", 0)
        if isinstance(error, errors.RevisionNotFoundError):
            return UsageError(f"{where}: there is no such revision", hint="give a commit of it")
        if isinstance(error, errors.GatedRepoError) or status in (401, 403):
            return HubError(
                f"{where}: access is refused (HTTP {status}): the set is gated, private or gone",
                hint="accept its terms on its page, and give a token of your account with HF_TOKEN",
            )
        if isinstance(error, errors.RepositoryNotFoundError):
            return HubError(
                f"{where}: there is no such data set, or it is private",
                hint="look at its page; a private one needs a token with HF_TOKEN",
            )
        if status:
            return HubError(f"{where}: the hub answered HTTP {status}", hint="pull again later")
        if isinstance(error, OSError) or type(error).__module__.partition(".")[0] in TRANSPORT:
            return HubError(f"{where}: not reached, or cut off: {_words(error)}", hint=_AGAIN)
        return error


def _token(environment: Mapping[str, str]) -> str | bool | None:
    """Return the token to give; None is the client's own, and False none.

    A token of the user's goes to no hub that a file ``.env`` names.
    """
    said = dotted(environment)
    if "HF_ENDPOINT" in said and "HF_TOKEN" not in said:
        return False
    return environment.get("HF_TOKEN") or None


def _cache(environment: Mapping[str, str]) -> Path | None:
    """Return where ``.env`` has fetched files lie; None is where the client itself has them."""
    said = dotted(environment)
    if "HF_HUB_CACHE" in said:
        return place_of(environment["HF_HUB_CACHE"], "HF_HUB_CACHE")
    if "HF_HOME" in said and "HF_HUB_CACHE" not in environment:
        return place_of(environment["HF_HOME"], "HF_HOME") / "hub"
    return None


def _without_password(url: str) -> str:
    """Return an address without a name and a password in it: it goes into inventories and packs."""
    scheme, mark, rest = url.rstrip("/").partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{mark}{host.rpartition('@')[2]}{slash}{path}"


_AGAIN = f"pull again, what is fetched is kept; where there is no way to the hub: {CARRY}"


def _words(error: Exception) -> str:
    cause = error.__cause__ or error
    return " ".join(f"{type(cause).__name__}: {cause}".split())[:300]


def _remote(sibling: Any) -> RemoteFile:
    large = sibling.lfs
    return RemoteFile(
        path=sibling.rfilename,
        size=sibling.size or 0,
        sha256=large.sha256 if large else "",
        blob="" if large else sibling.blob_id or "",
    )


def _is(place: Path, file: RemoteFile) -> bool:
    """Return whether a file has the digest that the hub announced."""
    with place.open("rb") as opened:
        if file.sha256:
            return hashlib.file_digest(opened, "sha256").hexdigest() == file.sha256
        if not file.blob:
            return place.stat().st_size == file.size
        # The name of an object in git: SHA-1 over its kind, its size and its bytes.
        seen = hashlib.sha1(b"blob %d\0" % place.stat().st_size, usedforsecurity=False)
        while piece := opened.read(1 << 20):
            seen.update(piece)
        return seen.hexdigest() == file.blob
