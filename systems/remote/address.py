"""Which model on which server: the address a user typed, and whether it may be contacted."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import parse_qs, urlsplit

from systems.errors import AddressRefused

__all__ = ["MAX_ADDRESS", "Address", "address_of", "is_address"]

MAX_ADDRESS = 120
"""Characters; a scenario's limit for the name of a system."""
PART = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")
EXAMPLE = "http://127.0.0.1:8080/v2/models/NAME"


@dataclass(frozen=True, slots=True)
class Address:
    """A model behind the Open Inference Protocol.

    Attributes
    ----------
    root : str
        ``scheme://host[:port]``.
    host : str
    model : str
    version : str or None
    detector : str or None
        A model of the same server that locates what `model` reads.
    """

    root: str
    host: str
    model: str
    version: str | None = None
    detector: str | None = None

    @property
    def is_loopback(self) -> bool:
        """Whether it lies on this machine by its very name."""
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def is_encrypted(self) -> bool:
        """Whether it is spoken to over TLS."""
        return self.root.startswith("https://")

    def model_path(self) -> str:
        """Path of the model that reads."""
        version = f"/versions/{self.version}" if self.version else ""
        return f"/v2/models/{self.model}{version}"


def is_address(spec: str) -> bool:
    """Whether a spec names a server, rather than code or a registered name."""
    return "://" in spec


def address_of(spec: str) -> Address:
    """Take an address apart.

    Raises
    ------
    AddressRefused
        If it is none that labgap contacts.  The text of the address is never repeated: it may
        hold a password.
    """
    where = "address of a remote system"
    if len(spec) > MAX_ADDRESS or not spec.isascii() or not spec.isprintable() or " " in spec:
        raise AddressRefused(
            f"it must be at most {MAX_ADDRESS} printable ASCII characters", where, EXAMPLE
        )
    try:
        parts = urlsplit(spec)
        host, port = parts.hostname or "", parts.port
        query = parse_qs(parts.query, strict_parsing=bool(parts.query), max_num_fields=4)
    except ValueError:
        raise AddressRefused("it cannot be taken apart", where, f"write e.g. {EXAMPLE}") from None
    if "@" in parts.netloc:
        raise AddressRefused(
            "it holds credentials, which would be written down with the run",
            where,
            "leave them out and put a token into the variable LABGAP_REMOTE_TOKEN",
        )
    if parts.scheme not in ("http", "https") or not host or parts.fragment:
        raise AddressRefused("it must begin with http:// or https://", where, f"e.g. {EXAMPLE}")
    if set(query) - {"detector"} or len(query.get("detector", [])) > 1:
        raise AddressRefused("only ?detector=NAME may follow the model", where, f"e.g. {EXAMPLE}")
    detector = query.get("detector", [None])[0]
    steps = parts.path.split("/")
    shape = [("", "v2", "models"), tuple(steps[:3])]
    has_version = len(steps) == 6 and steps[4] == "versions"
    names = [*steps[3:4], *(steps[5:6] if has_version else []), *([detector] if detector else [])]
    if shape[0] != shape[1] or not (len(steps) == 4 or has_version) or not all(map(_plain, names)):
        raise AddressRefused(
            "its path is not that of a model", where, f"write {EXAMPLE}[/versions/VERSION]"
        )
    shown_host = f"[{host}]" if ":" in host else host
    root = f"{parts.scheme}://{shown_host}" + (f":{port}" if port else "")
    return Address(root, host, steps[3], steps[5] if has_version else None, detector)


def _plain(name: str) -> bool:
    return bool(name) and set(name) <= PART and not set(name) <= {"."}
