"""An OpenAI-compatible endpoint for the curator's small model, on the standard library's server.

`transformers serve` ignores `response_format` in silence, without which a small model writes no
JSON, and cannot put a fine-tuned curator's line back into JSON.
"""

from __future__ import annotations

import json
import sys
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .curator_model import Answer, CuratorModel
from .curator_schema import AVAILABLE, schema_of
from .curator_text import CuratorDataError, Message, prompt_hash

#: a request holds a prompt of a few kilobytes
LARGEST_BODY = 1 << 20
DEFAULT_TOKENS = 512


class RequestError(Exception):
    def __init__(self, status: int, message: str, param: str | None = None):
        super().__init__(message)
        self.status, self.param = status, param


def complete(curator: CuratorModel, name: str, request: dict) -> dict:
    """A chat completion. @raises RequestError where the request cannot be answered as asked"""
    messages = messages_of(request)
    card = curator.card
    if card and prompt_hash(messages) != card["prompt_sha256"]:
        raise RequestError(
            400, "this model was trained on another prompt; train it on requests of this one"
        )
    kind = (request.get("response_format") or {"type": "text"}).get("type")
    if not card and kind != "text" and not AVAILABLE:
        # Refused, not ignored: the client then puts the schema into words.
        raise RequestError(400, f"response_format {kind} is not supported", "response_format")
    if request.get("stream"):
        raise RequestError(400, "stream is not supported", "stream")
    limit = number(request, ("max_completion_tokens", "max_tokens"), DEFAULT_TOKENS, 1, 4096)
    temperature = number(request, ("temperature",), 1.0, 0, 2)
    try:
        (answer,) = curator.answer([messages], int(limit), temperature, [schema_of(request)])
    except CuratorDataError as error:
        raise RequestError(400, str(error), "messages") from error
    return completion(answer, name)


def completion(answer: Answer, model: str) -> dict:
    used = {"prompt_tokens": answer.prompt_tokens, "completion_tokens": answer.completion_tokens}
    return {
        "id": f"chatcmpl-{uuid.uuid4().hex}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": model,
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": answer.content},
                "finish_reason": "length" if answer.truncated else "stop",
            }
        ],
        "usage": {**used, "total_tokens": sum(used.values())},
    }


def messages_of(request: dict) -> list[Message]:
    messages = request.get("messages")
    fine = isinstance(messages, list) and all(
        isinstance(m, dict) and isinstance(m.get("role"), str) and isinstance(m.get("content"), str)
        for m in messages
    )
    if not fine or not messages:
        raise RequestError(400, "messages must be a list of {role, content} texts", "messages")
    return messages


def number(request: dict, names: tuple[str, ...], default: float, low: float, high: float) -> float:
    for name in names:
        value = request.get(name)
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int | float) or value < low:
            raise RequestError(400, f"{name} must be a number of at least {low}", name)
        return min(value, high)
    return default


def open_server(curator: CuratorModel, name: str, host: str, port: int) -> ThreadingHTTPServer:
    """Bound, not yet serving: call serve_forever(). One answer is computed at a time."""
    busy = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if self.path == "/health":
                self.reply(200, {"status": "ok"})
            elif self.path == "/v1/models":
                entry = {"id": name, "object": "model", "created": 0, "owned_by": "segue"}
                self.reply(200, {"object": "list", "data": [entry]})
            else:
                self.fail(RequestError(404, f"there is no {self.path}"))

        def do_POST(self) -> None:
            try:
                request = self.body()
                if self.path != "/v1/chat/completions":
                    raise RequestError(404, f"there is no {self.path}")
                with busy:
                    answer = complete(curator, name, request)
                self.reply(200, answer)
            except RequestError as error:
                self.fail(error)
            except Exception as error:
                self.log_error("%r", error)
                self.fail(RequestError(500, "the model failed; the server's log says why"))

        def body(self) -> dict:
            length = self.headers.get("Content-Length", "")
            if not length.isdigit() or int(length) > LARGEST_BODY:
                self.close_connection = True
                # A caller that is still writing would meet a broken pipe instead of the answer.
                self.rfile.read(min(int(length), 2 * LARGEST_BODY) if length.isdigit() else 0)
                raise RequestError(413, f"a body of at most {LARGEST_BODY} bytes is wanted")
            try:
                request = json.loads(self.rfile.read(int(length)))
            except ValueError as error:
                raise RequestError(400, f"the body is no JSON: {error}") from error
            if not isinstance(request, dict):
                raise RequestError(400, "the body must be a JSON object")
            return request

        def fail(self, error: RequestError) -> None:
            kind = "server_error" if error.status >= 500 else "invalid_request_error"
            detail = {"message": str(error), "type": kind, "param": error.param, "code": None}
            self.reply(error.status, {"error": detail})

        def reply(self, status: int, value: dict) -> None:
            data = json.dumps(value, ensure_ascii=False).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            print(f"{self.log_date_time_string()} {format % args}", file=sys.stderr, flush=True)

    return ThreadingHTTPServer((host, port), Handler)
