"""0/1 outcomes as short text, for a baseline that lives in a repository."""

import base64
import binascii
import zlib

import numpy as np
from numpy.typing import NDArray

__all__ = ["Mask", "pack", "unpack"]

Mask = NDArray[np.bool_]


def pack(bits: Mask) -> str:
    """Pack flags of any shape, row by row, eight a byte, deflated, in base64."""
    return base64.b64encode(zlib.compress(np.packbits(bits.ravel()).tobytes(), 9)).decode("ascii")


def unpack(text: str, shape: tuple[int, ...]) -> Mask:
    """Undo `pack`.

    Raises
    ------
    ValueError
        If the text is not what `pack` makes of flags of this shape.  Never inflates more than
        that, whatever the text claims.
    """
    count = int(np.prod(shape))
    size = (count + 7) // 8
    try:
        inflater = zlib.decompressobj()
        data = inflater.decompress(base64.b64decode(text, validate=True), size + 1)
    except (binascii.Error, zlib.error) as error:
        raise ValueError(f"packed outcomes cannot be read ({error})") from None
    if len(data) != size or not inflater.eof:
        raise ValueError(f"packed outcomes do not hold {count} flags")
    flags = np.unpackbits(np.frombuffer(data, dtype=np.uint8), count=count)
    return flags.astype(np.bool_).reshape(shape)
