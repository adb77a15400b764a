"""Help of a command as plain text, which can be read in 80 columns and copied from anywhere."""

import re
from typing import Any

from typer.core import TyperCommand, TyperGroup

_TYPE = re.compile(r"\s<([^<>]+)>")
"""How typer writes what an option takes, such as `<int range>` or `<fp32|bf16>`."""
_WORDS = {"str": "TEXT", "int": "NUMBER", "float": "NUMBER", "path": "PATH", "Path": "PATH"}
_LIST = re.compile(r"list\[(.+)\]")
_NOTES = (
    (re.compile(r"(\[|; )default: \((.+?)\)"), r"\1default: \2"),
    (re.compile(r"([\d.]+)<=x<=([\d.]+)"), r"from \1 to \2"),
    (re.compile(r"x>=([\d.]+)"), r"at least \1"),
)
"""Notes of typer behind a description, and how they are written here."""
_LONGEST = 24  # characters of choices that fit behind the name of an option


class Headings(TyperGroup):
    """Group whose help lists its commands below headings."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Return the options; flags take nothing, which typer writes as `<bool>`."""
        params = super().get_params(ctx)
        for param in params:
            if getattr(param, "is_flag", False):
                param.metavar = ""
        return params


class PlainHelp(TyperCommand):
    """Command whose help and errors are plain text: each option, what it takes, what it does.

    typer's tables leave half of 80 columns for the descriptions, give flags the type `<bool>`, and
    read `[onnx]` in a description as a style.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Take what typer gives a command, but for its markup."""
        super().__init__(*arguments, **{**options, "rich_markup_mode": None})

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the arguments, then the options."""
        for heading, records in self.sections(ctx).items():
            if records:
                with formatter.section(heading):
                    formatter.write_dl(records, col_max=26)

    def sections(self, ctx: Any) -> dict[str, list[tuple[str, str]]]:
        """Return (name and what it takes, description) of each argument and option, by heading."""
        sections: dict[str, list[tuple[str, str]]] = {"Arguments": [], "Options": []}
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record is not None:
                argument = param.param_type_name == "argument"
                own = sections["Arguments" if argument else "Options"]
                names, description = _named(record) if argument else _in_words(record)
                for pattern, words in _NOTES:
                    description = pattern.sub(words, description)
                own.append((names, description))
        return sections


def _named(record: tuple[str, str]) -> tuple[str, str]:
    """Leave out what an argument takes, which its description says."""
    return _TYPE.sub("", record[0]), record[1]


def _in_words(record: tuple[str, str]) -> tuple[str, str]:
    """Write what an option takes as one word, and a long list of choices behind its description."""
    names, description = record
    found = _TYPE.search(names)
    if found is None:
        return record
    taken = found[1].removesuffix(" range")
    inner = _LIST.fullmatch(taken)
    taken = inner[1] if inner else taken
    if "|" in taken and len(taken) > _LONGEST:
        text, bracket, notes = description.partition("  [")
        choices = f"{text} One of: {taken.replace('|', ', ')}."
        return _TYPE.sub(" NAME", names), choices + bracket + notes
    return _TYPE.sub(f" {_WORDS.get(taken, taken)}", names), description
