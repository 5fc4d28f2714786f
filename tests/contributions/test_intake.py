"""What becomes of a batch: privacy, device ids, plausibility, trust, deletion."""

import json
import sqlite3
from pathlib import Path

import numpy as np
import pytest

from dashboard.contributions.refuse import looks_like
from dashboard.contributions.trust import case_trust, measure_trust
from dashboard.store.situations import build_situation
from risk_core.errors import InputError
from risk_core.scores.left_out import TrustOptions, left_out_trust
from tests.answers.small_world import NOW_S
from tests.contributions.world import HOUR, PRIVACY, World, people, rain


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_people_are_kept_by_cell_and_never_below_ten(world: World) -> None:
    operator = world.operator("counts")
    told = operator.send([people(120), people(9, node=5), people(10, node=20)], privacy=PRIVACY)
    assert told.status_code == 201 and (told.json["n_new"], told.json["n_refused"]) == (2, 1)
    assert told.json["faults"][0]["argument"] == "persons" and "10" in told.json["faults"][0]["wanted"]
    grid, rows = world.library.area("tiny").grid, world.library.observations.rows("counts", "tiny")
    assert all(row["lat_deg"] in grid.row_lat_deg and row["cell_id"].startswith("r") for row in rows)


def test_a_day_is_paid_for_once(world: World) -> None:
    operator = world.operator("counts")
    assert operator.send([people()], privacy={**PRIVACY, "epsilon": 0.6}).status_code == 201
    told = operator.send([people(140)], privacy={**PRIVACY, "epsilon": 0.6})
    assert told.status_code == 422 and told.json["code"] == "budget" and "at most 1" in told.json["faults"][0]["wanted"]
    assert operator.send([people(140)], privacy={**PRIVACY, "epsilon": 0.4}).status_code == 201
    other_day = operator.send([people(90, hour="2026-06-19T10:00:00Z")], privacy=PRIVACY)
    assert other_day.status_code == 201
    spent = {one["day"]: one["epsilon"] for one in operator.shown()["spent"]}
    assert spent == {"2026-06-20": pytest.approx(1.0), "2026-06-19": pytest.approx(1.0)}


@pytest.mark.parametrize(
    "privacy",
    [None, {}, {**PRIVACY, "epsilon": 1.5}, {**PRIVACY, "epsilon": 0}, {**PRIVACY, "least": 5},
     {**PRIVACY, "most_count_day": 24}, {**PRIVACY, "epsilon": "1"}, {**PRIVACY, "more": 1},
     {**PRIVACY, "epsilon": True}],
)  # fmt: skip
def test_people_without_privacy_are_refused(world: World, privacy: object) -> None:
    told = world.operator("counts").send([people()], privacy=privacy)
    assert told.status_code == 422 and all("privacy" in one["argument"] for one in told.json["faults"])


DEVICES = (
    {"device_id": "a"}, {"imei": "490154203237518"}, {"user_id": "u1"}, {"msisdn": "010-1234-5678"}, {"visitor": "v"},
    {"cell": "490154203237518"}, {"cell": "3f2504e0-4f89-41d3-9a0c-0305e82c3301"}, {"cell": "00:1A:2B:3C:4D:5E"},
    {"cell": "kim@example.org"}, {"cell": "d41d8cd98f00b204e9800998ecf8427e"}, {"cell": "010-1234-5678"},
    {"cell": 490154203237518}, {"cell": ["a"]}, {"cell": "x" * 200},
)  # fmt: skip


@pytest.mark.parametrize("more", DEVICES, ids=str)
def test_device_ids_are_refused_with_the_whole_batch(world: World, more: dict[str, object]) -> None:
    operator = world.operator("counts")
    told = operator.send([people(), {**people(200, node=7), **more}], privacy=PRIVACY)
    assert told.status_code == 422
    for value in map(str, more.values()):
        assert len(value) < 3 or value not in json.dumps(told.json), "what was refused is not told back"
    assert world.library.observations.rows("counts", "tiny") == []
    database = (world.library.settings.home / "observations.sqlite").read_bytes()
    assert b"490154203237518" not in database


def test_words_of_places_are_no_devices() -> None:
    assert [looks_like(word) for word in ("11140550", "r1c2", "108", HOUR, 12.5, None, "만월동", True)] == [None] * 8


def test_visits_of_persons_are_never_taken(world: World) -> None:
    operator = world.operator("rain")
    offer = {"kind": "visits", "owner": "x", "licence": "x", "fresh_s": 3600, "public_key": json.loads(operator.public)}
    told = world.client.post("/v1/contributions/sources", json=offer, headers=operator.headers)
    assert told.status_code == 422 and told.json["faults"][0]["argument"] == "kind"


