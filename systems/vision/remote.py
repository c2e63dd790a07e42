"""A reader that runs elsewhere: asks a model server and never lets its troubles end a run."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from systems.contracts.answers import Stage
from systems.contracts.vision import Capture, Reading, ReadingDecision
from systems.errors import AddressRefused, SystemFailure, SystemLoadError
from systems.remote.address import address_of
from systems.remote.breaker import Breaker
from systems.remote.credentials import credentials_for
from systems.remote.failure import Cause, RemoteFailure
from systems.remote.open_inference import OpenInference
from systems.remote.retries import Patience
from systems.remote.transport import Transport
from systems.vision.remote_answers import Found, Sight, located, merged, read_outputs
from systems.vision.remote_pictures import Picture, batches, picture_for

__all__ = ["DEFAULT_TIMEOUT_S", "REMOTE_STAGE", "RemoteReader"]

DEFAULT_TIMEOUT_S = 20.0
REMOTE_STAGE = "remote"
"""Stage of a reading that got no answer from the server; its ``failure`` names the cause."""
UNUSABLE = (Cause.UNREACHABLE, Cause.REFUSED, Cause.REDIRECT)
FIXES = {
    401: "put the server's token into LABGAP_REMOTE_TOKEN",
    403: "put a token that may use this model into LABGAP_REMOTE_TOKEN",
    404: "check the model's name and version; GET /v2/models/NAME must describe it",
}
FIX_SERVER = "mend the server, or give a slow one more time with --remote-timeout"


class RemoteReader:
    """Reads with a model behind the Open Inference Protocol v2.

    A request that gets no usable answer, after retries, makes a no-read of every capture it
    asked about, with a stage ``remote`` that names the cause.

    Parameters
    ----------
    address : str
        ``http[s]://HOST[:PORT]/v2/models/NAME[/versions/V][?detector=NAME]``.
    allow_hosts : str
        Hosts beyond this machine that may be contacted, separated by spaces.
    timeout_s : float
        Of one request.

    Raises
    ------
    AddressRefused
        If the address is none that may be contacted, or the token would leave readably.
    """

    def __init__(
        self, address: str, allow_hosts: str = "", timeout_s: float = DEFAULT_TIMEOUT_S
    ) -> None:
        self._address = address_of(address)
        host = self._address.host
        if not self._address.is_loopback and host not in allow_hosts.lower().split():
            raise AddressRefused(
                f"host {host!r} is not this machine, and other hosts are contacted only on request",
                "vision system",
                f"add --allow-host {host} if pictures may be sent there",
            )
        self._spec = address
        self._patience = Patience(timeout_s, Breaker())
        transport = Transport(self._address, credentials_for(self._address))
        self._client = OpenInference(transport, self._patience)
        self._reading: Picture | None = None
        self._finding: Picture | None = None
        self._binary = False

    def allow_waiting(self, seconds: float) -> None:
        """Set what may be spent on waiting for the server from now on."""
        self._patience.allow(seconds)

    def connect(self) -> None:
        """Make sure that the server can be used, before a run rests on it.

        Raises
        ------
        SystemLoadError
            If it cannot be reached, refuses us, does not know the model, or the model takes no
            pictures.
        SystemFailure
            If it is there and broken.
        """
        where = f"vision system {self._spec!r}"
        try:
            for path in self._paths():
                if not self._client.is_ready(path):
                    raise SystemLoadError(
                        "the server says that the model is not ready", where, "load it, then retry"
                    )
            self._understand()
        except RemoteFailure as failure:
            said = f"the server gave no usable answer: {failure.cause} ({failure.detail})"
            fix = FIXES.get(failure.status or 0, "start the server, or check the address")
            if failure.cause in UNUSABLE:
                raise SystemLoadError(said, where, fix) from None
            raise SystemFailure(self._spec, "vision", "remote", said, fix=FIX_SERVER) from None
        except ValueError as error:
            fix = "see docs/remote.md for what a model must take and give"
            raise SystemLoadError(str(error), where, fix) from None

    def read(self, captures: Sequence[Capture]) -> Sequence[Reading]:
        """Answer every capture, in order."""
        sights = [
            Sight(index, view) for index, capture in enumerate(captures) for view in capture.views
        ]
        try:
            self._understand()
        except RemoteFailure as failure:
            return [_unanswered(capture, failure) for capture in captures]
        except ValueError:
            changed = RemoteFailure(Cause.WRONG, "the model no longer takes pictures")
            return [_unanswered(capture, changed) for capture in captures]
        failures: dict[int, RemoteFailure] = {}
        found = self._located(sights, failures) if self._finding else [Found(s) for s in sights]
        answers: dict[int, list[Any]] = {}
        picture = self._required(self._reading)
        for batch in batches(picture, found, failures):
            try:
                images = np.stack([picture.image(entry.sight.view, entry.quad) for entry in batch])
                outputs = self._infer(self._address.model_path(), picture, images)
                read = read_outputs(outputs, batch)
            except RemoteFailure as failure:
                failures.update({entry.sight.capture: failure for entry in batch})
                continue
            for entry, answer in zip(batch, read, strict=True):
                answers.setdefault(entry.sight.capture, []).append(answer)
        return [
            _unanswered(capture, failures[index])
            if index in failures
            else merged(capture, answers.get(index, []))
            for index, capture in enumerate(captures)
        ]

    def _located(self, sights: Sequence[Sight], failures: dict[int, RemoteFailure]) -> list[Found]:
        picture = self._required(self._finding)
        found: list[Found] = []
        path = f"/v2/models/{self._address.detector}"
        for batch in batches(picture, [Found(sight) for sight in sights], failures):
            try:
                images = np.stack([picture.image(entry.sight.view, None) for entry in batch])
                found += located(self._infer(path, picture, images), batch, images.shape)
            except RemoteFailure as failure:
                failures.update({entry.sight.capture: failure for entry in batch})
        return found

    def _infer(self, path: str, picture: Picture, images: NDArray[np.uint8]) -> Any:
        return self._client.infer(path, picture.tensor, images, binary=self._binary)

    def _paths(self) -> list[str]:
        paths = [self._address.model_path()]
        if self._address.detector:
            paths.append(f"/v2/models/{self._address.detector}")
        return paths

    def _understand(self) -> None:
        """Learn once what the models take.

        Raises
        ------
        RemoteFailure
            If the server does not say.
        ValueError
            If it says what cannot be served.
        """
        if self._reading is not None:
            return
        pictures = [picture_for(self._client.inputs(path)) for path in self._paths()]
        if len(pictures) > 1 and pictures[0].size is None:
            raise ValueError("behind a detector, the model's input must have a height and width")
        self._binary = self._client.takes_binary()
        self._reading = pictures[0]
        self._finding = pictures[1] if len(pictures) > 1 else None

    def _required(self, picture: Picture | None) -> Picture:
        if picture is None:
            raise RuntimeError("the model's input is learnt before it is used")
        return picture


def _unanswered(capture: Capture, failure: RemoteFailure) -> Reading:
    proposed = {"failure": str(failure.cause), "detail": failure.detail}
    return Reading(
        capture.capture_id,
        ReadingDecision.NO_READ,
        confidence=0.0,
        stages=(Stage(REMOTE_STAGE, proposed),),
    )
