from pathlib import Path

from sru_ner.annotation.documents import TextDocument
from tests.annotation.inputs.reading import read, write


def test_what_json_lines_say_beside_the_text_is_kept(tmp_path: Path) -> None:
    lines = ['{"pmid": 7, "text": "IL-2", "year": 1999, "spans": []}', "", "[1]", '{"text": 3}']
    documents, incidents = read(write(tmp_path / "a.jsonl", "\n".join(lines)))
    assert documents == [TextDocument("7", "IL-2", fields={"year": 1999, "spans": []})]
    assert incidents.counts == {"lines without a text left out": 2}
    assert incidents.first["lines without a text left out"].startswith(f"{tmp_path}/a.jsonl:3: ")
