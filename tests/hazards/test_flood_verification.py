"""The table of known answers beside the flood models: what it says holds must hold, a miss must be one."""

import csv
import math
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import risk_core.hazards.flood as room
from risk_core.hazards.flood import green_ampt, scs_cn
from risk_core.hazards.flood.aidr_2017 import hazard_class
from risk_core.hazards.flood.hand import find_drainage
from risk_core.hazards.flood.hll import run_breach
from risk_core.hazards.flood.local_inertia import Edge, FlowOptions, Forcing, Precision
from risk_core.hazards.flood.pregnolato_2017 import safe_speed_m_per_s
from risk_core.hazards.flood.surface_flow import FlowState, run_flow, without_rain
from risk_core.hazards.flood.terrain import Terrain
from tests.city_ground import city_ground

TABLE = Path(room.__file__).with_name("verification.csv")
ROWS = list(csv.DictReader(TABLE.read_text("utf-8").splitlines()))
G = 9.81
DOUBLE = FlowOptions(precision=Precision.DOUBLE)


@cache
def lake():
    height = np.random.default_rng(0).uniform(0, 5, (60, 60))
    depth, ground = np.maximum(3 - height, 0), Terrain.from_heights(height, 5.0, 0.03)
    runs = {one: run_flow(ground, without_rain(ground), np.array([600.0]), FlowOptions(precision=one), depth)
            for one in Precision}  # fmt: skip
    still = run_breach(ground, depth, np.array([60.0]))
    return {
        "lake_at_rest_double": abs(runs[Precision.DOUBLE].depth_m[0] - depth).max(),
        "lake_at_rest_single": abs(runs[Precision.SINGLE].depth_m[0] - depth).max(),
        "lake_at_rest_flow": runs[Precision.DOUBLE].max_speed_m_per_s.max(),
        "lake_at_rest_hll": max(abs(still.flow_x_m2_per_s).max(), abs(still.flow_y_m2_per_s).max()),
    }


@cache
def mass():
    height = city_ground(120, 10.0)
    ground, found = Terrain.from_heights(height, 10.0), {}
    rain = Forcing(np.array([900.0]), np.full((1, 120, 120), 100, np.float32), np.full((120, 120), 20, np.float32))
    edges = {"east": Edge(slope=0.01), "west": Edge(stage_time_s=(0.0, 900.0), stage_m=(0.0, 20.0))}
    for one in Precision:
        run = run_flow(ground, rain, np.array([900.0, 1500.0]), FlowOptions(precision=one), edges=edges)
        assert run.ledger.drained_m3 > 0 and run.ledger.left_m3 != 0
        found[f"mass_{one}"] = run.ledger.error_ratio
    return found


def hunter_depth(x, t):
    return (7 / 3 * 0.03**2 * np.maximum(t - x, 0)) ** (3 / 7)


@cache
def hunter():
    found, dx, n, end = {}, 50.0, 100, 3600.0
    ground = Terrain.from_heights(np.zeros((3, n)), dx, 0.03)
    times = np.arange(0.0, end + 1, 5.0)
    west = Edge(stage_time_s=tuple(times), stage_m=tuple(hunter_depth(-dx / 2, times)))
    exact = hunter_depth((np.arange(n) + 0.5) * dx, end)
    for name, theta in (("hunter_wave", 0.9), ("hunter_wave_theta_1", 1.0)):
        options = FlowOptions(theta=theta, precision=Precision.DOUBLE, longest_step_s=20.0)
        run = run_flow(ground, without_rain(ground), np.array([end]), options, edges={"west": west})
        found[name] = math.sqrt(np.mean((run.depth_m[0, 1] - exact) ** 2))
    return found


@cache
def rain_on_plane():
    length, slope, n, rate, dx = 400.0, 0.02, 0.03, 50e-3 / 3600, 5.0
    tc = (n * length / (math.sqrt(slope) * rate ** (2 / 3))) ** 0.6
    height = np.repeat(slope * (length - (np.arange(length / dx) + 0.5) * dx)[None], 3, axis=0)
    ground = Terrain.from_heights(height, dx, n)
    rain = Forcing(np.array([1e5]), np.full((1, *height.shape), 50.0, np.float32))
    options = FlowOptions(theta=1.0, precision=Precision.DOUBLE, least_flow_m=1e-7, longest_step_s=0.5)
    state, flow, times = (
        FlowState(ground, rain, options, edges={"east": Edge(slope=slope)}),
        [],
        np.arange(10, 2 * tc, 10),
    )
    for t in times:
        state.run_until(t)
        flow.append(state.water.flow_x[1, -1] / (rate * length))
    rise = np.minimum((times / tc) ** (5 / 3), 1.0)
    return {
        "rain_on_plane_end": flow[-1],
        "rain_on_plane_rise": math.sqrt(np.mean((np.array(flow) - rise) ** 2)),
    }


