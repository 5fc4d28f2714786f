"""Run the whole chain once, so that the compiler's cache is filled and this process has loaded what it needs.

The chain runs on a bundle and a snapshot in a miniature home, so that the kernels meet the very array types they
will meet later (mapped, read-only). The miniature home is kept under ``home/warm/<key>/``: it tells the next start
that the compiler's cache is filled, and gives web processes something to ask their warming questions about.
"""

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dashboard.prepare.state import kernel_key
from dashboard.settings import Settings

if TYPE_CHECKING:
    from risk_core.state.plan import Plan

PATHS_DONE: Final = "paths"
"""File in the miniature home that tells that the kernels of paths and plans are compiled."""
Progress = Callable[[str, float], None]
TILE: Final = (12, 3492, 1587)
"""Zoom, x and y of the map tile that holds the lattice."""


def warm_home(home: Path) -> Path:
    """Miniature home of the present code, whether it exists or not."""
    return home / "warm" / kernel_key()


def warm_kernels(home: Path, progress: Progress = lambda _step, _share: None) -> Path:
    """Run the whole chain once, unless that was done before; return the miniature home.

    Parameters
    ----------
    home
        Folder of everything kept between starts.
    progress
        Called with the name of each step and the share done, 0..1.
    """
    target = warm_home(home)
    if target.is_dir():
        return target
    shutil.rmtree(target.parent, ignore_errors=True)
    target.parent.mkdir(parents=True)
    temporary = Path(tempfile.mkdtemp(prefix=".tmp-", dir=target.parent))
    progress("compiling: street network", 0.0)
    _install(temporary)
    progress("compiling: risk fields", 0.1)
    _assess(temporary)
    progress("compiling: routes and map tiles", 0.6)
    ask_everything(temporary)
    progress("compiled", 1.0)
    temporary.rename(target)
    return target


def ask_everything(warm: Path) -> None:
    """Ask of a miniature home what visitors ask, once, which loads the kernels into this process."""
    from dashboard.answers import Answers, InfectionQuestion, RouteQuestion
    from dashboard.prepare.world import AREA_ID, EAST_DEG, SOUTH_DEG, WEST_DEG
    from dashboard.store.library import Library
    from risk_core.fields.raster import overlay_codes, tile_codes
    from risk_core.routes.search import load_searches
    from risk_core.routes.weights import free_weights
    from risk_core.state.level import Layer
    from risk_core.state.profile import Profile
    from risk_core.state.route import RouteKind

    library = Library(Settings(home=warm, area=AREA_ID), marks_use=False)
    answers = Answers(library, None)
    for profile in (Profile.WALK, Profile.CAR):
        ends = (SOUTH_DEG, WEST_DEG, SOUTH_DEG, EAST_DEG)
        found = answers.routes_between(RouteQuestion(AREA_ID, *ends, profile, tuple(RouteKind)))
        answers.infection_along(found, lambda _: 12.0)
    network = library.area(AREA_ID).network
    assert network is not None
    load_searches(network, free_weights(network, Profile.WALK))
    answers.risk_at(AREA_ID, SOUTH_DEG, WEST_DEG)
    answers.infection_advice(InfectionQuestion(AREA_ID, SOUTH_DEG, WEST_DEG, "cafe"), lambda _: 12.0)
    grid, risk = library.area(AREA_ID).grid, library.assessment(AREA_ID).layers[Layer.COMBINED].risk
    overlay_codes(risk[0], grid)
    tile_codes(risk[0], grid, *TILE)
    if (warm / PATHS_DONE).exists():
        ask_many(warm)
        ask_path(warm)
        ask_plan(warm)


def warm_paths(home: Path) -> bool:
    """Ask about a path and for a plan once, unless that was done before; whether it was done now.

    Their kernels take longer to compile than all others together and nobody asks for them in the first moment, so they
    are compiled beside the running server.
    """
    warm = warm_home(home)
    if not warm.is_dir() or (warm / PATHS_DONE).exists():
        return False
    ask_many(warm)
    ask_path(warm)
    ask_plan(warm)
    (warm / PATHS_DONE).touch()
    return True


