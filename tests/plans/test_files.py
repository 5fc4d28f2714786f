"""Zones read from files, plans written to files, and the command."""

import csv
import io
import json
from datetime import UTC
from xml.etree import ElementTree

import pytest

from dashboard.api.schemas.evacuations import EvacuationBody
from dashboard.plans.files import FORMATS, Version, signed_file
from dashboard.plans.order import order_text
from dashboard.plans.settings import plan_options
from dashboard.plans.zones import parse_document, read_drawn
from dashboard.store.plans import PlanStore
from dashboard.views.plan import street_table
from dashboard.views.plan_compare import case_rows, compare_rows, kept_figures
from dashboard.views.plan_map import filling_features, phase_features
from risk_core.errors import InputError, NotFoundError
from risk_core.plans.options import EVACUATION_DEFAULTS
from risk_core.plans.what_ifs import Case, Supposed, outcome_of
from risk_core.state.plan import WhatIf
from risk_core.state.profile import Profile
from tests.plans.test_plan import CORNER, TO_SHELTERS, plan, shelter

RING = [[-71.3, -29.95], [-71.29, -29.95], [-71.29, -29.94], [-71.3, -29.95]]
ZONE = {"type": "Polygon", "coordinates": [RING]}
POINT = {"type": "Point", "coordinates": [-71.3, -29.95]}
LINE = {"type": "LineString", "coordinates": RING[:2]}


def feature(geometry, **properties):
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def collection(*features):
    return {"type": "FeatureCollection", "features": list(features)}


def test_a_file_tells_zones_and_what_ifs():
    drawn = read_drawn(
        collection(
            feature(ZONE, name="Harbour", delay_min=30),
            feature(None, id="z2", districts=["west"]),
            feature(POINT, role="shelter", id="gym", name="Gym", capacity_persons=200, until="2026-08-01T12:00:00Z"),
            feature(POINT, role="institution", name="Clinic", persons=40),
            feature(LINE, name="Bridge", until="2030-01-01T00:00:00Z", profiles=["car"]),
            feature(LINE, role="contraflow"),
        ),
        1_000.0,
    )
    assert [(zone.zone_id, zone.name, zone.delay_s) for zone in drawn.zones] == [
        ("zone-1", "Harbour", 1800.0),
        ("z2", "z2", 0.0),
    ]
    assert drawn.zones[0].shape.parts[0][0].tolist() == [-29.95, -71.3] and drawn.zones[1].district_ids == ("west",)
    assert drawn.institutions[0].persons == 40 and drawn.institutions[0].profile is Profile.BUS
    closure = drawn.what_if.closures[0]
    assert closure.from_s == 1_000.0 and closure.profiles == (Profile.CAR,)
    assert drawn.what_if.shelters[0].capacity_persons == 200
    assert drawn.what_if.shelter_until_s == (("gym", 1785585600.0),) and len(drawn.what_if.contraflow) == 1


@pytest.mark.parametrize("document", [ZONE, feature(ZONE), collection(feature(ZONE))])
def test_a_bare_geometry_will_do(document):
    assert len(read_drawn(document, 0.0).zones) == 1


def test_every_fault_is_told_with_its_feature():
    crossed = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}
    with pytest.raises(InputError) as refused:
        read_drawn(
            collection(
                feature(crossed),
                feature(POINT, role="shelter"),
                feature(POINT, role="institution", persons=-1, profile="boat"),
                feature(LINE, role="tunnel"),
                feature(ZONE, delay_min="soon"),
            ),
            0.0,
        )
    told = {(fault.place, fault.argument) for fault in refused.value.faults}
    assert {("feature 1", "geometry"), ("feature 2", "capacity_persons"), ("feature 3", "persons")} <= told
    assert {("feature 3", "profile"), ("feature 4", "role"), ("feature 5", "delay_min")} <= told


