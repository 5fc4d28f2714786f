"""Valhalla in process, on tiles its own program builds from the graph written as a file."""

import json
import resource
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.routing.graphs import Graph
from tests.benchmarks.routing.pbf import write_pbf
from tests.benchmarks.routing.peer import Nodes, Peer

STEP_S: Final = 600.0
RING_LIMIT_M: Final = 1_000_000
"""Total length of rings a request may bring; by default 10 km, less than the 20 squares have."""


class Valhalla(Peer):
    """Its car costing, with turns; new weights mean new tiles, which are not asked for."""

    package = "pyvalhalla-weekly"
    prices_like_us: ClassVar[bool] = False
    n_path = 100
    n_cell = 0

    def prepare(self, graph: Graph) -> None:
        """Write the graph as a file, build the tiles with one thread, open them."""
        import valhalla

        self.graph = graph
        self.n_refused = 0
        self.folder = tempfile.TemporaryDirectory(prefix="valhalla-")
        folder = Path(self.folder.name)
        write_pbf(graph, folder / "graph.osm.pbf")
        (folder / "tiles").mkdir()
        config = valhalla.get_config(tile_dir=str(folder / "tiles"), tile_extract="", verbose=False)
        config["mjolnir"]["concurrency"] = 1
        config["service_limits"]["max_exclude_polygons_length"] = RING_LIMIT_M
        (folder / "valhalla.json").write_text(json.dumps(config), encoding="utf-8")
        program = Path(valhalla.__file__).parent / "bin" / "valhalla_build_tiles"
        command = [program, "-c", folder / "valhalla.json", "-j", "1", folder / "graph.osm.pbf"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=STEP_S, check=False, cwd=folder)
        if done.returncode != 0:
            raise RuntimeError(f"valhalla_build_tiles: {done.stderr[-200:].strip()}")
        self.actor = valhalla.Actor(str(folder / "valhalla.json"))
        self.notes.append("its own costing: times are compared, answers are not")
        self.notes.append("the limit on the length of excluded rings is raised; its matrices (47 s) are not asked for")

    def clock_s(self) -> float:
        """CPU seconds of this process and of the program that built the tiles."""
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        return time.process_time() + ended.ru_utime + ended.ru_stime

    def _route(self, start: int, stop: int, **extra: Any) -> str | None:
        lat_deg, lon_deg = self.graph.lat_deg, self.graph.lon_deg
        places = [{"lat": float(lat_deg[node]), "lon": float(lon_deg[node])} for node in (start, stop)]
        asked = {"locations": places, "costing": "auto", "directions_type": "none", **extra}
        try:
            return self.actor.route(json.dumps(asked))
        except RuntimeError:
            self.n_refused += 1
            return None

    def paths(self, pairs: Nodes) -> list[str | None]:
        """One call a pair."""
        return [self._route(start, stop) for start, stop in pairs.tolist()]

    def as_nodes(self, path: Any) -> Nodes:
        """Its paths are not compared."""
        return np.empty(0, dtype=np.int32)

    def avoid(self, pairs: Nodes, closed: Nodes, rings: NDArray[np.float64]) -> list[float]:
        """One call a pair, each with the rings; how long the answers are."""
        squares = rings.tolist()
        found = [self._route(start, stop, exclude_polygons=squares) for start, stop in pairs.tolist()]
        return [float(len(body or "")) for body in found]

    def close(self) -> None:
        """Remove the tiles."""
        if hasattr(self, "folder"):
            self.folder.cleanup()
