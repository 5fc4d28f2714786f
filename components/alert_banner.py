"""Official warnings in their own words, and messages of the page itself."""

from dash import html
from dash.development.base_component import Component

from components.icon import icon


def alert_banner(tag: str, headline: str, instruction: str, source: str, lang: str = "") -> Component:
    """Draw an official warning, never mixed into our own levels.

    Parameters
    ----------
    tag
        Kind of the warning in its sender's words.
    headline, instruction
        The sender's text.
    source
        Sender, place and time.
    lang
        Language of the sender's text, empty if unknown.
    """
    own = {"lang": lang} if lang else {}
    words = [html.P(headline, className="alert-headline", **own)]
    if instruction:
        words.append(html.P(instruction, className="alert-instruction", **own))
    words.append(html.P(source, className="alert-source"))
    return html.Article([html.Span(tag, className="alert-tag"), html.Div(words)], className="alert")


def error_banner(title: str, detail: str, reference: str = "") -> Component:
    """Draw what failed, what still holds, and what can be done.

    Parameters
    ----------
    title
        What failed, one line.
    detail
        What still holds and the next step.
    reference
        Words with an id the reader can quote, or empty.
    """
    words = [html.P(title, className="alert-headline"), html.P(detail, className="alert-instruction")]
    if reference:
        words.append(html.P(reference, className="alert-source"))
    return html.Div([icon("warning"), html.Div(words)], className="error-banner", role="alert")
