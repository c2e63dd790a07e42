"""The systems that come with labgap: where they live and what they need, without importing them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["BUILT_IN", "EXTRAS", "BuiltIn", "extra_for"]


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A registered system of labgap's own.

    Attributes
    ----------
    target : str
        ``module:attribute`` of its factory.
    summary : str
        One sentence for people.
    needs : tuple of str
        Modules beyond the core that it imports.
    """

    target: str
    summary: str
    needs: tuple[str, ...] = ()


BUILT_IN: Mapping[str, Mapping[str, BuiltIn]] = MappingProxyType(
    {
        "vision": {
            "barcode": BuiltIn(
                "systems.vision.barcode:Barcode",
                "zxing-cpp on the whole frame: Code 128 and DataMatrix.",
                ("cv2", "zxingcpp"),
            ),
            "ocr": BuiltIn(
                "systems.vision.ocr:Ocr",
                "RapidOCR (PP-OCRv6) on the whole frame: printed tracking id and sort code.",
                ("cv2", "onnxruntime", "rapidocr"),
            ),
            "incumbent": BuiltIn(
                "systems.vision.incumbent:Incumbent",
                "What carriers run today: barcode, then OCR for what it missed, then the desk.",
                ("cv2", "zxingcpp", "onnxruntime", "rapidocr"),
            ),
            "cascade": BuiltIn(
                "systems.vision.cascade.cascade:Cascade",
                "YOLOv8n finds the label, EfficientNet reads its print; trained on damaged labels.",
                ("cv2", "onnxruntime"),
            ),
            "cascade_barcode": BuiltIn(
                "systems.vision.cascade.fused:CascadeBarcode",
                "The cascade and zxing-cpp side by side, each held against the other.",
                ("cv2", "onnxruntime", "zxingcpp"),
            ),
            "single_stage": BuiltIn(
                "systems.vision.single_stage:SingleStage",
                "One YOLOv8n that finds the label and spells its sort code, symbol by symbol.",
                ("cv2", "onnxruntime"),
            ),
            "imagenet": BuiltIn(
                "systems.vision.imagenet:imagenet",
                "The cascade's network from ImageNet weights and clean labels; accepts everything.",
                ("cv2", "onnxruntime"),
            ),
            "imagenet_review": BuiltIn(
                "systems.vision.imagenet:imagenet_review",
                "The same network, which sends what it is unsure of to a person.",
                ("cv2", "onnxruntime"),
            ),
            "no_read": BuiltIn("systems.vision.no_read:NoRead", "Declines every capture."),
        },
        "service": {
            "hand_off": BuiltIn(
                "systems.service.hand_off:HandOff", "Hands every query to a person."
            ),
        },
        "routing": {
            "hold_all": BuiltIn("systems.routing.hold_all:HoldAll", "Holds every request."),
        },
        "items": {
            "stored": BuiltIn("systems.items.stored:Stored", "Repeats the stored version."),
        },
    }
)

EXTRAS: Mapping[str, str] = MappingProxyType(
    {
        "cv2": "vision",
        "zxingcpp": "vision",
        "onnxruntime": "vision",
        "rapidocr": "vision",
        "torch": "train",
        "torchvision": "train",
        "timm": "train",
        "ultralytics": "train",
        "albumentations": "train",
        "pybullet": "train",
        "faiss": "service",
        "sqlalchemy": "service",
        "transformers": "service",
        "httpx": "service",
        "gymnasium": "routing",
        "ortools": "routing",
        "stable_baselines3": "routing",
        "ray": "ray",
    }
)
"""Which extra of the distribution brings a module."""


def extra_for(module: str) -> str | None:
    """Extra that brings `module` or the package it lies in, or None."""
    return EXTRAS.get(module.partition(".")[0])
