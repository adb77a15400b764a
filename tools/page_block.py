"""The part of a documentation page that a tool writes, between two marks."""

from pathlib import Path

from sru_ner.errors import InputError


def with_block(page: str, begin: str, end: str, block: str, *, path: Path) -> str:
    """Put a block between two marks of a page, with an empty line on each side.

    block: Markdown that ends with a newline. path: the page's file, for the message. Raises
    `InputError` if the page does not have the marks.
    """
    before, found_begin, rest = page.partition(begin)
    _, found_end, after = rest.partition(end)
    if not found_begin or not found_end:
        raise InputError(
            "the page has no place for what this tool writes",
            path=path,
            remedy=f"write {begin} and {end} into it",
        )
    return f"{before}{begin}\n\n{block}\n{end}{after}"
