"""The nationwide page: which area it shows, what map, table and chosen district say, and what it is without."""

import base64
import dataclasses
import json

import numpy as np
import pytest

from dashboard.answers import Answers
from dashboard.app import create_app
from dashboard.pages.korea.ids import KoreaIds
from dashboard.pages.korea.layout import FIRST_SHOWN, layout
from dashboard.pages.korea.opening import first_selected, known_district, nationwide, read_nation
from dashboard.pages.korea.parts import district_part, earliest_districts, snapshot_parts
from dashboard.pages.page import EXTENSION, open_query
from dashboard.store.bundles import Manifest, write_bundle
from dashboard.store.snapshots import write_snapshot
from dashboard.views.format import share_words
from risk_core.assess import assess, assess_point
from risk_core.hazards.typhoon.outlook import outlook_grid
from risk_core.state.area import Scale
from risk_core.state.grid import Grid
from tests.answers.small_world import EMPTY_ID, NOW_S, make_library, storm_track, stormy_situation
from tests.components.tree import by_class, by_id, words
from tests.tiny import tiny_area

LEADS = tuple(range(-21_600, 172_801, 10_800))
SQUARE = [[[-71.5, -29.5], [-71.0, -29.5], [-71.0, -30.5], [-71.5, -30.5], [-71.5, -29.5]]]


