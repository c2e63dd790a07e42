"""A server that hangs, drips, lies or breaks gives no-reads that name the cause, never an error."""

import gzip

import numpy as np
import pytest

from systems.boundary import answer_batch
from systems.conformance.samples.captures import ArrayView
from systems.contracts.vision import Capture, ReadingDecision
from systems.errors import AddressRefused, SystemFailure, SystemLoadError
from systems.registry import ResolvedSystem, resolve
from tests import model_server as behaves
from tests.model_server import Behaviour, ModelServer

PIXELS = np.arange(32 * 48 * 3, dtype=np.uint8).reshape(32, 48, 3)
CAPTURE = Capture("c1", (ArrayView("top", PIXELS),), (100.0, 80.0, 60.0), 500.0)


def reader(server: ModelServer, query: str = "") -> ResolvedSystem:
    return resolve(
        "vision", server.model + query, {"timeout_s": 0.4}, allow_dotted=True, connect=False
    )


CASES: list[tuple[str, Behaviour, str]] = [
    ("hang", behaves.hang, "timeout"),
    ("drip", behaves.drip, "timeout"),
    ("drip_body", behaves.drip_body, "timeout"),
    ("reset", behaves.reset, "connection broke"),
    ("truncated", behaves.truncated, "connection broke"),
    ("endless", behaves.endless, "answer too large"),
    ("long", behaves.body(b"{}", length="99999999999999"), "answer too large"),
    ("500", behaves.status(500), "server error (5xx)"),
    ("429", behaves.status(429), "too many requests (429)"),
    ("403", behaves.status(403), "refused (4xx)"),
    ("204", behaves.status(204), "answer unreadable"),
    ("redirect", behaves.status(302, Location="http://127.0.0.1:1/"), "redirect"),
    ("no_json", behaves.body(b"<html>"), "answer unreadable"),
    ("no_utf8", behaves.body(b"\xff\xfe"), "answer unreadable"),
    ("list", behaves.body(b"[]"), "answer unreadable"),
    ("deep", behaves.body(b"[" * 100_000), "answer unreadable"),
    ("huge_number", behaves.body(b'{"outputs": ' + b"9" * 9000 + b"}"), "answer unreadable"),
    ("zipped", behaves.body(gzip.compress(b"{}"), **{"Content-Encoding": "gzip"}), "unreadable"),
    ("no_outputs", behaves.body(b"{}"), "answer breaks the contract"),
    ("count", behaves.one_too_many, "answer breaks the contract"),
    ("nan", behaves.altered(confidence={"data": [float("nan")]}), "answer unreadable"),
    ("infinite", behaves.body(b'{"outputs":[{"name":"confidence","data":[1e999]}]}'), "breaks"),
    ("confident", behaves.altered(confidence={"data": [1.5]}), "answer breaks the contract"),
    ("bool", behaves.altered(confidence={"data": [True]}), "answer breaks the contract"),
    ("dtype", behaves.altered(tracking_id={"datatype": "INT64", "data": [1]}), "breaks"),
    ("shape", behaves.altered(tracking_id={"shape": [-1, -1]}), "answer breaks the contract"),
    ("short", behaves.altered(tracking_id={"data": []}), "answer breaks the contract"),
    ("nested", behaves.altered(tracking_id={"data": {"a": 1}}), "answer breaks the contract"),
    ("long_text", behaves.altered(tracking_id={"data": ["x" * 5000]}), "breaks the contract"),
    ("surrogate", behaves.altered(tracking_id={"data": ["\ud800"]}), "breaks the contract"),
    ("twice", behaves.altered(sort_code={"name": "tracking_id"}), "breaks the contract"),
]


