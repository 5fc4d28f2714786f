"""The page that shows the API's own description: everything comes from here, and every operation can be tried."""


def test_an_operation_is_tried_on_the_docs_page(page, drill_server):
    page.size(1280, 900)
    page.driver.get(f"{drill_server.url}/api-docs?lang=en")
    page.until("document.querySelector('a[href^=\"/api/docs\"]')")
    page.driver.find_element("css selector", 'a[href^="/api/docs"]').click()
    page.until("document.querySelectorAll('.opblock-tag-section').length > 15")
    page.click("#operations-tag-Version button")
    page.until("document.querySelector('#operations-Version-show_version .opblock-summary-control')")
    page.click("#operations-Version-show_version .opblock-summary-control")
    page.until("document.querySelector('.opblock.is-open button.execute')")
    page.driver.find_element("css selector", ".opblock.is-open button.execute").click()
    page.until("document.querySelector('.opblock.is-open .live-responses-table .response-col_status')")
    table = "document.querySelector('.opblock.is-open .live-responses-table').innerText"
    page.until(f"""['200', '"area": "coquimbo"'].every((one) => {table}.includes(one))""")
    assert [line for line in page.driver.get_log("browser") if line["level"] == "SEVERE"] == []
