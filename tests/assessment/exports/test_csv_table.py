import csv
import io

from sru_ner.assessment.exports.csv_table import COLUMNS, to_csv
from sru_ner.assessment.sample import draw_sample, in_sentences


def test_rows_quote_the_sentence_and_leave_room_for_a_judgement(decisions, sentence):
    sample = draw_sample(decisions, bands=(0.5, 1.0), per_stratum=9, seed=1)
    text = to_csv(in_sentences(sample, decisions, [sentence]))
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert len(rows) == 4
    for row in rows:
        begin, end = int(row["sentence_start"]), int(row["sentence_end"])
        assert row["sentence"] == sentence.text
        assert row["sentence"][begin:end] == row["text"]
        assert int(row["start"]) - begin == sentence.start
        assert row["judgement"] == row["comment"] == ""
    assert rows[0]["stratum"] == "dis/Gene/0.5-1"
    assert (rows[0]["stratum_size"], rows[0]["score"]) == ("2", "0.9500")


def test_nothing_drawn_is_a_header():
    assert to_csv([]) == ",".join(COLUMNS) + "\n"
