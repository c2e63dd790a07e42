"""The replay of a lane: one HTML file in which a night can be watched again."""

from reports.replay.inputs import ReplayInputs
from reports.replay.page import SIZE_LIMIT, render_replay

__all__ = ["SIZE_LIMIT", "ReplayInputs", "render_replay"]
