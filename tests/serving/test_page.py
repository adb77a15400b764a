"""The page in a real browser: Debian's Chromium, driven by selenium."""

import csv
import io
import json
import shutil
from collections.abc import Iterator

import httpx
import pytest

from tests.chromium import chromium, visit

TEXT = "aspirin brca1 mice aspirin headache - in\n\nAspirin treats headache in mice."
"""In which the tests' model marks nested mentions, and both of its types."""


@pytest.fixture(scope="module")
def address(serve, tiny_model, tmp_path_factory) -> Iterator[str]:
    """A page with two models; the other one marks no chemicals."""
    from sru_ner.model.modeling import SruNerModel

    other = tmp_path_factory.mktemp("other") / "other"
    shutil.copytree(tiny_model, other)
    model = SruNerModel.from_pretrained(str(other))
    model.sru.mlp[2].bias.data[2:4] -= 100
    model.save_pretrained(other)
    with serve("demo-page", str(tiny_model), str(other), "--no-open") as server:
        yield server.address


@pytest.fixture(scope="module")
def browser() -> Iterator:
    with chromium(logs=True) as driver:
        yield driver


class Page:
    """What a visitor does and sees."""

    def __init__(self, browser, address: str, width: int = 1200) -> None:
        self.browser = browser
        size = {"width": width, "height": 1500, "deviceScaleFactor": 1, "mobile": width < 500}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        visit(browser, address)

    def find(self, selector: str) -> list:
        return self.browser.find_elements("css selector", selector)

    def until(self, condition):
        from selenium.webdriver.support.ui import WebDriverWait

        return WebDriverWait(self.browser, 60).until(lambda _: condition())

    def choose(self, selector: str, value: str) -> None:
        from selenium.webdriver.support.ui import Select

        Select(self.find(selector)[0]).select_by_visible_text(value)

    def annotate(self, text: str = TEXT) -> None:
        [field] = self.find("#text")
        field.clear()
        field.send_keys(text)
        self.find("#annotate")[0].click()
        self.until(lambda: self.find(".result"))

    def shown(self, section: int = 0) -> list[tuple[str, str]]:
        """Mentions and types in the table of a model."""
        return self.browser.execute_script(
            "return [...document.querySelectorAll('.result')[arguments[0]]"
            ".querySelectorAll('tbody tr')].map(r => [r.cells[0].innerText, r.cells[1].innerText])",
            section,
        )

    def drawn(self) -> list[str]:
        """Types at the marks below the text."""
        return self.browser.execute_script(
            "return [...document.querySelectorAll('.result .label')].map(l => l.innerText)"
        )

    def results(self) -> str:
        return self.browser.execute_script("return document.getElementById('results').innerText")


def test_mentions_are_drawn_and_listed(browser, address):
    page = Page(browser, address)
    page.annotate()
    answer = httpx.post(f"{address}/annotate", json={"texts": [TEXT]}).json()["spans"][0]
    assert page.shown() == [[s["text"], s["type"]] for s in answer]
    assert sorted(page.drawn()) == sorted(s["type"] for s in answer)
    assert "".join(page.find(".drawn")[0].get_attribute("textContent").split()).startswith(
        "aspirin"
    )
    # A nested mention is drawn below the one around it.
    tops = {mark.get_attribute("style") for mark in page.find(".result .label")}
    assert len({style.partition("top")[2] for style in tops}) > 1


def test_filters_leave_out_what_is_not_wanted(browser, address):
    page = Page(browser, address)
    page.annotate()
    everything = page.shown()
    boxes = {box.get_attribute("value"): box for box in page.find("#types input")}
    assert set(boxes) == {"Chemical", "Disease"}
    boxes["Disease"].click()
    chemicals = [row for row in everything if row[1] == "Chemical"]
    assert 0 < len(chemicals) < len(everything)
    page.until(lambda: page.shown() == chemicals)
    assert set(page.drawn()) == {"Chemical"}
    assert page.find("#shown")[0].text == f"{len(chemicals)} of {len(everything)} mentions"
    boxes["Disease"].click()
    page.until(lambda: page.shown() == everything)
    browser.execute_script(
        "const bar = document.getElementById('threshold'); bar.value = 1;"
        "bar.dispatchEvent(new Event('input'))"
    )
    page.until(lambda: "No mention to show." in page.results())
    assert page.drawn() == []


