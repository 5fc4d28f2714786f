"""/docs: the page that shows the OpenAPI document and lets one try every operation; all of it from our own files."""

import html
from pathlib import Path
from typing import Final

import brotli
from apiflask import APIBlueprint
from flask import Response, request

from dashboard.api.documents import binary, documented
from dashboard.api.headers import YEAR_S, by_content, versioned
from dashboard.api.language import choose_language
from dashboard.api.reading import LanguageQuery
from dashboard.i18n import text
from dashboard.settings import CHECKOUT
from risk_core.errors import Fault, NotFoundError

HTML: Final = "text/html"
SWAGGER_VERSION: Final = "5.35.0"
FOLDER: Final = CHECKOUT / "assets" / "swagger"
TYPES: Final = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "docs.js": "text/javascript",
    "docs.css": "text/css",
}
"""Files of the page; the large ones lie in the checkout compressed, as they are sent."""
FILE_ANSWER: Final = {
    200: {
        "description": "The file",
        "content": {kind: {"schema": {"type": "string"}} for kind in sorted(set(TYPES.values()))},
    }
}
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
PAGE: Final = """<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="docs/swagger-ui.css?v={version}">
<link rel="stylesheet" href="docs/docs.css">
</head>
<body>
<nav class="docs-head"><a href="/api-docs?lang={lang}">{back}</a><a href="{document}">OpenAPI 3.1</a>
<a href="{document_30}">OpenAPI 3.0</a></nav>
<main id="docs" data-document="{document}"></main>
<script src="docs/swagger-ui-bundle.js?v={version}"></script>
<script src="docs/docs.js"></script>
</body>
</html>"""


def docs_blueprint() -> APIBlueprint:
    """Addresses of the page and its files."""
    bp = APIBlueprint("docs", __name__, tag="Documentation")

    @bp.get("/docs")
    @bp.input(LanguageQuery, location="query", arg_name="asked")
    @documented("Page that shows this document and tries every operation", body=binary(HTML))
    def show_docs(asked: LanguageQuery) -> Response:
        lang, root = choose_language(asked.lang), html.escape(request.script_root)
        page = PAGE.format(
            lang=lang,
            title=html.escape(f"{text('app.name', lang)} API"),
            back=html.escape(text("api.back", lang)),
            document=f"{root}/v1/openapi.json",
            document_30=f"{root}/ogc/api",
            version=SWAGGER_VERSION,
        )
        response = Response(page, mimetype=HTML)
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["Content-Language"] = lang
        return by_content(response)

    @bp.get("/docs/<file>")
    @documented("File of that page", 404, body=FILE_ANSWER)
    def show_docs_file(file: str) -> Response:
        if file not in TYPES:
            raise NotFoundError(Fault("file", file[:40], "one of " + ", ".join(TYPES), "See the page."))
        return _file(FOLDER / file, TYPES[file])

    return bp


def _file(path: Path, mimetype: str) -> Response:
    """A file as it lies there; one that lies there compressed is sent so to whoever can undo it."""
    packed = path.with_name(path.name + ".br")
    if not packed.is_file():
        data = path.read_bytes()
        return versioned(Response(data, mimetype=mimetype), f"{len(data)}-{path.stat().st_mtime_ns}", is_pinned=False)
    data, encoding = packed.read_bytes(), "br"
    if request.accept_encodings["br"] <= 0:
        data, encoding = brotli.decompress(data), ""
    response = Response(data, mimetype=mimetype)
    if encoding:
        response.headers["Content-Encoding"] = encoding
    response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = f"public, max-age={YEAR_S}, immutable"
    return response
