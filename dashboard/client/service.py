"""The questions one may ask."""

import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from .connection import ApiError, Connection
from .records import Feature, Hook, Job, LatLon, PlaceRisk, Reach, Snapshot, Way

log = logging.getLogger(__name__)

PAUSE_S: Final = 2.0
"""Pause before a stream that broke off is opened again."""
Point = dict[str, float]
Box = tuple[float, float, float, float]


class Client:
    """One server, and the area asked about.

    Positions go in bodies, never in addresses, and nothing asked is kept by the server.

    Parameters
    ----------
    connection
        The server, or its address.
    area
        Name of an area; the server's default where None.
    lang
        Language of the sentences, ``ko`` or ``en``, where an address is given; the server's default where None.

    Examples
    --------
    >>> client = Client("http://127.0.0.1:8050", area="coquimbo")
    >>> client.area
    'coquimbo'
    """

    def __init__(self, connection: Connection | str, area: str | None = None, lang: str | None = None) -> None:
        self.connection = Connection(connection, lang=lang) if isinstance(connection, str) else connection
        self.area = area

    def risk(self, lat: float, lon: float, t: str | None = None) -> PlaceRisk:
        """Whether somebody is at risk at a place, now or at a time.

        Parameters
        ----------
        lat, lon
            Degrees.
        t
            Seconds from now, or an RFC 3339 time; now where None.

        Raises
        ------
        ApiError
            For a place outside the area, a time too far ahead, or no answer.
        """
        return PlaceRisk.of(self.connection.post("risk", self._asked(lat=lat, lon=lon, t=t)))

    def routes(
        self,
        origin: LatLon,
        destination: LatLon,
        profile: str = "walk",
        kinds: Sequence[str] = ("fastest", "safest"),
        avoid: Mapping[str, Any] | None = None,
        t: str | None = None,
    ) -> tuple[Way, ...]:
        """Ways between two places.

        Parameters
        ----------
        origin, destination
            (lat, lon), degrees.
        profile
            walk, wheelchair, bicycle, car, bus or ambulance.
        kinds
            What to minimise: fastest, balanced, safest.
        avoid
            GeoJSON Polygon or MultiPolygon no street of which may be used.
        t
            When one sets off; as for `risk`.

        Raises
        ------
        ApiError
            Also when no open way leads there.
        """
        ends = {"from": _point(origin), "to": _point(destination)}
        asked = self._asked(**ends, profile=profile, kinds=list(kinds), avoid=avoid, t=t)
        return Way.all_of(self.connection.post("routes", asked))

    def reach(self, origin: LatLon, limits_s: Sequence[float] = (600.0,), profile: str = "walk") -> tuple[Reach, ...]:
        """What can be reached from a place within some seconds, on open streets."""
        asked = self._asked(**{"from": _point(origin)}, limits_s=list(limits_s), profile=profile)
        told = self.connection.post("reach", asked)
        return tuple(
            Reach(known["limit_s"], one["geometry"], known["area_m2"], known["residents"])
            for one in told["features"]
            for known in [one["properties"]]
        )

    def alerts(self, box: Box | None = None) -> Iterator[Feature]:
        """Official warnings in their senders' words.

        Parameters
        ----------
        box
            (west, south, east, north), degrees; the whole area where None.
        """
        return self._pages("alerts", box)

    def shelters(self, box: Box | None = None) -> Iterator[Feature]:
        """Shelters, their room and who is in; `box` as for `alerts`."""
        return self._pages("shelters", box)

    def closures(self, box: Box | None = None) -> Iterator[Feature]:
        """What is closed now or will be; `box` as for `alerts`."""
        return self._pages("closures", box)

    def snapshots(self, last_id: str = "") -> Iterator[Snapshot]:
        """News of each snapshot as it comes, until the stream ends; it goes on after `last_id` when that is given."""
        told: dict[str, str] = {}
        for line in self.connection.lines("events", {"area": self.area}, last_id):
            if line:
                name, _, value = line.partition(":")
                told[name] = value.removeprefix(" ")
                continue
            if told.get("event") == "snapshot":
                data = json.loads(told["data"])
                yield Snapshot(told["id"], data["area"], data["version"], data["now"], data["simulated"])
            told = {}

    def follow(self, pause: Callable[[float], None], last_id: str = "") -> Iterator[Snapshot]:
        """News of each snapshot without end: a stream that ends or breaks off is taken up where it was, and logged.

        Parameters
        ----------
        pause
            Waits some seconds, for example `time.sleep`; raise in it to stop.
        last_id
            Where to go on.
        """
        while True:
            try:
                for one in self.snapshots(last_id):
                    last_id = one.id
                    yield one
            except (ApiError, OSError) as error:
                log.info("news broke off (%s); they are asked for again in %g s", error, PAUSE_S)
            pause(PAUSE_S)

    def watch(self, lat: float, lon: float, pause: Callable[[float], None]) -> Iterator[PlaceRisk]:
        """Risk at a place, told at once and then each time its level changes."""
        level = ""
        for _ in self.follow(pause):
            found = self.risk(lat, lon)
            if found.level != level:
                level = found.level
                yield found

    def subscribe(self, url: str, lat: float, lon: float, level: str = "alert", name: str = "") -> Hook:
        """Have a receiver told when the highest risk at a place reaches a level, and when it falls below again.

        Needs a key. Check what the receiver gets with `verify_webhook` and the secret of the answer, shown this once.

        Parameters
        ----------
        url
            The receiver, https; it has to send the challenge back (see `challenge_answer`).
        lat, lon
            Degrees; kept as the middle of its cell.
        level
            attention, caution, alert or serious.
        name
            Comes back in each message.
        """
        return Hook.of(
            self.connection.post("webhooks", self._asked(url=url, place=_point((lat, lon)), level=level, name=name))
        )

    def hooks(self) -> tuple[Hook, ...]:
        """Your own webhooks."""
        return tuple(map(Hook.of, self.connection.get("webhooks", {})["webhooks"]))

    def unsubscribe(self, hook_id: str) -> None:
        """Forget a webhook of yours."""
        self.connection.delete(f"webhooks/{hook_id}")

    def plan_evacuation(self, asked: Mapping[str, Any]) -> Job:
        """Ask for the plan of an evacuation as a job; needs the key of a coordinator.

        Parameters
        ----------
        asked
            ``districts`` or a ``drawing``, and settings; see the document of the API.
        """
        return Job.of(self.connection.post("evacuations", self._asked(**asked), prefer="respond-async"))

    def job(self, job_id: str) -> Job:
        """How far a job of yours is."""
        return Job.of(self.connection.get(f"jobs/{job_id}", {}))

    def give_up(self, job_id: str) -> Job:
        """Give a job of yours up."""
        return Job.of(self.connection.delete(f"jobs/{job_id}"))

    def _pages(self, name: str, box: Box | None) -> Iterator[Feature]:
        cursor = None
        while True:
            told = self.connection.post(f"{name}/search", self._asked(bbox=box, cursor=cursor))
            yield from map(_feature, told["features"])
            cursor = told["next"]
            if cursor is None:
                return

    def _asked(self, **more: Any) -> dict[str, Any]:
        return {"area": self.area, **more}


def _point(at: LatLon) -> Point:
    return {"lat": at[0], "lon": at[1]}


def _feature(told: Mapping[str, Any]) -> Feature:
    return Feature(str(told["id"]), told["geometry"], told["properties"])
