"""/ogc: OGC API Features over closures, shelters, alerts, districts with their level and streets with their risk.

The default area's collections have plain names; those of another area begin with its name and a dot.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from apiflask import APIBlueprint
from flask import Response, current_app, request

from dashboard.answers import Answers
from dashboard.answers.keyed_cache import KeyedCache
from dashboard.api import examples_texts
from dashboard.api.documents import binary, documented
from dashboard.api.faces import examples_ogc as examples
from dashboard.api.faces.errors import Trouble, register_face_errors
from dashboard.api.faces.ogc_bodies import (
    MAX_LIMIT,
    OgcAsked,
    OgcCollection,
    OgcCollections,
    OgcConformance,
    OgcErrorBody,
    OgcExtent,
    OgcFeature,
    OgcItems,
    OgcItemsAsked,
    OgcLanding,
    OgcLink,
    OgcSearchAsked,
    OgcSpatial,
)
from dashboard.api.headers import by_content, json_answer, unkept, versioned
from dashboard.api.language import choose_language
from dashboard.api.listing import Listing
from dashboard.api.listings import LISTINGS, listing_of
from dashboard.api.openapi_30 import as_openapi_30
from dashboard.api.orjson_provider import dump_bytes
from dashboard.api.schemas.words import iso_time
from dashboard.i18n import text
from dashboard.store.library import Library
from dashboard.views.format import area_name
from risk_core.errors import Fault, InputError, NotFoundError, UnavailableError
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment

JSON: Final = "application/json"
SCHEMA: Final = "application/schema+json"
GEOJSON: Final = "application/geo+json"
OPENAPI_30: Final = "application/vnd.oai.openapi+json;version=3.0"
CRS84: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
CONFORMS_TO: Final = [
    f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{one}" for one in ("core", "oas30", "geojson")
]
LISTS_KEPT: Final = 16
ROOTS_KEPT: Final = 4
"""Documents kept, one for each address the API is mounted at."""
ABOUT: Final = """The standard asks for items by GET alone, with `bbox` in the address, and its clients know no other
way. Whoever does not want a box in an address sends the same question to `search`, which is ours; its link to the next
page has a method and a body, as in the SpatioTemporal Asset Catalog's API."""
Place = tuple[Area, Assessment, Listing]


class OgcFace:
    """Answers of the face."""

    def __init__(self, library: Library, answers: Answers) -> None:
        self._library = library
        self._answers = answers
        self._lists: KeyedCache[Listing] = KeyedCache(LISTS_KEPT)

    def collection_ids(self) -> list[str]:
        """Every collection of every area with a snapshot, the default area's first."""
        default, found = self._library.settings.area, []
        for area_id in self._library.area_ids():
            try:
                self._answers.assessment(area_id)
            except UnavailableError:
                continue
            found += [name if area_id == default else f"{area_id}.{name}" for name in LISTINGS]
        return found

    def place(self, collection_id: str) -> Place:
        """Area, snapshot and list of a collection.

        Raises
        ------
        risk_core.errors.NotFoundError
            For a name that is none.
        """
        area, assessment, name = self._named(collection_id)
        key = (area.area_id, area.content_hash, assessment.version, name)
        return area, assessment, self._lists.get_or_make(key, lambda: listing_of(name, self._library, area, assessment))

    def _named(self, collection_id: str) -> tuple[Area, Assessment, str]:
        """Area, snapshot and name of the list of a collection, whose list need not be made."""
        area_id, dot, name = collection_id.rpartition(".")
        if name not in LISTINGS:
            remedy = "See /ogc/collections."
            raise NotFoundError(Fault("collection", collection_id[:80], "the id of a collection", remedy))
        assessment = self._answers.assessment(area_id if dot else self._library.settings.area)
        return self._library.area(assessment.area_id), assessment, name

    def describe(self, collection_id: str) -> OgcCollection:
        """One collection."""
        area, _, name = self._named(collection_id)
        lang = choose_language()
        own = f"{_root()}/collections/{collection_id}"
        title = text(f"ogc.{name}", lang)
        return OgcCollection(
            id=collection_id,
            title=f"{title} · {area_name(area, lang)}",
            description=text(f"ogc.{name}_detail", lang),
            itemType="feature",
            crs=[CRS84],
            extent=OgcExtent(spatial=OgcSpatial(bbox=[list(area.grid.bounds)], crs=CRS84)),
            links=[
                OgcLink(href=own, rel="self", type=JSON),
                OgcLink(href=f"{own}/items", rel="items", type=GEOJSON, title=title),
                OgcLink(href=f"{own}/queryables", rel="http://www.opengis.net/def/rel/ogc/1.0/queryables", type=JSON),
            ],
        )

    def items(self, collection_id: str, asked: OgcItemsAsked) -> Response:
        """One page of a collection; of a search, links carry no question, for it may tell where somebody is."""
        _, assessment, listing = self.place(collection_id)
        wanted = asked.wanted()
        unknown = [name for name in wanted if name not in listing.columns]
        if unknown:
            told = ", ".join(listing.columns) or "none"
            raise InputError(*(Fault(name, "asked for", f"one of: {told}", "See queryables.") for name in unknown))
        found = listing.matching(asked.bbox, _span(asked.datetime), wanted)
        page = listing.page(found, min(asked.limit, MAX_LIMIT), asked.cursor)
        is_search = isinstance(asked, OgcSearchAsked)
        links = [OgcLink(href=_here(), rel="self", type=GEOJSON, method="POST" if is_search else None)]
        if page.next_cursor is not None:
            links.append(_next_of_search(page.next_cursor) if is_search else _next(page.next_cursor))
        body = {
            "type": "FeatureCollection",
            "timeStamp": iso_time(assessment.now_s),
            "numberMatched": page.n_matched,
            "numberReturned": len(page.features),
            "features": page.features,
            "links": [link.model_dump(exclude_none=True) for link in links],
        }
        response = Response(dump_bytes(body), mimetype=GEOJSON)
        if is_search:
            return unkept(response, assessment.version, choose_language())
        return versioned(response, assessment.version, is_pinned=False)

    def item(self, collection_id: str, feature_id: str) -> Response:
        """One feature of a collection."""
        _, assessment, listing = self.place(collection_id)
        position = listing.find(feature_id)
        if position is None:
            raise NotFoundError(Fault("feature", feature_id[:80], "the id of an item", "See the items."))
        own = f"{_root()}/collections/{collection_id}"
        links = [OgcLink(href=_here(), rel="self", type=GEOJSON), OgcLink(href=own, rel="collection", type=JSON)]
        body = listing.make(position) | {"links": [link.model_dump(exclude_none=True) for link in links]}
        return versioned(Response(dump_bytes(body), mimetype=GEOJSON), assessment.version, is_pinned=False)

    def queryables(self, collection_id: str) -> Mapping[str, Any]:
        """Properties one may ask for, as a JSON Schema."""
        _, _, listing = self.place(collection_id)
        properties = {
            name: {"type": "string", "title": name, "enum": sorted(set(map(str, values)))}
            for name, values in listing.columns.items()
        }
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": _here(),
            "type": "object",
            "title": collection_id,
            "properties": properties,
        }


