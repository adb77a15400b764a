"""Write docs/reference/command-line.md from the commands: `python -m tools.command_page`."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from sru_ner.cli.main import app
from sru_ner.files import write_text
from sru_ner.rendering.markdown import markdown_table

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs/reference/command-line.md"
HEAD = """\
# Command line

`sru-ner COMMAND --help` shows the same in a terminal. Results go to standard output, messages to
standard error. The status is 0 if all went well, 2 if something has to be corrected, and 130 after
Ctrl-C. `python -m tools.command_page` writes this page from the commands.
"""


def page() -> str:
    """Return the page, with a section for each command, in the order of the help."""
    main = typer.main.get_command(app)
    return HEAD + "".join(_sections(main, typer.Context(main, info_name="sru-ner")))


def _sections(command: Any, context: typer.Context) -> Iterator[str]:
    """Yield the sections of the commands in a group, and of the groups in it."""
    for name, each in getattr(command, "commands", {}).items():
        inner = typer.Context(each, info_name=name, parent=context)
        if hasattr(each, "commands"):
            yield from _sections(each, inner)
        else:
            yield _section(each, inner)


def _section(command: Any, context: typer.Context) -> str:
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    about = re.sub(r"[ ]*\n[ ]*", "\n", (command.help or "").strip())
    records = [record for section in command.sections(context).values() for record in section]
    rows = [_row(*record) for record in records if record[0] != "--help"]
    table = "\n" + markdown_table(("argument or option", ""), rows) if rows else ""
    return f"\n## `{context.command_path}`\n\n    {usage}\n\n{about}\n{table}"


def _row(names: str, meaning: str) -> list[str]:
    names, meaning = (" ".join(part.split()) for part in (names, meaning))
    return [f"`{names.replace('|', ', ')}`", meaning.replace("|", ", ")]


if __name__ == "__main__":
    write_text(PAGE, page())
