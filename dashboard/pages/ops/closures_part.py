"""Closures in force: what people closed first, what was computed summed by its reason and listed on demand."""

from collections.abc import Sequence
from typing import Final

from dash import html
from dash.development.base_component import Component

from components.card import card
from components.data_table import data_table
from components.empty_state import empty_state
from dashboard.i18n import text
from dashboard.pages.ops.ids import OpsIds
from dashboard.pages.page import Opened
from dashboard.views.closures import GROUP_COLUMNS, closure_groups, group_rows, is_issued
from dashboard.views.format import count
from dashboard.views.tables import closure_rows
from risk_core.state.situation import Closure

CLOSURE_COLUMNS: Final = ("name", "reason", "from", "until", "for", "source")


def closures_card(opened: Opened, time: str) -> Component:
    """Draw closures of every source as of a time in words; the page has an assessment."""
    lang, assessment = opened.lang, opened.assessment
    closures = () if assessment is None else assessment.closures
    issued, computed = (tuple(one for one in closures if is_issued(one) is kind) for kind in (True, False))
    parts = [*_issued(opened, issued, time), *_computed(opened, computed, time)]
    if not closures:
        parts = [empty_state("closed", text("ops.no_closures_title", lang), text("ops.no_closures_detail", lang))]
    return card(text("ops.closures", lang), parts, id=OpsIds.TABLE_CLOSURES)


def _issued(opened: Opened, closures: Sequence[Closure], time: str) -> list[Component]:
    """Draw what people closed, the soonest end first."""
    lang = opened.lang
    content: Component = html.P(text("ops.closures_none_by_hand", lang))
    if closures:
        content = _list(opened, closures, text("ops.closure_caption", lang, time=time))
    return [html.H3(text("ops.closures_by_hand", lang)), content]


def _computed(opened: Opened, closures: Sequence[Closure], time: str) -> list[Component]:
    """Draw sums of what was computed, and the list behind a fold; nothing where nothing was computed."""
    lang, assessment = opened.lang, opened.assessment
    if not closures or assessment is None:
        return []
    caption = text("ops.computed_caption", lang, time=time)
    rows = group_rows(closure_groups(closures, assessment.now_s), assessment.now_s, opened.zone, lang)
    columns = [text(f"ops.sum_{column}", lang) for column in GROUP_COLUMNS]
    summed = html.Div(data_table(caption, columns, rows, stacks=True), **{"data-csv-skip": ""})
    head = text("ops.show_computed", lang, n=count(len(closures)))
    fold = html.Details(
        [html.Summary(head), _list(opened, closures, head)], id=OpsIds.COMPUTED, className="closures-computed"
    )
    return [html.H3(text("ops.closures_computed", lang)), summed, fold]


def _list(opened: Opened, closures: Sequence[Closure], caption: str) -> Component:
    lang, assessment = opened.lang, opened.assessment
    now_s = 0.0 if assessment is None else assessment.now_s
    columns = [text(f"ops.{column}", lang) for column in CLOSURE_COLUMNS]
    return data_table(caption, columns, closure_rows(closures, now_s, opened.zone, lang), stacks=True)
