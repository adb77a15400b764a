"""The page about the command line is made from the commands, and has all of them."""

from sru_ner.cli.main import COMMANDS, CORPORA
from tools.command_page import PAGE, page


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `python -m tools.command_page`"


def test_every_command_and_option_is_on_the_page() -> None:
    shown = page()
    names = [c.__name__.replace("_", "-") for group in COMMANDS.values() for c in group]
    names += [f"corpora {name}" for name in CORPORA]
    assert [name for name in names if f"\n## `sru-ner {name}`\n" not in shown] == []
    assert "| `-o, --output MODEL` | Folder for the model" in shown
