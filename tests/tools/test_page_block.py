from pathlib import Path

import pytest

from sru_ner.errors import InputError
from tools.page_block import with_block

PAGE = "before\n<!-- begin -->\n\nold\n\n<!-- end -->\nafter\n"


def test_the_block_between_the_marks_is_replaced_and_the_rest_stays() -> None:
    changed = with_block(PAGE, "<!-- begin -->", "<!-- end -->", "new\n", path=Path("page.md"))
    assert changed == PAGE.replace("old", "new")


@pytest.mark.parametrize("page", ["nothing", "<!-- begin -->", "<!-- end -->"])
def test_a_page_without_both_marks_is_refused(page: str) -> None:
    with pytest.raises(InputError, match=r"^page\.md: the page has no place"):
        with_block(page, "<!-- begin -->", "<!-- end -->", "new\n", path=Path("page.md"))
