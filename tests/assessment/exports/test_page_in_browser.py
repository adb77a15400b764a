"""The assessment page in a real browser: keys, selection, storage and files."""

import json
import time

import pytest

from sru_ner.assessment.exports.page import to_page
from sru_ner.assessment.items import make_items
from sru_ner.assessment.verdicts import read_verdicts
from tests.assessment.exports.judged import an_item, some_items
from tests.chromium import chromium, show, visit

DONE = "return document.getElementById('count').textContent"
SAID = "return document.getElementById('said').textContent"


@pytest.fixture(scope="module")
def browser():
    with chromium() as driver:
        yield driver


@pytest.fixture
def page(browser, tmp_path):
    """Open the page of an assessor in an empty browser and return its file."""

    def opened(items=None, assessor="A", file="page.html"):
        items = items or some_items()
        path = tmp_path / file
        path.write_text(
            to_page(items.items, sample=items.digest, assessor=assessor), encoding="utf-8"
        )
        show(browser, path.as_uri(), width=1280)
        return path

    yield opened
    browser.execute_script("localStorage.clear()")
    visit(browser, "about:blank")


def press(browser, *keys, shift=False, control=False):
    """Press keys one after another, where the focus is."""
    from selenium.webdriver import ActionChains, Keys

    names = {"left": Keys.ARROW_LEFT, "right": Keys.ARROW_RIGHT, "esc": Keys.ESCAPE}
    names |= {"enter": Keys.ENTER, "tab": Keys.TAB}
    held = [key for key, down in ((Keys.SHIFT, shift), (Keys.CONTROL, control)) if down]
    chain = ActionChains(browser)
    for key in held:
        chain.key_down(key)
    for key in keys:
        chain.send_keys(names.get(key, key))
    for key in held:
        chain.key_up(key)
    chain.perform()


def downloaded(browser, folder):
    """Download the verdicts, and return the path of the file."""
    folder.mkdir(exist_ok=True)
    values = {"behavior": "allow", "downloadPath": str(folder)}
    browser.execute_cdp_cmd("Browser.setDownloadBehavior", values)
    press(browser, "d")
    until = time.monotonic() + 10
    while time.monotonic() < until:
        found = list(folder.glob("*.json"))
        if found and found[0].read_text(encoding="utf-8").endswith("}\n"):
            return found[0]
        time.sleep(0.05)
    raise AssertionError("nothing was downloaded")


def load(browser, path):
    before = browser.execute_script(SAID)
    browser.find_element("id", "load").send_keys(str(path))
    until = time.monotonic() + 5
    while browser.execute_script(SAID) == before and time.monotonic() < until:
        time.sleep(0.02)
    return browser.execute_script(SAID)


def test_all_is_judged_by_keys_and_the_file_can_be_read(browser, page, tmp_path):
    page()
    items = some_items()
    press(browser, "3")
    press(browser, "right", "right", "right", "right", "right", "right", shift=True)
    press(browser, "left", shift=True, control=True)
    press(browser, "c", "both organs", "esc", "n", "4", "1", "2", "Small molecule", "enter")
    assert browser.execute_script(DONE) == "4 of 4 items judged"
    read = read_verdicts(downloaded(browser, tmp_path / "down"))
    assert (read.sample, read.assessor) == (items.digest, "A")
    given = [(v.id, v.verdict.value, v.type, v.start, v.end, v.comment) for v in read.verdicts]
    one, two, three, four = items.items
    assert given == [
        (one.id, "wrong_boundary", None, one.start - 1, one.end + 6, "both organs"),
        (two.id, "no_entity", None, None, None, ""),
        (three.id, "correct", None, None, None, ""),
        (four.id, "wrong_type", "Small molecule", None, None, ""),
    ]
    assert all(v.at is not None for v in read.verdicts)


def test_undo_and_redo_go_back_to_the_item(browser, page):
    page()
    press(browser, "1", "4")
    assert browser.execute_script(DONE).startswith("2 of 4")
    press(browser, "u")
    assert browser.execute_script(DONE).startswith("1 of 4")
    assert browser.find_element("id", "number").get_attribute("value") == "2"
    press(browser, "z", control=True)
    assert browser.execute_script(DONE).startswith("0 of 4")
    assert not browser.find_element("id", "undo").is_enabled()
    press(browser, "r", "r")
    assert browser.execute_script(DONE).startswith("2 of 4")
    press(browser, "c", "one comment", "esc", "u")
    assert browser.find_element("id", "comment").get_attribute("value") == ""


