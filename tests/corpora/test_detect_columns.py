import pytest

from sru_ner.corpora.detect_columns import guess_columns

IOB = {"scheme": "iob2"}
SPACES = {"separator": "white_space"}


def options(text, *others):
    files = [each.split("\n") for each in (text, *others)]
    found = guess_columns(files, [f"{i}.conll" if others else "" for i in range(len(files))])
    return found and found.options


def notes(text):
    return " ".join(guess_columns([text.split("\n")], [""]).notes)


TOM = "Tom\tB-PER\nran\tO\nto\tO\nAnn\tB-PER\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (TOM, IOB),
        ("#\tO\n#aspirin\tB-X\n" + TOM, IOB),
        ("#NFL\tB-X\nis\tO\n#\tO\n", IOB),
        ("# text = Tom ran\n" + TOM, IOB | {"comment": "#"}),
        ("# text = Tom O\nTom B-X\nran O\nto O\n", IOB | SPACES | {"comment": "#"}),
        (TOM.replace("-", "_"), IOB | {"tag_separator": "_"}),
        (TOM.replace("\tO", "\t_"), IOB | {"outside": "_"}),
        (TOM.replace("B-", "I-"), {"scheme": "iob1"}),
        (TOM.replace("B-", ""), {"scheme": "io"}),
        (TOM.replace("B-", "S-"), {"scheme": "iobes"}),
        ("word\ttag\n" + TOM, IOB | {"header": True}),
        (TOM + "broken\n" + TOM * 10, IOB),
        ("a\tNN\tB-NP\tB-X\nb\tVB\tB-VP\tO\n", IOB),
        ("a\tB-X\tB-NP\nb\tO\tB-VP\n", IOB | {"tag_column": 1}),
        ("7\ta\tB-X\n7\tb\tO\n7\tc\tO\n", IOB | {"word_column": 1}),
        (
            "### 1\n" + TOM + "\n### 2\n" + TOM,
            IOB | {"document_marker": "###", "document_ids": True},
        ),
        ("# 1\n" + TOM + "\n# 2\n" + TOM, IOB | {"document_marker": "#", "document_ids": True}),
        ("# a\n" + TOM + "\n# a\n" + TOM, IOB | {"comment": "#"}),
        ("-DOCSTART-\tO\n\n" + TOM + "\n" + TOM, IOB),
        (
            f"-DOCSTART- (1 a)\n\n{TOM}\n-DOCSTART- (2 b)\n\n{TOM}",
            IOB | {"document_ids": True},
        ),
        (f"-DOCSTART-\tO\n\n{TOM}\n-DOCSTART-\tO\n\n{TOM}", IOB),
        (f"{TOM}\n{TOM}\n{TOM}\n\n{TOM}\n{TOM}\n\n{TOM}", IOB | {"documents": "blank_lines"}),
        (f"{TOM}\n\n{TOM}\n\n{TOM}\n\n{TOM}", IOB),
        (
            "# id 7 domain=en\nTom _ _ B-X\nran _ _ O\n\n# id 8 domain=en\nno _ _ O\n",
            IOB
            | SPACES
            | {
                "document_marker": "#",
                "document_ids": True,
            },
        ),
        ("a b c\n" * 5, None),
        ("the B-52 flew\nflew low O\n", None),
        ("B-52\nO\n", None),
        ("", None),
    ],
)
def test_options(text, expected):
    assert options(text) == expected


CONLLU = """\
# newdoc id = d1
# sent_id = 1
1-2\tVamonos\t_\t_
1\tVamos\tVERB\tO
2\tnos\tPRON\tO
3\tAna\tPROPN\tB-PER

# sent_id = 2
1\tAnn\tPROPN\tB-PER
"""


def test_words_of_conll_u_are_not_its_numbers():
    assert options("1\tTom\tB-PER\n2\tran\tO\n3\tto\tO\n4\tAnn\tB-PER\n") == IOB | {
        "word_column": 1,
        "id_column": 0,
    }
    assert options(CONLLU.replace("_\n", "O\n")) == IOB | {
        "word_column": 1,
        "id_column": 0,
        "document_marker": "# newdoc",
        "document_ids": True,
        "comment": "#",
    }


def test_many_files_are_a_document_each_unless_their_names_are_splits():
    assert options(*[TOM + "\n" + TOM] * 4) == IOB | {"documents": "file"}
    assert options(*["-DOCSTART-\tO\n\n" + TOM] * 4) == IOB | {"documents": "file"}
    assert options(TOM, TOM, TOM) == IOB
    assert guess_columns([[*TOM.split("\n")]] * 4, ["train", "b", "c", "d"]).options == IOB


def test_people_are_told_how_columns_are_understood():
    assert notes(TOM) == "words are in column 0 and tags in column 1 of 2, counted from 0"
    assert "comments, unless they are rows: 1" in notes("# text = a\n" + TOM)
    nested = notes("a\tB-X\tB-Y\nb\tO\tO\nc\tO\tB-Z\n")
    assert "column 1 holds tags, too, which are not read" in nested
    assert "--option nested_tag_columns=1" in nested
    assert "a single -DOCSTART-" in notes("-DOCSTART-\tO\n\n" + TOM)
