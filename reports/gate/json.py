"""A gate for programs."""

import json

from metrics.gate.report import GateReport

__all__ = ["render_json"]


def render_json(report: GateReport) -> str:
    """Canonical JSON: keys in a fixed order, everything outside ASCII escaped, never NaN."""
    return json.dumps(report.record(), indent=2, ensure_ascii=True, allow_nan=False)
