"""What both forms of BioC have in common, on the XML and the JSON of the same documents."""

import json
from pathlib import Path

import pytest

from sru_ner.corpora.readers import bioc_json, bioc_xml
from sru_ner.harmonize.convert import convert

FIXTURES = Path(__file__).parents[2] / "fixtures" / "bioc"
FORMS = {"xml": bioc_xml, "json": bioc_json}

form = pytest.mark.parametrize("form", FORMS)


def read(form, path, **options):
    reader = FORMS[form]
    return reader.read(path, name="unused", options=reader.Options(**options))


def shown(document):
    return [(m.type, document.text[m.start : m.end], m.flaw, m.refusal) for m in document.mentions]


@pytest.fixture
def written(tmp_path):
    """Write documents of (offset, text, annotations) passages in one of the forms.

    An annotation is (type, text, *(offset, length)).
    """

    def write(form, *documents):
        path = tmp_path / f"corpus.{form}"
        if form == "json":
            content = {"documents": [_as_json(str(i), d) for i, d in enumerate(documents)]}
            path.write_text(json.dumps(content))
        else:
            inner = "".join(_as_xml(str(i), d) for i, d in enumerate(documents))
            path.write_text(f"<collection>{inner}</collection>", encoding="utf-8")
        return path

    return write


def _as_json(name, passages):
    return {
        "id": name,
        "passages": [
            {
                "offset": offset,
                "text": text,
                "annotations": [
                    {
                        "infons": {"type": type_},
                        "text": quoted,
                        "locations": [{"offset": o, "length": n} for o, n in places],
                    }
                    for type_, quoted, *places in annotations
                ],
            }
            for offset, text, annotations in passages
        ],
    }


def _as_xml(name, passages):
    return (
        f"<document><id>{name}</id>"
        + "".join(
            f"<passage><offset>{offset}</offset><text>{text}</text>"
            + "".join(
                f'<annotation><infon key="type">{type_}</infon><text>{quoted}</text>'
                + "".join(f'<location offset="{o}" length="{n}"/>' for o, n in places)
                + "</annotation>"
                for type_, quoted, *places in annotations
            )
            + "</passage>"
            for offset, text, annotations in passages
        )
        + "</document>"
    )


@form
def test_passages_stand_at_their_offsets(form):
    first, second = read(form, FIXTURES / f"plain.{form}").documents
    assert first.id == "101"
    assert first.text == (
        "Zorbin in β-cells & mice Mice given alpha and beta zorbin lived. Zorbin\nacid did not."
    )
    assert first.passage_cuts == (25,)
    assert first.sentences is None
    assert (second.id, second.text, second.mentions) == ("102", "Nothing is marked", ())


@form
def test_several_locations_are_joined_only_over_white_space(form):
    first, _ = read(form, FIXTURES / f"plain.{form}").documents
    assert shown(first) == [
        ("Chemical", "Zorbin", None, None),
        ("Cell", "β-cells", None, None),
        ("Chemical", "alpha and beta zorbin", None, "discontinuous"),
        ("Chemical", "Zorbin\nacid", "joined_fragments", None),
        ("Index", "", None, "without_location"),
    ]


@form
def test_discontinuous_mentions_of_a_dropped_type_are_dropped_not_refused(form):
    first, _ = read(form, FIXTURES / f"plain.{form}").documents
    _, conversion = convert(first, {"Chemical": "Chemical", "Cell": "Cell", "Index": None})
    assert (conversion.kept, conversion.dropped, conversion.refused) == (3, {"Index": 1}, 1)
    _, conversion = convert(first, {"Chemical": None, "Cell": "Cell", "Index": None})
    assert (conversion.kept, conversion.dropped.total(), conversion.refused) == (1, 4, 0)


@form
def test_relations_are_noted(form):
    (incident,) = read(form, FIXTURES / f"plain.{form}").incidents
    assert (incident.outcome, incident.reason, incident.mentions) == ("noted", "relation", 0)