def ogc_blueprint(library: Library, answers: Answers) -> APIBlueprint:
    """Addresses of the face."""
    bp = APIBlueprint("ogc", __name__, tag={"name": "OGC API Features", "description": ABOUT}, url_prefix="/ogc")
    register_face_errors(bp, _render)
    face = OgcFace(library, answers)
    _add_pages(bp, face)
    _add_collections(bp, face)
    return bp


def _add_pages(bp: APIBlueprint, face: OgcFace) -> None:
    @bp.get("/")
    @bp.input(OgcAsked, location="query", arg_name="asked")
    @bp.output(OgcLanding, example=examples.LANDING)
    @documented("OGC API: landing page")
    def ogc_landing(asked: OgcAsked) -> Response:
        lang, root = choose_language(), _root()
        links = [
            OgcLink(href=f"{root}/", rel="self", type=JSON),
            OgcLink(href=f"{root}/api", rel="service-desc", type=OPENAPI_30),
            OgcLink(href=f"{request.url_root.rstrip('/')}/docs", rel="service-doc", type="text/html"),
            OgcLink(href=f"{root}/conformance", rel="conformance", type=JSON),
            OgcLink(href=f"{root}/collections", rel="data", type=JSON),
        ]
        return _json(OgcLanding(title=text("app.name", lang), description=text("ogc.about", lang), links=links))

    documents: KeyedCache[bytes] = KeyedCache(ROOTS_KEPT)

    @bp.get("/conformance")
    @bp.input(OgcAsked, location="query", arg_name="asked")
    @bp.output(OgcConformance, example=examples.CONFORMANCE)
    @documented("OGC API: what the face conforms to")
    def ogc_conformance(asked: OgcAsked) -> Response:
        return _json(OgcConformance(conformsTo=CONFORMS_TO))

    @bp.get("/api")
    @bp.input(OgcAsked, location="query", arg_name="asked")
    @documented("This document in OpenAPI 3.0", body=binary(OPENAPI_30, examples_texts.DOCUMENT_30))
    def ogc_api(asked: OgcAsked) -> Response:
        document = documents.get_or_make((request.script_root,), lambda: _document_30(request.script_root))
        return by_content(Response(document, content_type=OPENAPI_30))


