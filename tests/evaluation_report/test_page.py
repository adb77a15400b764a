"""The page in a real browser: Debian's chromium, driven without a network."""

import base64
import io
import json
import re
from contextlib import contextmanager

import pytest
from matplotlib import image

selenium = pytest.importorskip("selenium", reason="selenium is not installed: chromium not driven")

from selenium.webdriver.common.by import By  # noqa: E402
from selenium.webdriver.common.keys import Keys  # noqa: E402
from selenium.webdriver.support.ui import Select  # noqa: E402

from tests.chromium import chromium, visit  # noqa: E402

DESKTOP, PHONE = (1280, 1000), (390, 800)


@pytest.fixture(scope="module")
def browser():
    with chromium(logs=True) as driver:
        yield driver


@contextmanager
def opened(browser, folder):
    """A page, opened anew at the width of a desktop; nothing on it may fail."""
    browser.set_window_size(*DESKTOP)
    visit(browser, "about:blank")
    browser.get_log("performance")
    browser.get_log("browser")
    visit(browser, (folder / "index.html").as_uri())
    yield browser
    assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []


@pytest.fixture
def page(browser, report_folder):
    with opened(browser, report_folder) as page:
        yield page


@pytest.fixture
def tool_page(browser, tool_report):
    """Of the suite in which another tool has a row."""
    with opened(browser, tool_report) as page:
        yield page


def texts(page, selector):
    return [element.text for element in page.find_elements(By.CSS_SELECTOR, selector)]


def click(page, selector):
    page.find_element(By.CSS_SELECTOR, selector).click()


def choose(page, label, value):
    box = page.find_element(By.XPATH, f"//label[contains(., '{label}')]/select")
    Select(box).select_by_value(value)


def test_it_asks_for_nothing_but_itself(page, report_folder):
    messages = [json.loads(entry["message"])["message"] for entry in page.get_log("performance")]
    asked = {
        message["params"]["request"]["url"]
        for message in messages
        if message["method"] == "Network.requestWillBeSent"
    }
    assert {url for url in asked if not url.startswith("data:")} == {
        (report_folder / "index.html").as_uri()
    }
    assert page.execute_script("return performance.getEntriesByType('resource').length") == 0


def test_the_matrix_shows_value_interval_and_mark(page):
    assert texts(page, ".matrix tbody th") == ["wide", "narrow"]
    found = page.find_element(By.CSS_SELECTOR, "td[data-model=wide][data-tested=dis]").text
    value, interval, mark = found.splitlines()
    low, high = map(float, interval.split("–"))
    assert low <= float(value) <= high
    assert mark == "† 1"
    assert (
        page.find_element(By.CSS_SELECTOR, "td[data-model=narrow][data-tested=chem]").text == "n/a"
    )


def test_details_follow_pointer_and_arrow_keys(page):
    click(page, "td[data-model=wide][data-tested=dis]")
    assert texts(page, "#detail h3") == ["wide on dis"]
    assert "precision" in page.find_element(By.ID, "detail").text
    page.switch_to.active_element.send_keys(Keys.ARROW_RIGHT)
    assert texts(page, "#detail h3") == ["wide on chem"]
    page.switch_to.active_element.send_keys(Keys.ARROW_DOWN)
    assert texts(page, "#detail h3") == ["narrow on chem"]
    assert "narrow knows no type of chem" in page.find_element(By.ID, "detail").text


def test_filters_leave_what_was_chosen(page):
    click(page, "[data-chip=narrow]")
    assert texts(page, ".matrix tbody th") == ["narrow"]
    assert page.switch_to.active_element.get_attribute("data-chip") == "narrow"
    click(page, "[data-chip=narrow]")
    click(page, "[data-chip=chem]")
    assert [name.split("\n")[0] for name in texts(page, ".matrix thead th")] == ["model", "chem"]
    click(page, "[data-chip=chem]")
    choose(page, "Types", "Chemical")
    assert page.find_element(By.ID, "matrix-title").text == "F1 only Chemical"
    assert page.find_element(By.CSS_SELECTOR, "td[data-model=wide][data-tested=dis]").text == "n/a"
    assert "figure=Chemical" in page.current_url


def test_an_address_keeps_the_choice(page, report_folder):
    page.get("about:blank")
    page.get((report_folder / "index.html").as_uri() + "#models=wide&figure=Disease")
    assert texts(page, ".matrix tbody th") == ["wide"]
    assert page.find_element(By.ID, "matrix-title").text == "F1 only Disease"


