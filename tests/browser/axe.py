"""The accessibility checker axe-core, fetched once from the npm registry; tests without it are skipped."""

import json
import shutil
import subprocess
import tarfile
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

VERSION = "4.14.1"
WAIT_S = 60
RUN = """
    const done = arguments[arguments.length - 1];
    axe.run(document, { resultTypes: ["violations"] }).then(
      (found) => done(found.violations.map((one) => ({
        rule: one.id, impact: one.impact, at: one.nodes.slice(0, 4).map((node) => node.target.join(" ")),
        why: one.nodes[0].failureSummary,
      }))),
      (error) => done([{ rule: "axe failed", why: String(error) }]),
    );
"""


@lru_cache(maxsize=1)
def _fetched(folder: str) -> str | None:
    """Script of axe-core, None where npm or the registry cannot be reached."""
    npm = shutil.which("npm")
    if npm is None:
        return None
    command = [npm, "pack", f"axe-core@{VERSION}", "--silent", "--pack-destination", folder]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=WAIT_S, check=False)
    except subprocess.TimeoutExpired:
        return None
    package = Path(folder) / f"axe-core-{VERSION}.tgz"
    if done.returncode != 0 or not package.is_file():
        return None
    with tarfile.open(package) as archive:
        member = archive.extractfile("package/axe.min.js")
        return None if member is None else member.read().decode()


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Script to run in a page."""
    script = _fetched(str(tmp_path_factory.mktemp("axe")))
    if script is None:
        pytest.skip(f"axe-core {VERSION} could not be fetched from the npm registry")
    return script


def violations(driver: Any, script: str) -> list[dict[str, Any]]:
    """What axe finds wrong with the open page, by its default rules."""
    driver.set_script_timeout(90)
    driver.execute_cdp_cmd("Runtime.evaluate", {"expression": script})
    found = driver.execute_async_script(RUN)
    return list(json.loads(json.dumps(found)))
