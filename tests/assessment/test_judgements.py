from datetime import UTC, datetime

import pytest

from sru_ner.assessment.exports.formats import EXPORTS
from sru_ner.assessment.exports.sheet import read_xlsx
from sru_ner.assessment.judged_folder import ADJUDICATION, check_judged, write_judged
from sru_ner.assessment.judgements import read_judgements, sources_of
from sru_ner.assessment.verdicts import (
    Judgement,
    Verdict,
    VerdictFile,
    read_verdicts,
    write_verdicts,
)
from sru_ner.errors import InputError

C, T, B, N, U = Judgement


@pytest.fixture
def write(items, tmp_path):
    def make(name, *verdicts, assessor="Ada"):
        path = tmp_path / name
        made = [
            Verdict(id=items.items[number].id, verdict=verdict, **more)
            for number, verdict, more in verdicts
        ]
        file = VerdictFile(sample=items.digest, assessor=assessor, verdicts=tuple(made))
        write_verdicts(path, file)
        return path

    return make


def test_verdicts_of_two_assessors_are_put_together(write, items):
    one = write("a.json", (0, C, {}), (1, C, {}), (2, U, {}))
    two = write("b.json", (0, C, {}), (1, T, {"type": "Protein"}), (2, N, {}), assessor="Bo")
    found = read_judgements(items, sources_of([one, two]))
    assert list(found.by_assessor) == ["Ada", "Bo"]
    assert found.faults == ()
    ids = [item.id for item in items.items]
    assert found.missing() == {ids[3]: 2, ids[4]: 2}
    assert [item.id for item in found.disagreements()] == [ids[1], ids[2]]
    assert [v.verdict for v in found.final(ids[1])] == [C, T]
    assert [v.verdict for v in found.final(ids[2])] == [N]  # unsure does not count


def test_the_later_of_two_verdicts_counts_and_a_difference_is_a_fault(write, items):
    early, late = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
    new = write("new.json", (0, N, {"at": late}), (1, C, {"at": late}))
    old = write("old.json", (0, C, {"at": early, "comment": "?"}), (1, C, {"at": early}))
    found = read_judgements(items, sources_of([new, old]))
    assert found.by_assessor["Ada"][items.items[0].id].verdict == N
    ((path, fault),) = found.faults
    assert (path, fault.kind, fault.item) == (str(old), "judged twice", items.items[0].id)
    assert fault.detail == "Ada: no entity; correct ?"


def test_disagreements_go_out_as_a_sheet_and_come_back(write, items, tmp_path):
    one = write("a.json", (0, C, {}), (1, C, {"comment": "=2"}))
    two = write("b.json", (0, C, {}), (1, T, {"type": "Protein"}), assessor="Bo")
    sources = sources_of([one, two])
    judgements = read_judgements(items, sources)
    write_judged(tmp_path / "out", judgements)
    sheet = tmp_path / "out" / ADJUDICATION
    by_id = {item.id: item for item in items.items}
    assert read_xlsx(sheet, by_id).found == []
    from openpyxl import load_workbook

    book = load_workbook(sheet)
    heads = [cell.value for cell in book.active[1]]
    assert book.active.max_row == 2
    said = book.active.cell(2, heads.index("said") + 1).value
    assert said == "Ada: correct (=2); Bo: wrong type (Protein)"
    book.active.cell(2, heads.index("verdict") + 1, "wrong type")
    book.active.cell(2, heads.index("right type") + 1, "Protein")
    book.save(tmp_path / "filled.xlsx")
    settled = read_judgements(items, sources, [tmp_path / "filled.xlsx"])
    assert settled.disagreements() == []
    (final,) = settled.final(items.items[1].id)
    assert (final.verdict, final.type) == (T, "Protein")
    write_judged(tmp_path / "out", settled)
    files = sorted(path.name for path in (tmp_path / "out/verdicts").iterdir())
    assert files == ["01-Ada.json", "02-Bo.json", "03-adjudication.json"]
    first = read_verdicts(tmp_path / "out/verdicts/01-Ada.json")
    assert {v.id for v in first.verdicts} == {items.items[0].id, items.items[1].id}


def test_files_of_one_name_are_called_like_their_folders(items, tmp_path):
    paths = []
    for name in ("ada", "bo"):
        (tmp_path / name).mkdir()
        EXPORTS["csv"].write(tmp_path / name, items.items, [])
        paths.append(tmp_path / name / "sheet.csv")
    assert [source.default for source in sources_of(paths)] == ["ada", "bo"]
    assert [source.default for source in sources_of(paths[:1])] == ["sheet"]
    (named,) = sources_of(paths[:1], {paths[0]: "Ada"})
    assert named.named == "Ada"
    with pytest.raises(InputError, match="it is not read"):
        sources_of(paths[:1], {paths[1]: "Bo"})


def test_a_folder_stands_for_its_files_and_a_folder_of_brat_for_itself(items, tmp_path):
    EXPORTS["brat"].write(tmp_path, items.items, [])
    (tmp_path / "README.md").touch()
    (tmp_path / ".gitignore").touch()
    assert [s.path for s in sources_of([tmp_path])] == [tmp_path / "brat"]
    assert [s.path for s in sources_of([tmp_path / "brat"])] == [tmp_path / "brat"]


def test_a_folder_with_something_else_is_not_replaced(tmp_path):
    check_judged(tmp_path)
    (tmp_path / "thesis.txt").touch()
    with pytest.raises(InputError, match="holds no verdicts"):
        check_judged(tmp_path)
