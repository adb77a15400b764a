import time
from pathlib import Path

import pytest

from sru_ner.corpora.archives import Part
from sru_ner.corpora.xml_elements import MAX_DEPTH, MAX_TAG, read_elements
from sru_ner.errors import InputError


def read(content, tag="d"):
    if isinstance(content, str):
        content = content.encode()
    return list(read_elements(Part(Path("f.xml"), "", content), tag, root="r"))


def test_elements_know_their_lines_and_hold_their_text():
    first, second = read("<r>\n<d>a&amp;b<x>c</x>\n<x/></d>\n  <y><d/></y></r>")
    assert [(e.tag, e.line) for e in first.iter()] == [("d", 2), ("x", 2), ("x", 3)]
    assert [child.line for child in first] == [2, 3]
    assert "".join(first.itertext()) == "a&bc\n"
    assert second.line == 4


def test_only_the_outermost_of_nested_elements_is_yielded():
    (only,) = read("<r><d>1<d>2</d></d></r>")
    assert len(list(only.iter("d"))) == 2


def test_file_is_streamed():
    content = b"<r>" + b"<d>text</d>" * 50_000 + b"<d>"  # broken at its very end
    found = read_elements(Part(Path("f.xml"), "", content), "d", root="r")
    assert next(found).text == "text"
    with pytest.raises(InputError, match="not well-formed"):
        list(found)


def test_encodings_that_the_file_names_are_read():
    for encoding in ("utf-8", "utf-16", "iso-8859-1", "windows-1252"):
        text = f'<?xml version="1.0" encoding="{encoding}"?><r><d>é</d></r>'
        assert read(text.encode(encoding))[0].text == "é"
    assert read("\ufeff<r><d>β</d></r>")[0].text == "β"


def test_doctype_is_not_loaded(tmp_path):
    (tmp_path / "r.dtd").write_text('<!ENTITY e "from the DTD">')
    content = f'<!DOCTYPE r SYSTEM "{tmp_path}/r.dtd"><r><d>x</d></r>'
    assert read(content)[0].text == "x"
    with pytest.raises(InputError, match="undefined entity"):
        read(content.replace(">x<", ">&e;<"))


def test_long_texts_are_read_but_not_long_tags():
    long = "x" * (3 * MAX_TAG)
    (element,) = read(f"<r><d>{long}</d></r>")
    assert element.text == long
    (element,) = read(f"<r><d><![CDATA[{long}]]></d></r>")
    assert element.text == long


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(
            "<r>\n<d " + " ".join(f'a{i}=""' for i in range(400_000)) + "/></r>", id="attributes"
        ),
        pytest.param(f'<r>\n<d a="{"x" * 4_000_000}"/></r>', id="attribute"),
        pytest.param(f"<r>\n<!--{'x' * 4_000_000}--><d/></r>", id="comment"),
        pytest.param(f"<r>\n<{'x' * 4_000_000}/></r>", id="name"),
    ],
)
def test_a_tag_that_takes_time_that_grows_with_its_square_is_refused(content):
    began = time.process_time()
    with pytest.raises(InputError, match=r"f\.xml:2: a tag or a comment is longer"):
        read(content)
    assert time.process_time() - began < 2  # 5 s and more before there was a limit


MALFORMED = {
    "empty": ("", "no element found", 1),
    "blank": ("\n\n ", "no element found", 3),
    "no XML": ("1|t|title", "syntax error", 1),
    "unclosed": ("<r>\n<d>\n</r>", "mismatched tag", 3),
    "cut off": ("<r>\n<d>\n", "no element found", 3),
    "after the root": ("<r/>\n<r/>", "junk after document element", 2),
    "attribute twice": ('<r>\n<d a="1" a="2"/></r>', "duplicate attribute", 2),
    "ampersand": ("<r>\n<d>a & b</d></r>", "not well-formed", 2),
    "entity without a name": ("<r>\n<d>&alpha;</d></r>", "undefined entity", 2),
    "control character": ("<r>\n<d>\x01</d></r>", "not well-formed", 2),
    "not UTF-8": (b"<r>\n<d>\xe9</d></r>", "not well-formed", 2),
    "encoding that does not exist": (
        '<?xml version="1.0" encoding="nonsense"?><r/>',
        "encoding",
        1,
    ),
    "encoding it is not in": ('<?xml version="1.0" encoding="utf-16"?><r/>', "encoding", 1),
    "multi-byte encoding": ('<?xml version="1.0" encoding="shift_jis"?><r/>', "encoding", 1),
    "entity expansion": (
        '<!DOCTYPE r [\n<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;">]><r><d>&b;</d></r>',
        "EntitiesForbidden",
        2,
    ),
    "external entity": (
        '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><r><d>&a;</d></r>',
        "EntitiesForbidden",
        1,
    ),
    "parameter entity": (
        '<!DOCTYPE r [<!ENTITY % a SYSTEM "http://example.org/a.dtd"> %a;]><r><d/></r>',
        "EntitiesForbidden",
        1,
    ),
    "another root": ("\n<html><d/></html>", "the root is <html>, not <r>", 2),
    "too deep": ("<r>" + "<d>" * 100_000, f"deeper than {MAX_DEPTH}", 1),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_malformed_and_hostile_files_are_errors_with_their_line(case):
    content, message, line = MALFORMED[case]
    with pytest.raises(InputError, match=message) as caught:
        read(content)
    assert caught.value.line == line
    assert str(caught.value).startswith(f"f.xml:{line}: ")
    assert caught.value.remedy
