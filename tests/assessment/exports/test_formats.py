"""Each tool's file goes out, is filled in as that tool does it, and comes back."""

import json
import zipfile
from datetime import UTC, datetime

import pytest
from cassis import load_cas_from_xmi, load_typesystem
from openpyxl import load_workbook

from sru_ner.assessment.exports import inception
from sru_ner.assessment.exports.formats import EXPORTS, guess_tool, read_any, write_exports
from sru_ner.assessment.verdicts import FORMAT, Judgement, Verdict, VerdictFile, write_verdicts
from sru_ner.errors import InputError

TYPES = ["Cell line", "Disease", "Gene", "Species"]
FILES = {
    "xlsx": "sheet.xlsx", "csv": "sheet.csv", "label-studio": "label_studio.json",
    "doccano": "doccano.jsonl", "prodigy": "prodigy.jsonl", "argilla": "argilla",
    "brat": "brat", "inception": "inception.zip",
}  # fmt: skip
# Item → verdict, type, start and end as they are now, comment.
SAID = [
    ("correct", "Gene", 1, 12, "=1+1"),
    ("wrong_boundary", "Gene", 1, 12, ""),
    ("no_entity", "Disease", 23, 40, "not here"),
    ("wrong_type", "Species", 48, 52, ""),
    ("unsure", "Species", 1, 5, ""),
]


def rewrite_lines(path, change):
    records = [json.loads(line) for line in path.read_text().splitlines()]
    path.write_text(
        "".join(json.dumps(change(*pair)) + "\n" for pair in zip(records, SAID, strict=True))
    )


def fill_sheet_row(said, item):
    verdict, type_, start, end, comment = said
    moved = (start, end) != (item.start, item.end)
    right = item.text[start:end] if moved else ""
    return verdict.replace("_", " "), type_ if type_ != item.type else "", right, comment


def fill_xlsx(path, items):
    book = load_workbook(path)
    for row, (item, said) in enumerate(zip(items, SAID, strict=True), start=2):
        for column, value in enumerate(fill_sheet_row(said, item), start=8):
            book.active.cell(row, column, value)
    book.save(path)


def fill_csv(path, items):
    import csv

    with path.open(newline="") as file:
        rows = list(csv.reader(file))
    for row, item, said in zip(rows[1:], items, SAID, strict=True):
        row[7:11] = fill_sheet_row(said, item)
    with path.open("w", newline="") as file:  # as a German spreadsheet saves it
        csv.writer(file, delimiter=";").writerows(rows)


def fill_label_studio(path, items):
    tasks = json.loads(path.read_text())
    for task, (verdict, type_, start, end, comment) in zip(tasks, SAID, strict=True):
        (region,) = task.pop("predictions")[0]["result"]
        region["value"] |= {"start": start, "end": end, "labels": [type_]}
        choice = {"choices": [verdict.replace("_", " ")]}
        named = {"from_name": "verdict", "to_name": "text"}
        result = [region, {"id": "x", "type": "choices", **named, "value": choice}]
        if comment:
            named["from_name"] = "comment"
            text = {"text": [comment]}
            result.append({"id": "y", "type": "textarea", **named, "value": text})
        work = {"completed_by": 7, "created_at": "2026-11-29T11:00:00.000000Z", "result": result}
        task["annotations"] = [work, {"was_cancelled": True, "result": []}]
    path.write_text(json.dumps(tasks))


def fill_doccano(path, items):
    def change(record, said):
        verdict, type_, start, end, comment = said
        comments = [comment] if comment else []
        cats = [verdict.replace("_", " ")]
        return {
            **record,
            "id": 3,
            "entities": [[start, end, type_]],
            "cats": cats,
            "Comments": comments,
        }

    rewrite_lines(path, change)


def fill_prodigy(path, items):
    def change(task, said):
        verdict, type_, start, end, comment = said
        span = {"start": start, "end": end, "label": type_}
        more = {"answer": "accept", "_timestamp": 1.8e9, "_annotator_id": "ada", "comment": comment}
        return {**task, "spans": [span], "accept": [verdict], **more}

    rewrite_lines(path, change)


def fill_argilla(path, items):
    records = json.loads((path / "records.json").read_text())
    for record, (verdict, type_, start, end, comment) in zip(records, SAID, strict=True):
        values = {"verdict": verdict, "mention": [{"start": start, "end": end, "label": type_}]}
        if comment:
            values["comment"] = comment
        record["responses"] = {
            question: [{"value": value, "user_id": "u-1"}] for question, value in values.items()
        }
    (path / "records.json").write_text(json.dumps(records))


def fill_brat(path, items):
    lines = (path / "items.ann").read_text().splitlines()
    text = (path / "items.txt").read_text()
    for n, (item, said) in enumerate(zip(items, SAID, strict=True)):
        verdict, type_, start, end, comment = said
        name, middle, _ = lines[n].split("\t")
        begin = int(middle.split()[1]) - item.start + start
        stop = begin + end - start
        lines[n] = f"{name}\t{type_.replace(' ', '_')} {begin} {stop}\t{text[begin:stop]}"
        lines.append(f"A{n + 1}\tVerdict {name} {verdict}")
        if comment:
            lines.append(f"#{n + 1}\tAnnotatorNotes {name}\t{comment}")
    (path / "items.ann").write_text("\n".join(lines) + "\n")


