"""Row 4: eighty live pages listen while others ask; streets are closed and opened, and listeners come and go."""

import http.client
import itertools
import json
import random
import threading
import time
from dataclasses import dataclass, field

import numpy as np

from dashboard.settings import Settings
from dashboard.store.library import Library
from risk_core.state.area import Area
from tests.faults.served import Server
from tests.reliability.figures import Figures, Plan
from tests.reliability.grounds import make_ground, random_points
from tests.reliability.load import Load

TITLE = "80 listeners and 100 requests a second"
TARGET = "event in <= 2 s p99, request p99 <= 50 ms, none lost over reconnects"
N_LISTENER, RATE_PER_S = 80, 100.0
EVENT_P99_S, REQUEST_P99_MS = 2.0, 50.0
ACT_EVERY_S = 3.0
LAST_S = 10.0
"""How long listeners may take to hear the last snapshot."""


@dataclass
class Heard:
    """What listeners heard, and when.

    Attributes
    ----------
    at_s
        By listener: moment (monotonic) at which each snapshot was heard, by its sequence.
    n_turned_away
        Times a listener met a full process and asked again.
    n_reconnect
        Times a listener hung up and came back.
    """

    at_s: list[dict[int, float]] = field(default_factory=lambda: [{} for _ in range(N_LISTENER)])
    n_turned_away: int = 0
    n_reconnect: int = 0


class Listeners:
    """Eighty connections that stay open; each hangs up now and then and comes back with the last id it heard."""

    def __init__(self, port: int, area_id: str, seed: int) -> None:
        self.heard = Heard()
        self._port, self._area_id, self._seed = port, area_id, seed
        self._stop, self._lock = threading.Event(), threading.Lock()
        self._threads = [threading.Thread(target=self._listen, args=(k,), daemon=True) for k in range(N_LISTENER)]

    def __enter__(self) -> "Listeners":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(30)

    @property
    def newest(self) -> list[int]:
        """Newest sequence each has heard; 0 for nothing yet."""
        return [max(one, default=0) for one in self.heard.at_s]

    def _listen(self, k: int) -> None:
        rng, last_id = random.Random(f"{self._seed} {k}"), ""
        while not self._stop.is_set():
            last_id = self._hear(k, last_id, rng.randint(2, 6))
            if not self._stop.is_set():
                with self._lock:
                    self.heard.n_reconnect += 1
                self._stop.wait(rng.uniform(0.0, 0.5))

    def _hear(self, k: int, last_id: str, n_event: int) -> str:
        """Hear so many snapshots, then hang up; gives the last id."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        try:
            connection.request("GET", f"/api/v1/events?area={self._area_id}", headers={"Last-Event-ID": last_id})
            answer = connection.getresponse()
            if answer.status != http.HTTPStatus.OK:
                with self._lock:
                    self.heard.n_turned_away += 1
                self._stop.wait(0.1)
                return last_id
            while n_event > 0 and not self._stop.is_set():
                line = answer.readline()
                if not line:
                    return last_id
                if line.startswith(b"id: "):
                    last_id = line[4:].decode().strip()
                    self.heard.at_s[k].setdefault(int(last_id.rpartition(":")[2]), time.monotonic())
                    n_event -= 1
        except (OSError, http.client.HTTPException):
            return last_id
        finally:
            connection.close()
        return last_id


class Watch:
    """Notes when each snapshot is put in place, by looking every few milliseconds as the web processes may."""

    def __init__(self, library: Library, area_id: str) -> None:
        self.at_s: dict[int, float] = {}
        self._library, self._area_id, self._stop = library, area_id, threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(30)

    def _look(self) -> None:
        known = None
        while not self._stop.wait(0.01):
            version = self._library.snapshots.version(self._area_id)
            if version is not None and version != known:
                known = version
                seen_s = time.monotonic()
                self.at_s[self._library.snapshots.at(self._area_id, version).sequence] = seen_s


def measure(plan: Plan) -> Figures:
    """Close and open a street in a rhythm while eighty listen and others ask for the risk of points."""
    area = make_ground(plan)
    rng = random.Random(plan.seed)
    spots = list(itertools.islice(random_points(area, rng), 499))
    path = f"/api/v1/risk?area={area.area_id}"
    ask = lambda k: ("GET", "{}&lat={:.6f}&lon={:.6f}".format(path, *spots[k % len(spots)]), None)  # noqa: E731
    library = Library(Settings(home=plan.folder, area=area.area_id), marks_use=False)
    server = Server(plan.folder, "--area", area.area_id)
    try:
        server.wait_for_address()
        with Listeners(server.port, area.area_id, plan.seed) as listeners, Watch(library, area.area_id) as watch:
            wait_for(lambda: min(listeners.newest) > 0)
            with Load(server.port, ask, n_thread=16, per_s=RATE_PER_S) as load:
                n_act = act(server, area, plan.pick(6, 60))
            wait_for(lambda: min(listeners.newest) >= max(watch.at_s, default=0), LAST_S)
            newest, last = listeners.newest, max(watch.at_s, default=0)
        heard = listeners.heard
    finally:
        server.close()
    return judge(heard, watch.at_s, load, n_act, sum(one < last for one in newest))


def act(server: Server, area: Area, seconds: float) -> int:
    """Close a street, open it, close it; gives how often."""
    tail, head = int(area.network.tail[0]), int(area.network.head[0])
    ends = [[float(area.network.node_lon_deg[n]), float(area.network.node_lat_deg[n])] for n in (tail, head)]
    closure = {"area": area.area_id, "geometry": {"type": "LineString", "coordinates": ends}, "reason": "works"}
    closed, n_act, end_s = "", 0, time.monotonic() + seconds
    while time.monotonic() < end_s:
        begun_s = time.monotonic()
        if closed:
            status, _ = send(server.port, "DELETE", f"/api/v1/closures/{closed}?area={area.area_id}")
            closed = ""
        else:
            status, told = send(server.port, "POST", "/api/v1/closures", closure)
            closed = told["id"]
        assert status < http.HTTPStatus.BAD_REQUEST, f"an act was answered with {status}"
        n_act += 1
        time.sleep(max(0.0, min(begun_s + ACT_EVERY_S, end_s) - time.monotonic()))
    return n_act


def send(port: int, method: str, path: str, body: object = None) -> tuple[int, dict]:
    """Ask once; status and answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, json.dumps(body) if body else None, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        data = answer.read()
        return answer.status, json.loads(data) if data else {}
    finally:
        connection.close()


