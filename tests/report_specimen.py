"""A realistic invented run: records, notes, manifest and gallery, without a simulator."""

import struct
import zlib

import numpy as np

from metrics.records import Metrics, Note, Record
from reports.gallery import GalleryItem
from reports.inputs import ReportInputs
from scenarios.model import Scenario
from scenarios.references import Reference

KINDS = ("torn", "taped", "glare", "motion_blur")
_DIFFICULTY = {"torn": 0.05, "taped": 0.06, "glare": 0.04, "motion_blur": 0.11}
_READERS = {"barcode": 1.0, "two_stage": 0.45, "ocr_only": 1.35}


def scenario(arms=("barcode",), replications=10, fidelity=None, **overrides):
    fields = {
        "schema_version": 1,
        "name": "quickstart",
        "title": "One sorting lane, one night shift",
        "description": "The same parcels on a calm belt with clean labels, and on the night "
        "shift with torn, taped, glaring and blurred ones.",
        "seed": 7,
        "replications": replications,
        "fidelity": fidelity or {"kind": "full"},
        "arms": tuple({"name": arm, "vision": {"name": "barcode"}} for arm in arms),
        "sorting": {
            "lanes": 2,
            "arrivals": {"duration_s": 14400.0, "rate_per_h": 3000.0},
            "lane": {
                "belt_speed_mps": 2.0,
                "pitch_m": 0.8,
                "induction_rate_per_h": 4000.0,
                "induction_cv": 0.2,
                "camera_distance_m": 4.0,
                "diverter_distance_m": 6.0,
                "chute_spacing_m": 1.5,
                "chutes": 24,
                "return_distance_m": 40.0,
                "max_laps": 3,
            },
            "camera": {
                "pixels_per_m": 2000.0,
                "sensor_width_px": 1600,
                "sensor_height_px": 1200,
                "overview_width_px": 400,
                "exposure_ms": 0.1,
                "full_well_electrons": 10000.0,
                "read_noise_electrons": 10.0,
            },
            "manifest": {"late_share": 0.02, "missing_share": 0.005, "late_mean_s": 60.0},
            "review_desk": {
                "operators": 2,
                "images_per_h": 900.0,
                "service_cv": 0.5,
                "error_rate": 0.01,
                "queue_limit": 40,
            },
            "degradations": tuple(
                {"kind": kind, "share": 0.15, "reason": "invented for a test page"}
                for kind in KINDS
            ),
        },
    }
    return Scenario.model_validate(fields | overrides)


class _Writer:
    def __init__(self, seed, replications):
        self.rng = np.random.default_rng(seed)
        self.replications = replications
        self.records = []

    def add(self, metric, arm, group, lab, production, spread, n, lab_n=None):
        """Add both worlds and the gap, each with a plausible interval of half-width `spread`."""
        lab_n = n if lab_n is None else lab_n
        for condition, value, count in (("lab", lab, lab_n), ("production", production, n)):
            half = spread * (0.8 + 0.4 * self.rng.random())
            low, high = value - half, value + half
            if metric.startswith(("accuracy", "rate", "utilisation")):
                value, low, high = (min(max(x, 0.0), 1.0) for x in (value, low, high))
            self._put(metric, arm, condition, group, value, low, high, count)
        gap, half = lab - production, spread * (1.0 + 0.3 * self.rng.random())
        self._put(metric, arm, "gap", group, gap, gap - half, gap + half, min(lab_n, n))

    def gap(self, metric, arm, group, value, half, n):
        self._put(metric, arm, "gap", group, value, value - half, value + half, n)

    def _put(self, metric, arm, condition, group, value, low, high, n):
        numbers = [round(float(x), 6) for x in (value, low, high)]
        self.records.append(Record(metric, arm, condition, group, *numbers, n, self.replications))