def test_what_is_not_plausible_is_held_until_an_official_decides(world: World) -> None:
    operator = world.operator("rain")
    told = operator.send([rain(20.0), rain(400.0, station="s2"), rain(5.0, station="s3", time="2026-07-20T00:00:00Z")])
    assert told.status_code == 201 and (told.json["n_new"], told.json["n_held"]) == (1, 2)
    held = world.client.get("/v1/held", headers=world.city).json["held"]
    assert [one["reason"] for one in held] == ["rain", "future"] and held[0]["reason_text"]
    first, second = (one["held_id"] for one in held)
    act = world.client.post(f"/v1/held/{first}", json={"decision": "release"}, headers=world.city)
    assert act.status_code == 200 and act.json["deed"] == "release"
    assert [row["quality"] for row in world.library.observations.find("rain", "tiny", station_id="s2")] == ["good"]
    assert world.client.post(f"/v1/held/{first}", json={"decision": "drop"}, headers=world.city).status_code == 404
    assert world.client.post(f"/v1/held/{second}", json={"decision": "drop"}, headers=world.city).status_code == 200
    assert world.client.get("/v1/held", headers=world.city).json["held"] == []
    undone = world.client.post(f"/v1/acts/{act.json['act']}/undo", json={}, headers=world.city)
    assert undone.status_code == 200
    assert [row["quality"] for row in world.library.observations.find("rain", "tiny", station_id="s2")] == ["bad"]
    assert [one["held_id"] for one in world.client.get("/v1/held", headers=world.city).json["held"]] == [first]


def test_plausibility_of_each_kind(world: World) -> None:
    district = world.library.area("tiny").districts[0]
    day = "2026-06-19"
    cases = [
        {"district": district.district_id, "day": day, "count": 5},
        {"district": "nowhere", "day": day, "count": 5},
        {"district": district.district_id, "day": "2026-06-18", "count": max(60, district.population)},
        {"district": district.district_id, "day": "2026-04-01", "count": 5},
    ]
    told = world.operator("cases").send(cases)
    assert (told.json["n_new"], told.json["n_held"]) == (1, 3)
    flows = [{"origin": district.district_id, "destination": to, "hour": HOUR, "persons": 50} for to in
             (district.district_id, "nowhere")]  # fmt: skip
    told = world.operator("flows").send(flows, privacy=PRIVACY)
    assert (told.json["n_new"], told.json["n_held"]) == (1, 1)
    crowd = world.operator("counts").send([people(1e6)], privacy=PRIVACY)
    assert crowd.json["n_held"] == 1
    lat, lon = people()["lat"], people()["lon"]
    line = json.dumps({"type": "LineString", "coordinates": [[lon, lat], [lon + 0.001, lat]]})
    closures = [
        {"id": "c1", "from": HOUR, "until": "2026-06-22T00:00:00Z", "geometry": line, "reason": "flood"},
        {"id": "c2", "from": HOUR, "until": "2027-06-22T00:00:00Z", "geometry": line, "reason": "flood"},
    ]
    told = world.operator("closures").send(closures)
    assert (told.json["n_new"], told.json["n_held"]) == (1, 1)
    shelters = [{"id": "h1", "time": HOUR, "name": "Hall", "lat": lat, "lon": lon, "capacity": 100, "occupancy": n}
                for n in (90, 900)]  # fmt: skip
    told = world.operator("shelters").send(shelters)
    assert told.json["n_held"] == 1


def test_a_lonely_flood_of_rain_is_held(world: World) -> None:
    for name, rate in (("a", 1.0), ("b", 2.0)):
        world.operator("rain", name).send([rain(rate, station=name)])
    told = world.operator("rain", "c").send([rain(150.0, station="c")])
    assert told.json["n_held"] == 1


def test_trust_follows_skill_and_the_distrusted_are_not_used(world: World) -> None:
    """Three sources count the same streets; one tells four times as many, and is no longer used."""
    hours = [f"2026-06-{day:02d}T{hour:02d}:00:00Z" for day in (17, 18, 19) for hour in range(8, 20)]
    rng = np.random.default_rng(3)
    truth = rng.integers(60, 400, len(hours))
    operators = {name: world.operator("counts", name) for name in ("fine", "good", "wild")}
    for name, factor in (("fine", 1.0), ("good", 1.1), ("wild", 4.0)):
        noise = rng.normal(1.0, 0.05, len(hours))
        rows = [people(int(n * factor * e), hour=h) for n, e, h in zip(truth, noise, hours, strict=True)]
        assert operators[name].send(rows, privacy=PRIVACY).json["n_new"] == len(hours)
    assert measure_trust(world.library, NOW_S) == 3
    trust = {name: one.shown()["trust"] for name, one in operators.items()}
    assert min(trust["fine"], trust["good"]) > 0.5 and trust["wild"] < 0.2
    assert operators["wild"].shown()["n_compared"] == len(hours)
    for one in operators.values():
        one.send([people(100, hour="2026-06-20T22:00:00Z")], privacy=PRIVACY)
    found = {row["source"]: row["quality"] for row in world.library.observations.rows("counts", "tiny", NOW_S - 8000)}
    assert found[operators["wild"].source_id] == "bad" and found[operators["fine"].source_id] == "good"


