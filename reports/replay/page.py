"""The replay as one self-contained page."""

from typing import Any

from markupsafe import Markup

from reports.escaping import json_for_html
from reports.gallery import thumbnails
from reports.html import page_environment, page_style, policy_hash, read_template
from reports.replay.inputs import ReplayInputs
from reports.replay.stream import Stream, stream

__all__ = ["SIZE_LIMIT", "render_replay"]

SIZE_LIMIT = 3_000_000
"""Bytes a page may have; pictures, then the last events, are left out before it is passed."""
PICTURES_SHARE = 700_000


def render_replay(inputs: ReplayInputs) -> str:
    """Render one cell of one replication of one arm as a page that plays it.

    The same inputs give the same bytes.  The page asks for nothing: the content policy allows its
    own script and style by hash and data images.  Texts reach the page as data, and the script
    shows them as text only.

    Parameters
    ----------
    inputs : ReplayInputs

    Returns
    -------
    str
        Below `SIZE_LIMIT` bytes in UTF-8.
    """
    prefix = f"P{inputs.replication:03d}-"
    items = [
        item
        for item in inputs.gallery
        if item.arm == inputs.arm
        and item.condition == inputs.cell
        and item.parcel_id.startswith(prefix)
    ]
    shown = [thumb for thumb in thumbnails(items, PICTURES_SHARE) if thumb.source]
    whole = stream(inputs)
    played, share = whole, 1.0
    while True:
        page = _page(inputs, played, whole.events, shown)
        over = len(page.encode()) - SIZE_LIMIT
        if over < 0:
            return page
        if shown:
            shown = []
            continue
        share *= max(0.1, 0.97 - over / len(page))
        played = stream(inputs, share)


def _page(inputs: ReplayInputs, played: Stream, events: int, shown: list[Any]) -> str:
    style = Markup(page_style() + read_template("replay.css"))
    script = Markup(read_template("replay_night.js") + read_template("replay.js"))
    lane = inputs.sorting.lane
    settings = {
        "lanes": inputs.sorting.lanes,
        "chutes": lane.chutes,
        "cameraM": lane.camera_distance_m,
        "diverterM": lane.diverter_distance_m,
        "spacingM": lane.chute_spacing_m,
        "returnM": lane.return_distance_m,
        "speed": lane.belt_speed_mps,
        "desk": inputs.sorting.review_desk.operators,
        "endS": played.end_s,
        "run": inputs.run_name,
        "pictures": {thumb.item.parcel_id: thumb.source for thumb in shown},
    }
    text: str = (
        page_environment()
        .get_template("replay.html.j2")
        .render(
            title=inputs.title,
            arm=inputs.arm,
            cell=inputs.cell,
            replication=inputs.replication,
            lanes=inputs.sorting.lanes,
            parcels=len(inputs.parcels),
            events=events,
            played=played,
            settings=Markup(json_for_html(settings)),
            stream=Markup(played.text),
            style=style,
            script=script,
            style_hash=policy_hash(style),
            script_hash=policy_hash(script),
        )
    )
    return text
