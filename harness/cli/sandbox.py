"""``harness sandbox build``: the image of the docker tier."""

from __future__ import annotations

import argparse
import sys
import time


def execute(args: argparse.Namespace) -> int:
    """Build the image unless the engine has it with everything that is wanted."""
    from sandbox import engine, image

    wanted = tuple(word for word in args.languages.replace(" ", ",").split(",") if word)
    client = engine.connect()
    try:
        found = image.find(client)
        if found is None or args.again or not set(wanted) <= set(found.languages):
            started = time.monotonic()
            held = found.languages if found else ()
            found = image.build(client, (*held, *wanted), args.source, _say)
            print(f"built in {time.monotonic() - started:.0f} s")
            for name in () if args.keep else image.remove_older(client):
                _say(f"removed {name}, built for another version and used by no container")
        print(f"{found.tag}  {found.size >> 20} MiB  {' '.join(found.languages)}  {found.id}")
    finally:
        client.close()
    return 0


def _say(line: str) -> None:
    print(f"harness: {line}", file=sys.stderr, flush=True)
