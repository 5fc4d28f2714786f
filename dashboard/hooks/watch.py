"""Looks at each new snapshot for those who subscribed to a place, whether its level has passed theirs."""

import logging
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from dashboard.store.library import Library
from dashboard.store.webhooks import Webhook
from risk_core.errors import AnsimgilError
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment
from risk_core.state.grid import Grid
from risk_core.state.level import LEVEL_THRESHOLDS, Level, code_to_risk

log = logging.getLogger(__name__)

SLACK: Final = 0.02
"""A risk has to fall this far below the threshold before it counts as below again: nobody is told of a flicker."""


class LevelWatch:
    """Queues what is to be told; holds only which cells belong to which webhook."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._cells: dict[tuple[str, str], NDArray[np.int64]] = {}

    def look(self, now_s: float) -> int:
        """Look at every active webhook whose area has a new snapshot; returns how many have news.

        A place somebody subscribed to counts as looked at, so that the engine keeps its area fresh.
        """
        hooks = self._library.webhooks.active()
        n_told, versions = 0, {hook.area_id: self._library.snapshots.version(hook.area_id) for hook in hooks}
        for area_id in versions:
            self._library.mark_used(area_id)
        for hook in hooks:
            if versions[hook.area_id] is None or versions[hook.area_id] == hook.told_version:
                continue
            try:
                n_told += self._look_at(hook, now_s)
            except AnsimgilError as error:
                log.warning("webhook %s is not looked at: %s", hook.hook_id, error.code)
        known = {hook.hook_id for hook in hooks}
        self._cells = {key: cells for key, cells in self._cells.items() if key[0] in known}
        return n_told

    def _look_at(self, hook: Webhook, now_s: float) -> bool:
        area, assessment = self._library.area(hook.area_id), self._library.assessment(hook.area_id)
        risk = self._highest(hook, area, assessment)
        is_above = passed(risk, hook.level, hook.is_above)
        is_news = is_above != (hook.is_above or False)
        content = news(hook, assessment, risk) if is_news else None
        self._library.webhooks.tell(hook, is_above, assessment.version, content, now_s)
        return is_news

    def _highest(self, hook: Webhook, area: Area, assessment: Assessment) -> float | None:
        key = hook.hook_id, area.content_hash
        if key not in self._cells:
            self._cells[key] = (
                district_cells(area, hook.place) if "district" in hook.place else place_cells(area.grid, hook.place)
            )
        layer = assessment.layers.get(hook.layer)
        if layer is None:
            return None
        risk = code_to_risk(layer.risk[assessment.step_now].ravel()[self._cells[key]])
        known = risk[np.isfinite(risk)]
        return float(known.max()) if len(known) else None


def passed(risk: float | None, level: Level, was_above: bool | None) -> bool:
    """Whether a risk counts as at a level or above it; what is not known leaves it as it was.

    Examples
    --------
    >>> passed(0.61, Level.ALERT, None), passed(0.59, Level.ALERT, True), passed(0.57, Level.ALERT, True)
    (True, True, False)
    """
    if risk is None:
        return was_above or False
    threshold = LEVEL_THRESHOLDS[level - 1]
    return risk >= (threshold - SLACK if was_above else threshold) - 1e-6


def place_cells(grid: Grid, place: Any) -> NDArray[np.int64]:
    """Cells of a place: the one a point lies in, or those whose middle lies in polygons, at least the nearest one."""
    shape = shapely.geometry.shape(place)
    if shape.geom_type == "Point":
        return np.array([grid.cell_of(shape.y, shape.x)], dtype=np.int64)
    lon_deg, lat_deg = np.meshgrid(grid.col_lon_deg, grid.row_lat_deg)
    inside = np.flatnonzero(shapely.contains_xy(shape, lon_deg.ravel(), lat_deg.ravel()))
    if len(inside):
        return inside
    middle = shape.representative_point()
    return np.array([grid.cell_of(middle.y, middle.x)], dtype=np.int64)


def district_cells(area: Area, place: Mapping[str, Any]) -> NDArray[np.int64]:
    """Cells of a district; none where the area no longer has it."""
    known = [k for k, one in enumerate(area.districts) if one.district_id == place["district"]]
    return np.flatnonzero(np.isin(area.district.ravel(), known))


def news(hook: Webhook, assessment: Assessment, risk: float | None) -> dict[str, Any]:
    """Tell a change; the place itself is left out, its owner knows it by name."""
    level = None if risk is None else Level.from_risk(risk).name.lower()
    layer = assessment.layers.get(hook.layer)
    return {
        "area": hook.area_id,
        "name": hook.name,
        "layer": str(hook.layer),
        "threshold": hook.level.name.lower(),
        "level": level,
        "risk": None if risk is None else round(risk, 3),
        "version": assessment.version,
        "model_version": assessment.model_version,
        "valid_at": _iso(assessment.now_s),
        "data_as_of": None if layer is None else _iso(layer.data_as_of_s),
        "simulated": assessment.simulated,
    }


def _iso(time_s: float) -> str | None:
    return datetime.fromtimestamp(round(time_s), UTC).isoformat() if math.isfinite(time_s) else None
