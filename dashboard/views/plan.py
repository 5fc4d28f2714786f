"""An evacuation plan as figures, lines and tables."""

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from dashboard.i18n import text
from dashboard.views.format import count, district_name, duration, name_in
from dashboard.views.plan_map import departure_words, phase_words
from risk_core.plans.loading import BIN_S
from risk_core.state.area import Area
from risk_core.state.network import Network
from risk_core.state.plan import Plan

MOST_STREETS: Final = 3_000
"""Streets drawn with their flow, the busiest first."""

BUSIEST: Final = 12
MOST_HOURS: Final = 6
"""Streets and hours of the table of the busiest."""

BIN_MIN: Final = round(BIN_S / 60)
"""Length of the bins of the flows, minutes."""
CURVE: Final = ("low", "middle", "high")


def left_by_place(plan: Plan, area: Area, lang: str) -> list[tuple[tuple[str, str], float]]:
    """Persons left over by district name and reason, most first."""
    names = {one.district_id: k for k, one in enumerate(area.districts)}
    total: dict[tuple[str, str], float] = {}
    for row in plan.left_over:
        name = district_name(area, names.get(row.district_id, -1), lang)
        key = name, str(row.reason)
        total[key] = total.get(key, 0.0) + row.persons
    return sorted(total.items(), key=lambda item: -item[1])


def time_words(seconds: float, lang: str) -> str:
    """A duration, or that it never comes."""
    return duration(seconds, lang) if math.isfinite(seconds) else text("plan.summary.never", lang)


def plan_tiles(plan: Plan, lang: str) -> list[tuple[str, str, str]]:
    """Head figures: name, number and note of each."""
    totals = plan.totals
    band = f"{time_words(plan.clearance_90_s.low, lang)}–{time_words(plan.clearance_90_s.high, lang)}"
    residents = text("plan.tile.of", lang, n=count(totals.residents))
    places = text("plan.tile.places", lang, n=count(totals.places_free))
    return [
        (text("plan.tile.leaving", lang), count(totals.leaving), residents),
        (text("plan.tile.vehicles", lang), count(totals.vehicles), ""),
        (text("plan.tile.half", lang), time_words(plan.clearance_50_s.middle, lang), ""),
        (text("plan.tile.most", lang), time_words(plan.clearance_90_s.middle, lang), band),
        (text("plan.tile.sheltered", lang), count(totals.sheltered), places),
        (text("plan.tile.left", lang), count(totals.left_over), ""),
    ]


def deadline_lines(plan: Plan, zone: Any, lang: str) -> list[tuple[str, bool]]:
    """A line for each zone: its phase and deadline, and whether that has passed."""
    return [
        (" · ".join(part for part in (phase_words(plan, one, lang), departure_words(one, zone, lang)) if part),
         one.is_too_late)
        for one in plan.zones
    ]  # fmt: skip


def curve_notes(plan: Plan, lang: str) -> list[str]:
    """Why the curve, or its band, ends where it does: who is left over, goes another way, or never gets there."""
    totals, lines = plan.totals, []
    if totals.rerouted >= 1:
        lines.append(text("plan.curve.rerouted", lang, persons=count(totals.rerouted)))
    if totals.left_over >= 1:
        lines.append(text("plan.curve.left_over", lang, persons=count(totals.left_over)))
    lines += [
        text("plan.curve.missing", lang, persons=count(persons), reason=text(f"plan.left.{reason}", lang))
        for reason, persons in plan.curve.missing
    ]
    return lines


def shelter_table(plan: Plan, lang: str) -> list[list[str]]:
    """Rows of shelters that take people: name, sent, free places, first and last arrival."""
    rows = sorted((one for one in plan.shelters if one.assigned_persons > 0), key=lambda one: -one.assigned_persons)
    return [
        [
            name_in(one.shelter.name, lang),
            count(one.assigned_persons),
            count(one.free_persons),
            time_words(one.first_s, lang),
            time_words(one.last_s, lang),
        ]
        for one in rows
    ]


def left_table(plan: Plan, area: Area, lang: str) -> list[list[str]]:
    """Rows of people left over: where, how many, why, what to do."""
    return [
        [place, count(persons), text(f"plan.left.{reason}", lang), text(f"plan.left_advice.{reason}", lang)]
        for (place, reason), persons in left_by_place(plan, area, lang)
    ]


def note_lines(plan: Plan, lang: str) -> list[str]:
    """A line for each thing wrong with a shelter."""
    return [
        text(
            "plan.summary.note",
            lang,
            name=name_in(one.name, lang) or one.shelter_id,
            fault=text(f"plan.shelter_fault.{one.fault}", lang),
            value=one.value,
        ).strip()
        for one in plan.notes
    ]


