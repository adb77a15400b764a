from dataclasses import replace

import pytest

from sru_ner.assessment.items import make_items
from sru_ner.assessment.key import key_table, read_key, write_key
from sru_ner.assessment.sample import draw_sample
from sru_ner.errors import InputError


def test_the_key_has_a_row_for_each_item_and_model(candidates_of, tmp_path):
    rows = candidates_of([("m", "Gene", 0.6, True), ("m", "Gene", 0.62, True)])
    rows.append(replace(rows[0], model="n", score=0.7))
    sample = draw_sample(rows, bands=(0.5, 1), per_stratum=1, seed=1)
    digest = make_items(sample.items).digest
    write_key(tmp_path / "key.parquet", key_table(sample, split="test", digest=digest))
    found = read_key(tmp_path / "key.parquet", digest=digest).to_pylist()
    assert [(row["model"], row["score"]) for row in found if row["stratum"].endswith("m+n")] == [
        ("m", 0.6),
        ("n", 0.7),
    ]
    assert {(row["probability"], row["split"], row["seen"]) for row in found} == {(1, "test", True)}
    with pytest.raises(InputError, match="not the key of these items"):
        read_key(tmp_path / "key.parquet", digest="other")
    with pytest.raises(InputError, match="has no key"):
        read_key(tmp_path / "none.parquet", digest=digest)
    (tmp_path / "key.parquet").write_text("none")
    with pytest.raises(InputError, match="not a Parquet file"):
        read_key(tmp_path / "key.parquet", digest=digest)