def test_cases_weigh_as_their_sources_are_trusted(world: World) -> None:
    """Of two sources that disagree, what is assessed lies near the one the others agree with."""
    area = world.library.area("tiny")
    district, days = area.districts[0].district_id, [f"2026-06-{day:02d}" for day in range(1, 19)]
    operators = {name: world.operator("cases", name) for name in ("a", "b", "wild")}
    assert case_trust(world.library, "tiny") is None
    for name, count in (("a", 20), ("b", 21), ("wild", 45)):
        operators[name].send([{"district": district, "day": day, "count": count} for day in days])
    measure_trust(world.library, NOW_S)
    weights = case_trust(world.library, "tiny")
    assert weights is not None and weights[operators["wild"].source_id] < 0.6 * weights[operators["a"].source_id]

    def told(of: dict[str, float]) -> float:
        cases = build_situation(world.library.observations, area, NOW_S, (0,), None, weights=of).cases
        assert cases is not None
        return float(np.nanmedian(cases.count[:, 0]))

    assert abs(told(weights) - 20.5) < abs(told(dict.fromkeys(weights, 1.0)) - 20.5)


def test_left_out_is_what_it_says() -> None:
    """Against a slow twin that leaves each source out by hand; one round with equal weights."""
    rng = np.random.default_rng(5)
    told = rng.uniform(1, 100, (4, 30))
    told[1, :10] = np.nan
    options = TrustOptions(n_round=1, prior_values=7.0)
    found = left_out_trust(told, options)
    for k in range(4):
        errors = []
        for j in range(30):
            others = [np.log(told[r, j] + 0.5) for r in range(4) if r != k and np.isfinite(told[r, j])]
            if np.isfinite(told[k, j]) and others:
                errors.append((np.log(told[k, j] + 0.5) - np.mean(others)) ** 2)
        mean = (sum(errors) + 7.0 * 0.405**2) / (len(errors) + 7.0)
        assert found.mean_error[k] == pytest.approx(mean) and found.n_value[k] == len(errors)
        assert found.trust[k] == pytest.approx(1 / (1 + mean / 0.405**2))
    assert left_out_trust(told[:1]).trust[0] == pytest.approx(0.5), "one alone stays where it began"
    with pytest.raises(InputError):
        left_out_trust(-told)


def test_a_source_that_ends_leaves_nothing_behind(world: World) -> None:
    operator = world.operator("rain")
    operator.send([rain(20.0), rain(400.0, station="s2")])
    path = f"/v1/contributions/sources/{operator.source_id}"
    assert world.client.delete(path, headers=operator.headers).status_code == 204
    assert world.library.observations.rows("rain", "tiny") == []
    assert world.client.get(path, headers=operator.headers).status_code == 404
    with sqlite3.connect(world.library.settings.home / "observations.sqlite") as connection:
        assert connection.execute("SELECT count(*) FROM held_rows").fetchone() == (0,)
    assert operator.send([rain(1.0)]).status_code == 404


def test_the_largest_batch_there_may_be_is_taken(world: World) -> None:
    operator = world.operator("rain")
    told = operator.send([rain(1.0, station=f"station-{k:05d}") for k in range(10_000)])
    assert told.status_code == 201 and told.json["n_new"] == 10_000


def test_limits_are_named(world: World) -> None:
    operator = world.operator("rain")
    told = operator.send([rain(1.0)] * 10_001)
    assert told.status_code in {413, 422}
    assert "10,000" in json.dumps(told.json) or "bytes" in json.dumps(told.json)
    offer = {"kind": "rain", "owner": "x", "licence": "x", "fresh_s": 600, "public_key": json.loads(operator.public)}
    for _ in range(20):
        told = world.client.post("/v1/contributions/sources", headers=operator.headers, json=offer)
    assert told.status_code == 422 and "at most 20" in told.json["faults"][0]["wanted"]
