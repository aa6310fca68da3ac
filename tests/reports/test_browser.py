"""A real browser opens the report from disk and shows it; nothing runs and nothing leaves."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from reports.build import build_report
from tests.reports.examples import hostile_run
from tests.reports.payloads import PAYLOADS
from tests.reports.proofs import Marked, proof_run

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""

pytestmark = pytest.mark.skipif(
    not CHROMIUM and not os.environ.get("CI"), reason="chromium is not installed"
)


def dump(page: Path, home: Path) -> tuple[str, str]:
    """Open a page and return its document and what the browser complained about."""
    done = subprocess.run(
        [
            CHROMIUM,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--no-first-run",
            f"--user-data-dir={home}",
            "--enable-logging=stderr",
            "--virtual-time-budget=2000",
            "--dump-dom",
            page.resolve().as_uri(),
        ],
        capture_output=True,
        timeout=60,
        check=True,
    )
    log = done.stderr.decode("utf-8", "replace")
    return done.stdout.decode("utf-8", "replace"), "\n".join(
        line for line in log.splitlines() if ":CONSOLE" in line
    )


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """Start a server that remembers what it was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_first_page_opens_from_disk(ordinary: Path, tmp_path: Path) -> None:
    """The rows are there, styled, and the browser has nothing to complain about."""
    document, complaints = dump(ordinary / "index.html", tmp_path)
    for name in ("strong", "weak", "broken", "absent", "model-solution"):
        assert f'<span class="name">{name}</span>' in document
    assert complaints == ""


def test_a_proof_is_set_in_its_font(proofs: Path, tmp_path: Path) -> None:
    """The page of a proof has its formulas, and the font is let in without a complaint."""
    page = proofs / "cell" / "imo2025--p1--prover.html"
    document, complaints = dump(page, tmp_path / "one")
    assert '<math display="block"><munderover>' in document
    assert complaints == ""
    text = page.read_text()
    page.with_name("strict.html").write_text(text.replace("; font-src &#39;self&#39;", ""))
    _, complaints = dump(page.with_name("strict.html"), tmp_path / "two")
    page.with_name("strict.html").unlink()
    assert "stix-two-math.woff2" in complaints, "without leave the browser must have asked for it"


def test_no_attack_in_a_proof_runs_or_calls_home(
    tmp_path: Path, listener: tuple[str, list[str]]
) -> None:
    """With every kind of attack as a proof and as an opinion, nothing runs and nothing leaves."""
    address, asked = listener
    attack = "\n\n".join(payload[:2_000] for payload in PAYLOADS.values())
    attack = attack.replace("alert(1)", f"console.error('ran');fetch('{address}/x')")
    attack = attack.replace("http://127.0.0.1", address)
    run = proof_run(tmp_path / "run", Marked(proof=attack, says=attack))
    build_report([run], tmp_path / "report")
    for page in sorted((tmp_path / "report" / "cell").iterdir()):
        document, complaints = dump(page, tmp_path / "home")
        assert "olympiad-harness" in document
        assert complaints == ""
    assert asked == []


def test_no_text_of_a_model_runs_or_calls_home(
    tmp_path: Path, listener: tuple[str, list[str]]
) -> None:
    """With attacks in every field, no page runs a script or asks for anything outside."""
    address, asked = listener
    payload = (
        f"\"'></title></pre></code><script>console.error('ran');fetch('{address}/script')"
        f"</script><img src='{address}/image' onerror=console.error('ran')>"
        f"<link rel=stylesheet href='{address}/style'><style>@import '{address}/import';</style>"
    )
    build_report([hostile_run(tmp_path / "run", payload)], tmp_path / "report")
    report = tmp_path / "report"
    cells = sorted((report / "cell").iterdir())
    for page in (report / "index.html", *(report / "contest").iterdir(), cells[0]):
        document, complaints = dump(page, tmp_path / "home")
        assert "olympiad-harness" in document
        assert complaints == ""
    assert asked == []


def test_this_way_of_looking_would_see_it(tmp_path: Path, listener: tuple[str, list[str]]) -> None:
    """A page that does run a script and call home is noticed by the same means."""
    address, asked = listener
    page = tmp_path / "page.html"
    page.write_text(f"<script>console.error('ran')</script><img src='{address}/image'>")
    _, complaints = dump(page, tmp_path / "home")
    assert "ran" in complaints
    assert asked == ["/image"]


def test_the_policy_holds_when_escaping_fails(
    ordinary: Path, tmp_path: Path, listener: tuple[str, list[str]]
) -> None:
    """Even with an attack written into a page unescaped, nothing runs and nothing leaves."""
    address, asked = listener
    shutil.copytree(ordinary, tmp_path / "report")
    page = tmp_path / "report" / "index.html"
    attack = (
        f"<script>document.title='owned'</script><img src='{address}/image' "
        "onerror=\"document.title='owned'\"><iframe src='{address}/frame'></iframe>"
    )
    page.write_text(page.read_text().replace("</main>", attack + "</main>"))
    document, _ = dump(page, tmp_path / "home")
    assert "<title>owned" not in document
    assert asked == []
