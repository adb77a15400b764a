from collections import Counter

import pytest

from sru_ner.data_report.corpus_statistics import measure
from sru_ner.dataset.corpus import Corpus


@pytest.mark.parametrize("source", ["drugs", "fevers", "mixed"])
def test_numbers_are_those_of_the_tables(corpora, source):
    root = corpora / "harmonized"
    found = measure(Corpus(root, source))
    sentences = {split: Corpus(root, source).split(split).sentences() for split in found.splits}
    spans = Corpus(root, source).table("spans").to_pylist()
    assert list(found.splits) == ["train", "dev", "test"]
    for split, size in found.splits.items():
        assert size.sentences == len(sentences[split])
        assert size.words == sum(len(sentence.words) for sentence in sentences[split])
    assert found.total.mentions == len(spans) == sum(found.depths)
    by_type = Counter((span["type"], span["split"]) for span in spans)
    assert by_type == Counter(
        {(t, s): n for t, counts in found.types.items() for s, n in counts.items()}
    )
    assert found.nested == sum(span["depth"] > 0 for span in spans)
    lengths = [m.end - m.start for each in sentences.values() for s in each for m in s.mentions]
    assert dict(found.mentions.bins)["1"] == lengths.count(1)
    assert dict(found.mentions.bins)["2"] == lengths.count(2)
    assert found.mentions.longest == max(lengths)
    assert sum(count for _, count in found.sentences.bins) == found.total.sentences


def test_bins_are_named_by_their_ends(corpora):
    labels = [label for label, _ in measure(Corpus(corpora / "harmonized", "drugs")).mentions.bins]
    assert labels == ["1", "2", "3", "4", "5", "6–7", "8–10", "11+"]
