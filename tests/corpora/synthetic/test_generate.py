"""The synthetic sources: exact, reproducible, and as hard as they are said to be."""

import os
import re
import subprocess
import sys
from collections import defaultdict
from itertools import combinations, pairwise
from pathlib import Path

import pytest

from sru_ner.corpora.synthetic.generate import (
    INVENTORIES,
    SYNTHETIC_SOURCES,
    SyntheticDocument,
    generate,
    write_corpus,
)
from sru_ner.corpora.synthetic.world import (
    AMBIGUOUS_ABBREVIATIONS,
    ORDINARY_WORDS,
    TYPES,
    build_world,
)
from sru_ner.dataset.schema import SPLITS
from sru_ner.errors import UnknownNameError


@pytest.fixture(scope="module")
def corpora() -> dict[str, dict[str, list[SyntheticDocument]]]:
    return {name: generate(name) for name in SYNTHETIC_SOURCES}


def _all(corpora, split: str | None = None) -> list[SyntheticDocument]:
    return [
        document
        for splits in corpora.values()
        for name, documents in splits.items()
        if split in (None, name)
        for document in documents
    ]


def _forms(document: SyntheticDocument, kind: str, *, marked: bool = False) -> set[str]:
    mentions = document.marked if marked else document.mentions
    return {document.text[m.start : m.end] for m in mentions if m.type == kind}


@pytest.mark.parametrize("name", SYNTHETIC_SOURCES)
def test_files_say_what_was_generated(corpora, tmp_path: Path, name: str) -> None:
    paths = write_corpus(name, tmp_path)
    assert paths == {split: tmp_path / f"{split}.pubtator" for split in SPLITS}
    for split, path in paths.items():
        blocks = path.read_text(encoding="utf-8").split("\n\n")
        assert blocks.pop() == ""
        for block, document in zip(blocks, corpora[name][split], strict=True):
            title, abstract, *rows = block.split("\n")
            assert title == f"{document.document_id}|t|{document.title}"
            assert abstract == f"{document.document_id}|a|{document.abstract}"
            text = title.split("|", 2)[2] + "\n" + abstract.split("|", 2)[2]
            read = []
            for row in rows:
                document_id, start, end, quoted, kind, _ = row.split("\t")
                assert document_id == document.document_id
                assert text[int(start) : int(end)] == quoted
                assert kind in INVENTORIES[name]
                read.append((int(start), int(end), kind))
            assert read == [(m.start, m.end, m.type) for m in document.marked]


def test_bytes_do_not_depend_on_the_process(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path;"
        "from sru_ner.corpora.synthetic.generate import write_corpus;"
        "write_corpus('synthetic_genes', Path(sys.argv[1]))"
    )
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / seed)], env=environment, check=True
        )
    for split in SPLITS:
        first, second = ((tmp_path / s / f"{split}.pubtator").read_bytes() for s in "12")
        assert first == second


def test_writing_again_changes_nothing(tmp_path: Path) -> None:
    paths = write_corpus("synthetic_full", tmp_path)
    before = {split: path.read_bytes() for split, path in paths.items()}
    write_corpus("synthetic_full", tmp_path)
    assert before == {split: path.read_bytes() for split, path in paths.items()}
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        p.name for p in paths.values()
    )


def test_unknown_name_lists_the_sources(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="synthetic_genes"):
        write_corpus("synthetic_gene", tmp_path)
    assert not any(tmp_path.iterdir())


def test_documents_are_abstracts_with_their_own_identifiers(corpora) -> None:
    documents = _all(corpora)
    assert len({document.document_id for document in documents}) == len(documents)
    assert len({document.text for document in documents}) == len(documents)
    for document in documents:
        sentences = re.split(r"\. (?=[A-Z0-9β])", document.abstract)
        assert 4 <= len(sentences) <= 8
        assert document.title.endswith(".")
        assert document.abstract.endswith(".")
        assert "\n" not in document.text
        assert not re.search(r"[\[\]{}|\t]|  ", document.text), "a pattern was left unfilled"


def test_mentions_are_unique_and_never_cross(corpora) -> None:
    for document in _all(corpora):
        spans = [(m.start, m.end, m.type) for m in document.mentions]
        assert len(set(spans)) == len(spans)
        assert spans == sorted(spans, key=lambda span: (span[0], -span[1], span[2]))
        for (a, b, _), (c, d, _) in combinations(spans, 2):
            assert b <= c or d <= a or (a <= c and d <= b) or (c <= a and b <= d)


def test_mentions_begin_and_end_at_words(corpora) -> None:
    for document in _all(corpora):
        edges = {0, len(document.text)}
        for match in re.finditer(r"[^\W_]+|[^\w\s]|_", document.text):
            edges |= {match.start(), match.end()}
        for mention in document.mentions:
            assert {mention.start, mention.end} <= edges


