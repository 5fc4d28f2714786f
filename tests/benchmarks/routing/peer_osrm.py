"""OSRM by its own programs: extract, partition, customise, and its server on the loopback address.

Its Python module wants a newer Python, so the programs inside the package run alone. Only CPU time of these programs
counts, not that of the client here.
"""

import http.client
import importlib.util
import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.routing.graphs import Graph
from tests.benchmarks.routing.pbf import speeds_km_per_h, write_pbf
from tests.benchmarks.routing.peer import Nodes, Peer, resident_mb

LOOPBACK: Final = "127.0.0.1"
STEP_S: Final = 600.0
"""Wall time after which a program is given up."""


class Osrm(Peer):
    """Multi-level Dijkstra with one thread; prices by its car profile and its own turns."""

    package = "osrm-bindings"
    prices_like_us: ClassVar[bool] = False
    n_pair = n_path = 300

    def __init__(self) -> None:
        super().__init__()
        self.server: subprocess.Popen[bytes] | None = None
        self.line: http.client.HTTPConnection | None = None
        self.n_refused = 0
        self.programs = find_programs()

    def version(self) -> str:
        """As its server says."""
        asked = [self.programs / "osrm-routed", "--version"]
        return subprocess.run(asked, capture_output=True, text=True, timeout=20, check=True).stdout.strip()

    def prepare(self, graph: Graph) -> None:
        """Write the graph as a file, run the three steps, start the server."""
        self.graph = graph
        self.places = [f"{lon:.6f},{lat:.6f}" for lon, lat in zip(graph.lon_deg, graph.lat_deg, strict=True)]
        self.folder = tempfile.TemporaryDirectory(prefix="osrm-")
        self.base = Path(self.folder.name) / "graph.osrm"
        write_pbf(graph, self.base.with_suffix(".osm.pbf"))
        profile = self.programs.parent / "share" / "profiles" / "car.lua"
        self._step("extract", "-p", profile, self.base.with_suffix(".osm.pbf"))
        self._step("partition", self.base)
        self._step("customize", self.base)
        self._start()
        self.notes.append("its own costing: times are compared, answers are not; server CPU, with HTTP")
        self.notes.append("its contraction hierarchy is not run: contraction takes most of an hour")

    def _step(self, name: str, *args: object) -> None:
        command = [self.programs / f"osrm-{name}", "-t", "1", *map(str, args)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=STEP_S, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"osrm-{name}: {(done.stderr or done.stdout)[-200:].strip()}")

    def _start(self) -> None:
        with socket.socket() as free:
            free.bind((LOOPBACK, 0))
            port = free.getsockname()[1]
        command = [self.programs / "osrm-routed", "--algorithm", "mld", "-t", "1", "-i", LOOPBACK, "-p", str(port)]
        command += ["--max-table-size", "100000", self.base]
        quiet = subprocess.DEVNULL
        self.server = subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet)
        for _ in range(300):
            time.sleep(0.2)
            if self.server.poll() is not None:
                raise RuntimeError(f"osrm-routed ended, exit code {self.server.returncode}")
            self.line = http.client.HTTPConnection(LOOPBACK, port, timeout=120)
            try:
                self._get(f"/nearest/v1/driving/{self.places[0]}")
                return
            except OSError:
                continue
        raise RuntimeError("osrm-routed did not answer within 60 s")

    def _get(self, address: str) -> bytes:
        """One request; the server closes a kept connection now and then, so it is opened again once."""
        assert self.line is not None
        for is_last in (False, True):
            try:
                self.line.request("GET", address)
                response = self.line.getresponse()
                body = response.read()
                self.n_refused += response.status != http.HTTPStatus.OK
                return body
            except (http.client.HTTPException, ConnectionError):
                self.line.close()
                if is_last:
                    raise
        raise AssertionError

    def clock_s(self) -> float:
        """CPU seconds of the server and of every program that ended."""
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        server_s = 0.0 if self.server is None else process_cpu_s(self.server.pid)
        return ended.ru_utime + ended.ru_stime + server_s

    def resident_mb(self) -> float:
        """Memory of the server."""
        return 0.0 if self.server is None else resident_mb(self.server.pid)

    def as_weights(self, weights: NDArray[np.int32]) -> Path:
        """A speed file with every edge, slower by as much as the weight grew."""
        speed = np.maximum(1, np.rint(speeds_km_per_h(self.graph) * (self.graph.time / weights))).astype(np.int32)
        path = self.base.with_name("speeds.csv")
        np.savetxt(path, np.column_stack([self.graph.tail + 1, self.graph.head + 1, speed]), fmt="%d", delimiter=",")
        return path

    def reweight(self, weights: Path) -> bool:
        """Customise from the speed file; the running server keeps what it read at its start."""
        self._step("customize", "--segment-speed-file", weights, self.base)
        return True

    def _routes(self, pairs: Nodes, wanted: str) -> list[bytes]:
        route = "/route/v1/driving/{};{}?steps=false&generate_hints=false&" + wanted
        return [self._get(route.format(self.places[a], self.places[b])) for a, b in pairs.tolist()]

    def distances(self, pairs: Nodes) -> Any:
        """A request a pair, without geometry."""
        return [len(body) for body in self._routes(pairs, "overview=false")]

    def paths(self, pairs: Nodes) -> Any:
        """A request a pair, with the whole geometry."""
        return self._routes(pairs, "overview=full&geometries=polyline")

    def as_nodes(self, path: Any) -> Nodes:
        """Its paths are not compared."""
        return np.empty(0, dtype=np.int32)

    def matrix(self, sources: Nodes, targets: Nodes) -> Any:
        """One request."""
        places = ";".join(self.places[node] for node in (*sources.tolist(), *targets.tolist()))
        from_, to = range(len(sources)), range(len(sources), len(sources) + len(targets))
        wanted = f"sources={';'.join(map(str, from_))}&destinations={';'.join(map(str, to))}&generate_hints=false"
        return [len(self._get(f"/table/v1/driving/{places}?{wanted}"))]

    def close(self) -> None:
        """End the server by its process and remove the files."""
        if self.server is not None:
            self.server.terminate()
            try:
                self.server.wait(10)
            except subprocess.TimeoutExpired:
                self.server.kill()
                self.server.wait()
        if hasattr(self, "folder"):
            self.folder.cleanup()


def find_programs() -> Path:
    """Folder of OSRM's programs: unpacked below the environment, or inside the installed package.

    Raises
    ------
    FileNotFoundError
        Where neither is.
    """
    package = importlib.util.find_spec("osrm")
    places = [Path(sys.prefix) / "osrm" / "osrm" / "bin"]
    places += (
        [Path(place) / "bin" for place in (package.submodule_search_locations or ()) if package] if package else []
    )
    for place in places:
        if (place / "osrm-routed").is_file():
            return place
    raise FileNotFoundError("no osrm-routed: osrm-bindings is neither installed nor unpacked below the environment")


def process_cpu_s(pid: int) -> float:
    """CPU seconds of a running process: by nanoseconds of its threads where the kernel tells, else by ticks."""
    tasks = Path(f"/proc/{pid}/task")
    try:
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks.iterdir()) / 1e9
    except FileNotFoundError:
        user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
