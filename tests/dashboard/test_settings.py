import dataclasses
from pathlib import Path

import pytest

from dashboard.settings import CHECKOUT, Settings, setting_help, variable_name
from risk_core.errors import InputError


def test_defaults_serve_coquimbo_on_loopback_from_the_checkout():
    settings = Settings.from_environ({})
    assert (settings.area, settings.host, settings.port) == ("coquimbo", "127.0.0.1", 8050)
    assert settings.home == CHECKOUT / ".ansimgil"
    assert settings.database_url == f"sqlite:///{settings.home / 'observations.sqlite'}"
    assert settings.drill


def test_every_setting_has_a_help_line_and_survives_the_way_to_a_child(tmp_path):
    settings = Settings(home=tmp_path, port=9000, drill=False, drill_speed=12.5, area="helsinki", log_level="debug")
    assert Settings.from_environ(settings.to_environ()) == settings
    for one in dataclasses.fields(Settings):
        assert setting_help(one.name)
        assert variable_name(one.name) in settings.to_environ()


@pytest.mark.parametrize(("word", "value"), [("1", True), ("Yes", True), ("on", True), ("0", False), ("OFF", False)])
def test_a_switch_reads_the_usual_words(word, value):
    assert Settings.from_environ({"ANSIMGIL_DRILL": word}).drill is value


def test_empty_variables_mean_the_default_and_others_are_left_alone():
    assert Settings.from_environ({"ANSIMGIL_PORT": "", "PORT": "1", "HOME": "/root"}).port == 8050


def test_all_faults_of_the_environment_come_at_once():
    environ = {"ANSIMGIL_PORT": "many", "ANSIMGIL_DRILL": "maybe", "ANSIMGIL_PROT": "8050"}
    with pytest.raises(InputError) as caught:
        Settings.from_environ(environ)
    assert [fault.argument for fault in caught.value.faults] == ["ANSIMGIL_PROT", "ANSIMGIL_PORT", "ANSIMGIL_DRILL"]
    assert "'many'" in str(caught.value)
    assert "a whole number 1..65535" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", 0),
        ("port", 65536),
        ("drill_speed", float("nan")),
        ("drill_speed", 0.0),
        ("threads", 3),
        ("workers", 0),
        ("drill_seed", -1),
        ("tiles_url", "https://tiles.example/map.png"),
        ("log_level", "loud"),
        ("area", ""),
        ("database_url", "observations.db"),
    ],
)
def test_values_out_of_range_are_refused_by_name(name, value):
    with pytest.raises(InputError) as caught:
        Settings(**{name: value})
    (fault,) = caught.value.faults
    assert fault.argument == variable_name(name)
    assert fault.wanted


def test_replace_ignores_none_and_moves_the_default_database_with_the_home(tmp_path):
    settings = Settings().replace(home=tmp_path, port=None, area="korea")
    assert (settings.home, settings.port, settings.area) == (tmp_path, 8050, "korea")
    assert settings.database_url == f"sqlite:///{tmp_path / 'observations.sqlite'}"
    given = Settings(database_url="postgresql://db/ansimgil").replace(home=tmp_path)
    assert given.database_url == "postgresql://db/ansimgil"


def test_the_address_printed_is_one_a_browser_can_open():
    assert Settings(host="0.0.0.0", port=80).address == "http://127.0.0.1:80"
    assert Settings(host="192.168.0.7").address == "http://192.168.0.7:8050"


def test_settings_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings().port = 1
    assert isinstance(Settings().home, Path)
