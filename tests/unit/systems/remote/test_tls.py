"""TLS against a real server whose certificate is made for the occasion."""

import ssl
from pathlib import Path

import pytest
import trustme

from systems.boundary import answer_batch
from systems.contracts.vision import ReadingDecision
from systems.errors import AddressRefused, SystemLoadError
from systems.registry import resolve
from tests import model_server as behaves
from tests.model_server import ModelServer
from tests.unit.systems.remote.test_hostile_server import CAPTURE


def test_only_a_trusted_server_sees_token_and_pictures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    client = authority.issue_cert("labgap@example.org")
    client.private_key_and_cert_chain_pem.write_to_path(tmp_path / "client.pem")
    monkeypatch.setenv("LABGAP_REMOTE_TOKEN", "s3cret-token")
    with ModelServer(behaves.well, context) as server:
        server.token = "s3cret-token"
        with pytest.raises(SystemLoadError, match="not trusted") as raised:
            resolve("vision", server.model, {}, allow_dotted=True)
        assert "s3cret" not in str(raised.value)
        assert server.seen == []
        monkeypatch.setenv("LABGAP_REMOTE_CA", str(tmp_path / "ca.pem"))
        monkeypatch.setenv("LABGAP_REMOTE_CERT", str(tmp_path / "client.pem"))
        (reading,) = answer_batch(resolve("vision", server.model, {}, allow_dotted=True), [CAPTURE])
    assert reading.decision is ReadingDecision.ACCEPT


@pytest.mark.parametrize("variable", ["LABGAP_REMOTE_CA", "LABGAP_REMOTE_CERT"])
def test_a_certificate_that_cannot_be_read_is_named(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "/nowhere.pem")
    with pytest.raises(AddressRefused, match=variable):
        resolve("vision", "https://127.0.0.1:1/v2/models/m", {}, allow_dotted=True)
