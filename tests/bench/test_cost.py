from bench.at_scale import LENGTH, RATE
from bench.cost import BEGIN, END, PAGE, cost_table
from tools.page_block import with_block

ROWS = {RATE: {"value": 1000.0, "commit": "0123456"}, LENGTH: {"value": 10.0}}


def test_cost_is_sentences_by_speed() -> None:
    table = cost_table(ROWS, "a made-up processor")
    assert "a made-up processor, commit 0123456" in table
    # 38 million × 10 sentences at 1000 a second: 380,000 s.
    assert "| 1 core | 1,000 | 4.4 days |" in table
    assert "| 16 cores | 16,000 | 6.6 hours |" in table
    assert "**assumed** to be worth 40 such cores (not measured) | 40,000 | 2.6 hours |" in table
    assert "Extrapolated" in table
    assert "these are 106 core hours: 5 dollars" in table


def test_the_page_has_a_place_for_it() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert "| one table |" in with_block(page, BEGIN, END, "| one table |\n", path=PAGE)
