import io
import os
import signal
import socket
import subprocess
import sys
import threading

import pytest

from dashboard.serve.command import check_address, check_area, check_keys, child_environ
from dashboard.serve.processes import (
    FIRST_BACKOFF_S,
    STEADY_S,
    Child,
    end_all,
    follow_parent,
    hold_lock,
    is_running,
)
from dashboard.serve.progress import ProgressBar
from dashboard.serve.supervise import ask, prepare
from dashboard.settings import CHECKOUT, Settings
from dashboard.store.keys import KeyStore, Role, Scope
from risk_core.errors import InputError, UnavailableError

ENDLESS = (sys.executable, "-c", "import signal; signal.pause()")
SHORT = (sys.executable, "-c", "pass")


@pytest.fixture
def listener():
    with socket.create_server(("127.0.0.1", 0)) as one:
        yield one.getsockname()[1]


def test_a_taken_port_is_refused_with_another_one_to_try(listener):
    with pytest.raises(InputError) as caught:
        check_address(Settings(port=listener))
    assert f"127.0.0.1:{listener}" in str(caught.value)
    assert f"--port {listener + 1}" in str(caught.value)


def test_an_unknown_host_is_refused():
    with pytest.raises(InputError, match="--host"):
        check_address(Settings(host="256.0.0.1"))


def test_a_default_area_that_is_not_installed_is_refused_with_those_that_are(tmp_path):
    (tmp_path / "areas" / "tiny").mkdir(parents=True)
    (tmp_path / "areas" / "tiny" / "current").write_text("x")
    check_area(Settings(home=tmp_path, area="tiny"))
    with pytest.raises(InputError, match="tiny"):
        check_area(Settings(home=tmp_path, area="atlantis"))


def test_children_get_the_settings_and_find_the_package(tmp_path):
    made = child_environ(Settings(home=tmp_path, port=9000), {"PATH": "/bin", "PYTHONPATH": "/x"})
    assert (made["PATH"], made["ANSIMGIL_PORT"], made["ANSIMGIL_HOME"]) == ("/bin", "9000", str(tmp_path))
    assert made["PYTHONPATH"].split(os.pathsep) == [str(CHECKOUT), "/x"]


def test_the_compiler_keeps_its_cache_in_the_home_where_the_package_cannot_hold_it(tmp_path, monkeypatch):
    settings = Settings(home=tmp_path)
    assert "NUMBA_CACHE_DIR" not in child_environ(settings, {})
    monkeypatch.setattr("os.access", lambda _path, _mode: False)
    assert child_environ(settings, {})["NUMBA_CACHE_DIR"] == str(tmp_path / "numba")
    assert child_environ(settings, {"NUMBA_CACHE_DIR": "/given"})["NUMBA_CACHE_DIR"] == "/given"


def test_a_lock_is_held_by_one_and_free_when_it_ends(tmp_path):
    path = tmp_path / "home" / "engine.lock"
    with hold_lock(path, "engine"), pytest.raises(UnavailableError, match=str(os.getpid())), hold_lock(path, "engine"):
        pass
    with hold_lock(path, "engine"):
        pass


def test_a_home_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(InputError, match="--home"), hold_lock(tmp_path / "file" / "engine.lock", "engine"):
        pass


def test_the_bar_names_each_step_once_where_there_is_no_terminal():
    out = io.StringIO()
    bar = ProgressBar(out)
    for share in (0.0, 0.1):
        bar.show("coquimbo: streets", share)
    bar.show("compiling", 1.0)
    bar.close()
    assert out.getvalue() == "  0 % coquimbo: streets\n100 % compiling\n"


def test_the_bar_is_drawn_in_place_on_a_terminal():
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    out = Terminal()
    bar = ProgressBar(out)
    bar.show("streets", 0.5)
    bar.show("people", 1.0)
    bar.close()
    assert out.getvalue().count("\r") == 2
    assert out.getvalue().count("\n") == 1
    assert "people" in out.getvalue()