@pytest.mark.parametrize("document", [None, [], {}, collection(), {"type": "FeatureCollection", "features": [1]}, 7])
def test_what_is_no_geojson_is_refused(document):
    with pytest.raises(InputError):
        read_drawn(document, 0.0)


def test_broken_json_is_refused_with_its_file():
    with pytest.raises(InputError, match=r"z\.geojson"):
        parse_document(b"{", "z.geojson")


@pytest.fixture(scope="module")
def made(area):
    return plan(area, [shelter(35, 40.0)], options=TO_SHELTERS)


def test_the_body_holds_every_figure(area, made):
    body = json.loads(EvacuationBody.from_plan(made, area).model_dump_json(by_alias=True))
    assert body["plan_id"] == made.plan_id and body["totals"]["sheltered"] + body["totals"]["left_over"] > 0
    assert body["totals"]["left_over"] == pytest.approx(made.totals.left_over, abs=1)
    assert len(body["groups"]) == body["n_group"] == len(made.groups)
    assert sum(row["persons"] for row in body["left_over"]) == pytest.approx(
        made.totals.left_over, abs=len(body["left_over"])
    )
    assert body["zones"][0]["deadline"] is None and set(body["order"]) == {"ko", "en"}
    assert all(len(one["filled_persons"]) == len(body["curve"]["end_s"]) for one in body["shelters"])


def test_files_tell_the_same_people(area, made):
    table = list(csv.DictReader(io.StringIO(FORMATS["csv"](area, made, (CORNER,)))))
    assert sum(float(row["persons"]) for row in table) == pytest.approx(sum(group.persons for group in made.groups))
    features = json.loads(FORMATS["geojson"](area, made, (CORNER,)))["features"]
    roles = {one["properties"]["role"] for one in features}
    assert roles == {"zone", "shelter", "left_over", "way"}
    way = next(one for one in features if one["properties"]["role"] == "way")
    assert len(way["geometry"]["coordinates"]) > 1


def test_the_warning_is_a_draft_that_our_own_reader_takes(area, made):
    from dashboard.feeds.cap import parse_cap

    text = FORMATS["cap"](area, made, (CORNER,))
    assert ElementTree.fromstring(text).find("{*}status").text == "Draft"
    part = parse_cap(text.encode(), "draft")
    assert len(part.records) == 2 and not part.faults


def test_words_say_where_to_and_who_should_go_up(made):
    for lang, needle in (("ko", "높은 층"), ("en", "high floor")):
        words = order_text(made, lang)
        assert "Corner" in words.headline and needle in words.description
        assert "school 35" in words.description and len(words.short) < 160


def test_settings_from_plain_values():
    options = plan_options(
        {"participation_share": 1.0, "shelter_share": None, "car_share": 0.3, "half_gone_min": 30, "hazard": "rain"}
    )
    assert options.demand.participation_high == 1.0 and options.demand.half_gone_s == 1800
    assert options.demand.mode_share[Profile.CAR] == 0.3 and options.layer == "rain"
    for bad in ({"hazard": "fire"}, {"car_share": 1.2}, {"shelter_share": -1.0}):
        with pytest.raises(InputError):
            plan_options(bad)


def test_a_drawing_tells_loops_access_pets_and_hours_of_danger():
    drawn = read_drawn(
        collection(
            feature(None, danger_within_h=3),
            feature(POINT, role="institution", name="Stop", persons=90, vehicles=2, round_min=20),
            feature(POINT, role="shelter", id="gym", capacity_persons=200, step_free=False, pets=True),
            feature(POINT, role="shelter", id="hall", capacity_persons=50),
        ),
        0.0,
    )
    assert drawn.zones[0].danger_within_s == 3 * 3600 and drawn.zones[0].shape is None
    assert drawn.institutions[0].n_vehicle == 2 and drawn.institutions[0].round_s == 1200
    traits = dict(drawn.what_if.shelter_traits)
    assert (traits["gym"].is_step_free, traits["gym"].takes_pets) == (False, True)
    assert traits["hall"].is_step_free is None


