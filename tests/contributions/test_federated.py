"""Updates of the movement model: taken, paid for, weighed, merged, used for paths, forgotten; and the command."""

import json
import threading
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import numpy as np
import pytest
from werkzeug.exceptions import NotFound
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from dashboard.answers import Answers
from dashboard.api import create_api
from dashboard.cli import main
from dashboard.contributions.federated import merged_movement
from dashboard.contributions.signed import seal
from dashboard.store.keys import Role, Scope
from tests.answers.small_world import NOW_S
from tests.contributions.world import Operator, World
from tests.tiny import N, node_position


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "home")


def districts(world: World) -> list[str]:
    return [one.district_id for one in world.library.area("tiny").districts]


def update(world: World, n: int = 50, day: str = "2026-06-19", **more: object) -> dict[str, object]:
    ids = districts(world)
    told = {"from_day": day, "to_day": day, "epsilon": 1.0, "n_visit": {ids[0]: n}, "n_step": [[ids[0], ids[-1], n]]}
    return {"movement": {**told, **more}}


def send(operator: Operator, content: dict[str, object]) -> int:
    sealed = seal(operator.source_id, operator.private, content, NOW_S)
    told = operator.world.client.post("/v1/contributions/movement", json=sealed, headers=operator.headers)
    assert told.status_code != 500
    return told.status_code


def test_updates_are_merged_by_trust_and_used_for_paths(world: World) -> None:
    one, two = world.operator("flows", "one"), world.operator("flows", "two")
    assert merged_movement(world.library, world.library.area("tiny")) is None
    assert send(one, update(world, 50)) == send(two, update(world, 30)) == 201
    world.library.contributions.set_trust(two.source_id, 0.25, 0.5, 40)
    told = world.client.get("/v1/contributions/movement", headers=one.headers).json
    assert told["n_step"] == [[0, len(districts(world)) - 1, pytest.approx(50 * 0.5 + 30 * 0.25)]]
    world.library.contributions.set_trust(two.source_id, 0.1, 2.0, 400)
    told = world.client.get("/v1/contributions/movement", headers=one.headers).json
    assert list(told["weights"]) == [one.source_id], "who is trusted too little takes no part"
    flows = Answers(world.library).paths._flows(world.library.area("tiny"))
    assert flows[0, -1] == pytest.approx(25.0) and flows.sum() == pytest.approx(25.0)


def test_a_day_is_paid_for_once(world: World) -> None:
    operator = world.operator("flows")
    assert send(operator, update(world)) == 201
    assert send(operator, update(world)) == 422
    assert send(operator, update(world, day="2026-06-18")) == 201


def test_only_the_newest_updates_of_a_source_are_kept(world: World) -> None:
    operator = world.operator("flows")
    for day in range(1, 16):
        assert send(operator, update(world, day=f"202606{day:02}" if day % 2 else f"2026-06-{day:02}")) == 201
    kept = sorted(path.name for path in (world.library.settings.home / "movement" / "tiny").iterdir())
    assert [name.removeprefix(operator.source_id)[1:11] for name in kept] == [
        f"2026-06-{day:02}" for day in range(4, 16)
    ]
    told = world.client.get("/v1/contributions/movement", headers=operator.headers).json
    assert told["n_step"][0][2] == pytest.approx(12 * 50 * told["weights"][operator.source_id])


def test_what_reveals_too_much_or_does_not_fit_is_refused(world: World) -> None:
    operator, ids = world.operator("flows"), districts(world)
    bad = (
        {"epsilon": 2.0}, {"epsilon": True}, {"n_visit": {ids[0]: 9}}, {"n_visit": {"nowhere": 50}},
        {"n_step": [[ids[0], ids[0], 9]]}, {"n_step": [[ids[0], ids[0]]]}, {"n_step": "x"}, {"n_visit": [1]},
        {"to_day": "2027-06-19"}, {"from_day": "tomorrow"}, {"devices": []}, {"n_step": [[ids[0], ids[0], 50.5]]},
        {"from_day": "2099-01-01", "to_day": "2099-01-02"},
    )  # fmt: skip
    for more in bad:
        assert send(operator, update(world, **more)) == 422, more
    assert send(operator, {**update(world), "records": []}) == 422
    assert send(world.operator("rain"), update(world)) == 422
    assert merged_movement(world.library, world.library.area("tiny")) is None
    assert world.library.contributions.spent(operator.source_id) == {}, "nothing was revealed, nothing is paid"


