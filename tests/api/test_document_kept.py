"""The OpenAPI document as it is kept under review: whoever changes the API changes this file too.

Write it anew with ``UPDATE_OPENAPI=1 python -m pytest -p no:dash tests/api/test_document_kept.py`` and read the diff.
"""

import gzip
import json
import os
from pathlib import Path

from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator

from dashboard.api.openapi_30 import as_openapi_30

KEPT = Path(__file__).parent / "openapi.json"


def test_document_is_the_one_kept(api):
    document = api.test_client().get("/v1/openapi.json").get_json()
    told = json.dumps(document, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    if os.environ.get("UPDATE_OPENAPI"):
        KEPT.write_text(told, encoding="utf-8")
    kept = json.loads(KEPT.read_text(encoding="utf-8"))
    assert set(kept["paths"]) == set(document["paths"])
    assert kept == document, "the API changed; see the head of this file"


def test_both_versions_are_valid(api):
    document = api.test_client().get("/v1/openapi.json").get_json()
    OpenAPIV31SpecValidator(document).validate()
    OpenAPIV30SpecValidator(as_openapi_30(document)).validate()


def test_what_was_said_in_3_1_is_said_in_3_0(api):
    document = api.test_client().get("/v1/openapi.json").get_json()
    told = as_openapi_30(document)
    assert set(told["paths"]) == set(document["paths"]) and told["openapi"] == "3.0.3"
    text = json.dumps(told)
    assert '"const"' not in text and '{"type": "null"}' not in text


def test_docs_page_takes_everything_from_here(api):
    client = api.test_client()
    page = client.get("/docs?lang=ko")
    text = page.get_data(as_text=True)
    assert page.mimetype == "text/html" and 'lang="ko"' in text
    assert "http://" not in text and "https://" not in text
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    for name in ("swagger-ui-bundle.js", "swagger-ui.css", "docs.js", "docs.css"):
        assert client.get(f"/docs/{name}").status_code == 200
    assert client.get("/docs/../app.py").status_code == 404


def test_packed_files_are_sent_as_they_lie_there_or_unpacked(api):
    import brotli

    client = api.test_client()
    packed = client.get("/docs/swagger-ui-bundle.js", headers={"Accept-Encoding": "br, gzip"})
    plain = client.get("/docs/swagger-ui-bundle.js")
    assert packed.headers["Content-Encoding"] == "br" and "Content-Encoding" not in plain.headers
    assert brotli.decompress(packed.data) == plain.data and plain.data.startswith(b"/*!")


def test_documents_are_packed_once_and_best(api):
    client = api.test_client()
    for address in ("/v1/openapi.json", "/ogc/api"):
        plain = client.get(address).data
        packed = [client.get(address, headers={"Accept-Encoding": "gzip"}) for _ in range(2)]
        assert packed[0].headers["Content-Encoding"] == "gzip" and packed[0].data == packed[1].data
        assert gzip.decompress(packed[0].data) == plain
        assert len(packed[0].data) < 0.9 * len(gzip.compress(plain, 1))