def test_what_does_not_fit_is_told_by_name():
    with pytest.raises(InputError) as caught:
        read_drawn(
            collection(
                feature(None, danger_within_h=-1),
                feature(ZONE, districts=["west"], danger_within_h=1),
                feature(POINT, role="shelter", capacity_persons=9, pets="yes"),
            ),
            0.0,
        )
    assert [one.argument for one in caught.value.faults] == ["danger_within_h", "danger_within_h", "pets"]


def test_two_plans_and_their_cases_become_rows(area, made):
    kept = kept_figures(made)
    rows = compare_rows(kept, kept | {"clearance_90_s": None, "sheltered": kept["sheltered"] + 5}, "en")
    by = {row[0]: row[1:] for row in rows}
    assert by["90 % cleared after"][1:] == ["–", "–"] and by["To shelters"][2] == "+5"
    assert by["Half cleared after"][2] == "0 min"
    case = Case(Supposed.STREET_CLOSED, EVACUATION_DEFAULTS, WhatIf(), "Mill Street")
    (row,) = case_rows([outcome_of(made, case)], UTC, "en")
    assert row[0] == "Closed: Mill Street" and len(row) == 7


def test_the_busiest_streets_are_told_by_the_hour(area, made):
    heads, rows = street_table(area.network, made, "en")
    assert heads[1] == "Hour 1" and heads[-1] == "In all" and 0 < len(rows) <= 12
    assert all(len(row) == len(heads) for row in rows)
    load = made.load
    most = int((load.walkers + load.vehicles).sum(axis=0).argmax())
    walkers, vehicles = load.walkers[:, most].sum(), load.vehicles[:, most].sum()
    assert rows[0][-1] == f"{walkers:,.0f} on foot, {vehicles:,.0f} vehicles"


def test_zones_have_their_phase_and_shelters_fill_on_the_map(made):
    zone_id = made.zones[0].zone_id
    shown = phase_features(made, {zone_id: {"type": "Polygon", "coordinates": []}}, UTC, "en")["features"]
    assert [one["properties"]["className"].split()[:2] for one in shown] == [["plan-phase", "is-1"]]
    assert phase_features(made, {}, UTC, "en")["features"] == []
    for one in filling_features(made, "en")["features"]:
        share, left = (json.loads(one["properties"][name]) for name in ("fill", "left"))
        assert share == sorted(share) and left == sorted(left, reverse=True) and 0 < share[-1] <= 100


def test_files_of_a_kept_plan_tell_their_version_and_who_accepted_it(area, tmp_path):
    made = plan(area, [shelter(35, 500.0)])
    store, zones = PlanStore(tmp_path), (CORNER,)
    store.keep(area.area_id, made.plan_id, {"made_by": "Kim", "made_s": 1.8e9})
    store.keep_files(area.area_id, made.plan_id, {name: write(area, made, zones) for name, write in FORMATS.items()})
    version = Version(made.plan_id, "Kim", 1.8e9, "Lee", 1.8e9 + 60)
    words = {name: signed_file(name, store.read_file(area.area_id, made.plan_id, name), version) for name in FORMATS}
    told = json.loads(words["geojson"])["version"]
    assert told["plan_id"] == made.plan_id and told["accepted_by"] == "Lee" and told["accepted_at"] > told["made_at"]
    rows = list(csv.DictReader(io.StringIO(words["csv"])))
    assert len(rows) == len(made.groups) and {row["accepted_by"] for row in rows} == {"Lee"}
    note = ElementTree.fromstring(words["cap"]).find("{*}note")
    assert note is not None and "accepted_by Lee" in note.text
    assert "nobody yet" in signed_file("cap", FORMATS["cap"](area, made, zones), Version(made.plan_id, "Kim", 1.8e9))
    with pytest.raises(NotFoundError):
        store.read_file(area.area_id, "0" * 12, "cap")
