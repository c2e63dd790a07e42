"""Hypothesis strategies for whole, valid scenarios."""

from itertools import pairwise

from hypothesis import strategies as st

from scenarios.degradations import KINDS
from scenarios.model import (
    Arm,
    Arrivals,
    Burst,
    Camera,
    DegradationShare,
    Full,
    Lane,
    Manifest,
    RatePeriod,
    ReviewDesk,
    Sampled,
    Scenario,
    Sorting,
    Surge,
    SystemChoice,
)

__all__ = ["json_values", "scenarios"]

LETTERS = st.characters(exclude_categories=("Cs", "Cc", "Cf", "Zl", "Zp", "Co", "Cn"))
SLUGS = st.from_regex(r"[a-z][a-z0-9_]{0,12}", fullmatch=True)
KEYS = st.text(LETTERS, min_size=1, max_size=20).filter(str.isprintable)
VALUES = st.one_of(
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False).map(lambda x: x + 0.0),
    st.text(LETTERS, max_size=20),
    st.sampled_from(
        ["y", "no", "12:30", "010", "1e3", "null", "~", "0x1F", "2026-01-01", "<<", ""]
    ),
)

json_values = st.recursive(
    st.one_of(st.none(), VALUES),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.one_of(KEYS, st.sampled_from(["kind", "name", "share"])), inner, max_size=3
        ),
    ),
    max_leaves=6,
)


def reals(low, high):
    return st.floats(low, high, allow_nan=False, exclude_min=low == 0.0)


@st.composite
def arrivals(draw):
    duration = draw(reals(1.0, 86_400.0))
    starts = draw(st.lists(st.floats(0.01, 0.99), max_size=3, unique=True))
    profile = [RatePeriod(start_s=0.0, factor=draw(st.floats(0.1, 3.0)))] if starts else []
    for share in sorted(starts):
        profile.append(RatePeriod(start_s=share * duration, factor=draw(st.floats(0.0, 3.0))))
    surges = []
    for _ in range(draw(st.integers(0, 2))):
        ends = draw(st.lists(st.floats(0.0, 1.0), min_size=2, max_size=2, unique=True))
        start, end = (share * duration for share in sorted(ends))
        if end > start:
            surges.append(Surge(start_s=start, end_s=end, extra_per_h=draw(reals(0.5, 2000.0))))
    starts_s = [period.start_s for period in profile]
    if any(after <= before for before, after in pairwise(starts_s)):
        profile = []
    burst = st.builds(Burst, mean_parcels=reals(1.0, 500.0), mean_gap_s=reals(1e-3, 100.0))
    return Arrivals(
        duration_s=duration,
        rate_per_h=draw(reals(1.0, 2000.0)),
        profile=tuple(profile),
        burst=draw(st.none() | burst),
        surges=tuple(surges),
    )


@st.composite
def degradations(draw):
    kinds = draw(st.lists(st.sampled_from(list(KINDS)), unique=True))
    entries = []
    for kind in kinds:
        weights = draw(st.lists(st.integers(0, 50), min_size=5, max_size=5).filter(any))
        shares = tuple(weight / sum(weights) for weight in weights)
        reason = draw(st.text(LETTERS, min_size=10, max_size=60))
        share = draw(st.floats(0.0, 1.0))
        entries.append(
            DegradationShare(kind=kind, share=share, severity_shares=shares, reason=reason)
        )
    return tuple(entries)


@st.composite
def cameras(draw):
    width = draw(st.integers(64, 8192))
    return Camera(
        pixels_per_m=draw(reals(200.0, 10_000.0)),
        sensor_width_px=width,
        sensor_height_px=draw(st.integers(64, 8192)),
        overview_width_px=draw(st.integers(32, min(width, 2048))),
        exposure_ms=draw(reals(0.0, 20.0)),
        full_well_electrons=draw(reals(500.0, 200_000.0)),
        read_noise_electrons=draw(st.floats(0.0, 500.0)),
    )


@st.composite
def manifests(draw):
    late = draw(st.floats(0.0, 1.0))
    return Manifest(
        late_share=late,
        missing_share=draw(st.floats(0.0, 1.0 - late)),
        late_mean_s=draw(reals(0.001, 1e5)),
    )


LANES = st.builds(
    Lane,
    belt_speed_mps=reals(0.01, 2.5),
    pitch_m=reals(0.01, 5.0),
    induction_rate_per_h=reals(1.0, 20_000.0),
    induction_cv=st.floats(0.0, 2.0),
    camera_distance_m=reals(0.1, 1000.0),
    diverter_distance_m=reals(0.1, 1000.0),
    chute_spacing_m=reals(0.1, 100.0),
    chutes=st.integers(2, 512),
    return_distance_m=reals(5.0, 1000.0),
    max_laps=st.integers(1, 10),
)
DESKS = st.builds(
    ReviewDesk,
    operators=st.integers(0, 500),
    images_per_h=reals(1.0, 3600.0),
    service_cv=st.floats(0.0, 2.0),
    error_rate=st.floats(0.005, 1.0),
    queue_limit=st.integers(0, 100_000),
)
SORTING = st.builds(
    Sorting,
    lanes=st.integers(1, 4),
    arrivals=arrivals(),
    lane=LANES,
    camera=cameras(),
    manifest=manifests(),
    review_desk=DESKS,
    degradations=degradations(),
)
ARMS = st.lists(
    st.builds(
        Arm,
        name=SLUGS,
        vision=st.builds(
            SystemChoice, name=SLUGS, params=st.dictionaries(KEYS, VALUES, max_size=3)
        ),
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda arm: arm.name,
).map(tuple)

scenarios = st.builds(
    Scenario,
    schema_version=st.just(1),
    name=SLUGS,
    title=st.text(LETTERS, min_size=3, max_size=120),
    description=st.text(LETTERS, min_size=10, max_size=200),
    seed=st.integers(0, 2**63 - 1),
    replications=st.integers(1, 1000),
    fidelity=st.one_of(
        st.just(Full(kind="full")),
        st.builds(Sampled, kind=st.just("sampled"), parcels=st.integers(20, 100_000)),
    ),
    arms=ARMS,
    primary_metrics=st.lists(
        st.sampled_from(["accuracy.forced", "throughput", "misroutes.rate"]), unique=True
    ).map(tuple),
    sorting=SORTING,
)
