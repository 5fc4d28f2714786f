"""The API's addresses with an example of each for the area shown."""

from dataclasses import dataclass
from typing import Final

from dashboard.settings import CHECKOUT
from dashboard.views.defaults import default_ends, default_place
from risk_core.state.area import Area


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address: message key of what it answers, its pattern, and an example to call."""

    key: str
    pattern: str
    example: str


@dataclass(frozen=True, slots=True)
class Face:
    """The API in the words of another service: its name, the address clients are given, and clients tried."""

    name: str
    path: str
    clients: str


@dataclass(frozen=True, slots=True)
class Example:
    """A whole program that uses the typed client."""

    name: str
    source: str


EXAMPLES: Final = ("at_risk_here", "route_around", "subscribe_a_place")


def faces() -> tuple[Face, ...]:
    """Services whose clients work unmodified, with the clients the tests run."""
    return (
        Face("OSRM", "/api/osrm", "routingpy, leaflet-routing-machine"),
        Face("openrouteservice v2", "/api/ors", "openrouteservice-py, routingpy"),
        Face("Valhalla", "/api/valhalla", "routingpy"),
        Face("OGC API Features", "/api/ogc", "OWSLib, GDAL (OAPIF)"),
        Face("TileJSON", "/api/v1/fields/combined/tiles.json", "PNG, MVT"),
        Face("CAP 1.2", "/api/v1/cap/feed.atom", "capvalidator"),
    )


def client_examples() -> tuple[Example, ...]:
    """Programs of the client's folder, as they stand there."""
    folder = CHECKOUT / "dashboard" / "client" / "examples"
    return tuple(Example(name, (folder / f"{name}.py").read_text(encoding="utf-8").strip()) for name in EXAMPLES)


def endpoints(area: Area) -> list[Endpoint]:
    """Every public address, the ones people ask first."""
    name = area.area_id
    place = default_place(area)
    origin, destination = default_ends(area) or (place, place)
    v1, ways = "/api/v1", f"from={_pair(origin)}&to={_pair(destination)}"
    return [*_questions(name, v1, ways, origin), *_data(name, v1)]


def _questions(name: str, v1: str, ways: str, origin: tuple[float, float]) -> list[Endpoint]:
    """What is asked about places."""
    return [
        Endpoint("risk", f"{v1}/risk?area&lat&lon[&t]", f"{v1}/risk?area={name}&lat={origin[0]}&lon={origin[1]}"),
        Endpoint(
            "advice",
            f"{v1}/advice/infection?area&lat&lon&preset[&minutes&mask&distance_m&co2_ppm&t]",
            f"{v1}/advice/infection?area={name}&lat={origin[0]}&lon={origin[1]}&preset=cafe&minutes=30&mask=n95",
        ),
        Endpoint(
            "routes",
            f"{v1}/routes?area&from&to&profile[&kinds&t&arrive_by]",
            f"{v1}/routes?area={name}&{ways}&profile=walk",
        ),
        Endpoint(
            "choices", f"{v1}/routes/choices?area&from&to&profile[&slack]", f"{v1}/routes/choices?area={name}&{ways}"
        ),
        Endpoint(
            "alternatives",
            f"{v1}/routes/alternatives?area&from&to&kind[&n]",
            f"{v1}/routes/alternatives?area={name}&{ways}&kind=fastest",
        ),
        Endpoint(
            "shelters",
            f"{v1}/shelters/nearest?area&from[&n]",
            f"{v1}/shelters/nearest?area={name}&from={_pair(origin)}",
        ),
        Endpoint(
            "reach", f"{v1}/reach?area&from[&by&limits_s]", f"{v1}/reach?area={name}&from={_pair(origin)}&limits_s=600"
        ),
    ]


def _data(name: str, v1: str) -> list[Endpoint]:
    """What is known of an area, and how the server is."""
    return [
        Endpoint("areas", f"{v1}/areas", f"{v1}/areas"),
        Endpoint("area", f"{v1}/areas/{{area}}", f"{v1}/areas/{name}"),
        Endpoint("fields", f"{v1}/fields?area", f"{v1}/fields?area={name}"),
        Endpoint(
            "overlay",
            f"{v1}/fields/{{layer}}/overlay.png?area[&step]",
            f"{v1}/fields/combined/overlay.png?area={name}",
        ),
        Endpoint(
            "tiles",
            f"{v1}/fields/{{layer}}/tiles/{{z}}/{{x}}/{{y}}.png?area[&step]",
            f"{v1}/fields/combined/tiles/1/0/1.png?area={name}",
        ),
        Endpoint(
            "streets_tiles",
            f"{v1}/fields/{{layer}}/streets/{{z}}/{{x}}/{{y}}.mvt?area[&step]",
            f"{v1}/fields/combined/streets.json?area={name}",
        ),
        Endpoint("cut", f"{v1}/fields/{{layer}}/cut.tif?area[&bbox&step]", f"{v1}/fields/combined/cut.tif?area={name}"),
        Endpoint("lists", f"{v1}/alerts?area[&bbox&limit&cursor]", f"{v1}/alerts?area={name}"),
        Endpoint("cap", f"{v1}/cap/feed.atom?area", f"{v1}/cap/feed.atom?area={name}"),
        Endpoint(
            "observations",
            f"{v1}/observations?area&kind[&since&limit&cursor]",
            f"{v1}/observations?area={name}&kind=rain&limit=20",
        ),
        Endpoint("models", f"{v1}/models?area", f"{v1}/models?area={name}"),
        Endpoint("version", f"{v1}/version?area", f"{v1}/version?area={name}"),
        Endpoint("events", f"{v1}/events?area", f"{v1}/events?area={name}"),
        Endpoint("healthz", "/healthz", "/healthz"),
        Endpoint("readyz", "/readyz", "/readyz"),
    ]


def _pair(at: tuple[float, float]) -> str:
    return f"{at[0]},{at[1]}"
