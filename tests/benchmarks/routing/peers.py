"""Which engines there are and where each is written; a module is imported only in the process of its engine."""

from typing import Final

OURS: Final = "ours"

PLACES: Final = {
    OURS: "ours:Ours",
    "pyroutingkit": "peer_routingkit:PyRoutingKit",
    "routingkit-cch": "peer_routingkit:RoutingKitCch",
    "ch-router": "peer_routingkit:ChRouter",
    "scipy": "peer_python:Scipy",
    "igraph": "peer_python:Igraph",
    "networkit": "peer_python:Networkit",
    "rustworkx": "peer_python:Rustworkx",
    "networkx": "peer_python:Networkx",
    "pandana": "peer_static:Pandana",
    "gravel": "peer_static:Gravel",
    "osrm": "peer_osrm:Osrm",
    "valhalla": "peer_valhalla:Valhalla",
}
"""Module and class of each engine."""

PEERS: Final = tuple(name for name in PLACES if name != OURS)
