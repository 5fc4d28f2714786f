"""The table of districts that sorts, and the small pictures beside it: the same numbers as everywhere."""

import math
from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from components.small_multiples import SmallWords
from dashboard.i18n import text
from dashboard.views.districts import DistrictNumbers, spark_picture
from dashboard.views.format import count
from risk_core.state.surveillance import Outbreak

HEADS = ("district", "week_column", "per_100k", "week_then", "change", "reproduction", "week_next")
N_SMALL = 24


def district_table(rows: Sequence[DistrictNumbers], chosen: int, day: str, lang: str) -> list[Component]:
    """Draw the table with its exports; the first row is the whole area and stays first until it is sorted."""
    caption = text("health.outbreak_caption", lang, day=day)
    head = html.Thead(html.Tr([_head(name, lang) for name in HEADS]))
    body = html.Tbody([_row(row, chosen, lang) for row in rows])
    table = html.Table([html.Caption(caption), head, body], className="data-table district-table")
    scroll = html.Div(table, className="table-scroll", tabIndex="0", role="region", **{"aria-label": caption})
    return [scroll]


def small_words(outbreak: Outbreak, rows: Sequence[DistrictNumbers], chosen: int, lang: str) -> list[SmallWords]:
    """Words of the small pictures, most cases first."""
    return [
        SmallWords(
            row.position, row.name, text("health.small_number", lang, n=_whole(row.week)),
            spark_picture(outbreak, row.position), row.position == chosen,
        )
        for row in rows[:N_SMALL]
    ]  # fmt: skip


def _head(name: str, lang: str) -> Component:
    return html.Th(html.Button(text(f"health.{name}", lang), className="sort-button"), scope="col")


def _row(row: DistrictNumbers, chosen: int, lang: str) -> Component:
    name: Component | str = row.name
    if row.position >= 0:
        name = html.Button(row.name, className="district-pick", **{"data-pick": str(row.position)})
    cells = [
        _cell(row.week, _whole(row.week)),
        _cell(row.week_per_100k, _one(row.week_per_100k)),
        _cell(row.week_then, _whole(row.week_then)),
        _cell(row.change_share, _percent(row.change_share)),
        _cell(row.reproduction, _interval(row.reproduction, row.reproduction_low, row.reproduction_high, 2)),
        _cell(row.next_week, _interval(row.next_week, row.next_week_low, row.next_week_high, 0)),
    ]
    mark = {"className": "is-chosen"} if row.position == chosen else {}
    return html.Tr([html.Th(name, scope="row"), *(html.Td(cell) for cell in cells)], **mark)


def _cell(value: float, words: str) -> Component:
    return html.Span(words, **{"data-value": f"{value:g}" if math.isfinite(value) else "NaN"})


def _whole(value: float) -> str:
    return count(round(value)) if math.isfinite(value) else "–"


def _one(value: float) -> str:
    return f"{value:.1f}" if math.isfinite(value) else "–"


def _percent(share: float) -> str:
    if not math.isfinite(share):
        return "–"
    percent = round(100 * share)
    return f"{'−' if percent < 0 else '+' if percent > 0 else ''}{abs(percent)} %"


def _interval(middle: float, low: float, high: float, digits: int) -> str:
    if not math.isfinite(middle):
        return "–"
    if digits == 0:
        return f"{count(round(middle))} ({count(round(low))}–{count(round(high))})"
    return f"{middle:.{digits}f} ({low:.{digits}f}–{high:.{digits}f})"