def ask_many(warm: Path) -> None:
    """Ask of a miniature home for the trade-off, other ways, travel times, what can be reached, and shelters."""
    from dashboard.answers import Answers, RouteQuestion
    from dashboard.answers.many import MatrixQuestion, NearestQuestion, ReachQuestion
    from dashboard.prepare.world import AREA_ID, EAST_DEG, SOUTH_DEG, WEST_DEG
    from dashboard.store.library import Library
    from risk_core.routes.matrix import MAX_AS_MET
    from risk_core.state.profile import Profile

    answers = Answers(Library(Settings(home=warm, area=AREA_ID), marks_use=False), None)
    west, east = (SOUTH_DEG, WEST_DEG), (SOUTH_DEG, EAST_DEG)
    answers.choices_between(RouteQuestion(AREA_ID, *west, *east))
    answers.alternatives(RouteQuestion(AREA_ID, *west, *east))
    answers.nearest_shelters(NearestQuestion(AREA_ID, west))
    for profile in (Profile.WALK, Profile.CAR):
        answers.matrix(MatrixQuestion(AREA_ID, (west, east), (west,) * MAX_AS_MET, profile))
        answers.reach(ReachQuestion(AREA_ID, west, profile, by_danger=True))


def ask_path(warm: Path) -> None:
    """Ask of a miniature home where somebody is heading, once with a way round."""
    import numpy as np

    from dashboard.answers import Answers, PathQuestion
    from dashboard.prepare.world import AREA_ID, EAST_DEG, SOUTH_DEG, WEST_DEG
    from dashboard.store.library import Library
    from risk_core.movement.match_pings import Pings

    answers = Answers(Library(Settings(home=warm, area=AREA_ID), marks_use=False), None)
    n = 12
    lon = np.linspace(WEST_DEG, WEST_DEG + 0.4 * (EAST_DEG - WEST_DEG), n)
    walked = Pings.of(10.0 * np.arange(n), np.full(n, SOUTH_DEG), lon)
    answers.path_ahead(PathQuestion(AREA_ID, walked, (walked,)), lambda _: 12.0)


def ask_plan(warm: Path) -> "Plan":
    """Plan for a district of a miniature home, no street being closed by its storm, and have bookings moved."""
    from dashboard.prepare.world import AREA_ID
    from dashboard.store.library import Library
    from risk_core.plans.options import EVACUATION_DEFAULTS
    from risk_core.plans.plan import make_plan
    from risk_core.state.plan import Zone

    library = Library(Settings(home=warm, area=AREA_ID), marks_use=False)
    tail = replace(EVACUATION_DEFAULTS.tail, most_exact=0, least_excess=-1.0)
    options = replace(EVACUATION_DEFAULTS, danger_risk=1.0, impassable_risk=1.0, tail=tail)
    zone = Zone("east", "East", None, ("east",))
    return make_plan(library.area(AREA_ID), library.assessment(AREA_ID), [zone], options=options)


def _install(home: Path) -> None:
    from dashboard.prepare.world import lattice_area
    from dashboard.store.bundles import Manifest, write_bundle

    write_bundle(home, lattice_area(), Manifest())


def _assess(home: Path) -> None:
    """Assess the lattice, route on the result itself as drills do, and write the snapshot."""
    from dashboard.prepare.world import AREA_ID, EAST_DEG, SOUTH_DEG, WEST_DEG, lattice_situation
    from dashboard.store.bundles import bundle_path, read_bundle
    from dashboard.store.snapshots import write_snapshot
    from risk_core.assess import assess
    from risk_core.routes.find import find_routes
    from risk_core.state.profile import Profile
    from risk_core.state.route import RouteKind

    area = read_bundle(bundle_path(home, AREA_ID))
    assessment = assess(area, lattice_situation())
    ends = (SOUTH_DEG, WEST_DEG), (SOUTH_DEG, EAST_DEG)
    for profile in (Profile.WALK, Profile.CAR):
        find_routes(area, assessment, *ends, profile, tuple(RouteKind), assessment.step_now)
    write_snapshot(home, assessment)