def _document_30(root: str) -> bytes:
    return dump_bytes(as_openapi_30(current_app.spec, root))  # type: ignore[attr-defined]


def _add_collections(bp: APIBlueprint, face: OgcFace) -> None:
    @bp.get("/collections")
    @bp.input(OgcAsked, location="query", arg_name="asked")
    @bp.output(OgcCollections, example=examples.COLLECTIONS)
    @documented("OGC API: every collection")
    def ogc_collections(asked: OgcAsked) -> Response:
        found = [face.describe(collection_id) for collection_id in face.collection_ids()]
        own = OgcLink(href=f"{_root()}/collections", rel="self", type=JSON)
        return _json(OgcCollections(collections=found, links=[own]))

    @bp.get("/collections/<collection_id>")
    @bp.input(OgcAsked, location="query", arg_name="asked")
    @bp.output(OgcCollection, example=examples.COLLECTION)
    @documented("OGC API: one collection", 404, 503)
    def ogc_collection(collection_id: str, asked: OgcAsked) -> Response:
        return _json(face.describe(collection_id))

    @bp.get("/collections/<collection_id>/queryables")
    @bp.input(OgcAsked, location="query", arg_name="asked")
    @documented("OGC API: properties one may ask for", 404, 503, body=binary(SCHEMA, examples_texts.QUERYABLES))
    def ogc_queryables(collection_id: str, asked: OgcAsked) -> Response:
        return by_content(Response(dump_bytes(face.queryables(collection_id)), mimetype=SCHEMA))

    @bp.get("/collections/<collection_id>/items")
    @bp.input(OgcItemsAsked, location="query", arg_name="asked")
    @bp.output(OgcItems, example=examples.ITEMS, content_type=GEOJSON)
    @documented("OGC API: items of a collection", 404, 503)
    def ogc_items(collection_id: str, asked: OgcItemsAsked) -> Response:
        return face.items(collection_id, asked)

    @bp.post("/collections/<collection_id>/search")
    @bp.input(OgcSearchAsked, location="json", arg_name="asked", example=examples.SEARCH)
    @bp.output(OgcItems, example=examples.FOUND, content_type=GEOJSON)
    @documented("The same items, asked without an address", 404, 413, 415, 503)
    def search_ogc_items(collection_id: str, asked: OgcSearchAsked) -> Response:
        return face.items(collection_id, asked)

    @bp.get("/collections/<collection_id>/items/<feature_id>")
    @bp.input(OgcAsked, location="query", arg_name="asked")
    @bp.output(OgcFeature, example=examples.FEATURE, content_type=GEOJSON)
    @documented("OGC API: one item", 404, 503)
    def ogc_item(collection_id: str, feature_id: str, asked: OgcAsked) -> Response:
        return face.item(collection_id, feature_id)


def _render(trouble: Trouble) -> Response:
    status = 400 if trouble.status == 422 else trouble.status
    code = {400: "InvalidParameterValue", 404: "NotFound", 405: "NotAllowed", 503: "NotReady"}.get(
        status, "ServerError"
    )
    response = json_answer(OgcErrorBody(code=code, description=trouble.message))
    response.status_code = status
    return response


def _json(body: OgcLanding | OgcConformance | OgcCollections | OgcCollection) -> Response:
    return by_content(Response(body.model_dump_json(exclude_none=True), mimetype=JSON))


def _next(cursor: str) -> OgcLink:
    return OgcLink(href=_here(cursor=cursor), rel="next", type=GEOJSON)


def _next_of_search(cursor: str) -> OgcLink:
    return OgcLink(href=_here(), rel="next", type=GEOJSON, method="POST", body={"cursor": cursor}, merge=True)


def _root() -> str:
    return f"{request.url_root.rstrip('/')}/ogc"


def _here(**changes: str) -> str:
    """Address of this page, or of another page of the same list."""
    query = urlencode({**request.args.to_dict(), **changes})
    return f"{request.base_url}?{query}" if query else request.base_url


def _span(asked: str | None) -> tuple[float, float] | None:
    """From and until, unix seconds.

    Raises
    ------
    risk_core.errors.InputError
        For a text that is neither a time nor a pair of them.
    """
    if asked is None:
        return None
    begin, slash, end = asked.partition("/")
    try:
        first = -float("inf") if begin in ("", "..") and slash else _second(begin)
        last = first if not slash else (float("inf") if end in ("", "..") else _second(end))
    except ValueError:
        wanted = "an RFC 3339 time with its offset, or two of them as FROM/UNTIL"
        raise InputError(Fault("datetime", asked[:60], wanted, "Write .. for an open end.")) from None
    return first, last


def _second(words: str) -> float:
    at = datetime.fromisoformat(words.replace(" ", "+"))
    if at.tzinfo is None:
        raise ValueError("no offset")
    return at.timestamp()
