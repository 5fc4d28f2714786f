"""/v1/alerts, /v1/shelters, /v1/sources, /v1/models, /v1/observations: what is known of an area."""

import math
from typing import Final

from apiflask import APIBlueprint
from flask import Response
from pydantic import BaseModel

from dashboard.answers import Answers
from dashboard.api import examples_lists as examples
from dashboard.api.documents import documented
from dashboard.api.headers import by_content, json_answer, unkept, versioned
from dashboard.api.language import choose_language
from dashboard.api.listings import listing_of
from dashboard.api.models_in_use import models_in_use
from dashboard.api.moments import second_at
from dashboard.api.paging import make_cursor, read_cursor
from dashboard.api.reading import AreaQuery
from dashboard.api.reading_lists import AreaOnlyQuery, ListQuery, ListRequest, ObservationsQuery
from dashboard.api.schemas.lists import (
    FeatureBody,
    FeaturesBody,
    ModelsBody,
    ObservationBody,
    ObservationsBody,
    SourceBody,
    SourcesBody,
)
from dashboard.api.schemas.words import iso_time, known
from dashboard.api.shapes import refuse_swapped
from dashboard.store.kinds import KINDS
from dashboard.store.library import Library
from dashboard.store.retention import history_page
from risk_core.state.situation import SourceStatus

GEOJSON: Final = "application/geo+json"


def lists_blueprint(library: Library, answers: Answers) -> APIBlueprint:
    """Addresses of the lists."""
    bp = APIBlueprint("lists", __name__, tag="Lists", url_prefix="/v1")

    def page_of(name: str, asked: ListQuery | ListRequest) -> Response:
        assessment = answers.assessment(asked.area or library.settings.area)
        area = library.area(assessment.area_id)
        refuse_swapped(asked.bbox, area.grid.bounds)
        listing = listing_of(name, library, area, assessment)
        page = listing.page(listing.matching(asked.bbox), asked.limit, asked.cursor)
        body = FeaturesBody(
            type="FeatureCollection",
            area=area.area_id,
            version=assessment.version,
            simulated=assessment.simulated,
            valid_at=iso_time(assessment.now_s) or "",
            n_matched=page.n_matched,
            next=page.next_cursor,
            features=[FeatureBody(**one) for one in page.features],
            attribution=area.attribution,
        )
        return list_answer(body, asked, f"{area.area_id}.{assessment.version}")

    @bp.get("/alerts")
    @bp.input(ListQuery, location="query", arg_name="asked")
    @bp.output(FeaturesBody, example=examples.ALERTS, content_type=GEOJSON)
    @documented("Official warnings in their senders' words; as CAP under /cap", 404, 503)
    def list_alerts(asked: ListQuery) -> Response:
        return page_of("alerts", asked)

    @bp.get("/shelters")
    @bp.input(ListQuery, location="query", arg_name="asked")
    @bp.output(FeaturesBody, example=examples.SHELTERS, content_type=GEOJSON)
    @documented("Shelters, their room and who is in", 404, 503)
    def list_shelters(asked: ListQuery) -> Response:
        return page_of("shelters", asked)

    @bp.post("/alerts/search")
    @bp.input(ListRequest, location="json", arg_name="asked", example=examples.SEARCH)
    @bp.output(FeaturesBody, example=examples.ALERTS, content_type=GEOJSON)
    @documented("The same warnings, asked without an address", 404, 413, 415, 503)
    def search_alerts(asked: ListRequest) -> Response:
        return page_of("alerts", asked)

    @bp.post("/shelters/search")
    @bp.input(ListRequest, location="json", arg_name="asked", example=examples.SEARCH)
    @bp.output(FeaturesBody, example=examples.SHELTERS, content_type=GEOJSON)
    @documented("The same shelters, asked without an address", 404, 413, 415, 503)
    def search_shelters(asked: ListRequest) -> Response:
        return page_of("shelters", asked)

    _add_tables(bp, library, answers)
    return bp