def ritter(x, t, deep):
    c = math.sqrt(G * deep)
    return np.where(x < -c * t, deep, np.where(x < 2 * c * t, (2 * c - x / t) ** 2 / (9 * G), 0.0))


def stoker(x, t, deep, shallow):
    """Speed of the wave behind the bore by bisection (Stoker 1957, section 10.8)."""
    cl, cr = math.sqrt(G * deep), math.sqrt(G * shallow)
    low, high = cr, cl
    for _ in range(100):
        c = (low + high) / 2
        bore = (c * c - cr * cr) * math.sqrt((c * c + cr * cr) / 2) / (c * cr)
        low, high = (c, high) if 2 * (cl - c) > bore else (low, c)
    middle, speed = c * c / G, 2 * (cl - c)
    front = middle * speed / (middle - shallow)
    fan = np.where(x < (speed - c) * t, (2 * cl - x / t) ** 2 / (9 * G), np.where(x < front * t, middle, shallow))
    return np.where(x < -cl * t, deep, fan)


@cache
def dam_breaks():
    n, end, found = 1000, 20.0, {}
    x = np.arange(n) + 0.5 - n / 2
    ground = Terrain.from_heights(np.zeros((3, n)), 1.0, 1e-6)
    for name, shallow in (("ritter", 0.0), ("stoker_1", 1.0), ("stoker_4", 4.0)):
        start = np.repeat(np.where(x < 0, 5.0, shallow)[None], 3, axis=0)
        exact = ritter(x, end, 5.0) if shallow == 0 else stoker(x, end, 5.0, shallow)
        run = run_breach(ground, start, np.array([end]))
        assert run.depth_m.sum() == pytest.approx(start.sum(), rel=1e-12)
        found[f"{name}_hll"] = abs(run.depth_m[0, 1] - exact).mean() / abs(exact - start[1]).mean()
        if name == "ritter":
            slow = FlowState(ground, without_rain(ground), DOUBLE, start)
            slow.run_until(end)
            error = abs(slow.water.depth_m[1] - exact).mean()
            found["ritter_local_inertia"] = error / abs(exact - start[1]).mean()
    return found


@cache
def inertia_against_hll():
    n = 200
    ground = Terrain.from_heights(city_ground(n, 10.0), 10.0)
    rain = Forcing(np.array([600.0]), np.full((1, n, n), 100.0, np.float32))
    ours = run_flow(ground, rain, np.array([600.0]), DOUBLE).depth_m[0] > 0.1
    full = run_breach(ground, np.zeros((n, n)), np.array([600.0]), rain_mm_per_h=100.0).depth_m[0] > 0.1
    return {"inertia_against_hll_csi": (ours & full).sum() / (ours | full).sum()}


@cache
def formulas():
    across, along = np.abs(np.arange(201) - 100.0), np.arange(201)
    valley = Terrain.from_heights(0.05 * across[:, None] + 0.001 * along[None, ::-1], 1.0)
    hand = find_drainage(valley, 150.0).hand_m
    corners = {(0.0, 0): 0, (0.2, 1.0): 1, (0.4, 1.0): 2, (0.29, 2.5): 5, (1.0, 0.5): 3, (1.1, 0.7): 4, (1.9, 0.5): 4,
               (3.0, 1.0): 5, (4.5, 0.1): 6, (0.5, 5.0): 6}  # fmt: skip
    depth, speed = np.array(list(corners)).T
    taken = green_ampt.ponded_depth_cm(green_ampt.Soil(0.65, 16.7, 0.34), 1.0)
    speeds = {w: 3.6 * float(safe_speed_m_per_s(w / 1000)) for w in (100, 150, 200, 299, 300)}
    return {
        "hand_v_valley": abs(hand - 0.05 * across[:, None])[1:-1, 5:-1].max(),
        "scs_cn_100_85": float(scs_cn.runoff_mm(100.0, 85.0)),
        "green_ampt_taken": taken,
        "green_ampt_rate": green_ampt.capacity_cm_per_h(green_ampt.Soil(0.65, 16.7, 0.34), taken),
        "hazard_classes": int((hazard_class(depth, depth * speed) != list(corners.values())).sum()),
        **{f"pregnolato_{w}": value for w, value in speeds.items()},
    }


CASES = (lake, mass, hunter, rain_on_plane, dam_breaks, inertia_against_hll, formulas)


def test_the_table_names_every_case_and_no_other():
    computed = [name for case in CASES for name in case()]
    assert sorted(computed) == sorted(row["case"] for row in ROWS)
    assert len(set(computed)) == len(computed)


@pytest.mark.parametrize("row", ROWS, ids=[row["case"] for row in ROWS])
def test_known_answers(row):
    found = next(case()[row["case"]] for case in CASES if row["case"] in case())
    expected, tolerance = float(row["expected"]), float(row["tolerance"])
    error = abs(found - expected) / (abs(expected) if row["tolerance_kind"] == "relative" else 1.0)
    assert (error <= tolerance) == (row["status"] == "holds"), f"{found:g} against {expected:g}"
