"""Catalogue items."""

from dataclasses import replace

import numpy as np

from systems.contracts.items import Item, ItemImage, StoredAttribute, StoredVersion

__all__ = ["odd_items", "ordinary_items"]


def _image(number: int, height: int = 64, width: int = 64) -> ItemImage:
    rng = np.random.default_rng(number)
    pixels = rng.integers(0, 256, (height, width, 3)).astype(np.uint8)
    return ItemImage(f"image-{number}", pixels)


def ordinary_items() -> tuple[Item, ...]:
    """Four items: with and without pictures, new and known."""
    attributes = {"colour": StoredAttribute("red"), "volume": StoredAttribute(350, "ml", 0.8)}
    stored = StoredVersion(3, 10.0, "Kitchen > Mugs", attributes)
    return (
        Item("item-0", 100.0, "Red mug 350 ml, stoneware", "Dishwasher safe.", (_image(0),)),
        Item(
            "item-1",
            110.0,
            "Blue mug, 350 ml",
            "",
            (_image(1), _image(2)),
            "Kitchen",
            ("colour", "volume"),
            stored,
        ),
        Item("item-2", 120.0, "Men's running shoe EU 43", "Breathable mesh.", category="Shoes"),
        Item("item-3", 130.0, "USB-C cable 2 m", "Fast charging, 60 W.", wanted=("length",)),
    )


def odd_items() -> tuple[tuple[str, Item], ...]:
    """Items that merchants do send."""
    plain = ordinary_items()[0]

    def titled(number: int, title: str) -> Item:
        return replace(plain, item_id=f"odd-{number}", title=title)

    return (
        ("an empty title", titled(0, "")),
        ("nothing at all", Item("odd-1", 0.0, "", "")),
        ("emoji, Arabic and full width", titled(2, "☕ كوب أحمر ＭＵＧ cafe\u0301")),
        ("control characters", titled(3, "mug\x00\x1b[31m\u202e")),
        ("a very long title", titled(4, "red mug " * 5000)),
        ("a picture of one pixel", replace(plain, item_id="odd-5", images=(_image(5, 1, 1),))),
        ("an attribute nobody knows", replace(plain, item_id="odd-6", wanted=("zorp",))),
    )
