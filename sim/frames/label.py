"""The carrier's label standard: what is printed, where, and how the DataMatrix is written.

A carrier would publish this page to the makers of readers.  Lengths are in millimetres from the
top left corner of an upright label, which is 100 mm wide and 150 mm high.

* **Sort code**: six of the 32 symbols of Crockford's base 32, the largest print on the label.
* **Tracking id**: twelve digits, the last one an ISO 7064 mod 11,10 check digit; printed in three
  groups of four below its Code 128 symbol (code set C, module 0.75 mm, quiet zones of ten modules).
* **DataMatrix** (ECC 200, square, 16 or 18 modules of 0.75 mm): the letters ``LG``, the version
  digit ``1``, the sort code, the tracking id; 21 characters in all, nothing between them.
* **Address block**: sender and receiver, for people; no field of it routes the parcel.
"""

from dataclasses import dataclass

__all__ = [
    "CODE128_MODULE_MM",
    "DATAMATRIX_MODULE_MM",
    "LABEL_HEIGHT_MM",
    "LABEL_WIDTH_MM",
    "PAYLOAD_PREFIX",
    "LabelText",
    "datamatrix_payload",
]

LABEL_WIDTH_MM = 100.0
LABEL_HEIGHT_MM = 150.0
CODE128_MODULE_MM = 0.75
DATAMATRIX_MODULE_MM = 0.75
PAYLOAD_PREFIX = "LG1"


@dataclass(frozen=True, slots=True)
class LabelText:
    """What the label says to machines."""

    sort_code: str
    tracking_id: str


def datamatrix_payload(text: LabelText) -> str:
    """Payload of the DataMatrix.

    Examples
    --------
    >>> datamatrix_payload(LabelText("7KX2QD", "123456789015"))
    'LG17KX2QD123456789015'
    """
    return f"{PAYLOAD_PREFIX}{text.sort_code}{text.tracking_id}"
