"""What a process that forks has loaded, and what becomes of the status of its child."""

import os
import subprocess
import sys

import pytest

from dashboard.settings import CHECKOUT
from dashboard.store.bundles import Manifest, write_bundle

BUILD = """
import os, threading, time
from dashboard.store.schema import close_connections
from dashboard.web import make_wsgi
make_wsgi(os.environ, time.time)
close_connections()
files = []
for one in os.listdir("/proc/self/fd"):
    try:
        files.append(os.readlink(f"/proc/self/fd/{one}"))
    except OSError:
        pass
print(threading.active_count(), sum("sqlite" in one for one in files))
"""


def test_the_app_that_is_forked_has_no_thread_and_no_open_database(tmp_path, area):
    write_bundle(tmp_path, area, Manifest())
    environ = os.environ | {"ANSIMGIL_HOME": str(tmp_path), "ANSIMGIL_AREA": "tiny", "ANSIMGIL_SAMPLES": "no"}
    command = [sys.executable, "-c", BUILD]
    done = subprocess.run(command, env=environ, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["1", "0"]


@pytest.mark.parametrize(("end", "status"), [(0, 0), (3, 3)])
def test_a_server_that_ends_by_sys_exit_hands_its_status_on(end, status):
    code = (
        "import sys; from dashboard.serve.nursery import keep_forked; from dashboard.serve.processes import *;"
        f"sys.exit(keep_forked('x', lambda: sys.exit({end}), None, end_with_parent))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, timeout=60, check=False)
    assert done.returncode == status
