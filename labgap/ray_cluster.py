"""Finds a Ray cluster, or starts one: with a token, quietly, and never waiting for nobody."""

import os
import re
import secrets
import signal
import socket
from typing import Any

from labgap.errors import InvalidUse

__all__ = ["connect", "imported"]

OBJECT_STORE_BYTES = 100_000_000
"""Enough, since results travel by folder and never by Ray; small, since /dev/shm may be."""
ADDRESS = re.compile(r"(?P<host>[A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\]):(?P<port>[0-9]{1,5})")
PROBE_S = 5.0
RAY = "--engine ray"


def imported(address: str | None) -> Any:
    """Import Ray without telemetry or lines of its own on our output.

    Raises
    ------
    InvalidUse
        If it is not installed.
    """
    # Ray reads all of these when it is imported.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    if address is not None:
        # Each try takes up to 40 s where something else than Ray listens, and the default is 20.
        os.environ.setdefault("RAY_NUM_REDIS_GET_RETRIES", "3")
    elif "RAY_AUTH_MODE" not in os.environ:
        # Ray listens on every interface, and whoever may talk to it may run code: so only those
        # who know this token may.  Ray itself would write one into the home folder.
        os.environ["RAY_AUTH_MODE"] = "token"
        if "RAY_AUTH_TOKEN_PATH" not in os.environ:
            os.environ.setdefault("RAY_AUTH_TOKEN", secrets.token_hex(32))
    try:
        import ray
    except ModuleNotFoundError:
        raise InvalidUse(
            "Ray is not installed", where=RAY, fix="pip install 'labgap[ray]' -c constraints.txt"
        ) from None
    return ray


def connect(ray: Any, jobs: int, address: str | None) -> None:
    """Join the cluster at an address, or start one of `jobs` CPUs on this machine.

    Raises
    ------
    InvalidUse
        If nobody answers there, or Ray refuses.
    """
    quiet = {"logging_level": "ERROR", "log_to_driver": False}
    if address is not None:
        _probe(address)
    # Ray would answer SIGTERM itself, and a stopped run must end as resumable.
    terminate = signal.getsignal(signal.SIGTERM)
    try:
        if address is not None:
            ray.init(address=address, **quiet)
        else:
            # By name, lest Ray join what RAY_ADDRESS or an earlier `ray start` points to.
            ray.init(
                address="local",
                num_cpus=jobs,
                include_dashboard=False,
                object_store_memory=OBJECT_STORE_BYTES,
                _node_ip_address="127.0.0.1",
                **quiet,
            )
    except (ConnectionError, RuntimeError, ValueError, TimeoutError) as error:
        reason = " ".join(str(error).split())[:200]
        raise InvalidUse(
            f"Ray does not answer: {reason}",
            where=RAY if address is None else f"--ray-address {address}",
            fix="call labgap on a node of the cluster, check it with `ray status`, and set "
            "RAY_AUTH_MODE=token and the token if the cluster asks for one",
        ) from None
    finally:
        signal.signal(signal.SIGTERM, terminate)


def _probe(address: str) -> None:
    """Refuse an address nobody listens at: Ray would try it for a quarter of an hour."""
    where = f"--ray-address {address}"
    found = ADDRESS.fullmatch(address)
    if found is None or int(found["port"]) > 65535:
        raise InvalidUse(
            "this is no address of a Ray cluster",
            where=where,
            fix="give HOST:PORT as `ray start --head` prints it (ray:// is for clients outside)",
        )
    try:
        socket.create_connection((found["host"].strip("[]"), int(found["port"])), PROBE_S).close()
    except OSError as error:
        raise InvalidUse(
            f"nobody answers there ({error.strerror or error})",
            where=where,
            fix="start the cluster with `ray start --head`, and give the address it prints",
        ) from None
