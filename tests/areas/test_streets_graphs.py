"""GraphML as osmnx saves it, and street lines in GeoJSON and GeoPackage."""

import json
from pathlib import Path

import numpy as np
import pytest

from dashboard.areas.report import BuildReport
from dashboard.areas.streets import read_streets
from dashboard.areas.streets.directed import plain_value
from risk_core.errors import InputError
from risk_core.state.profile import EdgeFlag, Profile, RoadClass, profile_position

CAR, WALK = profile_position(Profile.CAR), profile_position(Profile.WALK)

Edge = tuple[str, str, dict[str, str]]


def graphml(
    folder: Path,
    nodes: dict[str, tuple[str, str]],
    edges: list[Edge],
    crs: str | None = "epsg:4326",
    kind: str = "directed",
) -> Path:
    keys = sorted({key for _, _, data in edges for key in data})
    out = ["<?xml version='1.0' encoding='utf-8'?><graphml xmlns='http://graphml.graphdrawing.org/xmlns'>"]
    out += [f"<key id='{key}' for='edge' attr.name='{key}' attr.type='string'/>" for key in keys]
    out += [f"<key id='n{key}' for='node' attr.name='{key}' attr.type='string'/>" for key in "xy"]
    out.append("<key id='crs' for='graph' attr.name='crs' attr.type='string'/>")
    out.append(f"<graph edgedefault='{kind}'>")
    out += [f"<data key='crs'>{crs}</data>"] if crs else []
    for node, (x, y) in nodes.items():
        out.append(f"<node id='{node}'><data key='nx'>{x}</data><data key='ny'>{y}</data></node>")
    for tail, head, data in edges:
        parts = "".join(f"<data key='{key}'>{value}</data>" for key, value in data.items())
        out.append(f"<edge source='{tail}' target='{head}'>{parts}</edge>")
    path = folder / "town.graphml"
    path.write_text("".join([*out, "</graph></graphml>"]), encoding="utf-8")
    return path


NODES = {"1": ("127.000", "37.500"), "2": ("127.002", "37.500"), "3": ("127.002", "37.502")}
BENT = "LINESTRING (127.0 37.5, 127.001 37.5005, 127.002 37.5)"
BACK = "LINESTRING (127.002 37.5, 127.001 37.5005, 127.0 37.5)"


def test_two_directions_become_one_street(tmp_path):
    both = {"highway": "residential", "oneway": "False"}
    path = graphml(
        tmp_path,
        NODES,
        [("1", "2", {**both, "geometry": BENT}), ("2", "1", {**both, "geometry": BACK, "reversed": "True"})],
    )
    table = read_streets(path, BuildReport()).table
    assert len(table.tail) == 1 and len(table.point_lat_deg) == 3
    assert table.forward_m_per_s[CAR, 0] > 0 and table.backward_m_per_s[CAR, 0] > 0


def test_other_ways_between_the_same_nodes_stay_apart(tmp_path):
    both = {"highway": "residential", "oneway": "False"}
    path = graphml(tmp_path, NODES, [("1", "2", {**both, "geometry": BENT}), ("2", "1", both)])
    assert len(read_streets(path, BuildReport()).table.tail) == 2


def test_oneway_edges_bind_cars_only(tmp_path):
    path = graphml(
        tmp_path, NODES, [("1", "2", {"highway": "primary", "oneway": "True"}), ("2", "3", {"oneway": "False"})]
    )
    table = read_streets(path, BuildReport()).table
    assert table.backward_m_per_s[CAR].tolist() == [0.0, pytest.approx(25 / 3.6)]
    assert (table.backward_m_per_s[WALK] > 0).all()
    assert table.flags.tolist() == [EdgeFlag.ONEWAY, 0]
    assert table.road_class.tolist() == [RoadClass.PRIMARY, RoadClass.MINOR]


def test_graph_without_oneway_goes_as_its_edges_point(tmp_path):
    directed = read_streets(graphml(tmp_path, NODES, [("1", "2", {"highway": "primary"})]), BuildReport()).table
    assert directed.backward_m_per_s[CAR, 0] == 0
    both = graphml(tmp_path, NODES, [("1", "2", {"highway": "primary"})], kind="undirected")
    assert read_streets(both, BuildReport()).table.backward_m_per_s[CAR, 0] > 0


