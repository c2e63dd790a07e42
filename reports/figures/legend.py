"""Legends: the shape and colour of each arm, the colour and hatching of each outcome."""

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup
from matplotlib.markers import MarkerStyle

from reports.figures.outcomes import OUTCOME_ROLES
from reports.figures.palette import arm_role, marker
from reports.words import metric_words

__all__ = ["arm_legend", "outcome_legend"]


def arm_legend(arms: Sequence[str]) -> tuple[tuple[Markup, str], ...]:
    """Pair a decorative mark with each arm's name."""
    return tuple((_mark(index), arm) for index, arm in enumerate(arms))


def _mark(index: int) -> Markup:
    style = MarkerStyle(marker(index))
    path = style.get_path().transformed(style.get_transform())
    outline = np.asarray(path.to_polygons()[0], dtype=float)
    points = " ".join(f"{8 + 11 * x:.2f},{8 - 11 * y:.2f}" for x, y in outline.tolist())
    return Markup(
        f'<svg class="mark" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">'
        f'<polygon class="f-{arm_role(index).name}" points="{points}"/></svg>'
    )


def outcome_legend(outcomes: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Pair a swatch class with each outcome's name."""
    return tuple((OUTCOME_ROLES[name], metric_words(name).label) for name in outcomes)