def test_a_dead_child_comes_back_after_a_growing_pause():
    child = Child("short", SHORT, os.environ)
    child.start(0.0)
    now_s, pauses = 0.0, []
    for _ in range(3):
        child._process.wait()
        child.revive(now_s)
        assert child.pid is None
        first = now_s
        while child.pid is None:
            now_s += FIRST_BACKOFF_S / 2
            child.revive(now_s)
        pauses.append(now_s - first)
    assert pauses == [FIRST_BACKOFF_S, 2 * FIRST_BACKOFF_S, 4 * FIRST_BACKOFF_S]
    child._process.wait()
    child.revive(now_s + STEADY_S)
    child.revive(now_s + STEADY_S + FIRST_BACKOFF_S)
    assert child.pid is not None
    assert child.n_death == 4
    end_all([child])


def test_ending_takes_the_whole_group_along():
    script = "import signal, subprocess, sys; subprocess.Popen(sys.argv[1:]); print('x', flush=True); signal.pause()"
    child = Child("parent", (), os.environ)
    command = (sys.executable, "-c", script, *ENDLESS)
    with subprocess.Popen(command, process_group=0, stdout=subprocess.PIPE) as child._process:
        assert child._process.stdout.readline() == b"x\n"
        end_all([child])
        assert child._process.stdout.read() == b""
    assert child._process.returncode == -signal.SIGTERM


def test_a_child_that_does_not_heed_is_killed():
    stubborn = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('x', flush=True); signal.pause()"
    child = Child("stubborn", ENDLESS, os.environ)
    child._process = subprocess.Popen((sys.executable, "-c", stubborn), process_group=0, stdout=subprocess.PIPE)
    child._process.stdout.readline()
    moments = iter((0.0, 100.0, 200.0))
    end_all([child], lambda: next(moments))
    assert child._process.returncode == -signal.SIGKILL
    child._process.stdout.close()


def test_a_process_notices_that_the_one_it_follows_is_gone():
    other = subprocess.Popen(ENDLESS)
    gone = threading.Event()
    blocked = threading.Event()

    def end():
        gone.set()
        blocked.wait()

    follow_parent(other.pid, end)
    assert is_running(other.pid)
    other.kill()
    other.wait()
    assert gone.wait(30)
    assert not is_running(other.pid)


def test_nobody_answers_on_a_closed_port(listener):
    settings = Settings(port=listener)
    with socket.create_server(("127.0.0.1", 0)) as closed:
        settings = settings.replace(port=closed.getsockname()[1])
    assert not ask(settings, "/readyz")


def test_a_failed_preparation_is_told(tmp_path):
    (tmp_path / "warm").write_text("in the way")
    environ = child_environ(Settings(home=tmp_path, samples=False), os.environ)
    with pytest.raises(UnavailableError, match="preparation"):
        prepare(environ)


def test_other_machines_are_served_only_when_somebody_holds_a_key(tmp_path):
    far = Settings(home=tmp_path, host="0.0.0.0")
    for host in ("127.0.0.1", "localhost", "::1"):
        check_keys(far.replace(host=host), 1.8e9)
    with pytest.raises(InputError, match="keys make --role coordinate") as caught:
        check_keys(far, 1.8e9)
    assert "0.0.0.0" in str(caught.value) and "--host 127.0.0.1" in str(caught.value)
    keys = KeyStore(far.database_url)
    keys.make("Clinic", Role.HEALTH, (Scope.READ,), None, 1.8e9)
    key, _ = keys.make("Hall", Role.COORDINATE, (Scope.READ,), 1.8e9 + 60, 1.8e9)
    check_keys(far, 1.8e9)
    with pytest.raises(InputError):
        check_keys(far, 1.8e9 + 61)
    keys.revoke(key.key_id, 1.8e9 + 1)
    with pytest.raises(InputError):
        check_keys(far, 1.8e9 + 2)