def test_lists_written_as_text(tmp_path):
    data = {
        "highway": "['primary', 'secondary']",
        "name": "['사직터널', '사직로']",
        "maxspeed": "['60', '30']",
        "tunnel": "['yes', 'building_passage']",
        "oneway": "True",
    }
    table = read_streets(graphml(tmp_path, NODES, [("1", "2", data)]), BuildReport()).table
    assert table.names == ("사직터널",)
    assert table.forward_m_per_s[CAR, 0] * 3.6 == pytest.approx(24.0)
    assert table.flags[0] & EdgeFlag.TUNNEL and table.road_class[0] == RoadClass.PRIMARY


def test_list_text_is_read_never_run():
    assert plain_value("[__import__('os').getcwd()]") == "[__import__('os').getcwd()]"
    assert plain_value("[") == "[" and plain_value(None) == ""


def test_a_ring_at_one_node_is_cut(tmp_path):
    ring = "LINESTRING (127.0 37.5, 127.001 37.5, 127.001 37.501, 127.0 37.501, 127.0 37.5)"
    path = graphml(
        tmp_path, NODES, [("1", "1", {"geometry": ring, "oneway": "False"}), ("1", "2", {"oneway": "False"})]
    )
    table = read_streets(path, BuildReport()).table
    assert len(table.tail) == 3 and (table.tail != table.head).all()


def test_bad_nodes_and_edges_are_reported_and_the_rest_kept(tmp_path):
    nodes = {**NODES, "4": ("127.0", "nonsense"), "5": ("127.0", "95.0")}
    edges = [
        ("1", "2", {"oneway": "False"}),
        ("1", "4", {}),
        ("1", "5", {}),
        ("1", "9", {}),
        ("2", "3", {"geometry": "LINESTRING (127 37"}),
    ]
    report = BuildReport()
    table = read_streets(graphml(tmp_path, nodes, edges), report).table
    assert len(table.tail) == 1
    places = [fault.place for fault in report.faults]
    assert places[:2] == ["town.graphml, node 4", "town.graphml, node 5"]
    assert [place.split(" (")[0] for place in places[2:]] == [f"town.graphml, edge {n}" for n in (2, 3, 4, 5)]


def test_projected_graphs_are_turned_and_wrong_ones_refused(tmp_path):
    import pyproj

    to_korea = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:5179", always_xy=True)
    nodes = {node: tuple(map(str, to_korea.transform(float(x), float(y)))) for node, (x, y) in NODES.items()}
    edges = [("1", "2", {"oneway": "False"})]
    table = read_streets(graphml(tmp_path, nodes, edges, crs="EPSG:5179"), BuildReport()).table
    assert table.node_lat_deg == pytest.approx([37.5, 37.5], abs=1e-6)
    assert table.node_lon_deg == pytest.approx([127.0, 127.002], abs=1e-6)
    with pytest.raises(InputError, match="crs is EPSG:4326"):
        read_streets(graphml(tmp_path, nodes, edges), BuildReport())
    with pytest.raises(InputError, match="known coordinate system"):
        read_streets(graphml(tmp_path, nodes, edges, crs="nowhere:1"), BuildReport())


def test_broken_and_empty_graphs_are_refused(tmp_path):
    path = graphml(tmp_path, NODES, [("1", "2", {})])
    path.write_text(path.read_text(encoding="utf-8")[:-30], encoding="utf-8")
    with pytest.raises(InputError, match="broken XML"):
        read_streets(path, BuildReport())
    with pytest.raises(InputError, match="0 nodes"):
        read_streets(graphml(tmp_path, {}, []), BuildReport())
    with pytest.raises(InputError, match="0 usable"):
        read_streets(graphml(tmp_path, NODES, []), BuildReport())


def feature(line: object, kind: str = "LineString", **properties: object) -> dict[str, object]:
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": line}}


A, B, C = [127.0, 37.5], [127.001, 37.5], [127.001, 37.501]


