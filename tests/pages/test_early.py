"""The answer that stands in the page's shell before any script has come."""

from dash import Dash, dcc, html

from dashboard.pages.early import early_answer, to_html
from dashboard.pages.page import Services
from tests.answers.small_world import EMPTY_ID
from tests.pages.test_pages import open_tiny


def test_the_shell_of_the_citizens_page_tells_the_level_in_the_links_language(app: Dash) -> None:
    client = app.server.test_client()
    for lang, said in (("en", "not an official warning"), ("ko", "공식 경보가 아닙니다")):
        shell = client.get(f"/?area=tiny&lang={lang}").get_data(as_text=True)
        early = shell.partition('<main id="early"')[2].partition("</main>")[0]
        assert f'lang="{lang}"' in early and 'class="status-word"' in early and said in early
        assert shell.index('id="react-entry-point"') < shell.index('id="early"')
    assert 'id="early"' not in client.get("/health?area=tiny").get_data(as_text=True)


def test_an_address_that_means_nothing_and_an_area_without_snapshot_leave_the_shell_as_it_is(
    app: Dash, services: Services
) -> None:
    assert early_answer(open_tiny(services, area=EMPTY_ID)) == ""
    client = app.server.test_client()
    assert client.get("/?area=nowhere&c=x&from=<script>").status_code == 200


def test_plain_html_is_escaped_and_without_what_needs_scripts() -> None:
    part = html.Div(
        ["<b>", None, html.Span("x", style={"maxWidth": "3%"}, title='"'), html.Button("Go"), dcc.Store("s")]
    )
    assert to_html(part) == '<div>&lt;b&gt;<span style="max-width: 3%" title="&quot;">x</span></div>'
