"""Who we are and whom we trust: token and TLS, from the environment alone."""

import os
import ssl
from dataclasses import dataclass, field

from systems.errors import AddressRefused
from systems.remote.address import Address

__all__ = ["Credentials", "credentials_for"]

TOKEN = "LABGAP_REMOTE_TOKEN"
AUTHORITY, CERTIFICATE, KEY = "LABGAP_REMOTE_CA", "LABGAP_REMOTE_CERT", "LABGAP_REMOTE_KEY"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What goes with every request to one server; a representation never shows the token."""

    token: str | None = field(default=None, repr=False)
    tls: ssl.SSLContext | None = None


def credentials_for(address: Address) -> Credentials:
    """Read token, certificate authority and client certificate from the environment.

    Raises
    ------
    AddressRefused
        If the token would travel readably, is no token, or a file cannot be used.
    """
    token = os.environ.get(TOKEN) or None
    if token is not None:
        if not token.isascii() or not token.isprintable() or " " in token or len(token) > 4096:
            raise AddressRefused(
                "it holds what cannot stand in a header", TOKEN, "printable ASCII without spaces"
            )
        if not address.is_encrypted and not address.is_loopback:
            raise AddressRefused(
                "the token would travel over plain http, readable on the way",
                TOKEN,
                "use https://, or unset the variable",
            )
    return Credentials(token, _tls() if address.is_encrypted else None)


def _tls() -> ssl.SSLContext:
    authority = os.environ.get(AUTHORITY) or None
    certificate, key = os.environ.get(CERTIFICATE) or None, os.environ.get(KEY) or None
    try:
        context = ssl.create_default_context(cafile=authority)
    except (OSError, ssl.SSLError) as error:
        raise AddressRefused(
            f"the certificate authority cannot be read: {type(error).__name__}",
            AUTHORITY,
            "name a readable PEM file",
        ) from None
    if certificate is None:
        return context
    try:
        # Without a password of its own, OpenSSL would ask for one at the terminal.
        context.load_cert_chain(certificate, key, password=lambda: b"")
    except (OSError, ssl.SSLError, ValueError) as error:
        raise AddressRefused(
            f"the client certificate cannot be used: {type(error).__name__}",
            f"{CERTIFICATE}, {KEY}",
            "name PEM files, the key without a password",
        ) from None
    return context
