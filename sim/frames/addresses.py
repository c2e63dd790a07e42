"""Invented people and places for the address block; nothing here is tied to a destination."""

import numpy as np

__all__ = ["address_lines", "sender_lines"]

GIVEN = (
    "Alma", "Bero", "Cato", "Dina", "Edda", "Fenn", "Gita", "Hanno", "Ilva", "Jaro", "Kaia",
    "Levin", "Mira", "Nuno", "Olve", "Pella", "Runa", "Sanja", "Tibor", "Una", "Vesna", "Wim",
    "Yara", "Zeno",
)  # fmt: skip
FAMILY = (
    "Abendroth", "Brandal", "Corvane", "Dellmar", "Estervik", "Falkner", "Gravesend", "Holloway",
    "Ilmari", "Jansdotter", "Kestrel", "Lindqvale", "Morrowby", "Nightingale", "Oakhurst",
    "Pemberley", "Quillfeather", "Ravensworth", "Silvermoor", "Tannenbruck", "Underhay", "Veldkamp",
    "Westergaard", "Yellowlees",
)  # fmt: skip
STREETS = (
    "Anchor Row", "Bellows Lane", "Cinder Way", "Draper Street", "Elm Quay", "Foundry Road",
    "Gannet Close", "Harrow Hill", "Inkwell Court", "Juniper Walk", "Kiln Street", "Lantern Gate",
    "Millrace", "Northolm Avenue", "Orchard Rise", "Packhorse Bridge",
)  # fmt: skip
TOWNS = (
    "Arkmouth", "Brackenford", "Copperdale", "Dunmere", "Eastvale", "Fernhollow", "Greywater",
    "Highmarsh", "Ivorstone", "Kingsfallow", "Larkham", "Middlewick", "Newbarrow", "Oxmere",
    "Plumstead Moor", "Rookhaven",
)  # fmt: skip
SHIPPERS = (
    "Bluefinch Outfitters", "Copper & Clay", "Driftwood Audio", "Everlight Pharmacy",
    "Fable Toys", "Greenhand Tools", "Harbour Books", "Ironleaf Cycles",
)  # fmt: skip


def _pick(rng: np.random.Generator, words: tuple[str, ...]) -> str:
    return words[int(rng.integers(len(words)))]


def address_lines(rng: np.random.Generator) -> tuple[str, ...]:
    """Receiver: name, street, town."""
    return (
        f"{_pick(rng, GIVEN)} {_pick(rng, FAMILY)}",
        f"{int(rng.integers(1, 240))} {_pick(rng, STREETS)}",
        f"{int(rng.integers(10_000, 99_999))} {_pick(rng, TOWNS)}",
    )


def sender_lines(rng: np.random.Generator) -> tuple[str, ...]:
    """Shipper: name, place."""
    return (_pick(rng, SHIPPERS), f"Dock {int(rng.integers(1, 40))}, {_pick(rng, TOWNS)}")
