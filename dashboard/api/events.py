"""/v1/events: a stream of server-sent events that tells each new snapshot of an area."""

from apiflask import APIBlueprint
from flask import Response, request

from dashboard.api import examples_texts
from dashboard.api.documents import binary, documented
from dashboard.api.hub import EventHub
from dashboard.api.reading import AreaQuery
from dashboard.store.library import Library

MEDIA_TYPE = "text/event-stream"


def events_blueprint(library: Library, hub: EventHub) -> APIBlueprint:
    """Address of the stream."""
    bp = APIBlueprint("events", __name__, url_prefix="/v1/events")

    @bp.get("")
    @bp.input(AreaQuery, location="query", arg_name="asked")
    @documented("New snapshots as they come", 404, 503, body=binary(MEDIA_TYPE, examples_texts.NEWS))
    def follow_events(asked: AreaQuery) -> Response:
        area_id = library.area(asked.area or library.settings.area).area_id
        headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
        if request.method == "HEAD":
            return Response(b"", mimetype=MEDIA_TYPE, headers=headers)
        stream = hub.subscribe(area_id, request.headers.get("Last-Event-ID", ""))
        response = Response(hub.listen(stream), mimetype=MEDIA_TYPE, headers=headers)
        response.call_on_close(lambda: hub.unsubscribe(stream))
        return response

    return bp
