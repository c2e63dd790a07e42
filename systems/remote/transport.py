"""One request, one whole answer, one deadline over all of it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from systems.remote.address import Address
from systems.remote.credentials import Credentials
from systems.remote.failure import Cause, RemoteFailure

__all__ = ["MAX_ANSWER_BYTES", "Answer", "Transport"]

MAX_ANSWER_BYTES = 4 * 2**20
"""Most bytes of one answer; pictures go out, only short texts come back."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Body of an answer with status 200."""

    body: bytes
    headers: Mapping[str, str]


class Transport:
    """Speaks HTTP to one server: no redirects, no proxies, no cookies, no compression.

    Every request opens a connection of its own, so that none inherits the troubles of another.
    """

    def __init__(self, address: Address, credentials: Credentials) -> None:
        self._root = address.root
        self._credentials = credentials

    def get(self, path: str, seconds: float) -> Answer:
        """Ask for a document."""
        return self._fetch("GET", path, b"", {}, seconds)

    def post(self, path: str, body: bytes, headers: Mapping[str, str], seconds: float) -> Answer:
        """Send a document and take the answer."""
        return self._fetch("POST", path, body, headers, seconds)

    def _fetch(
        self, method: str, path: str, body: bytes, headers: Mapping[str, str], seconds: float
    ) -> Answer:
        """Exchange request for answer.

        Raises
        ------
        RemoteFailure
            If no answer with status 200 and of bounded size came whole within `seconds`.
        """
        # Timeouts of sockets start anew with every byte: only a deadline around the whole
        # exchange ends a server that drips.
        try:
            return asyncio.run(
                asyncio.wait_for(self._exchange(method, path, body, headers, seconds), seconds)
            )
        except (TimeoutError, httpx.TimeoutException):
            raise RemoteFailure(Cause.TIMEOUT, f"no whole answer in {seconds:.3g} s") from None
        except httpx.ConnectError:
            raise RemoteFailure(
                Cause.UNREACHABLE, "no connection, or its certificate is not trusted"
            ) from None
        except httpx.TransportError as error:
            raise RemoteFailure(Cause.RESET, type(error).__name__) from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            raise RemoteFailure(Cause.RESET, type(error).__name__) from None

    async def _exchange(
        self, method: str, path: str, body: bytes, headers: Mapping[str, str], seconds: float
    ) -> Answer:
        sent = {"Accept-Encoding": "identity", "Accept": "application/json", **headers}
        if self._credentials.token is not None:
            sent["Authorization"] = f"Bearer {self._credentials.token}"
        client = httpx.AsyncClient(
            verify=self._credentials.tls or False,
            trust_env=False,
            follow_redirects=False,
            timeout=seconds,
        )
        url = f"{self._root}{path}"
        async with (
            client,
            client.stream(method, url, content=body or None, headers=sent) as answer,
        ):
            _checked_head(answer)
            parts = bytearray()
            async for part in answer.aiter_raw():
                parts += part
                if len(parts) > MAX_ANSWER_BYTES:
                    raise _too_large()
            received = bytes(parts)
            headers = {name.lower(): value for name, value in answer.headers.items()}
        token = self._credentials.token
        if token is not None and token.encode() in received:
            raise RemoteFailure(Cause.WRONG, "the answer repeats the token")
        return Answer(received, headers)


def _checked_head(answer: httpx.Response) -> None:
    status = answer.status_code
    if status != 200:
        if 300 <= status < 400:
            cause = Cause.REDIRECT
        elif status == 429:
            cause = Cause.BUSY
        elif 400 <= status < 500:
            cause = Cause.REFUSED
        else:
            cause = Cause.SERVER_ERROR if status >= 500 else Cause.GARBAGE
        raise RemoteFailure(cause, f"status {status}", status)
    if answer.headers.get("content-encoding", "identity") != "identity":
        raise RemoteFailure(Cause.GARBAGE, "the answer is compressed, which was not asked for")
    length = answer.headers.get("content-length", "")
    if length.isdigit() and (len(length) > 12 or int(length) > MAX_ANSWER_BYTES):
        raise _too_large()


def _too_large() -> RemoteFailure:
    return RemoteFailure(Cause.TOO_LARGE, f"more than {MAX_ANSWER_BYTES:,} bytes")
