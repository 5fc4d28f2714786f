"""Which language an answer speaks: asked for by name, else by the browser's header, else the default."""

from flask import g, has_request_context, request

from dashboard.i18n import DEFAULT_LANGUAGE, languages


def choose_language(asked: str | None = None) -> str:
    """Language of the request at hand; what is asked for here holds for its errors too."""
    if asked is not None:
        g.lang = asked
        if asked in languages():
            return asked
    chosen = g.get("lang") or request.args.get("lang")
    if chosen in languages():
        return str(chosen)
    return request.accept_languages.best_match(languages(), default=DEFAULT_LANGUAGE) or DEFAULT_LANGUAGE


def current_language() -> str:
    """Language of the request at hand, the default outside any."""
    return choose_language() if has_request_context() else DEFAULT_LANGUAGE
