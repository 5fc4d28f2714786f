"""Small hand-written files round one square kilometre of central Seoul."""

import json

from risk_core.state.grid import Grid

BOUNDS = (126.97, 37.56, 126.98, 37.57)
GRID = Grid.from_bounds(*BOUNDS, 100.0)
MIDDLE = (37.565, 126.975)


def square(west, south, east, north):
    return [[[west, south], [east, south], [east, north], [west, north], [west, south]]]


def bow_tie(west, south, east, north):
    """A ring that crosses itself in the middle."""
    return [[[west, south], [east, north], [east, south], [west, north], [west, south]]]


def feature(geometry, **properties):
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def polygon(rings, **properties):
    return feature({"type": "Polygon", "coordinates": rings}, **properties)


def point(lon, lat, **properties):
    return feature({"type": "Point", "coordinates": [lon, lat]}, **properties)


def write_geojson(path, features, crs=None):
    collection = {"type": "FeatureCollection", "features": features}
    if crs:
        collection["crs"] = {"type": "name", "properties": {"name": crs}}
    path.write_text(json.dumps(collection, ensure_ascii=False), encoding="utf-8")
    return path


def write_text(path, text, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


def two_districts():
    """West and east half of `BOUNDS`, the east one with a population."""
    west, south, east, north = BOUNDS
    middle = (west + east) / 2
    return [
        polygon(square(west, south, middle, north), id="1", name="서울 중구 서동", name_en="West"),
        polygon(square(middle, south, east, north), id="2", name="서울 중구 동·동", name_en="East", population=500),
    ]


def osm_lattice():
    """OSM text: a 4 x 4 lattice of residential streets 200 m apart inside `BOUNDS`."""
    nodes, ways = [], []
    for row in range(4):
        for col in range(4):
            lat, lon = 37.562 + row * 0.0018, 126.971 + col * 0.0023
            nodes.append(f'<node id="{row * 4 + col + 1}" version="1" lat="{lat:.6f}" lon="{lon:.6f}"/>')
    lines = [[row * 4 + col + 1 for col in range(4)] for row in range(4)]
    lines += [[row * 4 + col + 1 for row in range(4)] for col in range(4)]
    for number, line in enumerate(lines, 100):
        refs = "".join(f'<nd ref="{node}"/>' for node in line)
        tags = f'<tag k="highway" v="residential"/><tag k="name" v="{number}번길"/>'
        ways.append(f'<way id="{number}" version="1">{refs}{tags}</way>')
    return f'<osm version="0.6" generator="hand">{"".join(nodes)}{"".join(ways)}</osm>'
