"""A native table."""

from collections.abc import Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

Cell = Any  # a text or a component


def data_table(caption: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Component:
    """Draw a table whose first cell names the row.

    Parameters
    ----------
    caption
        What it shows, with its time and source.
    columns
        Headings.
    rows
        Cells, one a column.
    """
    head = html.Thead(html.Tr([html.Th(column, scope="col") for column in columns]))
    body = html.Tbody([html.Tr([html.Th(row[0], scope="row"), *(html.Td(cell) for cell in row[1:])]) for row in rows])
    table = html.Table([html.Caption(caption), head, body], className="data-table")
    return html.Div(table, className="table-scroll", tabIndex="0", role="region", **{"aria-label": caption})
