"""A report over HTTP: its own files, by their names, to whoever asks for the right host.

Nothing else can be asked for: a path is looked up among the files of the report, and never put
together with a folder. A request for a host that this server is not called by is refused, so that
no page of another site can make a browser read here under its own name (DNS rebinding).
"""

from __future__ import annotations

import ipaddress
import socket
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

from harness.errors import UsageError
from reports.atlas import INDEX
from reports.live import LiveReport

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}
"""By suffix; anything else is bytes."""

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""Of every answer; what a page may load is said in the page itself."""

PATIENCE_S = 30


class ReportServer(ThreadingHTTPServer):
    """Serves the newest report of some runs."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, report: LiveReport, host: str, port: int, *, public: bool = False) -> None:
        """Listen on an address; port 0 is one that is free.

        Raises :class:`~harness.errors.UsageError` for an address that others can reach, unless
        ``public`` says that they may, and for one that cannot be had.
        """
        self.report = report
        family, address = address_of(host, public=public)
        self.address_family = family
        try:
            super().__init__((address, port), _Handler)
        except OSError as error:
            raise UsageError(
                f"{host}, port {port}: {error.strerror or error}",
                hint="choose another --port, or leave it out",
            ) from error
        self._names = {"localhost", host.lower()}
        if public:
            self._names |= {socket.gethostname().lower(), socket.getfqdn().lower()}

    @property
    def url(self) -> str:
        """The address to open."""
        name = str(self.server_address[0])
        return f"http://{f'[{name}]' if ':' in name else name}:{self.server_address[1]}/"

    def called(self, host: str) -> bool:
        """Whether a request's ``Host`` is a name of this server: an address, or one it knows."""
        name, _, port = host.rpartition(":") if not host.endswith("]") else (host, "", "")
        if not name:
            name, port = host, ""
        if (port or "80") != str(self.server_address[1]):
            return False
        try:
            ipaddress.ip_address(name.strip("[]"))
        except ValueError:
            return name.lower() in self._names
        return True


def address_of(host: str, *, public: bool) -> tuple[socket.AddressFamily, str]:
    """Return what to listen on; raises as :class:`ReportServer` does."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise UsageError(
            f"there is no address {host!r}: {error}", hint="such as --host 127.0.0.1"
        ) from error
    family, _, _, _, place = found[0]
    address = str(place[0])
    if not ipaddress.ip_address(address.partition("%")[0]).is_loopback and not public:
        raise UsageError(
            f"{host} can be reached by others, who would read the whole report",
            hint="say --public if that is meant, or leave out --host",
        )
    return family, address


class _Handler(BaseHTTPRequestHandler):
    """Answers one request."""

    server: ReportServer
    server_version = "harness"
    sys_version = ""
    timeout = PATIENCE_S

    def do_GET(self) -> None:
        """Answer with a file of the report."""
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        """Answer without the file."""
        self._answer(with_body=False)

    def _answer(self, *, with_body: bool) -> None:
        hosts = self.headers.get_all("Host") or []
        if len(hosts) != 1 or not self.server.called(hosts[0]):
            self._say(HTTPStatus.MISDIRECTED_REQUEST, "This server is not called that.", with_body)
            return
        shown = self.server.report.shown
        name = unquote(urlsplit(self.path).path).removeprefix("/") or INDEX
        place = shown.files.get(name)
        try:
            data = place.read_bytes() if place is not None else None
        except OSError:  # the report was built anew meanwhile
            data = None
        if place is None or data is None:
            self._say(HTTPStatus.NOT_FOUND, "The report has no such page.", with_body)
            return
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", TYPES.get(place.suffix, "application/octet-stream"))
        if place.suffix == ".html" and shown.again_s is not None:
            self.send_header("Refresh", str(shown.again_s))
        self._send(data, with_body)

    def _say(self, status: HTTPStatus, text: str, with_body: bool) -> None:
        self.send_response(status)
        self.send_header("Content-Type", TYPES[".txt"])
        self._send(f"{text}\n".encode(), with_body)

    def _send(self, data: bytes, with_body: bool) -> None:
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if with_body:
            self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing of what was asked for."""
