"""What was read of a file that an official brings, in words."""

from collections.abc import Sequence
from datetime import UTC, tzinfo

from dash import html
from dash.development.base_component import Component

from components.data_table import data_table
from dashboard.feeds.taking import ColumnRead, Preview
from dashboard.i18n import text
from dashboard.store.acts import Act
from dashboard.store.columns import Column, ColumnType
from dashboard.store.kinds import KINDS, Kind
from dashboard.views.format import count, date_and_clock, local_time, near_clock
from dashboard.views.people import person_name

N_SHOWN = 12
"""Different reasons of refusal shown."""
COLUMN_HEADS = ("theirs", "ours", "unit", "example", "meaning")


def preview_words(found: Preview, lang: str) -> Component:
    """How many rows fit and how many were refused."""
    parts = [html.Span(text("upload.fit", lang, n=count(found.n_fit)))]
    if found.summary.n_refused:
        parts.append(html.Span(text("upload.refused", lang, n=count(found.summary.n_refused)), className="is-bad"))
    return html.P(parts, className="upload-counts", role="status")


def column_table(found: Preview, zone: tzinfo, lang: str) -> Component:
    """Columns of the file, what each fills, its unit, and the first row as it was understood."""
    first = found.sample[0] if found.sample else {}
    rows = [
        [
            one.theirs,
            html.Code(one.column.name),
            unit_words(one, lang),
            _value(first.get(one.column.name), one.column, zone, lang),
            html.Span(one.column.help, lang="en"),
        ]
        for one in found.columns
    ]
    rows += [[name, text("upload.not_used", lang), "", "", ""] for name in found.summary.ignored]
    return data_table(text("upload.columns", lang), [text(f"upload.{head}", lang) for head in COLUMN_HEADS], rows)


def unit_words(one: ColumnRead, lang: str) -> str:
    """Unit of a column, and how the file's own is turned into it."""
    unit = one.column.unit.replace("_per_", "/")
    if one.factor != 1.0:
        return text("upload.times", lang, factor=f"{one.factor:.6g}", unit=unit)
    return "–" if one.column.type in (ColumnType.TIME, ColumnType.DAY) or not unit else unit


def missing_columns(found: Preview, kind: Kind) -> list[Column]:
    """Columns that every row needs and the file does not have under a name we know."""
    known = {one.column.name for one in found.columns}
    return [column for column in KINDS[kind].columns if column.required and column.name not in known]


def refused_list(found: Preview, lang: str) -> list[Component]:
    """Why rows were refused, with the first rows of each reason."""
    lines = []
    for (column, wanted, remedy), faults in list(found.summary.faults.items())[:N_SHOWN]:
        rows = [fault.place.rsplit(":", 1)[-1].replace("row", "").strip() for fault in faults]
        lines.append(
            html.Li(
                [
                    html.Strong(column),
                    text("sources.rows", lang, rows=", ".join(rows)),
                    html.Span(f" {faults[0].value} → {wanted}. {remedy}", lang="en"),
                ]
            )
        )
    return [html.Ul(lines, className="upload-refused")] if lines else []


def taken_line(act: Act, zone: tzinfo, now_s: float, lang: str) -> Sequence[Component]:
    """When, who, which file, and what it changed."""
    state = act.after or {}
    key = "upload.taken_back" if is_back(act) else "upload.taken"
    words = text(
        key,
        lang,
        file=state.get("name", ""),
        kind=text(f"upload.kind_{state.get('kind', 'cases')}", lang),
        new=count(state.get("n_new", 0)),
        changed=count(state.get("n_changed", 0)),
    )
    who = f"{near_clock(act.at_s, now_s, zone, lang)} · {person_name(act.who_name, lang)}"
    return [html.Strong(words), html.Span(f" {who}")]


def is_back(act: Act) -> bool:
    """Whether a file stands taken back: each undoing turns it over."""
    return not (act.after or {}).get("stands", True)


def _value(value: object, column: Column, zone: tzinfo, lang: str) -> str:
    if value is None:
        return "–"
    if column.type is ColumnType.TIME and isinstance(value, float):
        return date_and_clock(value, zone, lang)
    if column.type is ColumnType.DAY and isinstance(value, float):
        return local_time(value, UTC).date().isoformat()
    shown = f"{value:g}" if isinstance(value, float) else str(value)
    return shown if len(shown) <= 40 else shown[:37] + "..."
