"""The one writer of benchmarks.json: sorted, so that a new figure changes its own lines alone."""

import datetime
import json
import os
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).with_name("benchmarks.json")


def keep(group: str, figures: Mapping[str, Any]) -> None:
    """Put figures by name under a letter of the file, beside what is there; older ones of the same name give way."""
    kept = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
    kept.setdefault(group, {}).update(figures)
    RESULTS.write_text(json.dumps(kept, indent=1, sort_keys=True, ensure_ascii=False) + "\n", "utf-8")


def dated(command: str, figures: Any) -> dict[str, Any]:
    """Figures with the command that gave them, when, where and how busy it was."""
    return {
        "command": command,
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "load": round(os.getloadavg()[0], 1),
        "figures": figures,
    }