def test_a_page_that_is_opened_again_still_has_the_verdicts(browser, page):
    path = page()
    press(browser, "1", "5")
    show(browser, path.as_uri(), width=1280)
    assert browser.execute_script(DONE).startswith("2 of 4")
    assert browser.find_element("id", "number").get_attribute("value") == "3", "the first open one"
    page(assessor="B", file="b.html")
    assert browser.execute_script(DONE).startswith("0 of 4"), "another assessor has none of them"


def test_a_file_is_loaded_elsewhere_and_the_newer_verdict_wins(browser, page, tmp_path):
    page()
    press(browser, "1", "1")
    path = downloaded(browser, tmp_path / "down")
    browser.execute_script("localStorage.clear()")
    page()
    press(browser, "4")
    assert load(browser, path).startswith("1 verdict taken")
    pressed = "return document.querySelector('[aria-pressed=true]').dataset.verdict"
    press(browser, "g", "esc", "left")
    seen = {}
    for _ in range(2):
        place = browser.find_element("id", "number").get_attribute("value")
        seen[place] = browser.execute_script(pressed)
        press(browser, "left" if place == "2" else "right")
    assert seen == {"1": "no_entity", "2": "correct"}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"sample": "0" * 64}, "another sample"),
        ({"assessor": "B"}, "the verdicts of B, not of A"),
        ({"version": 2}, "version 2"),
        ({"format": "x"}, "no verdicts"),
        ({"verdicts": [{"id": "unknown", "verdict": "correct"}]}, "verdict 1: its item"),
    ],
)
def test_a_file_that_does_not_fit_is_refused(browser, page, tmp_path, changed, said):
    page()
    head = {"format": "sru-ner verdicts", "version": 1, "sample": some_items().digest}
    path = tmp_path / "other.json"
    path.write_text(json.dumps({**head, "assessor": "A", "verdicts": [], **changed}))
    assert said in load(browser, path)
    path.write_text("{")
    assert "no JSON file" in load(browser, path)
    assert browser.execute_script(DONE).startswith("0 of 4")


PLACES = """
const walker = document.createTreeWalker(document.getElementById("sentence"), NodeFilter.SHOW_TEXT);
const edge = (words, offset) => {
  walker.currentNode = walker.root;
  while (walker.nextNode()) {
    const at = walker.currentNode.data.indexOf(words);
    if (at >= 0) return [walker.currentNode, at + offset];
  }
};
const ends = [edge("liver", 0), edge("and", 3)];
"""


def test_a_boundary_is_selected_with_the_mouse(browser, page):
    from selenium.webdriver.common.actions.action_builder import ActionBuilder

    page()
    start, end = browser.execute_script(f"""{PLACES}
      return ends.map(([node, offset]) => {{
        const range = document.createRange();
        range.setStart(node, offset);
        range.setEnd(node, offset);
        const {{ left, top, height }} = range.getBoundingClientRect();
        return [Math.round(left), Math.round(top + height / 2)];
      }});
    """)
    drag = ActionBuilder(browser)
    drag.pointer_action.move_to_location(*start).pointer_down()
    drag.pointer_action.move_to_location(*end).pointer_up()
    drag.perform()
    assert browser.find_element("id", "boundary").text == "liver, skin and"
    pressed = browser.find_element("css selector", "[aria-pressed=true]")
    assert pressed.get_attribute("data-verdict") == "wrong_boundary"
    labels = [each.text for each in browser.find_elements("css selector", "#sentence .label")]
    assert sorted(labels) == ["Organ", "yours: Organ"]


def test_a_boundary_is_selected_with_fingers(browser, page):
    page()
    browser.execute_async_script(f"""{PLACES}
      getSelection().setBaseAndExtent(...ends[0], ...ends[1]);
      requestAnimationFrame(() => setTimeout(arguments[0], 20));
    """)
    assert browser.find_element("id", "boundary").text == "liver", "it is not taken by itself"
    browser.execute_script("getSelection().removeAllRanges()")  # as a tap does
    browser.find_element("id", "selected").click()
    assert browser.find_element("id", "boundary").text == "liver, skin and"
    browser.find_element("id", "restore").click()
    browser.find_element("id", "selected").click()
    assert browser.execute_script(SAID) == "Select text in the sentence first."


def test_an_edge_is_never_between_a_letter_and_its_accent(browser, page):
    page(make_items([an_item("Cafe\u0301s", "Caf", "Food")]))
    press(browser, "right", shift=True)
    assert browser.find_element("id", "boundary").text == "Cafe\u0301"
    press(browser, "left", shift=True)
    assert browser.find_element("id", "boundary").text == "Caf"
    assert not browser.find_element("id", "restore").is_enabled(), "as it was predicted"


def test_hostile_text_is_shown_and_not_run(browser, page):
    page()
    press(browser, "right")
    assert "</script><script>" in browser.find_element("id", "sentence").text
    assert "<b onclick='y'>" in browser.find_element("id", "question").text
    assert browser.title == "Judge mentions: A"
    assert browser.find_elements("css selector", "#context img, #context b, #types b") == []


