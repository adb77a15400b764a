import json
from datetime import UTC, datetime

import pytest

from sru_ner.assessment.verdicts import (
    Judgement,
    Verdict,
    VerdictFile,
    read_verdicts,
    write_verdicts,
)
from sru_ner.errors import SruNerError

FILE = VerdictFile(
    sample="ab" * 32,
    assessor="Ada",
    verdicts=(
        Verdict(id="1", verdict=Judgement.CORRECT, at=datetime(2026, 11, 29, tzinfo=UTC)),
        Verdict(id="2", verdict=Judgement.WRONG_TYPE, type="Gene", comment="=1+1"),
        Verdict(id="3", verdict=Judgement.WRONG_BOUNDARY, start=3, end=9),
    ),
)


def test_verdicts_come_back_as_they_were_written(tmp_path):
    write_verdicts(tmp_path / "ada.json", FILE)
    assert read_verdicts(tmp_path / "ada.json") == FILE


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"verdict": "right"}, "verdicts.0.verdict is 'right'"),
        ({"start": 3}, "a corrected span needs start and end"),
        ({"start": 3, "end": 3}, "the corrected span 3 to 3 is empty"),
        ({"note": ""}, "there is no key 'note'"),
        ({"at": "2026-11-29"}, "verdicts.0.at is"),
    ],
)
def test_a_wrong_verdict_is_refused(tmp_path, change, message):
    values = FILE.model_dump(mode="json")
    values["verdicts"][0] |= change
    (tmp_path / "ada.json").write_text(json.dumps(values))
    with pytest.raises(SruNerError, match=message):
        read_verdicts(tmp_path / "ada.json")


def test_another_file_is_refused(tmp_path):
    (tmp_path / "ada.json").write_text('{"format": "other"}')
    with pytest.raises(SruNerError, match="format is 'other'"):
        read_verdicts(tmp_path / "ada.json")
