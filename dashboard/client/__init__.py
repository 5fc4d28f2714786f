"""Typed client of the open API. It needs nothing but Python 3.11: a copy of this folder is enough."""

from .connection import ApiError, Fault
from .records import Feature, HazardRisk, PlaceRisk, Reach, Snapshot, Way
from .service import Client

__all__ = ["ApiError", "Client", "Fault", "Feature", "HazardRisk", "PlaceRisk", "Reach", "Snapshot", "Way"]