def test_a_source_that_ends_takes_its_updates_along(world: World) -> None:
    operator = world.operator("flows")
    send(operator, update(world))
    world.client.delete(f"/v1/contributions/sources/{operator.source_id}", headers=operator.headers)
    assert merged_movement(world.library, world.library.area("tiny")) is None


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        return


def test_an_operator_contributes_by_command(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Key, registration, counting, training and sending against a running server; persons stay in the first file."""
    area = world.library.area("tiny")
    rng = np.random.default_rng(1)
    lines = ["user_id,time,lat,lon"]
    for who in range(900):
        lat, lon = node_position(int(rng.integers(0, N * N)))
        lines += [
            f"phone-{who},2026-06-19T{hour:02d}:00:00Z,{node_position(6)[0]},{node_position(6)[1]}" for hour in (9, 10)
        ]
        lines.append(f"phone-{who},2026-06-19T11:00:00Z,{lat},{lon}")
    visits = tmp_path / "visits.csv"
    visits.write_text("\n".join(lines))
    # The server's clock is the real one, as the command's is.
    api = create_api(world.library, Answers(world.library))
    app = DispatcherMiddleware(NotFound(), {"/api": api})
    server = make_server("127.0.0.1", 0, app, handler_class=Quiet)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    key = tmp_path / "key"
    key.write_text(world.library.keys.make("op", Role.NONE, (Scope.READ, Scope.CONTRIBUTE), None, NOW_S)[1])
    environ = {"ANSIMGIL_HOME": str(world.library.settings.home)}
    at = ["--server", f"http://127.0.0.1:{server.server_address[1]}", "--key", str(key)]
    at += ["--signing-key", str(tmp_path / "sign.jwk")]

    def run(*words: str) -> str:
        assert main(["contribute", *words], environ) == 0, capsys.readouterr().err
        return capsys.readouterr().out.strip()

    run("key", "--out", str(tmp_path / "sign.jwk"))
    assert (tmp_path / "sign.jwk").stat().st_mode & 0o077 == 0
    run("people", str(visits), "--area", "tiny", "--out", str(tmp_path / "counts.json"))
    run("train", str(visits), "--area", "tiny", "--out", str(tmp_path / "update.json"))
    given = (tmp_path / "counts.json").read_text() + (tmp_path / "update.json").read_text()
    assert "phone" not in given
    counts = json.loads((tmp_path / "counts.json").read_text())
    busiest = max(counts["records"], key=lambda one: one["persons"])
    assert abs(busiest["persons"] - 900) < 60 and busiest["sd_persons"] == pytest.approx(5.64)
    assert area.grid.cell_of(busiest["lat"], busiest["lon"]) == area.grid.cell_of(*node_position(6))
    flows = run("register", *at, "--area", "tiny", "--kind", "flows", "--owner", "Op", "--licence", "CC0-1.0")
    people = run("register", *at, "--area", "tiny", "--kind", "counts", "--owner", "Op", "--licence", "CC0-1.0")
    assert json.loads(run("send", str(tmp_path / "update.json"), *at, "--source", flows))["n_step"] >= 0
    told = json.loads(run("send", str(tmp_path / "counts.json"), *at, "--source", people))
    assert told["n_held"] + told["n_new"] == len(counts["records"]) and told["n_refused"] == 0
    server.shutdown()
    server.server_close()
