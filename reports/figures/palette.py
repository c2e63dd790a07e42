"""Figure colours by role.  Each role is drawn in a stand-in colour, then becomes a CSS class."""

from dataclasses import dataclass

__all__ = ["ARMS", "MARKERS", "ROLES", "Role", "arm_role", "css_variables", "marker", "stylesheet"]


@dataclass(frozen=True, slots=True)
class Role:
    """What a mark stands for, and its colour on light and on dark paper.

    Attributes
    ----------
    name : str
        CSS variable and class suffix.
    light, dark : str
        Hex colours; marks keep a contrast of at least 3, text roles of at least 4.5.
    drawn : str
        The stand-in colour matplotlib draws with; unique, replaced before anybody sees it.
    """

    name: str
    light: str
    dark: str
    drawn: str


_COLOURS = (
    ("ink", "#1c2127", "#ece9e3"),
    ("mute", "#59616b", "#a6afb9"),
    ("grid", "#dedbd3", "#3a414a"),
    ("axis", "#8b9097", "#7d8691"),
    ("card", "#ffffff", "#1c2026"),
    ("lab", "#1f66a8", "#82b9f2"),
    ("floor", "#b0400f", "#f3a077"),
    ("right", "#2f7f74", "#6cc4b6"),
    ("desk", "#c19a3b", "#d9b75c"),
    ("none", "#8a929c", "#8f98a3"),
    ("wrong", "#b0400f", "#f3a077"),
    ("onmark", "#ffffff", "#14171b"),
    ("arm0", "#1f66a8", "#82b9f2"),
    ("arm1", "#b0400f", "#f3a077"),
    ("arm2", "#2c7a3f", "#86cf8f"),
    ("arm3", "#7a3f9d", "#c9a3e8"),
    ("arm4", "#8a6100", "#e0bb5a"),
    ("arm5", "#00727f", "#5fcbd6"),
    ("arm6", "#a92f5b", "#f190b4"),
    ("arm7", "#4a5560", "#b7c1cb"),
)

ROLES = {
    name: Role(name, light, dark, f"#fe{index:02x}ba")
    for index, (name, light, dark) in enumerate(_COLOURS)
}
ARMS = tuple(role for name, role in ROLES.items() if name.startswith("arm"))
MARKERS = ("o", "s", "D", "^", "v", "P", "X", "p")
"""One shape an arm, so that colour never carries the meaning alone."""


def arm_role(index: int) -> Role:
    """Role of the arm at `index`; beyond eight they repeat, told apart by shape and label."""
    return ARMS[index % len(ARMS)]


def marker(index: int) -> str:
    """Shape of the arm at `index`; shapes shift against colours after the first eight."""
    return MARKERS[(index + index // len(MARKERS)) % len(MARKERS)]


def css_variables(dark: bool) -> str:
    """CSS declarations of every role on light or dark paper."""
    return "".join(f"--{role.name}:{role.dark if dark else role.light};" for role in ROLES.values())


def stylesheet() -> str:
    """Rules that give each role's class its colour."""
    return "\n".join(
        f".f-{name}{{fill:var(--{name})}}.s-{name}{{stroke:var(--{name})}}" for name in ROLES
    )
