"""``harness view``: the report of runs on this machine, while they go on."""

from __future__ import annotations

import argparse
import signal
import threading
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from harness.cli.progress import tell
from harness.cli.terminal import plain, plain_lines
from harness.store import RunFolder, open_runs


def execute(args: argparse.Namespace) -> int:
    """Serve the report until it is interrupted, which is no error."""
    from reports.live import LiveReport
    from reports.serving import ReportServer, address_of

    address_of(args.host, public=args.public)  # before a report is built that nobody may see
    # SIGINT too: a shell that starts it in the background has it ignored.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)

    def runs() -> Sequence[RunFolder]:
        return [run for name in args.runs for run in open_runs(Path(name), args.layer)]

    with TemporaryDirectory(prefix="harness-view-") as folder:
        report = LiveReport(runs, Path(folder), lambda line: tell(plain_lines(line)))
        with ReportServer(report, args.host, args.port, public=args.public) as server:
            following = threading.Thread(target=report.follow, daemon=True)
            following.start()
            print(f"report: {server.url}", flush=True)
            tell(plain(f"showing {', '.join(args.runs)}; Ctrl-C ends it"))
            try:
                server.serve_forever()
            except KeyboardInterrupt:
                return 0
            finally:
                report.stop()
                following.join()
    return 0
