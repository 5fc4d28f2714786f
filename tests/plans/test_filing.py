"""A drawing that comes from a file joins what was tapped."""

import base64
import json

import pytest

from dashboard.pages.plan.filing import file_features, file_note
from dashboard.plans.drawing_file import features_of, joined, read_file
from dashboard.plans.zones import read_drawn
from risk_core.errors import InputError
from tests.plans.test_files import LINE, POINT, ZONE, collection, feature

DRAWING = collection(
    feature(ZONE, name="Harbour"),
    feature(POINT, role="shelter", id="gym", name="Gym", capacity_persons=200, step_free=True, pets=False),
    feature(POINT, role="institution", name="Clinic", persons=40, vehicles=2, round_min=25),
    feature(LINE, role="contraflow"),
    feature(LINE, name="Bridge"),
)


def sent(document):
    """A file as a browser sends it."""
    return "data:application/geo+json;base64," + base64.b64encode(json.dumps(document).encode()).decode()


def test_every_role_of_a_file_is_counted_drawn_and_planned_with():
    features = read_file(sent(DRAWING), "plan.geojson", 0.0)
    assert file_note(features, "en") == (
        "1 zone(s), 1 shelter(s), 1 institution(s) to fetch, 1 closure(s), 1 contraflow line(s)"
    )
    shown = file_features(features)["features"]
    assert len(shown) == 5
    drawn = read_drawn(joined(None, features), 0.0)
    assert len(drawn.zones) == len(drawn.institutions) == len(drawn.what_if.closures) == 1
    assert drawn.what_if.contraflow and drawn.what_if.shelters[0].name == "Gym"


@pytest.mark.parametrize("document", [ZONE, feature(ZONE), collection(feature(ZONE))])
def test_a_bare_geometry_becomes_a_zone(document):
    (one,) = features_of(document)
    assert one["properties"]["role"] == "zone" and one["geometry"] == ZONE


def test_what_was_tapped_comes_first_and_nothing_is_none():
    tapped = collection(feature(ZONE, role="zone", name="Tapped"))
    both = joined(tapped, read_file(sent(DRAWING), "plan.geojson", 0.0))
    assert [zone.name for zone in read_drawn(both, 0.0).zones] == ["Tapped", "Harbour"]
    assert joined(None, None) is None and joined(tapped, None) == tapped


@pytest.mark.parametrize("contents", ["", "data:text/plain;base64,!!!", sent({"type": "Topology"}), "data:,x"])
def test_a_file_that_is_no_drawing_is_refused(contents):
    with pytest.raises(InputError):
        read_file(contents, "x.geojson", 0.0)


def test_every_fault_of_a_file_is_told_with_its_feature():
    with pytest.raises(InputError) as refused:
        read_file(sent(collection(feature(ZONE, delay_min="soon"), feature(POINT, role="shelter"))), "x.geojson", 0.0)
    assert {("feature 1", "delay_min"), ("feature 2", "capacity_persons")} <= {
        (fault.place, fault.argument) for fault in refused.value.faults
    }
