"""Markdown tables of every scenario key, made from the schema."""

from collections.abc import Iterator
from typing import Any

from scenarios.degradations import KINDS, SEVERITIES, Scope
from scenarios.explain import guidance
from scenarios.schema import field_schema, resolved_schema

__all__ = ["key_reference"]

_NETWORK: dict[str, Any] = {"network": {}}
_SECTIONS: tuple[tuple[str, tuple[str | int, ...], Any], ...] = (
    ("Top level", (), {}),
    ("fidelity, kind: full", ("fidelity",), {"fidelity": {"kind": "full"}}),
    ("fidelity, kind: sampled", ("fidelity",), {"fidelity": {"kind": "sampled"}}),
    ("arms (each)", ("arms", 0), {}),
    ("arms.vision", ("arms", 0, "vision"), {}),
    ("sorting", ("sorting",), {}),
    ("sorting.arrivals", ("sorting", "arrivals"), {}),
    ("sorting.arrivals.profile (each)", ("sorting", "arrivals", "profile", 0), {}),
    ("sorting.arrivals.burst", ("sorting", "arrivals", "burst"), {}),
    ("sorting.arrivals.surges (each)", ("sorting", "arrivals", "surges", 0), {}),
    ("sorting.lane", ("sorting", "lane"), {}),
    ("sorting.camera", ("sorting", "camera"), {}),
    ("sorting.manifest", ("sorting", "manifest"), {}),
    ("sorting.manifest.body", ("sorting", "manifest", "body"), {}),
    ("sorting.review_desk", ("sorting", "review_desk"), {}),
    ("sorting.review_desk.shifts (each)", ("sorting", "review_desk", "shifts", 0), {}),
    (
        "sorting.review_desk.shifts.breaks (each)",
        ("sorting", "review_desk", "shifts", 0, "breaks", 0),
        {},
    ),
    ("sorting.review_desk.fatigue", ("sorting", "review_desk", "fatigue"), {}),
    ("sorting.review_desk.haste", ("sorting", "review_desk", "haste"), {}),
    ("sorting.review_desk.damage", ("sorting", "review_desk", "damage"), {}),
    ("sorting.degradations (each)", ("sorting", "degradations", 0), {}),
    ("sorting.degradations.episodes", ("sorting", "degradations", 0, "episodes"), {}),
    ("sorting.labels (each)", ("sorting", "labels", 0), {}),
    ("sorting.flow", ("sorting", "flow"), {}),
    ("sorting.faults", ("sorting", "faults"), {}),
    ("sorting.faults.jams", ("sorting", "faults", "jams"), {}),
    ("sorting.faults.doubles", ("sorting", "faults", "doubles"), {}),
    ("sorting.faults.tracking", ("sorting", "faults", "tracking"), {}),
    ("sorting.faults.diverters", ("sorting", "faults", "diverters"), {}),
    ("sorting.faults.outages (each)", ("sorting", "faults", "outages", 0), {}),
    ("sorting.chutes", ("sorting", "chutes"), {}),
    ("sorting.exception_desk", ("sorting", "exception_desk"), {}),
    ("sorting.line_haul", ("sorting", "line_haul"), {}),
    ("sorting.line_haul.routes (each)", ("sorting", "line_haul", "routes", 0), {}),
    ("Top level of a network scenario", (), _NETWORK),
    ("network", ("network",), _NETWORK),
    ("network.sizes", ("network", "sizes"), _NETWORK),
    ("network.load", ("network", "load"), _NETWORK),
    ("network.load.peaks (each)", ("network", "load", "peaks", 0), _NETWORK),
    (
        "network.docks, induction, review_desk, exception_desk",
        ("network", "docks"),
        _NETWORK,
    ),
    ("network.reader", ("network", "reader"), _NETWORK),
    ("network.reader.lab, network.reader.production", ("network", "reader", "lab"), _NETWORK),
)


SCOPE_WORDS = {
    Scope.ITEM: "parcel",
    Scope.PASS: "pass under the camera",
    Scope.BATCH: "shipper",
    Scope.CAMERA_HOUR: "camera and hour",
    Scope.SITE_DAY: "day",
}
"""What a kind is drawn for, in words."""


def key_reference() -> str:
    """Render a heading and a table for every part of a scenario.

    Returns
    -------
    str
        Markdown; docs/scenarios.md holds it word for word, which a test checks.
    """
    lines = [line for section in _SECTIONS for line in _table(*section)]
    return "\n".join([*lines, *_severities()]).strip() + "\n"


def _table(title: str, path: tuple[str | int, ...], data: Any) -> Iterator[str]:
    schema = field_schema(path, data) or {}
    required = schema.get("required", ())
    yield f"### {title}"
    yield ""
    yield "| key | takes | default | meaning |"
    yield "|---|---|---|---|"
    for name in schema.get("properties", {}):
        field = field_schema((*path, name), data) or {}
        default = "required" if name in required else f"`{_default(field)}`"
        meaning = _sentence(field["description"])
        # The second column has the unit already.
        meaning = meaning.removesuffix(f" In {field.get('x-unit')}.")
        yield f"| `{name}` | {_takes(field)} | {default} | {meaning} |"
    yield ""


def _severities() -> Iterator[str]:
    yield "### Severities"
    yield ""
    yield f"| kind | drawn for each | unit | {' | '.join(str(s) for s in SEVERITIES)} |"
    yield "|---|---|---|" + "---|" * len(SEVERITIES)
    for kind in KINDS.values():
        levels = " | ".join(f"{level:g}" for level in kind.levels)
        scope = SCOPE_WORDS[kind.scope]
        yield f"| `{kind.name}` | {scope} | {kind.unit} | {levels} |"


def _takes(field: dict[str, Any]) -> str:
    if "properties" in field or "additionalProperties" in field:
        text = "a mapping" + (", or null" if field.get("nullable") else "")
    elif field.get("type") == "array" and "properties" in _item(field):
        text = guidance(field).replace("entries", "mappings").replace("a list", "list", 1)
    else:
        text = guidance(field)
    return text.replace("|", "\\|")


def _item(field: dict[str, Any]) -> dict[str, Any]:
    reference = field.get("items", {}).get("$ref", "")
    name = reference.rpartition("/")[2]
    known = {**resolved_schema()["$defs"], **resolved_schema(network=True)["$defs"]}
    model: dict[str, Any] = known.get(name, {})
    return model


def _default(field: dict[str, Any]) -> str:
    if "default" not in field:
        return "[]" if field.get("type") == "array" else "{}"
    value = field["default"]
    return "null" if value is None else str(value).replace("'", "")


def _sentence(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
