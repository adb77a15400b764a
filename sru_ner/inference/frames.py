"""Tables of pandas: from texts in a column to a row for each mention."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sru_ner.environment.extras import not_installed
from sru_ner.errors import InputError, UnknownNameError
from sru_ner.inference.spans import AnnotatedSpan
from sru_ner.inference.texts import checked_texts, is_missing, is_table

if TYPE_CHECKING:
    import pandas as pd

SPAN_COLUMNS: Mapping[str, Any] = MappingProxyType(
    {
        "start": "int64",
        "end": "int64",
        "text": "str",
        "type": "str",
        "score": "float64",
        "labels": object,
    }
)
"""Columns of a table of mentions with their dtypes: the fields of an `AnnotatedSpan`."""


def mentions_frame(
    texts: "pd.DataFrame | pd.Series[str] | Iterable[str]",
    annotate: Callable[[Sequence[str]], Iterable[Sequence[AnnotatedSpan]]],
    *,
    column: str,
    keep: str | Iterable[str],
) -> "pd.DataFrame":
    """Return a table with a row for each mention; `Annotator.to_frame` explains it.

    annotate: gives the mentions of each text, in the order of the texts.
    """
    try:
        import pandas as pd  # noqa: PLC0415
    except ImportError as error:
        raise not_installed(error) or error from None
    kept: list[str] = [keep] if isinstance(keep, str) else list(keep)
    if isinstance(texts, pd.DataFrame):
        _check_columns(texts, column, kept)
        table, values = texts, texts[column]
    elif kept:
        raise InputError(
            f"keep names the columns {', '.join(map(str, kept))}, but these texts have no columns",
            remedy="give a DataFrame of pandas, or leave keep out",
        )
    elif isinstance(texts, pd.Series):
        table, values = texts.to_frame(), texts
    elif is_table(texts):
        raise InputError(
            f"to_frame takes a DataFrame of pandas, but this is a {type(texts).__name__}",
            remedy="convert it: pandas.DataFrame(table), or table.to_pandas() where there is one",
        )
    else:
        values = pd.Series(list(checked_texts(texts)), dtype=object)
        table = values.to_frame()
    found = annotate(["" if is_missing(value) else value for value in values])
    rows = list(_numbered(found))
    numbers = [number for number, _ in rows]
    frame = table[kept].iloc[numbers].copy()
    for name, dtype in SPAN_COLUMNS.items():
        frame[name] = pd.Series([getattr(span, name) for _, span in rows], dtype=dtype).array
    return frame


def _numbered(
    found: Iterable[Sequence[AnnotatedSpan]],
) -> Iterator[tuple[int, AnnotatedSpan]]:
    """Yield each mention with the number of its text, from 0."""
    for number, spans in enumerate(found):
        for span in spans:
            yield number, span


def _check_columns(table: "pd.DataFrame", column: str, kept: Sequence[str]) -> None:
    names = [str(name) for name in table.columns]
    for name in (column, *kept):
        if name not in table.columns:
            raise UnknownNameError("column", str(name), names, place="the table of texts")
        if sum(other == name for other in table.columns) > 1:
            raise InputError(
                f"the table of texts has several columns {name!r}",
                remedy="give each column a name of its own",
            )
    clashes = [name for name in kept if name in SPAN_COLUMNS]
    if clashes:
        raise InputError(
            f"keep names {', '.join(clashes)}, but columns of mentions have these names",
            remedy="rename the column first: table.rename(columns={'text': 'abstract'})",
        )
