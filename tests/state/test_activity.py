import dataclasses

import pytest

from risk_core.errors import InputError
from risk_core.state.activity import Activity, Distance, Mask, Setting
from risk_core.state.activity_presets import PRESETS

ROOM = Activity(Setting.INDOOR, Distance.NORMAL, n_room=5, room_m3=100, air_changes_per_h=3)


def test_twelve_presets_with_what_they_assume():
    assert len(PRESETS) == 12
    assert all(preset.assumption for preset in PRESETS.values())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("setting", "indoor"),
        ("distance", None),
        ("own_mask", 0),
        ("other_masks", Setting.INDOOR),
        ("voice", "loud"),
        ("breathing", 1.0),
        ("stay_min", -1),
        ("stay_min", float("nan")),
        ("stay_min", float("inf")),
        ("stay_min", "60"),
        ("stay_min", True),
        ("n_near", -0.1),
        ("n_room", 1e9),
        ("occupied_min", -5),
        ("room_m3", 0),
        ("air_changes_per_h", 0),
    ],
)
def test_each_argument_is_named_when_it_does_not_fit(name, value):
    with pytest.raises(InputError, match=f"^{name} is"):
        dataclasses.replace(ROOM, **{name: value})


def test_all_faults_come_at_once():
    with pytest.raises(InputError) as caught:
        Activity("indoor", Distance.CLOSE, stay_min=-1, n_near=None)
    assert [fault.argument for fault in caught.value.faults] == ["setting", "stay_min", "n_near"]


def test_a_room_is_described_once_and_whole():
    with pytest.raises(InputError, match="room_m3 is None"):
        Activity(Setting.INDOOR, Distance.NORMAL, n_room=3)
    with pytest.raises(InputError, match="air_changes_per_h is None"):
        Activity(Setting.INDOOR, Distance.NORMAL, room_m3=80)
    with pytest.raises(InputError, match="co2_ppm is 900"):
        dataclasses.replace(ROOM, co2_ppm=900)
    with pytest.raises(InputError, match=r"co2_ppm is 420.*430\.\.20000"):
        dataclasses.replace(ROOM, air_changes_per_h=None, co2_ppm=420)


def test_outdoors_has_no_room():
    with pytest.raises(InputError, match="nothing outdoors") as caught:
        dataclasses.replace(ROOM, setting=Setting.OUTDOOR)
    assert {fault.argument for fault in caught.value.faults} == {"room_m3", "air_changes_per_h", "n_room"}


def test_what_it_counts():
    assert ROOM.has_room and ROOM.n_other == 6
    assert not PRESETS["street_walk"].activity.has_room
    assert next(iter(Mask)) is Mask.NONE and list(Mask)[-1] is Mask.FITTED_N95