def list_answer(body: BaseModel, asked: ListQuery | ListRequest, tag: str) -> Response:
    """Answer with a page of features: kept by its tag where its question stood in an address, else by nobody."""
    response = json_answer(body, GEOJSON)
    if isinstance(asked, ListRequest):
        return unkept(response, tag, choose_language(asked.lang))
    return versioned(response, tag, is_pinned=False)


def _add_tables(bp: APIBlueprint, library: Library, answers: Answers) -> None:
    @bp.get("/sources")
    @bp.input(AreaQuery, location="query", arg_name="asked")
    @bp.output(SourcesBody, example=examples.SOURCES)
    @documented("Sources of the newest snapshot, and how fresh each is", 404, 503)
    def list_sources(asked: AreaQuery) -> Response:
        assessment = answers.assessment(asked.area or library.settings.area)
        body = SourcesBody(
            area=assessment.area_id,
            version=assessment.version,
            simulated=assessment.simulated,
            valid_at=iso_time(assessment.now_s) or "",
            sources=[_source(one, assessment.now_s) for one in assessment.sources],
        )
        return versioned(json_answer(body), f"{assessment.area_id}.{assessment.version}", is_pinned=False)

    @bp.get("/models")
    @bp.input(AreaOnlyQuery, location="query", arg_name="asked")
    @bp.output(ModelsBody, example=examples.MODELS)
    @documented("Models in use: version, what was learnt here, and how well it did", 404, 503)
    def list_models(asked: AreaOnlyQuery) -> Response:
        area_id = library.area(asked.area or library.settings.area).area_id
        body = models_in_use(answers.assessment(area_id), library.book(area_id), asked.limit)
        return by_content(json_answer(body))

    @bp.get("/observations")
    @bp.input(ObservationsQuery, location="query", arg_name="asked")
    @bp.output(ObservationsBody, example=examples.OBSERVATIONS)
    @documented("Observations of one kind, oldest first; people's ways are none of them", 404, 503)
    def list_observations(asked: ObservationsQuery) -> Response:
        area_id = library.area(asked.area or library.settings.area).area_id
        body = _observations(library, answers, area_id, asked)
        return by_content(json_answer(body))


def _source(one: SourceStatus, now_s: float) -> SourceBody:
    age_s = now_s - one.newest_s
    return SourceBody(
        source=one.source,
        kind=str(one.kind),
        newest_at=iso_time(one.newest_s),
        age_s=round(age_s, 1) if math.isfinite(age_s) else None,
        n_record=one.n_record,
        simulated=one.simulated,
    )


def _observations(library: Library, answers: Answers, area_id: str, asked: ObservationsQuery) -> ObservationsBody:
    spec = KINDS[asked.kind]
    n_key = 1 + len(library.observations.page_key(asked.kind))
    after = None if not asked.cursor else read_cursor(asked.cursor, n_key)
    since_s = second_at(answers.assessment(area_id), asked.since, "since")
    n = asked.limit + 1
    rows = history_page(library.observations, library.archive, asked.kind, area_id, since_s, after, n)
    told, more = rows[: asked.limit], len(rows) > asked.limit
    hidden = {"area_id", "source", "simulated", "received_s", "quality", "revision", spec.time}
    found = []
    for row in told:
        values = {name: _plain(value) for name, value in row.items() if name not in hidden}
        found.append(
            ObservationBody(
                kind=asked.kind.value,
                source=row["source"],
                simulated=bool(row["simulated"]),
                time=iso_time(row[spec.time]),
                received_at=iso_time(row["received_s"]),
                values=values,
            )
        )
    cursor = None
    if more:
        cursor = make_cursor(*(told[-1][name] for name in (spec.time, *library.observations.page_key(asked.kind))))
    return ObservationsBody(area=area_id, kind=asked.kind.value, next=cursor, observations=found)


def _plain(value: object) -> float | str | bool | None:
    if isinstance(value, float):
        return known(value)
    return value if isinstance(value, bool | str) or value is None else float(str(value))
