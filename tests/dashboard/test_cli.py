import ast
import subprocess
import sys
from pathlib import Path

import pytest

from dashboard import cli
from dashboard.cli import build_parser, main, rooms
from dashboard.serve import children
from dashboard.serve import command as serve
from dashboard.settings import CHECKOUT
from risk_core.errors import Fault, InputError


def test_help_lists_every_command_with_one_line(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["--help"], {})
    assert caught.value.code == 0
    lines = capsys.readouterr().out.splitlines()
    told = {line.split()[0]: line.split(maxsplit=1)[1:] for line in lines if line.startswith("    ")}
    for command in ("serve", "area", "ingest", "route", "drill"):
        assert told[command], command
    assert not set(children.COMMANDS) & set(told)


@pytest.mark.parametrize("command", ["serve", "area", "ingest", "route", "drill", *children.COMMANDS])
def test_each_command_has_help_of_its_own(command, capsys):
    with pytest.raises(SystemExit) as caught:
        build_parser([command]).parse_args([command, "--help"])
    assert caught.value.code == 0
    assert command in capsys.readouterr().out


def test_serving_imports_no_other_room():
    assert rooms(["serve", "--port", "9000"]) == (serve, children)
    assert rooms(["engine"]) == (serve, children)
    assert len(rooms(["--home", "x", "serve"])) > 2


@pytest.mark.parametrize("heavy", ["numba", "dash", "flask", "sqlalchemy", "pandas", "geopandas", "gunicorn"])
def test_the_supervisor_loads_nothing_heavy(heavy):
    code = (
        f"import sys; from dashboard.cli import build_parser; build_parser(['serve']); print({heavy!r} in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_an_error_a_person_may_see_is_told_on_stderr_with_status_2(monkeypatch, capsys):
    def refuse(_args, _settings):
        raise InputError(Fault("file", "x.osm", "a file", "Check the name."))

    monkeypatch.setattr(serve, "run", refuse)
    assert main(["serve"], {}) == 2
    assert capsys.readouterr().err == "file is x.osm; wanted a file. Check the name.\n"


def test_settings_out_of_range_end_with_status_2_before_anything_starts(capsys):
    assert main(["serve", "--port", "99999"], {}) == 2
    assert main(["serve"], {"ANSIMGIL_PORT": "x"}) == 2
    told = capsys.readouterr().err
    assert "'99999'" in told
    assert "'x'" in told


def test_ctrl_c_ends_with_130(monkeypatch):
    def stop(_args, _settings):
        raise KeyboardInterrupt

    monkeypatch.setattr(serve, "run", stop)
    assert main(["serve"], {}) == 130


def test_the_home_option_is_taken_before_and_after_the_command(monkeypatch, tmp_path):
    homes = []
    monkeypatch.setattr(serve, "run", lambda _args, settings: homes.append(settings.home) or 0)
    main(["serve", "--home", str(tmp_path)], {})
    main(["--home", str(tmp_path), "serve"], {})
    assert homes == [tmp_path, tmp_path]


def test_options_of_serve_change_the_settings(monkeypatch, tmp_path):
    seen = []
    monkeypatch.setattr(serve, "serve_prepared", lambda settings: seen.append(settings) or 0)
    words = "serve --area korea --port 9000 --host 0.0.0.0 --no-drill --no-samples --speed 5 --seed 3 --workers 1"
    assert main([*words.split(), "--threads", "8", "--home", str(tmp_path)], {}) == 0
    (settings,) = seen
    assert (settings.area, settings.port, settings.host) == ("korea", 9000, "0.0.0.0")
    assert (settings.drill, settings.samples, settings.drill_speed, settings.drill_seed) == (False, False, 5.0, 3)
    assert (settings.workers, settings.threads, settings.home) == (1, 8, tmp_path)


def test_rooms_are_imported_plainly():
    tree = ast.parse(Path(cli.__file__).read_text(encoding="utf-8"))
    caught = [ast.unparse(node.type) for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler) and node.type]
    assert caught == ["AnsimgilError", "KeyboardInterrupt"]