def country():
    """Two districts side by side, 200 km across, without streets."""
    grid = Grid.from_bounds(-72.5, -31.0, -70.5, -29.0, 10_000.0)
    half = np.where(np.arange(grid.n_col) < grid.n_col // 2, 0, 1)
    tiny = tiny_area("land")
    west, east = tiny.districts
    return dataclasses.replace(
        tiny,
        scale=Scale.COUNTRY,
        grid=grid,
        district=np.repeat(half[None], grid.n_row, axis=0).astype(np.int32),
        population=np.zeros((grid.n_row, grid.n_col), np.float32),
        districts=(
            dataclasses.replace(west, lat_deg=-30.0, lon_deg=-72.0),
            dataclasses.replace(east, lat_deg=-30.0, lon_deg=-71.0),
        ),
        network=None,
    )


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    home = tmp_path_factory.mktemp("nation")
    found = make_library(home)
    shapes = [
        {"type": "Feature", "properties": {"position": k}, "geometry": {"type": "Polygon", "coordinates": SQUARE}}
        for k in range(2)
    ]
    outlines = json.dumps({"type": "FeatureCollection", "features": shapes}).encode()
    write_bundle(home, country(), Manifest(outlines=outlines))
    area = found.area("land")
    situation = dataclasses.replace(stormy_situation(area), lead_s=LEADS, rain=None, tracks=(storm_track(area),))
    write_snapshot(home, assess(area, situation))
    return found


@pytest.fixture(scope="module")
def services(library):
    app = create_app(library.settings, library, Answers(library), lambda: NOW_S)
    return app.server.extensions[EXTENSION]


def opened_of(services, area="land", lang="en"):
    return open_query(services, {"area": area, "lang": lang})


@pytest.fixture(scope="module")
def nation(services):
    return read_nation(opened_of(services))


def test_an_area_with_streets_leads_to_the_one_without(services):
    found = nationwide(opened_of(services, "tiny"))
    assert found.area.network is None and found.area.area_id in {"land", EMPTY_ID}
    assert nationwide(opened_of(services)).area.area_id == "land"


def test_map_table_card_and_api_show_the_same_number(services, nation):
    """Row, colour and card of a district, and the answer about its most exposed place."""
    wind, found = nation.wind, nation.assessment
    parts = snapshot_parts(nation.opened, nation)
    for k in range(2):
        point = assess_point(nation.opened.area, found, *wind.place_deg[k])
        assert point.wind.event_prob[0] == pytest.approx(wind.event_prob[k, 0], abs=1e-5)
        told = share_words(float(wind.event_prob[k, 1]))
        assert told in words(parts["table"]) and told in words(district_part(nation, k, "en"))
        assert parts["frames"]["event"][FIRST_SHOWN][k] == round(100 * wind.event_prob[k, 0])


def test_frames_hold_every_step_and_the_sea(nation):
    frames = snapshot_parts(nation.opened, nation)["frames"]
    assert len(frames["labels"]) == len(frames["level"]) == len(LEADS) and frames["now"] == 2
    prob = frames["prob"][FIRST_SHOWN]
    assert prob[:2] == [None, None] and all(len(one) == 2 for one in prob[2:])
    assert np.max(prob[2:]) <= np.max(frames["event"][FIRST_SHOWN]) <= 100
    sea, coarse = frames["sea"], outlook_grid(nation.opened.area.grid)
    code = np.frombuffer(base64.b64decode(sea["code"]), np.uint8)
    code = code.reshape(len(LEADS) + 1, len(sea["levels"]), coarse.n_row, coarse.n_col)
    assert (code[-1] >= code[2:-1].max(axis=0)).all() and code[-1].max() > 200
    json.dumps(frames, allow_nan=False)


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_the_page_is_whole_before_any_callback(services, nation, lang):
    page = layout(opened_of(services, lang=lang))
    said = words(page)
    assert "TINY" in said and share_words(float(nation.wind.event_prob[:, 1].max())) in said
    assert by_id(page, KoreaIds.SELECTED).data == first_selected(nation)
    assert by_id(page, KoreaIds.STEP).value == 2
    shapes = by_id(page, KoreaIds.DISTRICTS).data["features"]
    assert [one["properties"]["position"] for one in shapes] == [0, 1]
    assert len(by_class(page, "arrival-when")) >= 4 and len(by_class(page, "district-pick")) == 2
    assert ("공식 특보가 아닙니다" if lang == "ko" else "not official warnings") in said
    assert any(one.href.startswith("/?") and "area=tiny" in one.href for one in by_class(page, "city-link"))


def test_places_are_in_order_of_arrival(nation):
    order = earliest_districts(nation)
    middle = nation.wind.arrival_s[1, order, 0]
    assert len(order) >= 1 and (np.diff(middle) >= 0).all()


def test_a_bulletin_that_does_not_fit_is_said_to_be_unused(services, library):
    area = library.area("land")
    knots = dataclasses.replace(storm_track(area, "2502"), max_wind_m_per_s=np.full(8, 95.0), name="KNOTS")
    situation = dataclasses.replace(stormy_situation(area), lead_s=LEADS, rain=None, tracks=(storm_track(area), knots))
    found = assess(area, situation)
    assert found.wind_outlook.storms == ("2501",)
    opened = dataclasses.replace(opened_of(services), assessment=found)
    said = words(snapshot_parts(opened, read_nation(opened))["storm"])
    assert said.count("Not part of the probabilities") == 1 and "KNOTS" in said


def test_without_a_storm_levels_remain_and_the_next_step_is_told(services, library):
    area = library.area("land")
    calm = assess(area, dataclasses.replace(stormy_situation(area), lead_s=LEADS, tracks=()))
    opened = dataclasses.replace(opened_of(services), assessment=calm)
    nation = read_nation(opened)
    parts = snapshot_parts(opened, nation)
    assert nation.wind is None and first_selected(nation) is None
    assert "No typhoon" in words(parts["storm"]) and parts["frames"]["prob"] == {} and parts["frames"]["sea"] is None
    assert np.array(parts["frames"]["level"])[2:].min() >= 0
    assert "West" in words(district_part(nation, 0, "en"))


@pytest.mark.parametrize("sent", [-1, 2, 1.5, "0", None, True])
def test_a_district_that_does_not_exist_is_none(sent):
    assert known_district(sent, country()) is None
    assert known_district(1, country()) == 1


def test_no_area_without_streets_says_how_to_get_one(tmp_path):
    found = make_library(tmp_path)
    for one in found.area_ids():
        if one != "tiny":
            from dashboard.store.bundles import remove_bundle

            remove_bundle(tmp_path, one)
    app = create_app(found.settings, found, Answers(found), lambda: NOW_S)
    page = layout(open_query(app.server.extensions[EXTENSION], {"area": "tiny", "lang": "en"}))
    assert "No nationwide area" in words(page)