def test_two_models_are_compared(browser, address):
    page = Page(browser, address)
    page.choose("#other", "other")
    page.annotate()
    found = []
    for number, name in enumerate(httpx.get(f"{address}/health").json()["models"]):
        question = {"texts": [TEXT], "model": name}
        spans = httpx.post(f"{address}/annotate", json=question).json()["spans"][0]
        assert page.shown(number) == [[s["text"], s["type"]] for s in spans]
        found.append({(s["start"], s["end"], s["type"]) for s in spans})
    differ = found[0] ^ found[1]
    assert {kind for _, _, kind in differ} >= {"Chemical"}
    assert len(page.find(".result tr.only")) == len(differ)
    page.find("#only")[0].click()
    page.until(lambda: len(page.shown(0)) + len(page.shown(1)) == len(differ))


def test_what_is_shown_can_be_taken_along(browser, address):
    page = Page(browser, address)
    page.annotate()
    shown = page.shown()
    names = [page.find(f"#{id_}")[0].get_attribute("download") for id_ in ("json", "csv")]
    assert names == ["mentions.json", "mentions.csv"]
    browser.execute_script(
        "window.taken = {}; const make = URL.createObjectURL;"
        "URL.createObjectURL = (blob) => {"
        " blob.text().then((t) => { window.taken[blob.type] = t; }); return make(blob); };"
        "document.getElementById('threshold').dispatchEvent(new Event('input'))"
    )
    taken = page.until(
        lambda: browser.execute_script(
            "return Object.keys(window.taken).length === 2 && window.taken"
        )
    )
    found = json.loads(taken["application/json;charset=utf-8"])
    assert found["text"] == TEXT
    assert [[span["text"], span["type"]] for span in found["spans"]] == shown
    rows = list(csv.DictReader(io.StringIO(taken["text/csv;charset=utf-8"])))
    assert [[row["text"], row["type"]] for row in rows] == shown
    assert rows[0]["start"] == str(found["spans"][0]["start"])


def test_markup_in_a_text_stays_text(browser, address):
    page = Page(browser, address)
    page.annotate("<img src=x onerror=alert(1)> headache <b>mice</b>")
    assert "<b>mice</b>" in page.find(".drawn")[0].text.replace("\n", "")
    assert page.find(".drawn img, .drawn b") == []


def test_a_refusal_is_told(browser, address):
    page = Page(browser, address)
    browser.execute_script("document.getElementById('text').removeAttribute('maxlength')")
    browser.execute_script("document.getElementById('text').value = 'a'.repeat(100001)")
    page.find("#annotate")[0].click()
    page.until(lambda: "100,002 characters" in page.find("#problem")[0].text)
    assert page.find("#annotate")[0].is_enabled()
    browser.get_log("browser")  # Chromium logs every 413


@pytest.mark.parametrize("width", [1200, 390])
def test_the_page_fits_and_asks_nobody_but_its_server(browser, address, width):
    browser.get_log("performance")
    page = Page(browser, address, width)
    page.find("#example")[0].click()
    page.until(lambda: page.find(".result"))
    fits = browser.execute_script(
        "return document.documentElement.scrollWidth <= window.innerWidth"
    )
    assert fits
    messages = [json.loads(e["message"])["message"] for e in browser.get_log("performance")]
    asked = [
        message["params"]["request"]["url"]
        for message in messages
        if message["method"] == "Network.requestWillBeSent"
    ]
    own = [url for url in asked if url.startswith((f"{address}/", "data:"))]
    assert {url.removeprefix(address) for url in own} >= {"/", "/annotate", "/draw"}
    assert own == asked
    assert browser.get_log("browser") == []


def test_a_drawing_of_what_is_not_there_is_refused(address):
    for span in ({"start": 0, "end": 5}, {"start": 2, "end": 2}, {"start": -1, "end": 2}):
        content = {"text": "mice", "spans": [{**span, "type": "x"}]}
        assert httpx.post(f"{address}/draw", json=content).status_code == 422
    content = {"text": "mice", "spans": [{"start": 0, "end": 4, "type": "<x>"}]}
    drawn = httpx.post(f"{address}/draw", json=content).text
    assert "&lt;x&gt;" in drawn
    assert "<x>" not in drawn
