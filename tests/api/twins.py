"""Every question about a place that may stand in an address, and the same question as a body."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import orjson

from tests.tiny import N, node_position

(A_LAT, A_LON), (B_LAT, B_LON) = node_position(0), node_position(N * N - 1)
A, B = {"lat": A_LAT, "lon": A_LON}, {"lat": B_LAT, "lon": B_LON}
FAR = {"lat": 0.0, "lon": 0.0}
BOX = [A_LON - 0.001, A_LAT - 0.001, B_LON, B_LAT]
NO_BOX = [1.0, 1.0, 0.0, 0.0]
"""South of its south."""
Body = dict[str, Any]


@dataclass(frozen=True)
class Twin:
    """A question asked both ways.

    Attributes
    ----------
    rule
        Address in the OpenAPI document.
    asked, wrong
        The address filled in with a place that can be answered, and with one that cannot.
    post
        Address of the POST in the document.
    body, wrong_body
        The same two questions as bodies.
    path
        The POST's address filled in.
    renamed
        Names of the address that the body has another word for, because the face's own tongue has it so.
    """

    rule: str
    asked: str
    wrong: str
    post: str
    body: Body
    wrong_body: Body
    path: str
    renamed: frozenset[str] = frozenset()


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return f"{value['lat']},{value['lon']}"
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _query(body: Body) -> str:
    return "&".join(f"{name}={_text(value)}" for name, value in body.items())


def _ours(rule: str, body: Body, wrong: Body, post: str = "", **filled: str) -> Twin:
    """A question whose names are the same in both."""
    post = post or rule
    return Twin(
        rule,
        f"{rule.format(**filled)}?{_query(body)}",
        f"{rule.format(**filled)}?{_query(wrong)}",
        post,
        body,
        wrong,
        post.format(**filled),
    )


def _osrm(service: str, points: list[Body], more: Body) -> Twin:
    def pairs(each: list[Body]) -> list[list[float]]:
        return [[one["lon"], one["lat"]] for one in each]

    def address(each: list[Body]) -> str:
        return f"{post.format(profile='foot')}/{';'.join(map(_text, pairs(each)))}?{_query(more)}"

    post = f"/osrm/{service}/v1/{{profile}}"
    wrong = [FAR for _ in points]
    bodies = ({"coordinates": pairs(each), **more} for each in (points, wrong))
    return Twin(f"{post}/{{coordinates}}", address(points), address(wrong), post, *bodies, post.format(profile="foot"))


def _ors() -> Twin:
    def pair(b: Body) -> list[list[float]]:
        return [[A_LON, A_LAT], [b["lon"], b["lat"]]]

    def address(b: Body) -> str:
        start, end = map(_text, pair(b))
        return f"/ors/v2/directions/foot-walking?start={start}&end={end}"

    rule = "/ors/v2/directions/{profile}"
    bodies = ({"coordinates": pair(b), "preference": "recommended"} for b in (B, FAR))
    renamed = frozenset({"start", "end", "api_key"})
    post = rule + "/geojson"
    return Twin(rule, address(B), address(FAR), post, *bodies, post.format(profile="foot-walking"), renamed)


def _valhalla() -> Twin:
    bodies = [{"locations": [A, b], "costing": "pedestrian"} for b in (B, FAR)]
    addresses = (f"/valhalla/route?json={quote(orjson.dumps(body).decode())}" for body in bodies)
    return Twin("/valhalla/route", *addresses, "/valhalla/route", *bodies, "/valhalla/route", frozenset({"json"}))


BOXED: Body = {"bbox": BOX, "limit": 3}
NOT_BOXED: Body = {"bbox": NO_BOX, "limit": 3}
FAR_WAY: Body = {"from": A, "to": FAR}
TWINS: tuple[Twin, ...] = (
    *(_ours(f"/v1/{name}", BOXED, NOT_BOXED, f"/v1/{name}/search") for name in ("alerts", "closures", "shelters")),
    _ours(
        "/ogc/collections/{collection_id}/items",
        {**BOXED, "reason": "flood"},
        {**NOT_BOXED, "reason": "flood"},
        "/ogc/collections/{collection_id}/search",
        collection_id="closures",
    ),
    _ours("/v1/risk", A, FAR),
    _ours("/v1/risk/area", {"district": "west"}, {"district": "nowhere"}),
    _ours("/v1/advice/infection", {**A, "preset": "metro_car"}, {**FAR, "preset": "metro_car"}),
    _ours("/v1/routes", {"from": A, "to": B, "profile": "walk"}, FAR_WAY),
    _ours("/v1/routes/choices", {"from": A, "to": B, "slack": 0.5}, FAR_WAY),
    _ours("/v1/routes/alternatives", {"from": A, "to": B, "n": 2}, FAR_WAY),
    _ours("/v1/reach", {"from": A, "limits_s": [120.0, 240.0]}, {"from": FAR}),
    _ours("/v1/shelters/nearest", {"from": A, "n": 2}, {"from": FAR}),
    _ours("/v1/fields/{layer}/value", A, FAR, layer="rain"),
    _ours("/v1/fields/{layer}/cut.tif", {"bbox": BOX}, {"bbox": NO_BOX}, layer="rain"),
    _ours("/v1/fields/{layer}/cut.json", {"bbox": BOX}, {"bbox": NO_BOX}, layer="rain"),
    _osrm("route", [A, B], {"steps": "true"}),
    _osrm("table", [A, B], {"annotations": "duration,distance"}),
    _osrm("nearest", [A], {"number": 1}),
    _ors(),
    _valhalla(),
)
