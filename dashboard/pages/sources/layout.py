"""The page about what came in."""

from dash import html
from dash.development.base_component import Component

from components.card import card
from components.data_table import data_table
from components.empty_state import empty_state
from dashboard.i18n import text
from dashboard.pages.frame import page_frame, page_head
from dashboard.pages.page import Opened
from dashboard.pages.refreshing import refreshing_body
from dashboard.pages.sources.ids import SourcesIds
from dashboard.pages.sources.truth import present_s
from dashboard.pages.sources.uploading import upload_card
from dashboard.store.intake import read_intakes
from dashboard.store.rhythm import read_rhythms
from dashboard.views.arrivals import contributed_rows, intake_rows, refusal_lists, rhythm_rows
from dashboard.views.format import date_and_clock

RHYTHM_COLUMNS = ("kind", "source", "state", "newest", "age", "received", "gap", "lag", "records", "origin")
INTAKE_COLUMNS = ("kind", "source", "file", "received", "accepted", "refused", "origin")
CONTRIBUTED_COLUMNS = ("owner", "kind", "licence", "fresh", "newest_batch", "trust", "compared", "held")
N_INTAKE = 20
"""Files listed."""
COMMAND = "python -m dashboard ingest rain rain.csv --source mine"


def layout(opened: Opened) -> Component:
    """Draw the page."""
    head = page_head("sources", opened.lang)
    return page_frame(opened, "sources", [head, upload_card(opened), *refreshing_body(opened, SourcesIds, body)])


def body(opened: Opened) -> list[Component]:
    """Draw the sources, the files that came in with what was refused, and whose data the area is made of."""
    return [_sources(opened), *_contributed(opened), _intakes(opened), _licence(opened)]


def _contributed(opened: Opened) -> list[Component]:
    """Sources of operators; nothing where there is none."""
    lang, store = opened.lang, opened.services.library.contributions
    sources = store.sources(opened.area.area_id)
    if not sources:
        return []
    n_held = {one.source_id: store.n_held(one.source_id) for one in sources}
    newest = {one.source_id: next((b.received_s for b in store.batches(one.source_id, 1)), None) for one in sources}
    columns = [text(f"sources.{column}", lang) for column in CONTRIBUTED_COLUMNS]
    rows = contributed_rows(sources, n_held, newest, opened.services.clock(), lang)
    table = data_table(text("sources.contributed_caption", lang), columns, rows)
    note = html.P(text("sources.contributed_rule", lang), className="card-note")
    return [card(text("sources.contributed", lang), [table, note])]


def _sources(opened: Opened) -> Component:
    lang, assessment = opened.lang, opened.assessment
    heading = text("sources.now", lang)
    if assessment is None or not assessment.sources:
        return card(heading, [_empty("sources.none", lang)])
    now_s, observations = present_s(opened), opened.services.library.observations
    rhythms = read_rhythms(observations, opened.area.area_id, assessment.sources, now_s)
    columns = [text(f"sources.{column}", lang) for column in RHYTHM_COLUMNS]
    caption = text("sources.now_caption", lang, time=date_and_clock(now_s, opened.zone, lang))
    table = data_table(caption, columns, rhythm_rows(rhythms, now_s, opened.zone, lang))
    return card(heading, [table, html.P(text("sources.rule", lang), className="card-note")])


def _intakes(opened: Opened) -> Component:
    lang, services = opened.lang, opened.services
    heading = text("sources.files", lang)
    intakes = read_intakes(services.settings.home, opened.area.area_id)[:N_INTAKE]
    if not intakes:
        return card(heading, [_empty("sources.no_files", lang), html.P(html.Code(COMMAND))])
    columns = [text(f"sources.{column}", lang) for column in INTAKE_COLUMNS]
    table = data_table(
        text("sources.files_caption", lang, n=len(intakes)),
        columns,
        intake_rows(intakes, services.clock(), opened.zone, lang),
    )
    return card(heading, [table, *refusal_lists(intakes, lang)])


def _licence(opened: Opened) -> Component:
    lang = opened.lang
    lines = [text("sources.area_credit", lang, credit=opened.area.attribution), text("sources.feed_licence", lang)]
    return card(text("sources.licence", lang), [html.Ul([html.Li(line) for line in lines], className="plain-list")])


def _empty(key: str, lang: str) -> Component:
    return empty_state("hourglass", text(f"{key}_title", lang), text(f"{key}_detail", lang))
