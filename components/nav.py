"""The bar above every page."""

from collections.abc import Sequence
from dataclasses import dataclass

from dash import dcc, html
from dash.development.base_component import Component

from components.icon import icon


@dataclass(frozen=True, slots=True)
class NavLink:
    """A link: text, address, whether it is where the reader is, and the language of its text."""

    word: str
    href: str
    is_current: bool = False
    lang: str = ""


def page_tabs(label: str, links: Sequence[NavLink], class_name: str) -> Component:
    """Draw the links between pages.

    Parameters
    ----------
    label
        Name of the navigation.
    links
        One a page.
    class_name
        Style name.
    """
    tabs = [
        html.A(link.word, href=link.href, className="is-current", **{"aria-current": "page"})
        if link.is_current
        else dcc.Link(link.word, href=link.href)
        for link in links
    ]
    return html.Nav(tabs, className=class_name, **{"aria-label": label})


def menu(summary: Sequence[Component], label: str, children: Sequence[Component], class_name: str) -> Component:
    """Draw a box that opens below its button.

    Parameters
    ----------
    summary
        Content of the button.
    label
        Name of the button.
    children
        Content of the box.
    class_name
        Style name.
    """
    button = html.Summary(list(summary), **{"aria-label": label})
    return html.Details([button, html.Div(list(children), className="menu-box")], className=f"menu {class_name}")


def keep_links(links: Sequence[NavLink], keeps: str) -> list[Component]:
    """Draw links that keep the view of the page they stand on.

    Parameters
    ----------
    links
        For example one a language or one an area.
    keeps
        ``lang`` keeps everything but the language, ``area`` keeps only language and hazard.
    """
    return [
        html.A(
            link.word,
            href=link.href,
            className="menu-link" + (" is-current" if link.is_current else ""),
            **{"data-keep": keeps},
            **({"lang": link.lang} if link.lang else {}),
            **({"aria-current": "true"} if link.is_current else {}),
        )
        for link in links
    ]


def tool_button(id: str, icon_name: str, label: str) -> Component:
    """Draw a square button with a sign.

    Parameters
    ----------
    id
        Component id.
    icon_name
        Sign.
    label
        What it does.
    """
    return html.Button(icon(icon_name), id=id, className="tool-button", title=label, **{"aria-label": label})


def brand(name: str, place: str, href: str) -> Component:
    """Draw the name of the product and of the place shown.

    Parameters
    ----------
    name, place
        Texts.
    href
        The first page.
    """
    words = html.Span([html.Strong(name), html.Span(place, className="brand-place")], className="brand-words")
    return dcc.Link([html.Span(className="brand-mark"), words], href=href, className="brand")
