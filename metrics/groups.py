"""Names of groups of items and their order in tables."""

__all__ = ["group_order"]

_FAMILIES = (
    "all",
    "readable",
    "factor",
    "kind",
    "kind,alone",
    "kind,severity",
    "kind,severity,alone",
    "lane",
    "lane,hour",
    "cause",
)


def group_order(group: str) -> tuple[int, tuple[tuple[int, str], ...]]:
    """Sort key of a group: its family first, then its values, numbers as numbers.

    Examples
    --------
    >>> sorted(["lane=10", "lane=2", "kind=torn,severity=1", "all"], key=group_order)
    ['all', 'kind=torn,severity=1', 'lane=2', 'lane=10']

    Raises
    ------
    ValueError
        If no such family of groups exists.
    """
    pairs = [part.partition("=") for part in group.split(",")]
    family = ",".join(name for name, _, _ in pairs)
    values = tuple(
        (int(value), "") if value.isascii() and value.isdigit() else (0, value)
        for _, _, value in pairs
    )
    if family not in _FAMILIES:
        raise ValueError(f"no such family of groups: {family}")
    return _FAMILIES.index(family), values
