"""Figures of several processes add up, also after some of them ended."""

import os
import re
import subprocess
import sys

from dashboard.observe.folder import FOLDER_VARIABLE, empty_folder

COUNTING = """
import sys
from dashboard.observe.measures import REFRESHES, STAGE_SECONDS
for _ in range(int(sys.argv[1])):
    REFRESHES.labels("tiny", "written").inc()
    STAGE_SECONDS.labels("tiny", "water").observe(0.02)
"""
TELLING = """
import sys
from dashboard.observe.measures import exposition
sys.stdout.buffer.write(exposition())
"""


def run(folder, program, *words):
    environ = {**os.environ, FOLDER_VARIABLE: str(folder)}
    return subprocess.run(
        [sys.executable, "-c", program, *words], env=environ, capture_output=True, text=True, check=True
    ).stdout


def told(text, name):
    (value,) = re.findall(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    return float(value)


def test_ended_processes_are_folded_into_one_file_and_still_count(tmp_path):
    empty_folder(tmp_path)
    for n in (3, 4):
        run(tmp_path, COUNTING, str(n))
    assert len(list(tmp_path.glob("counter_*.db"))) == 2
    for n in (7, 12):
        text = run(tmp_path, TELLING)
        assert told(text, 'ansimgil_refreshes_total{area="tiny",outcome="written"}') == n
        assert told(text, 'ansimgil_refresh_stage_seconds_count{area="tiny",stage="water"}') == n
        assert told(text, 'ansimgil_refresh_stage_seconds_bucket{area="tiny",le="0.03",stage="water"}') == n
        assert {file.name for file in tmp_path.glob("*.db")} == {"counter_past.db", "histogram_past.db"}
        run(tmp_path, COUNTING, "5")
    empty_folder(tmp_path)
    assert "tiny" not in run(tmp_path, TELLING)
