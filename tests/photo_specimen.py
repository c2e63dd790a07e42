"""Small photographs drawn for tests: symbols beside the text they hold."""

from pathlib import Path

import numpy as np
import zxingcpp
from PIL import Image

__all__ = ["draw_photo", "photo_folder"]


def draw_photo(path: Path, kind: str, text: str, expected: str | None = None) -> None:
    """Draw a symbol on grey and put what it should say beside it."""
    symbol = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, kind))
    image = np.array(symbol.to_image(scale=3, add_quiet_zones=True))
    picture = np.full((image.shape[0] + 61, image.shape[1] + 83), 205, np.uint8)
    picture[30 : 30 + image.shape[0], 40 : 40 + image.shape[1]] = image
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(picture).save(path)
    path.with_suffix(".txt").write_text(text if expected is None else expected, "utf-8")


def photo_folder(root: Path) -> Path:
    """Five photographs: three read right, one that says something else, one without a symbol."""
    draw_photo(root / "ean13-1" / "01.png", "EAN13", "4006381333931")
    draw_photo(
        root / "qrcode-1" / "01.png", "QRCode", "parcel 7\r\nroute A", "parcel 7\r\nroute A\n"
    )
    draw_photo(root / "code128-1" / "01.jpg", "Code128", "ABC-123")
    draw_photo(root / "code128-1" / "02.webp", "Code128", "ABC-124", "ABC-999")
    Image.new("L", (200, 160), 128).save(root / "code128-1" / "03.png")
    (root / "code128-1" / "03.txt").write_text("NOT THERE", "utf-8")
    return root
