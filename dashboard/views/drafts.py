"""A closure that is being drawn, on the map and in words."""

from dashboard.acts.drafts import Draft, draft_geometry, met
from dashboard.i18n import text
from dashboard.views.features import Feature, collection, feature
from dashboard.views.format import distance
from risk_core.state.network import Network


def draft_features(draft: Draft, network: Network) -> Feature:
    """What is drawn of a draft: its shape and the points tapped."""
    geometry = draft_geometry(draft, network)
    shown = [] if geometry is None else [feature(geometry["type"], geometry["coordinates"], "draft-shape")]
    shown += [feature("Point", [lng, lat], "pin-draft", size=[14, 14]) for lat, lng in draft.points]
    return collection(shown)


def draft_note(draft: Draft, network: Network, lang: str) -> str:
    """What is there so far, and what to do next."""
    geometry = draft_geometry(draft, network)
    if geometry is None:
        return text(f"ops.draw_{draft.mode}", lang)
    n_street, length_m = met(network, geometry)
    return text("ops.draft_is", lang, n=n_street, length=distance(length_m))
