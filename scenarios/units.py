"""Units of scenario keys, read off their names."""

__all__ = ["unit_of"]

_SUFFIXES = {
    "pixels_per_m": "px/m",
    "_mps": "m/s",
    "_per_h": "1/h",
    "_h": "h",
    "_ms": "ms",
    "_mm": "mm",
    "_px": "px",
    "_electrons": "electrons",
    "_m": "m",
    "_s": "s",
}


def unit_of(key: str) -> str | None:
    """Unit a key's name ends with (``belt_speed_mps`` -> ``m/s``), None where it is bare."""
    for suffix, unit in _SUFFIXES.items():
        if key.endswith(suffix):
            return unit
    return None