def street_table(network: Network, plan: Plan, lang: str) -> tuple[list[str], list[list[str]]]:
    """Heads and rows of the busiest streets: name, then walkers and vehicles entering in each hour, and in all.

    Of streets of one name the busiest piece stands for all.
    """
    load, n_bin = plan.load, round(60 / BIN_MIN)
    n_hour = min(MOST_HOURS, last_minutes(plan) // 60 + 1)
    heads = [text("plan.page.street", lang)]
    heads += [text("plan.page.hour", lang, n=str(hour + 1)) for hour in range(n_hour)] + [text("plan.page.all", lang)]
    total = load.walkers.sum(axis=0) + load.vehicles.sum(axis=0)
    rows: list[list[str]] = []
    told: set[int] = set()
    for k in (-total).argsort(kind="stable"):
        name = int(network.street_name[load.street[k]])
        if name in told or len(rows) == BUSIEST:
            continue
        told |= {name} - {-1}
        parts = [slice(hour * n_bin, (hour + 1) * n_bin) for hour in range(n_hour)]
        cells = [
            _both(load.walkers[part, k].sum(), load.vehicles[part, k].sum(), lang) for part in [*parts, slice(None)]
        ]
        rows.append([network.names[name] if name >= 0 else text("plan.page.no_name", lang), *cells])
    return heads, rows


def _both(walkers: float, vehicles: float, lang: str) -> str:
    if not round(walkers) and not round(vehicles):
        return "–"
    return text("plan.page.both", lang, walkers=count(walkers), vehicles=count(vehicles))


def flow_features(network: Network, plan: Plan) -> dict[str, Any]:
    """Streets with persons (walkers, and vehicles' share) entering in each bin: what the browser draws as width."""
    load = plan.load
    total = load.walkers.sum(axis=0) + load.vehicles.sum(axis=0)
    features = []
    for k in (-total).argsort(kind="stable")[:MOST_STREETS]:
        street = int(load.street[k])
        part = slice(int(network.street_first_point[street]), int(network.street_first_point[street + 1]))
        line = np.round(np.column_stack([network.point_lon_deg[part], network.point_lat_deg[part]]), 5).tolist()
        flow = np.rint(load.walkers[:, k] + load.vehicles[:, k]).astype(int).tolist()
        name = int(network.street_name[street])
        label = network.names[name] if name >= 0 else ""
        properties = {"className": "plan-flow", "flow": flow, "label": f"{label} · {round(float(total[k])):,}"}
        features.append(
            {"type": "Feature", "geometry": {"type": "LineString", "coordinates": line}, "properties": properties}
        )
    return {"type": "FeatureCollection", "features": features}


def last_minutes(plan: Plan) -> int:
    """Beginning of the last bin in which anything moves, minutes after the order."""
    busy = np.flatnonzero((plan.load.walkers + plan.load.vehicles).any(axis=1))
    return int(busy[-1]) * BIN_MIN if len(busy) else 0


def curve_figure(plan: Plan, lang: str, hazard_s: Sequence[float] = ()) -> dict[str, Any]:
    """Share arrived over minutes, with its band, and the hazard's arrivals as upright lines."""
    end = int(np.searchsorted(plan.curve.low, 0.999)) + 2
    minutes = [0.0, *(plan.curve.end_s[:end] / 60).tolist()]
    low, middle, high = ([0.0, *(getattr(plan.curve, name)[:end] * 100).round(1).tolist()] for name in CURVE)
    word = text("plan.curve.share", lang)
    traces = [
        {"x": minutes, "y": high, "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "showlegend": False},
        {
            "x": minutes, "y": low, "mode": "lines", "line": {"width": 0}, "fill": "tonexty",
            "fillcolor": "rgba(70,110,180,0.22)", "name": text("plan.curve.band", lang), "hoverinfo": "skip",
        },
        {"x": minutes, "y": middle, "mode": "lines", "line": {"width": 3, "color": "#466eb4"}, "name": word},
    ]  # fmt: skip
    lines = [
        {
            "type": "line", "x0": (at - plan.order_s) / 60, "x1": (at - plan.order_s) / 60, "y0": 0, "y1": 100,
            "line": {"color": "#c0392b", "dash": "dash", "width": 2},
        }
        for at in hazard_s if math.isfinite(at)
    ]  # fmt: skip
    layout = {
        "height": 260,
        "margin": {"l": 48, "r": 12, "t": 12, "b": 44},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"color": "#7a8699"},
        "xaxis": {"title": {"text": text("plan.curve.minutes", lang)}, "gridcolor": "rgba(128,128,128,0.25)"},
        "yaxis": {"title": {"text": word}, "range": [0, 101], "gridcolor": "rgba(128,128,128,0.25)"},
        "showlegend": False,
        "shapes": lines,
    }
    return {"data": traces, "layout": layout}