@form
def test_sentences_are_given_where_all_text_is_in_sentences(form):
    (document,) = read(form, FIXTURES / f"sentences.{form}").documents
    assert document.text == "Zorbin works. So does quaxin.  It is new."
    assert [document.text[s.start : s.end] for s in document.sentences] == [
        "Zorbin works.",
        "So does quaxin.",
        "It is new.",
    ]
    assert document.passage_cuts == (31,)


@form
def test_annotations_beside_the_text_are_found_by_their_offsets(form):
    (document,) = read(form, FIXTURES / f"sentences.{form}", type_ends_at=":").documents
    assert sorted(shown(document)) == [
        ("other", "new", None, None),
        ("protein", "Zorbin", None, None),
        ("protein", "quaxin", None, None),
    ]


@form
def test_type_may_be_another_infon(form):
    reading = read(form, FIXTURES / f"plain.{form}", type_infon="identifier")
    assert [m.type for m in reading.documents[0].mentions] == ["X:1", "X:2"]
    refused = [i.reason for i in reading.incidents if i.outcome == "refused"]
    assert refused == ["malformed_annotation"] * 3


@form
def test_offsets_may_begin_again_with_each_passage(form, written):
    passages = [
        (0, "Zorbin", [("C", "Zorbin", (0, 6))]),
        (0, "A quaxin", [("C", "quaxin", (2, 6))]),
    ]
    (document,) = read(form, written(form, passages), offsets="passage").documents
    assert document.text == "Zorbin A quaxin"
    assert shown(document) == [("C", "Zorbin", None, None), ("C", "quaxin", None, None)]


@form
@pytest.mark.parametrize("unit", ["utf-8", "utf-16-le"])
def test_offsets_in_bytes_or_utf16_units_are_located(form, unit, written):
    size = 2 if unit == "utf-16-le" else 1

    def measure(text):
        return len(text.encode(unit)) // size

    title, abstract = "𝛼-zorbin und β-quaxin", "Später: 𝛽-quaxin, naïve cells and more."
    base = measure(title) + 1
    place = base + measure("Später: 𝛽-quaxin, naïve "), measure("cells")
    passages = [
        (0, title, [("C", "β-quaxin", (measure("𝛼-zorbin und "), measure("β-quaxin")))]),
        (base, abstract, [("C", "cells", place)]),
    ]
    (raw,) = read(form, written(form, passages)).documents
    document, conversion = convert(raw, {"C": "C"})
    assert [document.text[s.start : s.end] for s in document.spans] == ["β-quaxin", "cells"]
    assert conversion.refused == 0


@form
def test_wrong_passage_offsets_are_noted_and_harmless(form, written):
    passages = [(0, "Zorbin acid", []), (5, "A quaxin", [("C", "quaxin", (7, 6))])]
    far = [(0, "Zorbin", []), (2_000_000_000, "quaxin", [("C", "quaxin", (2_000_000_000, 6))])]
    reading = read(form, written(form, passages, far))
    assert [d.text for d in reading.documents] == ["Zorbin acid A quaxin", "Zorbin quaxin"]
    assert [shown(d) for d in reading.documents] == [[("C", "quaxin", None, None)]] * 2
    assert [(i.outcome, i.reason) for i in reading.incidents] == [("noted", "passage_offset")] * 2


@form
def test_mentions_that_are_not_where_they_say_are_refused_later(form, written):
    annotations = [
        ("C", "elsewhere", (0, 9)),  # quotes another text
        ("C", "acid", (400, 4)),  # past the end, and far from it
        ("C", "", (7, 40)),  # past the end, without a text to look for
        ("C", "Zorbin", (0, 0)),  # empty
        ("C", "Zorbin", (0, 6)),
    ]
    (raw,) = read(form, written(form, [(0, "Zorbin acid", annotations)])).documents
    _, conversion = convert(raw, {"C": "C"})
    reasons = sorted(incident.reason for incident in conversion.incidents)
    assert (conversion.kept, conversion.refused) == (1, 4)
    assert reasons == ["empty", "past_the_end", "past_the_end", "quotes_another_text"]