@pytest.mark.parametrize(("behaviour", "cause"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_trouble_becomes_a_no_read_that_names_its_cause(behaviour: Behaviour, cause: str) -> None:
    with ModelServer(behaviour) as server:
        (reading,) = answer_batch(reader(server), [CAPTURE])
    assert reading.decision is ReadingDecision.NO_READ
    assert reading.fields == {}
    (stage,) = reading.stages
    assert stage.name == "remote"
    assert cause in stage.proposed["failure"]


def test_a_right_answer_is_taken_and_hostile_text_passes_as_it_is() -> None:
    hostile = "<script>\x1b[2J|`\u202e"
    with ModelServer(behaves.altered(tracking_id={"data": [hostile]})) as server:
        (reading,) = answer_batch(reader(server), [CAPTURE])
    assert reading.decision is ReadingDecision.ACCEPT
    assert reading.fields == {"tracking_id": hostile, "sort_code": "ABC123"}
    assert reading.confidence == 0.5
    assert reading.stages == ()


def test_the_shape_of_the_input_says_what_is_sent() -> None:
    with ModelServer(behaves.well) as server:
        answer_batch(reader(server), [CAPTURE, CAPTURE])
        server.shape = [1, 16, 24, 3]
        answer_batch(reader(server), [CAPTURE, CAPTURE])
        server.extensions = ["binary_tensor_data"]
        answer_batch(reader(server), [CAPTURE])
    shapes = [request["inputs"][0]["shape"] for request, _ in server.requests]
    assert shapes == [[2, 8, 12, 3], [1, 16, 24, 3], [1, 16, 24, 3], [1, 16, 24, 3]]
    overview = CAPTURE.views[0].overview
    first = server.requests[0][0]["inputs"][0]["data"]
    assert first == np.stack([overview, overview]).reshape(-1).tolist()
    whole = np.array([[0.0, 0.0], [12, 0], [12, 8], [0, 8]])
    assert server.requests[3][1] == CAPTURE.views[0].window(whole, (24, 16)).tobytes()
    assert "data" not in server.requests[3][0]["inputs"][0]


def test_a_detector_says_where_the_reader_reads() -> None:
    quad = [[2.0, 1.0], [10.0, 1.0], [10.0, 7.0], [2.0, 7.0]]

    def two_stages(handler: behaves.Handler, count: int) -> None:
        if "finder" in handler.path:
            data = np.array([quad, np.zeros((4, 2))]).reshape(-1).tolist()
            output = {"name": "quads", "datatype": "FP32", "shape": [count, 4, 2], "data": data}
            handler.say({"outputs": [output]})
        else:
            behaves.well(handler, count)

    with ModelServer(two_stages) as server:
        server.shape = [-1, 16, 24, 3]
        found, nothing = answer_batch(reader(server, "?detector=m_finder"), [CAPTURE, CAPTURE])
    # The detector was shown windows of twice the overview's size: its quads are halved.
    (box,) = found.boxes
    assert box.quad == tuple((x / 2, y / 2) for x, y in quad)
    assert found.decision is ReadingDecision.ACCEPT
    assert (nothing.decision, nothing.boxes) == (ReadingDecision.NO_READ, ())
    pixels = CAPTURE.views[0].window(np.array(quad) / 2, (24, 16))
    assert server.requests[1][0]["inputs"][0]["data"] == pixels.reshape(-1).tolist()


def test_a_server_that_fails_is_soon_left_alone_and_only_its_requests_suffer() -> None:
    with ModelServer(behaves.status(500)) as server:
        server.shape = [1, 16, 24, 3]
        readings = answer_batch(reader(server), [CAPTURE] * 6)
    causes = [reading.stages[0].proposed["failure"] for reading in readings]
    assert causes == ["server error (5xx)"] * 3 + ["not asked: breaker open"] * 3
    assert len(server.requests) == 9  # three attempts for each of three requests


def test_one_bad_answer_spoils_its_own_request_only() -> None:
    def sometimes(handler: behaves.Handler, count: int) -> None:
        bad = len(handler.server.requests) == 2
        (behaves.one_too_many if bad else behaves.well)(handler, count)

    with ModelServer(sometimes) as server:
        server.shape = [1, 16, 24, 3]
        readings = answer_batch(reader(server), [CAPTURE] * 4)
    assert [bool(reading.stages) for reading in readings] == [False, True, False, False]


def test_a_passing_trouble_is_asked_again() -> None:
    def at_last(handler: behaves.Handler, count: int) -> None:
        late = len(handler.server.requests) > 2
        (behaves.well if late else behaves.status(503))(handler, count)

    with ModelServer(at_last) as server:
        (reading,) = answer_batch(reader(server), [CAPTURE])
    assert reading.decision is ReadingDecision.ACCEPT


def test_the_allowance_of_a_task_ends_the_waiting() -> None:
    with ModelServer(behaves.hang) as server:
        server.shape = [1, 16, 24, 3]
        system = reader(server)
        system.system.allow_waiting(0.1)  # type: ignore[attr-defined]
        readings = answer_batch(system, [CAPTURE] * 3)
    causes = {reading.stages[0].proposed["failure"] for reading in readings[1:]}
    assert causes == {"not asked: waiting time of the task used up"}


REFUSED = {
    "other host": "http://example.org/v2/models/m",
    "looks local": "http://127.0.0.1.example.org/v2/models/m",
    "credentials": "http://user:hunter2@127.0.0.1/v2/models/m",
    "query": "http://127.0.0.1/v2/models/m?key=hunter2",
    "scheme": "file:///v2/models/m",
    "path": "http://127.0.0.1/v2/models/../m",
    "escape": "http://127.0.0.1/v2/models/%2e%2e",
    "port": "http://127.0.0.1:99999/v2/models/m",
    "long": "http://127.0.0.1/v2/models/" + "m" * 200,
}


@pytest.mark.parametrize("address", REFUSED.values(), ids=REFUSED)
def test_an_address_that_is_not_contacted(address: str) -> None:
    with pytest.raises(AddressRefused) as raised:
        resolve("vision", address, {}, allow_dotted=True)
    assert "hunter2" not in str(raised.value)
    assert raised.value.fix


def test_an_address_never_comes_from_a_file() -> None:
    with pytest.raises(AddressRefused, match="scenario file"):
        resolve("vision", "http://127.0.0.1/v2/models/m", {}, allow_dotted=False)


def test_a_token_never_leaves_readably(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABGAP_REMOTE_TOKEN", "s3cret")
    params = {"allow_hosts": "example.org"}
    with pytest.raises(AddressRefused, match="plain http") as raised:
        resolve("vision", "http://example.org/v2/models/m", params, allow_dotted=True)
    assert "s3cret" not in str(raised.value)


def test_a_token_goes_with_every_request_and_is_never_repeated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LABGAP_REMOTE_TOKEN", "s3cret-token")
    with ModelServer(behaves.altered(sort_code={"data": ["s3cret-token"]})) as server:
        server.token = "s3cret-token"
        (reading,) = answer_batch(reader(server), [CAPTURE])
    assert {headers["Authorization"] for _, headers in server.seen} == {"Bearer s3cret-token"}
    assert reading.decision is ReadingDecision.NO_READ
    assert "s3cret" not in repr(reading)


STARTS: dict[str, tuple[Behaviour, type[Exception], str]] = {
    "401": (behaves.status(401), SystemLoadError, "LABGAP_REMOTE_TOKEN"),
    "403": (behaves.status(403), SystemLoadError, "LABGAP_REMOTE_TOKEN"),
    "404": (behaves.status(404), SystemLoadError, "name and version"),
    "redirect": (behaves.status(307, Location="/x"), SystemLoadError, "redirect"),
    "500": (behaves.status(500), SystemFailure, "5xx"),
    "garbage": (behaves.body(b"nonsense"), SystemFailure, "no JSON"),
    "no inputs": (behaves.body(b'{"inputs": []}'), SystemFailure, "names no inputs"),
}


@pytest.mark.parametrize(("metadata", "kind", "words"), STARTS.values(), ids=STARTS)
def test_a_run_begins_with_a_server_that_can_be_used(
    metadata: Behaviour, kind: type[Exception], words: str
) -> None:
    with ModelServer(behaves.well) as server:
        server.metadata = metadata
        with pytest.raises(kind, match=words):
            resolve("vision", server.model, {}, allow_dotted=True)


@pytest.mark.parametrize("shape", [[-1, 8], [-1, 3, 8, 8], [4, 8, 8, 3], [-1, 8, -1, 3]])
def test_a_model_that_takes_no_pictures_is_refused(shape: list[int]) -> None:
    with ModelServer(behaves.well) as server:
        server.shape = shape
        with pytest.raises(SystemLoadError, match="input"):
            resolve("vision", server.model, {}, allow_dotted=True)


def test_a_server_that_is_not_there_is_named() -> None:
    with ModelServer(behaves.well) as server:
        address = server.model
    with pytest.raises(SystemLoadError, match="unreachable"):
        resolve("vision", address, {}, allow_dotted=True)


def test_proxies_of_the_environment_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with ModelServer(behaves.well) as server:
        (reading,) = answer_batch(reader(server), [CAPTURE])
    assert reading.decision is ReadingDecision.ACCEPT