def geojson(folder: Path, *features: dict[str, object], crs: str = "") -> Path:
    body: dict[str, object] = {"type": "FeatureCollection", "features": list(features)}
    if crs:
        body["crs"] = {"type": "name", "properties": {"name": crs}}
    path = folder / "town.geojson"
    path.write_text(json.dumps(body), encoding="utf-8")
    return path


def test_geojson_lines_meet_where_their_ends_agree(tmp_path):
    path = geojson(
        tmp_path,
        feature([A, B], highway="primary", name="큰길", oneway="-1", maxspeed="50"),
        feature([B, C], highway="footway"),
        feature(A, "Point", name="a node"),
    )
    report = BuildReport()
    table = read_streets(path, report).table
    assert (len(table.tail), len(table.node_lat_deg), report.n_fault) == (2, 3, 0)
    road = int(np.flatnonzero(table.road_class == RoadClass.PRIMARY)[0])
    assert table.names[table.name[road]] == "큰길"
    assert table.point_lon_deg[table.first_point[road]] == 127.001, "-1 turns the line round"
    assert table.forward_m_per_s[CAR, road] * 3.6 == pytest.approx(40.0)
    assert table.backward_m_per_s[CAR, road] == 0


def test_multilines_are_taken_apart_and_bad_records_reported(tmp_path):
    path = geojson(
        tmp_path,
        feature([[A, B], [B, C]], "MultiLineString", oneway=True),
        feature([[A, B, C, A]], "Polygon"),
        {"type": "Feature", "properties": {}, "geometry": None},
        feature([A, [127.0, 99.0]]),
        feature([[9e5, 1e6], [9e5, 2e6]]),
    )
    report = BuildReport()
    table = read_streets(path, report).table
    assert len(table.tail) == 2
    assert [fault.place for fault in report.faults] == [f"town.geojson, record {n}" for n in (2, 3, 4, 5)]
    assert [fault.value for fault in report.faults][:2] == ["Polygon", "missing"]


def test_geojson_in_metres_is_refused_or_turned(tmp_path):
    line = feature([[955_000.0, 1_950_000.0], [955_100.0, 1_950_000.0]])
    with pytest.raises(InputError, match="EPSG:4326"):
        read_streets(geojson(tmp_path, line), BuildReport())
    table = read_streets(geojson(tmp_path, line, crs="urn:ogc:def:crs:EPSG::5179"), BuildReport()).table
    assert 37 < table.node_lat_deg.mean() < 38


def test_geopackage_with_nodes_and_edges(tmp_path):
    import geopandas
    from shapely.geometry import LineString, Point

    path = tmp_path / "town.gpkg"
    nodes = geopandas.GeoDataFrame({"osmid": [1, 2]}, geometry=[Point(A), Point(B)], crs=4326)
    lines = {
        "u": [1, 2],
        "v": [2, 1],
        "key": [0, 0],
        "highway": ["residential", "residential"],
        "oneway": [False, False],
    }
    edges = geopandas.GeoDataFrame(lines, geometry=[LineString([A, B]), LineString([B, A])], crs=4326).to_crs(5179)
    nodes.to_file(path, layer="nodes")
    edges.to_file(path, layer="edges")
    table = read_streets(path, BuildReport()).table
    assert (len(table.tail), len(table.node_lat_deg)) == (1, 2)
    assert table.node_lat_deg == pytest.approx([37.5, 37.5], abs=1e-6)


def test_geopackage_without_a_coordinate_system_is_refused(tmp_path):
    import geopandas
    from shapely.geometry import LineString

    path = tmp_path / "town.gpkg"
    with pytest.warns(UserWarning, match="crs"):
        geopandas.GeoDataFrame({"name": ["x"]}, geometry=[LineString([A, B])]).to_file(path)
    with pytest.raises(InputError, match="crs is missing") as caught:
        read_streets(path, BuildReport())
    assert "ogr2ogr" in caught.value.faults[0].remedy


def test_broken_geojson_is_refused(tmp_path):
    path = tmp_path / "town.geojson"
    path.write_text('{"type": "FeatureCollection", "features": [', encoding="utf-8")
    with pytest.raises(InputError, match=r"town\.geojson"):
        read_streets(path, BuildReport())
    with pytest.raises(InputError, match="at least one"):
        read_streets(geojson(tmp_path), BuildReport())