def wait_for(is_true, seconds: float = 60.0) -> None:
    """Wait on a state for so long at most."""
    end_s = time.monotonic() + seconds
    while not is_true() and time.monotonic() < end_s:
        time.sleep(0.02)


def judge(heard: Heard, put_s: dict[int, float], load: Load, n_act: int, n_behind: int) -> Figures:
    """Delays from a snapshot's being in place to its being heard, and what the askers met meanwhile."""
    delays = [one[k] - at_s for k, at_s in put_s.items() for one in heard.at_s if k in one and one[k] > at_s]
    p99_s = float(np.quantile(delays, 0.99)) if delays else float("nan")
    account = load.account
    values = {
        "listeners": N_LISTENER, "snapshots": len(put_s), "acts": n_act, "events_heard": len(delays),
        "reconnects": heard.n_reconnect, "turned_away_by_a_full_process": heard.n_turned_away,
        "without_the_last_snapshot": n_behind, "event_p50_s": round(float(np.median(delays)), 3) if delays else None,
        "event_p99_s": round(p99_s, 3), "questions": account.n, "questions_per_s": load.rate_per_s,
        "outcomes": dict(account.outcomes), "question_p50_ms": account.quantile_ms(0.5),
        "question_p99_ms": account.quantile_ms(0.99),
    }  # fmt: skip
    failed = [f"{n_behind} listeners never heard of the last snapshot"] if n_behind else []
    failed += [f"{account.n_failed} questions failed: {account.outcomes}"] if account.n_failed else []
    failed += [] if delays else ["nothing was heard"]
    missed = [f"events p99 {p99_s:.2f} s"] if p99_s > EVENT_P99_S else []
    missed += [f"questions p99 {values['question_p99_ms']} ms"] if values["question_p99_ms"] > REQUEST_P99_MS else []
    return Figures(values, failed, missed)
