from tools.settings_page import PAGE, page


def test_the_page_is_current():
    assert PAGE.read_text(encoding="utf-8") == page(), "run `python -m tools.settings_page`"


def test_every_setting_is_described():
    rows = [line for line in page().splitlines() if line.startswith("| `")]
    assert [row for row in rows if row.endswith("|  |")] == []
    learning_rate = "| `learning_rate` | number, > 0 | `0.001` | Peak learning rate of"
    # In the section `train`, and not again in that of the experiments, which inherit it.
    assert [row.startswith(learning_rate) for row in rows].count(True) == 1
    assert any("| `candidate` | text | required | The experiment whose" in row for row in rows)
