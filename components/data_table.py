"""A native table."""

from collections.abc import Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

Cell = Any  # a text or a component


def data_table(caption: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]], stacks: bool = False) -> Component:
    """Draw a table whose first cell names the row.

    Parameters
    ----------
    caption
        What it shows, with its time and source.
    columns
        Headings.
    rows
        Cells, one a column.
    stacks
        Whether each row becomes a block of labelled lines on a phone, for tables with more columns than fit there.
    """
    if stacks:
        return _stacking_table(caption, columns, rows)
    head = html.Thead(html.Tr([html.Th(column, scope="col") for column in columns]))
    body = html.Tbody([html.Tr([html.Th(row[0], scope="row"), *(html.Td(cell) for cell in row[1:])]) for row in rows])
    return _scroll(caption, html.Table([html.Caption(caption), head, body], className="data-table"))


def _stacking_table(caption: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Component:
    """Draw the table with every cell's heading beside it; roles keep it a table where its rows are blocks."""
    heads = [html.Th(column, scope="col", role="columnheader") for column in columns]
    head = html.Thead(html.Tr(heads, role="row"), role="rowgroup")
    body = html.Tbody([_stacking_row(columns, row) for row in rows], role="rowgroup")
    table = html.Table([html.Caption(caption), head, body], className="data-table is-stacking", role="table")
    return _scroll(caption, table)


def _stacking_row(columns: Sequence[str], row: Sequence[Cell]) -> Component:
    cells = [
        html.Td(cell, role="cell", **{"data-label": column}) for column, cell in zip(columns[1:], row[1:], strict=True)
    ]
    return html.Tr([html.Th(row[0], scope="row", role="rowheader"), *cells], role="row")


def _scroll(caption: str, table: Component) -> Component:
    return html.Div(table, className="table-scroll", tabIndex="0", role="region", **{"aria-label": caption})
