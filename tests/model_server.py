"""A model server on loopback that behaves as a test wants, badly above all."""

import json
import socket
import ssl
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

__all__ = ["READING", "ModelServer"]

READING = {
    "tracking_id": ("BYTES", "123456789012"),
    "sort_code": ("BYTES", "ABC123"),
    "confidence": ("FP32", 0.5),
}
Behaviour = Callable[["Handler", int], None]


def answered(count: int, **changes: Any) -> dict[str, Any]:
    """A right answer to `count` pictures, with outputs replaced; None drops one."""
    outputs = []
    for name, (datatype, value) in READING.items():
        output = {"name": name, "datatype": datatype, "shape": [count], "data": [value] * count}
        output.update(changes.get(name, {}))
        outputs.append(output)
    return {"model_name": "m", "outputs": outputs}


class Handler(BaseHTTPRequestHandler):
    server: "ModelServer"
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def say(self, document: object, status: int = 200) -> None:
        self.raw(json.dumps(document).encode(), status)

    def raw(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        if "length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header("Content-Length" if name == "length" else name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        self.server.seen.append((self.path, dict(self.headers)))
        token = self.server.token
        if token is not None and self.headers.get("Authorization") != f"Bearer {token}":
            self.say({"error": "who are you"}, 401)
            return
        if self.server.metadata is not None and not self.path.endswith("/ready"):
            self.server.metadata(self, 0)
        elif self.path == "/v2":
            self.say({"name": "s", "extensions": self.server.extensions})
        elif self.path.startswith("/v2/models/m"):
            shape = self.server.shape
            inputs = [{"name": "image", "datatype": "UINT8", "shape": shape}]
            self.say({"name": "m", "inputs": inputs, "outputs": []})
        else:
            self.say({"error": "no such model"}, 404)

    def do_POST(self) -> None:
        self.server.seen.append((self.path, dict(self.headers)))
        body = self.rfile.read(int(self.headers["Content-Length"]))
        head = int(self.headers.get("Inference-Header-Content-Length", len(body)))
        self.server.requests.append((json.loads(body[:head]), body[head:]))
        self.server.behaviour(self, self.server.requests[-1][0]["inputs"][0]["shape"][0])


class ModelServer(ThreadingHTTPServer):
    """Serves a model ``m``; `behaviour` answers what it is asked."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, behaviour: Behaviour, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.behaviour = behaviour
        self.metadata: Behaviour | None = None
        self.shape = [-1, -1, -1, 3]
        self.extensions: list[str] = []
        self.token: str | None = None
        self.seen: list[tuple[str, dict[str, str]]] = []
        self.requests: list[tuple[Any, bytes]] = []
        self.scheme = "http"
        if tls is not None:
            self.socket = tls.wrap_socket(self.socket, server_side=True)
            self.scheme = "https"
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def handle_error(self, *_: object) -> None:
        pass

    @property
    def model(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.server_address[1]}/v2/models/m"

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


def well(handler: Handler, count: int) -> None:
    handler.say(answered(count))


def hang(handler: Handler, count: int) -> None:
    time.sleep(30.0)


def drip(handler: Handler, count: int) -> None:
    """A byte now and then, from the first header on: no single read ever waits long."""
    for byte in b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * 2000:
        handler.wfile.write(bytes([byte]))
        time.sleep(0.02)


def drip_body(handler: Handler, count: int) -> None:
    handler.raw(b"", length="2000")
    for _ in range(2000):
        handler.wfile.write(b" ")
        time.sleep(0.02)


def reset(handler: Handler, count: int) -> None:
    linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    socket.close(handler.connection.detach())


def truncated(handler: Handler, count: int) -> None:
    handler.raw(b'{"outputs"', length="1000")
    handler.close_connection = True


def endless(handler: Handler, count: int) -> None:
    handler.send_response(200)
    handler.end_headers()
    handler.close_connection = True
    for _ in range(200):
        handler.wfile.write(b" " * 100_000)


def status(code: int, **headers: str) -> Behaviour:
    return lambda handler, count: handler.raw(b"{}", code, **headers)


def body(content: bytes, **headers: str) -> Behaviour:
    return lambda handler, count: handler.raw(content, **headers)


def altered(**changes: Any) -> Behaviour:
    return lambda handler, count: handler.say(answered(count, **changes))


def one_too_many(handler: Handler, count: int) -> None:
    handler.say(answered(count + 1))
