import shutil
from pathlib import Path

import pytest

from sru_ner.corpora.detect import detect_format
from sru_ner.corpora.readers import tags_xml
from sru_ner.errors import InputError

I2B2 = """<?xml version="1.0" encoding="UTF-8" ?>
<deIdi2b2>
<TEXT><![CDATA[
Dr. Smith & \U0001d6fc
Jones saw <him> on 2070-01-01.
]]></TEXT>
<TAGS>
<NAME id="P0" start="5" end="10" text="Smith" TYPE="DOCTOR" comment="" />
<NAME id="P1" start="13" end="20" text="\U0001d6fc Jones" TYPE="DOCTOR" comment="" />
<DATE id="P2" start="34" end="44" text="2070-01-01" TYPE="DATE" comment="" />
<ID id="P3" start="34" end="36" text="20" comment="" />
</TAGS>
</deIdi2b2>
"""


def write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8", newline="")
    return path


def read(path, **options):
    return tags_xml.read(path, name="unused", options=tags_xml.Options(**options))


def mae(text, tags):
    return f"<Task><TEXT>{text}</TEXT><TAGS>{tags}</TAGS></Task>"


def quoted(document):
    return [(document.text[m.start : m.end], m.type, m.line) for m in document.mentions]


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("root", ["deIdi2b2", "MEDDOCAN", "Any"])
def test_tags_point_into_the_text(tmp_path, ends, root):
    path = write(tmp_path / "7.xml", I2B2.replace("deIdi2b2", root).replace("\n", ends))
    assert detect_format(path).reader == "tags_xml"
    reading = read(path)
    (document,) = reading.documents
    assert document.id == "7"
    assert quoted(document) == [
        ("Smith", "DOCTOR", 8),
        ("\U0001d6fc\nJones", "DOCTOR", 9),
        ("2070-01-01", "DATE", 10),
        ("20", "ID", 11),  # without TYPE, the element is the type
    ]
    assert all(m.text == document.text[m.start : m.end] for m in document.mentions)
    assert not reading.incidents
    elements = read(path, type_is="element").documents[0]
    assert [m.type for m in elements.mentions] == ["NAME", "NAME", "DATE", "ID"]


def test_offsets_that_count_from_1_are_noted(tmp_path):
    tags = (
        '<EVENT id="E0" start="1" end="5" text="zinc" type="TREATMENT"/>'
        '<EVENT id="E1" start="9" end="13" text="iron" type="TEST"/>'
        '<TLINK id="T0" fromID="E0" toID="E1" type="BEFORE"/>'
    )
    reading = read(write(tmp_path / "a.xml", mae("zinc or iron", tags)))
    assert [(m.text, m.type, m.start) for m in reading.documents[0].mentions] == [
        ("zinc", "TREATMENT", 0),
        ("iron", "TEST", 8),
    ]
    assert [i.reason for i in reading.incidents] == ["without_place", "offsets_from_1"]


def test_places_of_mae_in_pieces(tmp_path):
    tags = (
        '<X id="a" spans="0~4" text="zinc"/><X id="b" spans="0~4,5~7" text="zinc or"/>'
        '<X id="c" spans="0~4,8~12" text="zinc ... iron"/><L id="d" fromID="a" toID="b"/>'
        '<X id="e" spans="-1~-1" text=""/><X id="f" start="-1" end="-1"/>'
    )
    reading = read(write(tmp_path / "a.xml", mae("zinc or iron", tags)))
    (document,) = reading.documents
    assert [(m.text, m.refusal) for m in document.mentions][:2] == [
        ("zinc", None),
        ("zinc or", None),
    ]
    assert document.mentions[2].refusal == "discontinuous"
    assert [(i.outcome, i.reason) for i in reading.incidents] == [("noted", "without_place")] * 3


@pytest.mark.parametrize(
    ("tag", "reason"),
    [
        ('start="x" end="4"', "malformed_annotation"),
        ('start="0"', "malformed_annotation"),
        ('spans="0-4"', "malformed_annotation"),
        ('start="4" end="0"', "empty"),
        ('start="0" end="99"', "past_the_end"),
        ('start="-3" end="4"', "negative_offset"),
    ],
)
def test_what_has_no_right_place_is_counted(tmp_path, tag, reason):
    reading = read(write(tmp_path / "a.xml", mae("zinc or iron", f"<X {tag}/>")))
    found = [i.reason for i in reading.incidents] + [
        m.refusal for m in reading.documents[0].mentions
    ]
    assert found == [reason]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("<Task><TAGS/></Task>", "0 <TEXT> elements"),
        ("<T><TEXT>a</TEXT><TEXT>b</TEXT></T>", "2 <TEXT> elements"),
        ("<T><TEXT> </TEXT></T>", "the text is empty"),
        ("<T><TEXT>a", "not well-formed XML"),
        ('<!DOCTYPE T [<!ENTITY a "b">]><T><TEXT>&a;</TEXT></T>', "could expand without end"),
        ('<!DOCTYPE T [<!ENTITY a SYSTEM "/etc/passwd">]><T><TEXT>&a;</TEXT></T>', "could expand"),
    ],
)
def test_other_files_are_errors(tmp_path, content, problem):
    with pytest.raises(InputError, match=problem) as caught:
        read(write(tmp_path / "a.xml", content))
    assert caught.value.remedy


def test_folders_and_archives(tmp_path):
    write(tmp_path / "c" / "train" / "1.xml", mae("zinc", '<X start="0" end="4"/>'))
    write(tmp_path / "c" / "test" / "1.xml", mae("iron", '<X start="0" end="4"/>'))
    write(tmp_path / "c" / "task.dtd", "<!ELEMENT x EMPTY>")
    archive = Path(shutil.make_archive(str(tmp_path / "c"), "zip", tmp_path / "c"))
    for path in (tmp_path / "c", archive):
        assert detect_format(path).reader == "tags_xml"
        assert [d.id for d in read(path).documents] == ["test/1", "train/1"]
