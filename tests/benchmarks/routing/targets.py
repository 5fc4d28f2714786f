"""What our engine must reach against each peer: ratio of CPU times, ours over theirs, in one run."""

from typing import Final, NamedTuple


class Target(NamedTuple):
    """One row.

    Attributes
    ----------
    job, peer
        Our job and whom it is compared with.
    must, stretch
        Largest ratio, ours over theirs; None where nothing is set.
    peer_job
        The peer's job where it is another one.
    """

    job: str
    peer: str
    must: float | None
    stretch: float | None = None
    peer_job: str = ""


TARGETS: Final = (
    Target("reweight", "pyroutingkit", 0.85, 0.5),
    Target("reweight in 16 lanes", "pyroutingkit", 0.30, 0.15, "reweight"),
    Target("distance", "routingkit-cch", 0.95, 0.55),
    Target("path", "routingkit-cch", 0.65, 0.4),
    Target("path", "ch-router", 1.3, 0.8),
    Target("matrix 500x50", "pyroutingkit", 1 / 10, 1 / 15),
    Target("matrix 5000x500", "pyroutingkit", 1 / 20, 1 / 40),
    Target("one to all", "pyroutingkit", 1 / 15, 1 / 25),
    Target("distance", "scipy", 1 / 2_500, 1 / 4_000),
    Target("distance", "networkit", 1 / 1_000, 1 / 1_800),
    Target("distance", "networkx", 1 / 15_000, 1 / 25_000),
    Target("path", "osrm", 1 / 20, 1 / 40),
    Target("path", "valhalla", 1 / 150, 1 / 250),
    Target("reweight", "osrm", 1 / 200),
    Target("reweight", "pandana", 1 / 400),
    Target("reweight", "gravel", 1 / 1_000),
    Target("1 % closed", "valhalla", 1 / 40, 1 / 80),
    Target("order and build", "pyroutingkit", 1.0, 0.5),
    Target("triangles", "routingkit-cch", 1.02),
)
"""Set on the New York graph; on others they are shown beside the ratio."""
