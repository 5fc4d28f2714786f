"""The order in force where somebody stands: what it says, their shelter, and the way there."""

from dash import html
from dash.development.base_component import Component

from dashboard.i18n import text
from dashboard.pages.page import Opened
from dashboard.plans.inside import told_at
from dashboard.plans.standing import unfit_shelters
from dashboard.views.deeplink import page_href


def order_card(opened: Opened, at: tuple[float, float]) -> list[Component]:
    """The card of the published plan for a place; nothing outside its zones."""
    published = opened.services.library.plans.published(opened.area.area_id)
    if published is None:
        return []
    unfit = {} if opened.assessment is None else unfit_shelters(opened.area, opened.assessment, published.content)
    told = told_at(opened.area, published.content, at, opened.lang, unfit)
    if told is None:
        return []
    lang = opened.lang
    parts: list[Component] = [
        html.H2(text("plan.citizen.title", lang)),
        html.P(html.B(told.headline)),
        html.P(told.instruction),
    ]
    if told.shelter is not None:
        name, lat, lon = told.shelter
        ends = f"&from={at[0]:.6f},{at[1]:.6f}&to={lat:.6f},{lon:.6f}"
        href = page_href("/", opened.area.area_id, lang) + ends
        parts.append(html.P(text("plan.citizen.shelter", lang, name=name)))
        parts.append(html.A(text("plan.citizen.way", lang), href=href, className="plan-button"))
    else:
        parts.append(html.P(text("plan.citizen.up" if told.is_late else "plan.citizen.away", lang)))
    return [html.Section(parts, className="plan-order-card", role="alert")]
