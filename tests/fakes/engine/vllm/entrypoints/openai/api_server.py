"""Stands for vLLM's server: the same command line and pages, and what a script says of each start.

``FAKE_VLLM`` names a folder. ``script.json`` in it is a list with what is done at the
first start, the second, …; the last for ever. ``events.jsonl`` is what happened. See
``tests/fakes/engine_room.py`` for the words of the script.
"""

import argparse
import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from aiohttp import web

FOLDER = Path(os.environ["FAKE_VLLM"])
KEY = os.environ.get("VLLM_API_KEY")
SEEN = ("CUDA_VISIBLE_DEVICES", "VLLM_HTTP_TIMEOUT_KEEP_ALIVE", "VLLM_NO_USAGE_STATS")
ENGINE = "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(600)"
"""An engine that nobody ends goes on for ever, deaf, in a session of its own."""


def note(event: str, **more: Any) -> None:
    with (FOLDER / "events.jsonl").open("a") as file:
        file.write(json.dumps({"event": event, "pid": os.getpid(), **more}) + "\n")


class Api:
    """The pages of the server."""

    def __init__(self, model: str, script: dict[str, Any]) -> None:
        self.model = model
        self.script = script
        self.asked = 0

    async def health(self, request: web.Request) -> web.Response:
        sick = self.asked >= self.script.get("sick_after", 1 << 30)
        return web.Response(status=503 if sick else 200)

    async def metrics(self, request: web.Request) -> web.Response:
        written = 0 if "hangs" in self.script else self.asked
        return web.Response(text=f'vllm:generation_tokens_total{{engine="0"}} {written}\n')

    async def version(self, request: web.Request) -> web.Response:
        return web.json_response({"version": self.script.get("version", "9.9.9")})

    async def models(self, request: web.Request) -> web.Response:
        context = self.script.get("context", 8192)
        return web.json_response({"data": [{"id": self.model, "max_model_len": context}]})

    async def complete(self, request: web.Request) -> web.StreamResponse:
        if KEY and request.headers.get("Authorization") != f"Bearer {KEY}":
            return web.json_response({"error": "Unauthorized"}, status=401)
        body = await request.json()
        self.asked += 1
        note("asked", seed=body["seed"], number=self.asked)
        if self.asked > self.script.get("sick_after", 1 << 30):
            return web.json_response({"error": {"message": "EngineCore died"}}, status=500)
        if "hangs" in self.script:
            response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
            await response.prepare(request)
            while True:
                await response.write(b": keep-alive\n\n")
                await asyncio.sleep(0.05)
        try:
            await asyncio.sleep(self.script.get("answer_s", 0))
        except asyncio.CancelledError:
            note("left", seed=body["seed"])
            raise
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        text = {"index": 0, "delta": {"content": f"seed {body['seed']}"}, "finish_reason": None}
        await response.write(b"data: " + json.dumps({"choices": [text]}).encode() + b"\n\n")
        if self.asked > self.script.get("die_after", 1 << 30):
            # As vLLM does: an error under HTTP 200, then a normal end, then none.
            error = {"error": {"message": "EngineCore encountered an issue", "code": 500}}
            await response.write(b"data: " + json.dumps(error).encode() + b"\n\n")
            await response.write(b"data: [DONE]\n\n")
            print("ERROR 11-25 04:33:00 [core.py:1] RuntimeError: the worker died", flush=True)
            os._exit(1)
        end = {"index": 0, "delta": {}, "finish_reason": "stop"}
        await response.write(b"data: " + json.dumps({"choices": [end]}).encode() + b"\n\n")
        await response.write(b"data: [DONE]\n\n")
        note("answered", seed=body["seed"])
        return response


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--model")
    parser.add_argument("--served-model-name")
    parser.add_argument("--host")
    parser.add_argument("--port", type=int)
    parsed, _ = parser.parse_known_args()
    starts = FOLDER / "starts"
    starts.mkdir(exist_ok=True)
    number = 0
    while True:  # servers that start at once count each for themselves
        try:
            (starts / str(number)).touch(exist_ok=False)
            break
        except FileExistsError:
            number += 1
    plan = json.loads((FOLDER / "script.json").read_text())
    script = plan[min(number, len(plan) - 1)]
    environment = {name: os.environ.get(name) for name in SEEN}
    note("started", argv=sys.argv[1:], environment=environment, number=number, port=parsed.port)
    if script.get("deaf"):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if script.get("engine"):
        engine = subprocess.Popen([sys.executable, "-c", ENGINE], start_new_session=True)
        note("engine", engine=engine.pid)
    print(script.get("prints", "INFO 11-25 04:32:35 [core.py:1] Loading weights"), flush=True)
    time.sleep(script.get("start_s", 0))
    if script.get("killed"):
        os.kill(os.getpid(), signal.SIGKILL)
    if "exits" in script:
        sys.exit(script["exits"])
    api = Api(parsed.served_model_name, script)
    app = web.Application()
    app.router.add_get("/health", api.health)
    app.router.add_get("/metrics", api.metrics)
    app.router.add_get("/version", api.version)
    app.router.add_get("/v1/models", api.models)
    app.router.add_post("/v1/chat/completions", api.complete)
    web.run_app(
        app,
        host=parsed.host,
        port=parsed.port,
        print=None,
        handler_cancellation=True,
        handle_signals=not script.get("deaf"),
        shutdown_timeout=0.1,
    )


if __name__ == "__main__":
    main()
