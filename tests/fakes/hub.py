"""A hub of data sets on this machine, that the real huggingface_hub talks to.

It answers what the client asks for when it fetches files of a data set: the files of a revision
with their sizes and digests, and a file's head and bytes, whole or from a place on.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

COMMIT = "0123456789abcdef0123456789abcdef01234567"

RESOLVE = re.compile(r"/datasets/([^/]+/[^/]+)/resolve/([^/]+)/(.+)")
INFO = re.compile(r"/api/datasets/([^/]+/[^/]+)/revision/([^/?]+)")


class FakeHub:
    """What the hub holds, and how it is to behave."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.sets: dict[str, dict[str, bytes]] = {}
        self.known = {"main": COMMIT, COMMIT: COMMIT}
        """Commits by the revisions that there are."""
        self.cut_after: int | None = None
        """Bytes after which the next answer with a file breaks off; once."""
        self.spoiled: set[str] = set()
        """Files of which other bytes are sent than are announced."""
        self.refused: int = 0
        """A status that every question is answered with."""
        self.asked: list[tuple[str, str, str]] = []
        """Method, path and range of every request."""
        self.tokens: set[str] = set()
        """What requests identified themselves with."""
        self.url = ""

    def put(self, name: str, path: str, rows: list[dict[str, Any]]) -> None:
        """Put a table into a data set."""
        place = self.home / "table.parquet"
        place.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.Table.from_pylist(rows), place)
        self.sets.setdefault(name, {})[path] = place.read_bytes()

    @property
    def environment(self) -> dict[str, str]:
        """What a program that uses this hub is started with."""
        return {
            "HF_ENDPOINT": self.url,
            "HF_HOME": str(self.home / "hf"),
            "HF_HUB_DISABLE_XET": "1",
        }

    def ranges(self) -> list[str]:
        """Return the places from which files were asked for."""
        return [place for _, _, place in self.asked if place]


@contextmanager
def fake_hub(home: Path) -> Iterator[FakeHub]:
    """Serve a hub until the block ends."""
    hub = FakeHub(home)

    class Handler(Door):
        served = hub

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    hub.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield hub
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Door(BaseHTTPRequestHandler):
    """Answers one request."""

    served: FakeHub

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def _answer(self, *, body: bool) -> None:
        hub = self.served
        hub.tokens.add(self.headers.get("Authorization", ""))
        hub.asked.append((self.command, self.path, self.headers.get("Range", "")))
        if hub.refused:
            self._send(hub.refused, b"{}", body, {"X-Error-Code": "GatedRepo"})
        elif found := INFO.match(self.path):
            self._info(found[1], found[2], body)
        elif found := RESOLVE.match(self.path):
            self._file(found[1], found[2], found[3], body)
        else:
            self._send(404, b"{}", body, {})

    def _info(self, name: str, revision: str, body: bool) -> None:
        files = self.served.sets.get(name)
        if files is None:
            return self._send(404, b"{}", body, {"X-Error-Code": "RepoNotFound"})
        commit = self.served.known.get(revision)
        if commit is None:
            return self._send(404, b"{}", body, {"X-Error-Code": "RevisionNotFound"})
        told = {"id": name, "sha": commit, "siblings": [_sibling(*item) for item in files.items()]}
        return self._send(200, json.dumps(told).encode(), body, {})

    def _file(self, name: str, revision: str, path: str, body: bool) -> None:
        hub = self.served
        data = hub.sets[name][path]
        etag = f'"{hashlib.sha256(data).hexdigest()}"'
        head = {"ETag": etag, "X-Repo-Commit": hub.known[revision], "Accept-Ranges": "bytes"}
        if path in hub.spoiled:
            data = data[:-1] + bytes([data[-1] ^ 1])
        start = int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").split("-")[0])
        if start:
            head["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
        self._send(206 if start else 200, data[start:], body, head)

    def _send(self, status: int, data: bytes, body: bool, head: dict[str, str]) -> None:
        self.send_response(status)
        for key, value in head.items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if body:
            cut = self.served.cut_after if RESOLVE.match(self.path) else None
            if cut is not None:
                self.served.cut_after = None
            self.wfile.write(data[:cut])

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def _sibling(path: str, data: bytes) -> dict[str, Any]:
    told: dict[str, Any] = {"rfilename": path, "size": len(data)}
    if path.endswith(".parquet"):
        sha = hashlib.sha256(data).hexdigest()
        return told | {
            "blobId": "0" * 40,
            "lfs": {"sha256": sha, "size": len(data), "pointerSize": 1},
        }
    blob = hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False)
    return told | {"blobId": blob.hexdigest()}
