"""What a page is, and what it may ask for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from typing import Final

from dash import Dash
from dash.development.base_component import Component
from flask import current_app

from dashboard.acts.desk import Desk
from dashboard.answers import Answers
from dashboard.keys.door import Door
from dashboard.settings import Settings
from dashboard.store.library import Library
from dashboard.views.deeplink import ViewAddress, read_address
from dashboard.views.format import area_zone
from risk_core.errors import Fault, UnavailableError
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment

EXTENSION: Final = "ansimgil"
"""Name under which the running server keeps its `Services`; a layout finds them there and closes over no app."""


@dataclass(frozen=True, slots=True)
class Services:
    """What pages ask: settings, everything kept, a person's own questions, and the real time in unix seconds.

    `door` tells who is there and asks for roles, `desk` is where officials act.
    """

    settings: Settings
    library: Library
    answers: Answers
    clock: Callable[[], float]
    door: Door = field(init=False)
    desk: Desk = field(init=False)

    def __post_init__(self) -> None:
        door = Door(self.library, self.clock)
        object.__setattr__(self, "door", door)
        object.__setattr__(self, "desk", Desk(self.library, door, self.clock))


@dataclass(frozen=True, slots=True)
class Opened:
    """An area as a page shows it.

    Attributes
    ----------
    services
        Where it comes from.
    address
        What the link asked for.
    area
        The area.
    assessment
        Its newest snapshot, None before the first.
    zone
        Its time zone.
    query
        The rest of the link's words.
    """

    services: Services
    address: ViewAddress
    area: Area
    assessment: Assessment | None
    zone: tzinfo
    query: Mapping[str, str] = field(default_factory=dict)

    @property
    def lang(self) -> str:
        """Language of the reader."""
        return self.address.lang


Layout = Callable[[Opened], Component]
Register = Callable[[Dash, Services], None]


@dataclass(frozen=True, slots=True)
class Page:
    """A page: `name` picks its words ``nav.<name>`` and ``title.<name>``."""

    name: str
    path: str
    layout: Layout
    register: Register


def running_services() -> Services:
    """Services of the server that answers the present request."""
    services: Services = current_app.extensions[EXTENSION]
    return services


def open_area(services: Services, area_id: str | None, address: ViewAddress) -> Opened | None:
    """Open the area asked for, the default one where it is not installed; None when none is."""
    installed = services.library.area_ids()
    if not installed:
        return None
    area = services.library.area(area_id if area_id in installed else installed[0])
    try:
        assessment = services.library.assessment(area.area_id)
    except UnavailableError:
        assessment = None
    return Opened(services, address, area, assessment, area_zone(area))


def open_query(services: Services, query: Mapping[str, str | None]) -> Opened | None:
    """Open what the query of a URL asks for."""
    address = read_address(query)
    opened = open_area(services, address.area_id, address)
    if opened is None:
        return None
    return replace(opened, query={name: value for name, value in query.items() if value})


def open_context(services: Services, context: Mapping[str, str]) -> Opened:
    """Open the area and language a page was drawn with.

    Raises
    ------
    risk_core.errors.UnavailableError
        When no area is installed any more.
    """
    opened = open_area(services, context["area"], read_address({"lang": context["lang"]}))
    if opened is None:
        raise UnavailableError(Fault("area", context["area"], "an installed area", "Install an area and reload."))
    return opened