def metrics(arms=("barcode",), replications=10, seed=1, lanes=2, hours=4):
    write = _Writer(seed, replications)
    for index, arm in enumerate(arms):
        harm = _READERS.get(arm, 0.5 + 0.2 * index)
        _arm(write, arm, harm, lanes, hours)
    order = {metric: i for i, metric in enumerate(dict.fromkeys(r.metric for r in write.records))}
    records = sorted(write.records, key=lambda record: order[record.metric])
    notes = (
        Note("*", "*", "*", "*", "Intervals: Student t on replication-level paired differences."),
        Note(
            "rate.misread",
            arms[0],
            "gap",
            "all",
            "17 discordant parcels: exact binomial bound widened by the design effect.",
        ),
    )
    return Metrics(tuple(records), notes)


def _arm(write, arm, harm, lanes, hours):
    n = 120_000
    loss = 0.066 * harm
    lab = 0.9985 - 0.002 * harm
    misread, hand = 0.0006 + 0.004 * harm, 0.45 * loss
    write.add("accuracy.forced", arm, "all", lab, lab - loss, 0.004, n)
    write.add("accuracy.accepted", arm, "all", 0.9996, 0.9996 - 0.004 * harm, 0.0006, n)
    write.add("rate.read", arm, "all", lab, lab - loss - 0.002, 0.004, n)
    write.add("rate.misread", arm, "all", 0.0004, misread, 0.0005, n)
    write.add("rate.hand_off", arm, "all", 0.0006, hand, 0.002, n)
    write.add(
        "rate.no_read", arm, "all", 0.0005, 1 - (lab - loss - 0.002) - hand - misread, 0.002, n
    )
    write.add("rate.to_desk", arm, "all", 0.0011, hand + 0.02 * harm, 0.002, n)
    write.add("rate.right_chute", arm, "all", 0.993, 0.993 - 0.3 * loss, 0.002, n)
    write.add("rate.misroute", arm, "all", 0.0004, 0.0004 + 0.05 * loss, 0.0005, n)
    write.add("rate.exception", arm, "all", 0.0066, 0.0066 + 0.25 * loss, 0.002, n)
    write.add("rate.recirculated", arm, "all", 0.026, 0.026 + 1.1 * loss, 0.004, n)
    write.add("rate.missed_deadline", arm, "all", 0.012, 0.0125, 0.0011, n)
    for readable, share, extra in (("yes", 0.93, 0.6), ("no", 0.07, 6.0)):
        group = f"readable={readable}"
        write.add(
            "accuracy.forced", arm, group, lab, max(lab - loss * extra, 0.1), 0.006, int(n * share)
        )
    write.gap("accuracy.forced", arm, "factor=degradation", 0.93 * loss, 0.004, n)
    write.gap("accuracy.forced", arm, "factor=load", 0.002, 0.0015, n)
    write.gap("accuracy.forced", arm, "factor=interaction", 0.07 * loss - 0.002, 0.002, n)
    for kind in KINDS:
        # Other damage rides along: the kinds look alike, and glare looks the worst.
        company = 0.5 if kind == "glare" else 0.3
        for suffix, more, kept in (("", company, 1.0), (",alone=yes", 0.0, 0.6)):
            whole = 0.0
            for severity in range(1, 6):
                fall = min(harm * _DIFFICULTY[kind] * severity**1.6 + more, 0.97)
                whole += fall * (0.30, 0.30, 0.20, 0.12, 0.08)[severity - 1]
                hit = int(kept * n * 0.15 * (0.30, 0.30, 0.20, 0.12, 0.08)[severity - 1])
                group = f"kind={kind},severity={severity}{suffix}"
                level = max(lab - fall, 0.01)
                write.add("accuracy.forced", arm, group, lab, level, 0.012 * severity, hit)
            hit = int(kept * 0.15 * n)
            write.add("accuracy.forced", arm, f"kind={kind}{suffix}", lab, lab - whole, 0.008, hit)
    write.add("throughput.per_lane_h", arm, "all", 2986.0, 3341.0 - 60 * harm, 24.0, n)
    write.add("throughput.offered_per_lane_h", arm, "all", 3000.0, 3420.0, 18.0, n)
    write.gap("throughput.per_lane_h", arm, "factor=degradation", 31.0 * harm, 9.0, n)
    for lane in range(lanes):
        write.add(
            "throughput.per_lane_h", arm, f"lane={lane}", 2986.0, 3341.0 - 60 * harm, 30.0, n // 2
        )
        for hour in range(hours):
            peak = 3000 + 700 * np.sin(0.9 * hour) - 60 * harm - 25 * lane
            group = f"lane={lane},hour={hour}"
            write.add("throughput.per_lane_h", arm, group, 2990 - 4 * hour, peak, 60.0, n // 8)
    write.add("wait.induction_mean_s", arm, "all", 1.9, 14.2 + 3 * harm, 2.1, n)
    write.add("time_in_system.mean_s", arm, "all", 18.4, 37.0 + 9 * harm, 2.4, n)
    write.add("wait.review_mean_s", arm, "all", 0.4, 3.1 * harm, 0.6, int(n * hand), lab_n=1)
    write.add("utilisation.review_desk", arm, "all", 0.012, min(0.4 * harm, 0.98), 0.02, 10)
    write.add("utilisation.induction", arm, "all", 0.75, 0.86, 0.01, 10)


def png(width=200, height=130, colour=(180, 150, 110)):
    """Encode a small striped picture, by hand, so that tests need no imaging library."""
    rows = b"".join(
        b"\x00"
        + bytes(
            c if (x // 9 + y // 17) % 2 else min(c + 40, 255) for x in range(width) for c in colour
        )
        for y in range(height)
    )

    def chunk(kind, data):
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def gallery(count=8, arm="barcode"):
    rng = np.random.default_rng(3)
    outcomes = ("misread", "no_read", "hand_off")
    return tuple(
        GalleryItem(
            parcel_id=f"P003-{42 + 17 * i:06d}",
            arm=arm,
            condition="production",
            outcome=outcomes[i % 3],
            image=png(colour=tuple(int(c) for c in rng.integers(60, 200, 3))),
            truth={"tracking_id": f"40372{i:06d}8", "sort_code": "7KQ4WZ"},
            read={"tracking_id": f"40372{i:06d}1"} if i % 3 == 0 else {},
            conditions=(f"{KINDS[i % 4]} {1 + i % 5}",) + (("glare 2",) if i % 2 else ()),
            command=f"labgap show runs/quickstart-7 P003-{42 + 17 * i:06d}",
            file=f"P003-{42 + 17 * i:06d}.png",
        )
        for i in range(count)
    )


MANIFEST = {
    "schema_version": 1,
    "labgap_version": "0.1.0",
    "scenario": {"name": "quickstart", "sha256": "9f2c" * 16, "source": "quickstart.yaml"},
    "systems": {"barcode": {"fingerprint": "zxing-cpp 2.3.0", "origin": "built in"}},
    "seeds": [7],
    "replications": 10,
    "machine": {"system": "Linux", "cpus": 2, "threads": 1, "python": "3.11.9"},
    "started_at": "2026-11-21T10:00:00Z",
}

REFERENCES = (
    Reference(
        id="invented_reader",
        domain="sorting",
        quantity="Read accuracy of a reader trained on clean images",
        unit="%",
        lab=99.5,
        production=94.1,
        evidence="claim",
        source="Industry articles on production gaps; the original was not found",
        failure_mode="Damaged, taped or glaring labels and motion blur",
        note="Two points cannot tell robustness from simply being the better reader.",
    ),
    Reference(
        id="invented_desk",
        domain="sorting",
        quantity="Images a video coding operator keys",
        unit="images/h",
        low=700.0,
        high=1200.0,
        evidence="practice",
        source="Operators' reports",
    ),
    Reference(
        id="invented_escalations",
        domain="service",
        quantity="Change of customer escalations",
        unit="%",
        change=-73.0,
        evidence="vendor",
        source="A vendor's page",
    ),
)


def inputs(arms=("barcode",), replications=10, **overrides):
    fields = {
        "scenario": scenario(arms, replications),
        "metrics": metrics(arms, replications),
        "manifest": MANIFEST,
        "gallery": gallery(arm=arms[0]),
        "references": REFERENCES,
        "reproduce": "labgap run scenarios/library/quickstart.yaml --seed 7",
        "run_name": "quickstart-7",
    }
    return ReportInputs(**(fields | overrides))