def test_the_page_cannot_use_the_network(browser, page):
    page()
    blocked = browser.execute_async_script("""
      const done = arguments[0];
      addEventListener("securitypolicyviolation", (event) => done(event.effectiveDirective));
      fetch("http://127.0.0.1:9/").catch(() => {});
    """)
    assert blocked == "connect-src"


def test_filters_show_what_is_open_or_of_a_type(browser, page):
    page()
    press(browser, "1")
    state = browser.find_element("id", "state")
    assert [each.text for each in state.find_elements("tag name", "option")] == [
        "all",
        "open",
        "correct",
        "wrong type",
        "wrong boundary",
        "no entity",
        "unsure",
    ]
    state.send_keys("open")
    assert browser.execute_script(DONE) == "1 of 4 items judged; 3 shown"
    browser.find_element("id", "of-type").send_keys("Gene")
    assert browser.execute_script(DONE) == "1 of 4 items judged; 2 shown"
    assert browser.find_element("id", "number").get_attribute("value") == "3"


def test_a_browser_that_keeps_nothing_says_so_and_warns(browser, page):
    refuse = (
        "Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError') }"
    )
    made = browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": refuse})
    try:
        page()
        said = browser.find_element("id", "problem").text
        assert "QuotaExceededError" in said
        assert "Download them" in said
        leave = (
            "const leaving = new Event('beforeunload', { cancelable: true });"
            " dispatchEvent(leaving); return leaving.defaultPrevented"
        )
        assert not browser.execute_script(leave), "there is nothing to lose"
        press(browser, "1")
        assert browser.execute_script(leave)
        browser.execute_script("document.getElementById('download').click()")
        assert not browser.execute_script(leave)
    finally:
        browser.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", made)


def test_a_comment_without_a_verdict_is_kept_but_not_downloaded(browser, page, tmp_path):
    path = page()
    press(browser, "c", "ask Bo", "esc", "right", "1")
    show(browser, path.as_uri(), width=1280)
    assert browser.find_element("id", "comment").get_attribute("value") == "ask Bo"
    assert len(read_verdicts(downloaded(browser, tmp_path / "down")).verdicts) == 1
    assert "Not in it: 1 comment without a verdict." in browser.execute_script(SAID)


def test_a_key_that_is_held_down_judges_once(browser, page):
    page()
    browser.execute_script("""
      const press = (repeat) => new KeyboardEvent("keydown", { key: "1", repeat, bubbles: true });
      for (const repeat of [false, true, true]) document.body.dispatchEvent(press(repeat));
    """)
    assert browser.execute_script(DONE).startswith("1 of 4")


def test_single_keys_can_be_switched_off(browser, page):
    page()
    browser.execute_script("document.getElementById('single-keys').checked = false")
    press(browser, "1", "n")
    assert browser.execute_script(DONE).startswith("0 of 4")


@pytest.mark.parametrize("number", [20, 1000])
def test_nothing_jumps(browser, page, number):
    texts = [f"Sample {i} of the liver was taken." for i in range(number)]
    page(make_items([an_item(text, "liver", "Organ") for text in texts]))
    places = (
        "return [...document.querySelectorAll('button')].map((b) => b.getBoundingClientRect())"
        ".map(({ top, left }) => [Math.round(top + scrollY), Math.round(left)])"
    )
    before = browser.execute_script(places)
    judge(browser, 10)
    assert browser.execute_script(DONE).startswith(f"10 of {number:,}")
    press(browser, "3", "c", "m", "esc")
    press(browser, "left", shift=True)
    assert browser.find_element("id", "boundary").text == "live"
    assert browser.execute_script(places) == before


def test_a_verdict_changes_no_more_of_a_page_with_many_items(browser, page):
    changes = {}
    for number in (20, 1000):
        texts = [f"Sample {i} of the liver was taken." for i in range(number)]
        page(make_items([an_item(text, "liver", "Organ") for text in texts]))
        changes[number] = judge(browser, 10)
        browser.execute_script("localStorage.clear()")
    assert 0 < changes[1000] <= changes[20]


def judge(browser, verdicts):
    """Judge items, and return how many times something in the page changed."""
    return browser.execute_script(
        """
        const watch = new MutationObserver(() => {});
        const all = { subtree: true, childList: true, attributes: true, characterData: true };
        watch.observe(document, all);
        const correct = document.querySelector("[data-verdict=correct]");
        for (let i = 0; i < arguments[0]; i++) correct.click();
        return watch.takeRecords().length;
        """,
        verdicts,
    )