def test_errors_can_be_browsed_by_class(page):
    before = texts(page, "#errors article")
    click(page, "[data-error=boundary]")
    after = texts(page, "#errors article")
    assert len(after) > 0
    assert after != before
    assert all("right type, wrong boundaries" in text for text in after)
    # Both sides are marked in the sentence, and the mention in question is lit.
    below = texts(page, "#errors .label:not(.above)")
    above = texts(page, "#errors .label.above")
    assert "Disease" in below
    assert all(re.fullmatch(r"\w+ [01]\.\d\d( \?)?", label) for label in above)
    assert page.find_elements(By.CSS_SELECTOR, "#errors .token[style*=repeating]")
    assert page.find_elements(By.CSS_SELECTOR, "#errors .chosen")


def test_examples_come_page_by_page(page):
    first = texts(page, "#errors article")
    page.find_element(By.XPATH, "//*[@id='errors']//button[contains(., 'next')]").click()
    second = texts(page, "#errors article")
    assert second
    assert set(first).isdisjoint(second)


def test_two_models_are_compared_either_way(page):
    def row():
        return texts(page, "#comparison tbody tr:first-child td")

    choose(page, "Model A", "wide")
    choose(page, "Model B", "narrow")
    forth = row()
    choose(page, "Model B", "wide")  # the other one steps aside
    back = row()
    assert float(forth[2].replace("−", "-")) == -float(back[2].replace("−", "-"))
    assert forth[6:8] == back[7:5:-1]
    assert forth[6:8] != ["0", "0"]
    examples = texts(page, "#comparison article")
    assert any("found by wide only" in text for text in examples)
    assert any("“headache” as Disease, predicted wrongly by wide only" in text for text in examples)


def test_models_are_compared_where_both_are_scored(browser, dropped_report):
    with opened(browser, dropped_report) as page:
        choose(page, "Model A", "wide")
        choose(page, "Model B", "narrow")
        click(page, "[data-chip=dis]")
        cells = texts(page, "#comparison tbody tr:first-child td")
        examples = texts(page, "#comparison article")
        # The other seven: `cough` in all of them, and `severe headache` in four.
        assert cells[6:8] == ["7", "4"]
        assert not any("document d0" in text for text in examples)


def test_a_tool_without_scores_is_drawn(tool_page):
    cell = tool_page.find_element(By.CSS_SELECTOR, "td[data-model=tool][data-tested=dis]")
    assert cell.text.splitlines()[-1] == "† ?"
    cell.click()
    assert "† ?: it is not known what" in tool_page.find_element(By.ID, "detail").text
    click(tool_page, "[data-chip=tool]")
    click(tool_page, "[data-error=spurious]")
    examples = texts(tool_page, "#errors article")
    assert any("“cures” as Disease" in text for text in examples)
    assert set(texts(tool_page, "#errors .label.above")) == {"Disease"}


def test_paper_has_more_than_the_first_page_of_a_list(page):
    before = texts(page, "#errors article")
    total = int(
        page.find_element(By.CSS_SELECTOR, "#errors .turn").text.split(" of ")[1].split()[0]
    )
    page.execute_script(
        "addEventListener('beforeprint', () => { window.printed = "
        "document.querySelectorAll('#errors article').length; });"
    )
    paper = page.execute_cdp_cmd("Page.printToPDF", {})["data"]
    assert base64.b64decode(paper).startswith(b"%PDF")
    assert len(before) < total <= 60
    assert page.execute_script("return window.printed") == total
    assert texts(page, "#errors article") == before


def test_paper_says_what_was_chosen(page):
    click(page, "[data-chip=narrow]")
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        shown = [text for text in texts(page, "#filters button") if text]
        assert shown == ["narrow", "all"]
        assert not page.find_element(By.CSS_SELECTOR, "nav").is_displayed()
    finally:
        page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def test_curves_have_a_line_for_each_model(page):
    assert len(page.find_elements(By.CSS_SELECTOR, "#curves figure")) >= 2
    lines = page.find_elements(By.CSS_SELECTOR, "#curves figure:first-of-type path.line")
    assert len(lines) == 2


def test_training_shows_the_recall_of_each_type_by_epoch(page):
    first = page.find_element(By.CSS_SELECTOR, "#training details")
    assert "dev recall" in first.find_element(By.TAG_NAME, "summary").text
    first.find_element(By.TAG_NAME, "summary").click()
    rows = [row.text.split() for row in first.find_elements(By.CSS_SELECTOR, "tbody tr")]
    assert rows == [["dis.Disease", "2.5", "71.0"]], "a type without gold mentions has no row"


def test_a_screenshot_is_not_blank(page):
    drawn = image.imread(io.BytesIO(page.get_screenshot_as_png()))[..., :3]
    colours = {tuple(colour) for colour in drawn[::4, ::4].reshape(-1, 3)}
    assert len(colours) > 20


def test_a_phone_shows_it_without_scrolling_sideways(page):
    # Windows of chromium cannot be as narrow as a phone; what it pretends to be can.
    width, height = PHONE
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": True}
    page.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    try:
        page.refresh()
        assert page.execute_script("return document.documentElement.scrollWidth") <= width
    finally:
        page.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
