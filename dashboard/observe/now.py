"""Figures of this very moment, read when Prometheus asks: ages of snapshots and sources, sizes of files."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector


class StateCollector(Collector):
    """Tells the state of readiness as gauges.

    Parameters
    ----------
    state
        What ``/readyz`` answers.
    home
        Folder of everything kept between starts.
    """

    def __init__(self, state: Mapping[str, Any], home: Path) -> None:
        self._state = state
        self._home = home

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Give every gauge; an age that is not known is left out."""
        ready = GaugeMetricFamily("ansimgil_ready", "1 while visitors can be answered.")
        ready.add_metric((), float(self._state["status"] == "ready"))
        yield ready
        if self._state.get("engine_age_s") is not None:
            engine = GaugeMetricFamily("ansimgil_engine_age_seconds", "Since the engine was last seen at work.")
            engine.add_metric((), self._state["engine_age_s"])
            yield engine
        yield from self._ages()
        size = GaugeMetricFamily("ansimgil_store_bytes", "Bytes of a file of the store.", labels=("file",))
        for file in sorted(self._home.glob("*.sqlite*")):
            size.add_metric((file.name,), float(_size(file)))
        yield size
        disk = os.statvfs(self._home)
        free = GaugeMetricFamily("ansimgil_disk_free_bytes", "Bytes free where everything is kept.")
        free.add_metric((), float(disk.f_bavail * disk.f_frsize))
        yield free

    def _ages(self) -> Iterator[GaugeMetricFamily]:
        snapshot = GaugeMetricFamily("ansimgil_snapshot_age_seconds", "Age of the snapshot served.", labels=("area",))
        source = GaugeMetricFamily(
            "ansimgil_source_age_seconds", "Age of the newest observation.", labels=("area", "source", "kind")
        )
        for area_id, area in self._state["areas"].items():
            if area["age_s"] is not None:
                snapshot.add_metric((area_id,), area["age_s"])
            for one in area["sources"]:
                if one["age_s"] is not None:
                    source.add_metric((area_id, one["source"], one["kind"]), one["age_s"])
        yield snapshot
        yield source


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0
