"""The score sheet: a row for each item, as CSV or as a workbook (XLSX).

The mention is between « and » in its sentence. An assessor fills in `verdict`, and may fill in the
other columns that are empty. A text that begins like a formula stays a text.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.writer.excel import ExcelWriter

from sru_ner.assessment.exports.reading import Reading, Span
from sru_ner.assessment.exports.zipped import write_zip
from sru_ner.assessment.items import Item
from sru_ner.assessment.verdicts import Judgement
from sru_ner.errors import InputError
from sru_ner.files import read_text, write_text
from sru_ner.rendering.csv_text import csv_text, inert

_GIVEN = ("id", "before", "sentence", "after", "mention", "type", "document")
SAID = "said"
"""Column with what assessors said, in a sheet for adjudication."""
FILLED_IN = ("verdict", "right type", "right mention", "comment")
_WIDTHS = {"before": 30, "sentence": 60, "after": 30, "mention": 22, SAID: 40, "comment": 30}
_EPOCH = datetime(1980, 1, 1)
_REMEDY = "save the sheet as CSV in UTF-8, or as XLSX, with its columns"


def write_csv(path: Path, items: Iterable[Item]) -> None:
    """Write the sheet as CSV."""
    heads, *rows = _rows(items, None)
    write_text(path, csv_text(heads, rows))


def write_xlsx(path: Path, items: Iterable[Item], said: Mapping[str, str] | None = None) -> None:
    """Write the sheet as a workbook, with a list to choose verdicts from.

    said: item → what assessors said of it, which gets a column of its own.
    """
    book = Workbook()
    sheet = book.active
    sheet.title = "verdicts"
    rows = _rows(items, said)
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(number, column, ILLEGAL_CHARACTERS_RE.sub("�", value))
            # Without this, a text such as `=1+1` would be computed when the workbook is opened.
            cell.data_type, cell.quotePrefix = "s", True
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if number == 1:
                cell.font = Font(bold=True)
    letters = {name: get_column_letter(n) for n, name in enumerate(rows[0], start=1)}
    for name, letter in letters.items():
        sheet.column_dimensions[letter].width = _WIDTHS.get(name, 16)
    sheet.freeze_panes = "B2"
    choice = DataValidation(type="list", formula1=f'"{",".join(j.words for j in Judgement)}"')
    sheet.add_data_validation(choice)
    choice.add(f"{letters['verdict']}2:{letters['verdict']}{len(rows) + 1}")
    _save(book, path)


def read_csv(path: Path, items: Mapping[str, Item]) -> Reading:
    """Read a sheet in CSV, with commas, semicolons or tabs as a spreadsheet saved it."""
    text = read_text(path, remedy=_REMEDY).removeprefix("\ufeff")
    head = text.partition("\n")[0]
    separator = max(",;\t", key=head.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    return _read(path, rows, items)


def read_xlsx(path: Path, items: Mapping[str, Item]) -> Reading:
    """Read the first sheet of a workbook."""
    try:
        book = load_workbook(path, read_only=True)
        rows = [["" if v is None else str(v) for v in row] for row in book.worksheets[0].values]
    except Exception as error:  # openpyxl lets errors of zip, XML and many others through
        problem = f"this is not a workbook ({type(error).__name__})"
        raise InputError(problem, path=path, remedy=_REMEDY) from None
    return _read(path, rows, items)


def _save(book: Workbook, path: Path) -> None:
    """Save a workbook with the same bytes each time; `Workbook.save` writes the time into it."""
    book.properties.created = book.properties.modified = _EPOCH
    buffer = io.BytesIO()
    ExcelWriter(book, zipfile.ZipFile(buffer, "w")).save()
    with zipfile.ZipFile(buffer) as archive:
        write_zip(path, [(name, archive.read(name)) for name in archive.namelist()])


def _rows(items: Iterable[Item], said: Mapping[str, str] | None) -> list[tuple[str, ...]]:
    """Return the headings, and a row for each item."""
    notes = () if said is None else (SAID,)
    rows = [(*_GIVEN, *notes, *FILLED_IN)]
    for item in items:
        note = () if said is None else (said.get(item.id, ""),)
        shown = (item.id, item.before, _marked(item), item.after, item.mention, item.type)
        rows.append((*shown, item.document, *note, *("" for _ in FILLED_IN)))
    return rows


def _marked(item: Item) -> str:
    start, end = item.start, item.end
    return f"{item.text[:start]}«{item.text[start:end]}»{item.text[end:]}"


def _read(path: Path, rows: Iterable[Sequence[str]], items: Mapping[str, Item]) -> Reading:
    reading = Reading(items)
    try:
        for row in _records(path, rows):
            _read_row(reading, row)
    except csv.Error as error:
        raise InputError(f"this is not CSV: {error}", path=path, remedy=_REMEDY) from None
    return reading


def _records(path: Path, rows: Iterable[Sequence[str]]) -> Iterator[dict[str, str]]:
    lines = iter(rows)
    columns = [name.strip().lower() for name in next(lines, ())]
    missing = [name for name in ("id", "sentence", "verdict") if name not in columns]
    if missing:
        problem = f"the sheet has no column {missing[0]!r}"
        raise InputError(problem, path=path, line=1, remedy=_REMEDY)
    for line in lines:
        row = dict(zip(columns, map(_plain, line), strict=False))
        if any(row.values()):
            yield row


def _read_row(reading: Reading, row: Mapping[str, Any]) -> None:
    name, comment = row.get("id", "").strip(), row.get("comment", "")
    item = reading.items.get(name)
    spans: list[Span] | None = None
    text = row.get("sentence", "")
    if item is not None:
        # A workbook holds no control characters, and a cell ends after 32,767 characters.
        expected = ILLEGAL_CHARACTERS_RE.sub("�", _marked(item))[: len(text) or None]
        same = "".join(expected.split()) == "".join(text.split())
        text = item.text if same and text else text
        right = row.get("right mention", "").strip()
        place = _find(item, right) if right else (item.start, item.end)
        if place is None:
            reading.fault("right mention is not in the sentence", name, right)
            comment = " ".join(filter(None, [comment, f"right mention: {right}"]))
            place = item.start, item.end
        spans = [(*place, row.get("right type", "").strip() or item.type)]
    verdict = row.get("verdict", "")
    reading.add(name, text=text, judgement=verdict, spans=spans, comment=comment)


def _find(item: Item, mention: str) -> tuple[int, int] | None:
    """Return the place of a corrected mention that is nearest to the item's span."""
    places = [match.start() for match in re.finditer(f"(?={re.escape(mention)})", item.text)]
    start = min(places, key=lambda at: abs(at - item.start), default=None)
    return None if start is None else (start, start + len(mention))


def _plain(cell: str) -> str:
    """Return a cell without the apostrophe that kept it from being a formula."""
    return cell[1:] if cell.startswith("'") and inert(cell[1:]) == cell else cell