def fill_inception(path, items):
    with zipfile.ZipFile(path) as archive:
        types = archive.read("TypeSystem.xml")
        cas = load_cas_from_xmi(
            archive.open("items.xmi"), typesystem=load_typesystem(archive.open("TypeSystem.xml"))
        )
    said = {item.id: each for item, each in zip(items, SAID, strict=True)}
    for each in cas.select(inception.LAYER):
        verdict, type_, start, end, comment = said[each.item]
        item = next(item for item in items if item.id == each.item)
        each.begin += start - item.start
        each.end += end - item.end
        each.verdict, each.label, each.comment = verdict, type_, comment
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("ada.xmi", cas.to_xmi())
        archive.writestr("TypeSystem.xml", types)


FILL = {
    "xlsx": fill_xlsx, "csv": fill_csv, "label-studio": fill_label_studio,
    "doccano": fill_doccano, "prodigy": fill_prodigy, "argilla": fill_argilla,
    "brat": fill_brat, "inception": fill_inception,
}  # fmt: skip


@pytest.fixture
def folder(items, tmp_path):
    write_exports(tmp_path, items.items, TYPES)
    return tmp_path


@pytest.mark.parametrize("tool", EXPORTS)
def test_verdicts_come_back_from_each_tool(tool, folder, items):
    path = folder / FILES[tool]
    FILL[tool](path, items.items)
    assert guess_tool(path) == tool
    reading = read_any(path, items.items, sample=items.digest)
    assert reading.faults == []
    found = {each.verdict.id: each.verdict for each in reading.found}
    expected = {
        item.id: Verdict(
            id=item.id,
            verdict=Judgement(verdict),
            type=type_ if type_ != item.type else None,
            start=start if (start, end) != (item.start, item.end) else None,
            end=end if (start, end) != (item.start, item.end) else None,
            comment=comment,
        )
        for item, (verdict, type_, start, end, comment) in zip(items.items, SAID, strict=True)
    }
    assert {i: v.model_copy(update={"at": None}) for i, v in found.items()} == expected


@pytest.mark.parametrize("tool", EXPORTS)
def test_what_nobody_touched_is_open(tool, folder, items):
    path = folder / FILES[tool]
    if tool == "label-studio":
        tasks = [{**task, "annotations": []} for task in json.loads(path.read_text())]
        path.write_text(json.dumps(tasks))
    reading = EXPORTS[tool].read(path, {item.id: item for item in items.items})
    assert (reading.found, reading.faults) == ([], [])


@pytest.mark.parametrize("tool", EXPORTS)
def test_items_of_another_sample_are_reported(tool, folder, items):
    path = folder / FILES[tool]
    FILL[tool](path, items.items)
    reading = EXPORTS[tool].read(path, {item.id: item for item in items.items[1:]})
    assert "unknown item" in {fault.kind for fault in reading.faults}
    assert all(found.verdict.id != items.items[0].id for found in reading.found)


@pytest.mark.parametrize("tool", ["label-studio", "doccano", "prodigy", "csv"])
def test_a_changed_text_is_reported_with_what_was_said(tool, folder, items):
    path = folder / FILES[tool]
    FILL[tool](path, items.items)
    path.write_text(path.read_text().replace("ran.", "flew."))
    reading = read_any(path, items.items, sample=items.digest)
    (fault,) = reading.faults
    assert (fault.kind, fault.item, fault.detail) == ("changed text", items.items[4].id, "unsure")
    assert len(reading.found) == 4


def test_a_changed_text_in_brat_is_reported(folder, items):
    FILL["brat"](folder / "brat", items.items)
    (folder / "brat/items.txt").write_text("other")
    reading = read_any(folder / "brat", items.items, sample=items.digest)
    assert [fault.kind for fault in reading.faults] == ["changed text"]


def test_a_verdict_file_is_read_and_one_of_another_sample_refused(items, tmp_path):
    path = tmp_path / "ada.json"
    at = datetime(2026, 11, 29, tzinfo=UTC)
    verdicts = (
        Verdict(id=items.items[0].id, verdict=Judgement.CORRECT, at=at),
        Verdict(id="other", verdict=Judgement.CORRECT),
        Verdict(id=items.items[4].id, verdict=Judgement.WRONG_BOUNDARY, start=1, end=99),
    )
    write_verdicts(path, VerdictFile(sample=items.digest, assessor="Ada", verdicts=verdicts))
    assert guess_tool(path) == FORMAT
    reading = read_any(path, items.items, sample=items.digest)
    assert [found.assessor for found in reading.found] == ["Ada", "Ada"]
    assert reading.found[1].verdict.end is None
    kinds = [fault.kind for fault in reading.faults]
    assert kinds == ["unknown item", "span outside the text"]
    with pytest.raises(InputError, match="on another sample"):
        read_any(path, items.items, sample="0" * 64)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("none.json", None, "there is no such file"),
        ("photo.png", "x", "no tool is known"),
        ("a.json", '[{"data": {}, "annotations": [3]}]', "not what label-studio exports"),
        ("a.jsonl", '{"entities": []}\nnone', "2: this is no JSON object"),
        ("a.jsonl", '{"text": "", "item": "", "entities": [3]}', "not what doccano exports"),
        ("a.csv", "number,text\n", "no column 'id'"),
        ("a.xlsx", "PK", "not a workbook"),
    ],
)
def test_other_files_are_refused(name, content, message, items, tmp_path):
    if content is not None:
        (tmp_path / name).write_text(content)
    with pytest.raises(InputError, match=message):
        read_any(tmp_path / name, items.items, sample=items.digest)