@pytest.mark.parametrize("name", SYNTHETIC_SOURCES)
def test_every_text_has_all_types_and_only_the_inventory_is_marked(corpora, name: str) -> None:
    for documents in corpora[name].values():
        for kind in TYPES:
            present = sum(bool(_forms(document, kind)) for document in documents)
            assert present >= 0.7 * len(documents)
        marked = {m.type for document in documents for m in document.marked}
        assert marked == set(INVENTORIES[name])
        for document in documents:
            assert set(document.mentions) - set(document.marked) == {
                m for m in document.mentions if m.type not in INVENTORIES[name]
            }


def test_sizes_fit_a_demo_on_two_cores(corpora) -> None:
    for name, splits in corpora.items():
        sizes = tuple(len(splits[split]) for split in SPLITS)
        assert sizes == ((12, 8, 40) if name == "synthetic_full" else (56, 8, 25))
        words = [len(re.findall(r"[^\W_]+|[^\w\s]", d.text)) for d in splits["train"]]
        assert sum(words) < 10_000


@pytest.mark.parametrize(
    ("outer", "inner"),
    [("Gene", "Gene"), ("Gene", "Species"), ("Gene", "Cell_Line"), ("Disease", "Chemical"),
     ("Disease", "Gene")],
)  # fmt: skip
def test_mentions_are_nested(corpora, outer: str, inner: str) -> None:
    for split in ("train", "test"):
        found = 0
        for document in _all(corpora, split):
            for a, b in combinations(document.mentions, 2):
                found += (a.type, b.type) == (outer, inner) and a.start <= b.start < b.end <= a.end
        assert found >= 10


@pytest.mark.parametrize("name", SYNTHETIC_SOURCES)
def test_many_test_names_were_never_seen(corpora, name: str) -> None:
    for kind in INVENTORIES[name]:
        seen, tested = (
            set().union(*(_forms(d, kind, marked=True) for d in corpora[name][split]))
            for split in ("train", "test")
        )
        assert 0.25 <= len(tested - seen) / len(tested) <= 0.9


def test_pools_are_kept_apart(corpora) -> None:
    pool = {
        entity.identifier: entity.pool for entities in build_world().values() for entity in entities
    }
    pool["-"] = "common"
    for split, expected in (("train", set()), ("dev", {"dev"}), ("test", {"test"})):
        named = {pool[m.identifier] for d in _all(corpora, split) for m in d.mentions}
        assert named == {"common"} | expected


def test_names_of_the_world_are_unambiguous_but_for_the_planned_ones() -> None:
    world = build_world()
    identifiers = [entity.identifier for entities in world.values() for entity in entities]
    assert len(set(identifiers)) == len(identifiers)
    owners = defaultdict(set)
    for entities in world.values():
        for entity in entities:
            for form in {*entity.names, entity.short} - {None}:
                owners[form].add(entity.identifier)
    shared = {form for form, entities in owners.items() if len(entities) > 1}
    assert len(shared) == AMBIGUOUS_ABBREVIATIONS
    assert all(form.isupper() for form in shared)


def test_the_same_word_means_different_things(corpora) -> None:
    for name in SYNTHETIC_SOURCES[:-1]:
        readings = defaultdict(set)
        for document in corpora[name]["train"]:
            for kind in ("Chemical", "Disease", "Gene"):
                for form in _forms(document, kind):
                    readings[form].add(kind)
        assert sum(len(kinds) > 1 for kinds in readings.values()) >= 3


def test_gene_words_also_occur_as_ordinary_words(corpora) -> None:
    as_gene, as_word = set(), set()
    for document in _all(corpora, "train"):
        for match in re.finditer(rf"\b({'|'.join(ORDINARY_WORDS)})\b", document.text):
            gene = any(m.start <= match.start() < m.end for m in document.mentions)
            (as_gene if gene else as_word).add(match[1])
    assert len(as_gene & as_word) >= len(ORDINARY_WORDS) // 2


def test_codes_that_are_no_cell_lines(corpora) -> None:
    code = re.compile(r"\b[A-Z]{2,3}-?\d+(C1)?\b")
    unmarked = [
        match[0]
        for document in _all(corpora, "train")
        for match in code.finditer(document.text)
        if not any(m.start <= match.start() < m.end for m in document.mentions)
    ]
    assert len(unmarked) >= 50


def test_offsets_are_code_points(corpora) -> None:
    # U+1D45D is two units of UTF-16: mentions after it tell code points from those.
    assert any(
        "𝑝" in document.text and document.mentions[-1].start > document.text.index("𝑝")
        for document in _all(corpora)
    )


def test_lists_are_coordinated(corpora) -> None:
    separators = {
        document.text[a.end : b.start]
        for document in _all(corpora, "train")
        for a, b in pairwise(document.mentions)
        if a.end <= b.start and a.type == b.type
    }
    assert {", ", " and "} <= separators
