import io
import json

import pytest

from dashboard.answers import Answers
from dashboard.api import create_api
from dashboard.cli import main
from tests.answers.small_world import NOW_S, closure, make_library, write_next
from tests.answers.walking import walk_east


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    library = make_library(tmp_path_factory.mktemp("shut"))
    write_next(library, 0.0, (closure(22, 23, "shut"),))
    return library


def question():
    trips = [walk_east(38, NOW_S - 86_400.0 * (k + 1)) for k in range(3)]
    return {"pings": walk_east(14, NOW_S - 130.0), "history": trips, "asked_at": NOW_S}


def path(home, file, *words):
    return main(["--home", str(home), "path", str(file), "--area", "tiny", *words], {})


def test_json_is_the_body_of_the_api(library, tmp_path, capsys, monkeypatch):
    file = tmp_path / "asked.json"
    file.write_text(json.dumps(question()), encoding="utf-8")
    home = library.settings.home
    assert path(home, file, "--json", "--lang", "en") == 0
    printed = json.loads(capsys.readouterr().out)
    client = create_api(library, Answers(library)).test_client()
    asked = question() | {"area": "tiny", "lang": "en"}
    assert printed == client.post("/v1/paths", json=asked).get_json()
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(question())))
    assert path(home, "-", "--json", "--lang", "en") == 0
    assert json.loads(capsys.readouterr().out) == printed


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_the_summary_tells_the_warning_and_what_it_rests_on(library, tmp_path, capsys, lang):
    file = tmp_path / "asked.json"
    bad = question()
    bad["pings"].append(bad["pings"][-1] | {"lat": None})
    file.write_text(json.dumps(bad), encoding="utf-8")
    assert path(library.settings.home, file, "--lang", lang) == 0
    said = capsys.readouterr().out
    assert "Row 3" in said and "1 x " in said and said.count("\n") >= 6
    assert ("통제된 길" in said) == (lang == "ko")


@pytest.mark.parametrize(
    "content", ["{", "[]", '{"pings": []}', '{"pings": [{"lat": 1, "lon": 2, "time": 3}], "x": 1}']
)
def test_what_does_not_fit_is_told_and_exits_with_2(library, tmp_path, capsys, content):
    file = tmp_path / "asked.json"
    file.write_text(content, encoding="utf-8")
    assert path(library.settings.home, file) == 2
    assert path(library.settings.home, tmp_path / "missing.json") == 2
    assert "path" not in capsys.readouterr().out
