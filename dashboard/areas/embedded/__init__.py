"""The embedded areas: built from files inside installed packages, without a download."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from dashboard.areas.request import BuildRequest
from dashboard.store.bundles import list_bundles

EMBEDDED: Final = ("coquimbo", "helsinki", "korea")
"""Areas every installation has; the first is the default."""

Progress = Callable[[str, float], None]
"""Called with the step's name and the share done, 0..1."""


def embedded_request(area_id: str) -> BuildRequest:
    """Everything an embedded area is built from.

    Raises
    ------
    InputError
        When the package that ships its data is not installed.
    KeyError
        For a name that is not in `EMBEDDED`.
    """
    if area_id == "coquimbo":
        from dashboard.areas.embedded.coquimbo import coquimbo_request

        return coquimbo_request()
    if area_id == "helsinki":
        from dashboard.areas.embedded.helsinki import helsinki_request

        return helsinki_request()
    if area_id == "korea":
        from dashboard.areas.embedded.korea import korea_request

        return korea_request()
    raise KeyError(area_id)


def missing_embedded(home: Path) -> tuple[str, ...]:
    """Embedded areas that are not installed, or only as an unreadable or older bundle."""
    usable = {bundle.area_id for bundle in list_bundles(home) if not bundle.fault}
    return tuple(area_id for area_id in EMBEDDED if area_id not in usable)


def ensure_embedded(home: Path, progress: Progress, built_at_s: float = 0.0) -> None:
    """Build the embedded areas that are missing.

    Parameters
    ----------
    home
        Runtime folder.
    progress
        Told each step as ``coquimbo: streets`` with the share of the whole done.
    built_at_s
        Moment of the build, unix seconds, written to the manifests.

    Raises
    ------
    InputError
        When a package that ships data is not installed.
    """
    missing = missing_embedded(home)
    if not missing:
        return
    from dashboard.areas.build import build_area

    for position, area_id in enumerate(missing):
        step = _step_of(area_id, position / len(missing), 1.0 / len(missing), progress)
        step("reading the package's files", 0.0)
        request = replace(embedded_request(area_id), built_at_s=built_at_s)
        build_area(request, home, lambda name, share, step=step: step(name, 0.3 + 0.7 * share))
    progress("areas ready", 1.0)


def _step_of(area_id: str, start: float, share_of_all: float, progress: Progress) -> Progress:
    """Progress of one area as a part of the whole."""

    def step(name: str, share: float) -> None:
        progress(f"{area_id}: {name}", start + share_of_all * share)

    return step
