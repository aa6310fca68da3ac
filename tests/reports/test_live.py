"""`harness view`: the report follows its runs, and its server gives nothing but the report."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.store import LOG, RunFolder, RunWriter
from harness.types import AttemptEnd, AttemptStart, AttemptStatus
from reports.live import LiveReport
from reports.serving import ReportServer, address_of
from tests.reports.contests import ioi, people
from tests.reports.runs import UNFINISHED, Did, write_run

Answer = tuple[int, http.client.HTTPMessage, bytes]


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """Return a run of which one of two attempts has ended."""
    did = {("one", "hills"): [Did((1, 1, 1)), UNFINISHED], ("one", "rivers"): []}
    write_run(tmp_path / "run", ioi(), did, people("one"), sealed=False)
    return tmp_path / "run"


@pytest.fixture
def live(run: Path, tmp_path: Path) -> LiveReport:
    return LiveReport(lambda: [RunFolder(run)], tmp_path / "shown")


@contextmanager
def served(live: LiveReport, host: str = "127.0.0.1", *, public: bool = False) -> Iterator[int]:
    with ReportServer(live, host, 0, public=public) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def asked(port: int, path: str = "/", host: str | None = None, method: str = "GET") -> Answer:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        connection.putrequest(method, path, skip_host=True)
        connection.putheader("Host", f"127.0.0.1:{port}" if host is None else host)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()


def page(live: LiveReport) -> str:
    return live.shown.files["index.html"].read_text()


def end_of_the_second(writer: RunWriter) -> None:
    writer.append(
        AttemptEnd(attempt="hills:one:1", status=AttemptStatus.DONE, points=40.0, max_points=100.0)
    )


def test_the_report_grows_with_its_run_and_rests_when_it_has_ended(
    live: LiveReport, run: Path
) -> None:
    """A record that is appended is on the page; pages of an ended run are not asked for again."""
    assert "1 of 2 attempts have ended" in page(live)
    assert live.shown.again_s is not None
    assert not live.look(), "nothing has grown"
    with RunWriter(run) as writer:
        end_of_the_second(writer)
        assert live.look()
        assert "2 of 2 attempts have ended" in page(live)
        writer.seal("2025-01-01T02:00:00Z")
    assert live.look()
    assert "Unfinished" not in page(live)
    assert live.shown.again_s is None


def test_who_reads_the_last_report_still_can(live: LiveReport, run: Path) -> None:
    """Pages of the report before are there until the next one but one; no folder heaps up."""
    shown = [live.shown]
    for number in range(3):
        with RunWriter(run) as writer:
            writer.append(
                AttemptStart(
                    id=f"rivers:one:{number}",
                    contestant="one",
                    problem="rivers",
                    sample=number,
                    time="2025-01-01T00:00:00Z",
                )
            )
        assert live.look()
        assert shown[-1].files["index.html"].is_file()
        shown.append(live.shown)
    places = {each.files["index.html"].parent for each in shown}
    assert sum(place.exists() for place in places) == 2


def test_a_report_that_cannot_be_built_leaves_the_last_one_and_says_so_once(
    run: Path, tmp_path: Path
) -> None:
    """A run that is damaged or gone is told of, and what was shown stays."""
    told: list[str] = []
    live = LiveReport(lambda: [RunFolder(run)], tmp_path / "shown", told.append)
    before = page(live)
    log = run / LOG
    whole = log.read_bytes()
    log.write_bytes(whole.replace(b'{"type":"grade"', b'{"type":"grudge"', 1) + b"\n")
    assert not live.look()
    log.unlink()
    (run / "run.json").rename(run / "away.json")
    assert not live.look()
    assert not live.look()
    assert page(live) == before
    assert len(told) == 2
    assert "the report stays as it was" in told[0]


def test_its_pages_are_served_with_what_keeps_others_out(live: LiveReport) -> None:
    """The first page, a style sheet and a cell have their types; no other site may frame them."""
    with served(live) as port:
        status, headers, body = asked(port)
        assert (status, body) == (200, live.shown.files["index.html"].read_bytes())
        assert headers["Content-Type"] == "text/html; charset=utf-8"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["Refresh"] == str(live.shown.again_s)
        status, headers, _ = asked(port, "/assets/report.css")
        assert (status, headers["Content-Type"]) == (200, "text/css; charset=utf-8")
        assert headers["Refresh"] is None
        for name in live.shown.files:
            assert asked(port, f"/{name}?sort=1#a0")[0] == 200
        status, headers, body = asked(port, method="HEAD")
        assert (status, body) == (200, b"")
        assert int(headers["Content-Length"]) > 0


@pytest.mark.parametrize(
    "path",
    [
        "/../../run.json",
        "/../run/log.jsonl",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/..%2f..%2fetc%2fpasswd",
        "//etc/passwd",
        "/assets/../../run/run.json",
        "/assets",
        "/cell/",
        "/index.html/",
        "/index.html%00.css",
        "/nothing.html",
        "http://evil.example/etc/passwd",
    ],
)
def test_nothing_but_the_report_can_be_asked_for(live: LiveReport, path: str) -> None:
    """Paths that lead out of the report, or to a folder, are no page."""
    with served(live) as port:
        assert asked(port, path)[0] == 404


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "", "[::1]", "a@b"]
)
def test_a_name_that_is_not_its_own_is_refused(live: LiveReport, host: str) -> None:
    """A page of another site that made its name mean this machine reads nothing."""
    with served(live) as port:
        status, _, body = asked(port, host=host.format(port=port))
        assert status == 421
        assert b"hills" not in body


@pytest.mark.parametrize("host", ["localhost:{port}", "LOCALHOST:{port}", "[::1]:{port}"])
def test_its_own_names_are_served(live: LiveReport, host: str) -> None:
    """The loopback's names and addresses are the server's."""
    with served(live) as port:
        assert asked(port, host=host.format(port=port))[0] == 200


def test_nothing_can_be_changed(live: LiveReport) -> None:
    """There is nothing but reading."""
    with served(live) as port:
        for method in ("POST", "PUT", "DELETE", "OPTIONS", "CONNECT"):
            assert asked(port, method=method)[0] == 501


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
def test_an_address_that_others_reach_is_refused_unless_it_is_meant(host: str) -> None:
    """Only --public opens the report to others."""
    with pytest.raises(UsageError, match="reached by others") as error:
        address_of(host, public=False)
    assert "--public" in error.value.hint
    assert address_of(host, public=True)[1] == host


def test_a_public_server_is_called_by_the_machines_name(live: LiveReport) -> None:
    """Others ask for the machine by its name; a stranger's name is refused all the same."""
    with served(live, "0.0.0.0", public=True) as port:
        assert asked(port, host=f"{socket.gethostname()}:{port}")[0] == 200
        assert asked(port, host=f"evil.example:{port}")[0] == 421


def test_a_port_that_is_taken_is_named(live: LiveReport) -> None:
    """Two servers of one port are one clear error."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(UsageError, match="port"):
            ReportServer(live, "127.0.0.1", other.getsockname()[1])
    with pytest.raises(UsageError, match="no address"):
        address_of("no such host.invalid", public=True)
