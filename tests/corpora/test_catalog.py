import re
from pathlib import Path

import pytest
import yaml

from sru_ner.corpora.catalog import (
    CATALOG,
    find_source,
    load_catalog,
    load_shipped,
    write_entries,
)
from sru_ner.corpora.source import Source
from sru_ner.corpora.synthetic.generate import SYNTHETIC_SOURCES
from sru_ner.errors import InputError, UnknownNameError
from tests.corpora.material import ENTRY


@pytest.fixture
def own_corpora(tmp_path, monkeypatch):
    """Write entries as a user's own corpora."""

    def write(entries):
        folder = tmp_path / "own"
        folder.mkdir()
        for name, entry in entries.items():
            text = entry if isinstance(entry, str) else yaml.safe_dump(entry)
            (folder / f"{name}.yaml").write_text(text)
        monkeypatch.setenv("SRU_NER_CATALOG", str(folder))
        return folder

    return write


def test_shipped_catalog_has_all_sources_with_pinned_files():
    catalog = load_catalog()
    real = {
        "bc2gm", "bc5cdr", "jnlpba", "linnaeus", "ncbi_disease", "biored", "tmvar3", "gnormplus",
        "nlm_gene", "linnaeus_pubtator", "ncbi_disease_pubtator", "bc5cdr_pubtator", "wnut17",
    }  # fmt: skip
    assert catalog.keys() >= real | set(SYNTHETIC_SOURCES)
    for name in real:
        for file in catalog[name].files:
            assert re.search(r"/[0-9a-f]{40}/", file.url), "not pinned to a commit"
            assert file.sha256
            assert file.mentions


def test_the_page_on_files_says_of_each_corpus_whether_it_was_read():
    page = Path(__file__).parents[2] / "docs/reference/catalog-files.md"
    rows = [line.strip("| ").split(" | ") for line in page.read_text().splitlines() if "|" in line]
    state, place = {}, ""
    for corpora, address, found, *_ in rows[2:]:
        # "the same" is the address of the row above.
        place = place if address.startswith("the same") else address
        state |= dict.fromkeys(re.findall(r"`(\w+)`", corpora), (place, found))
    files = {name: source.files for name, source in load_shipped().items() if source.files}
    assert state.keys() == files.keys()
    for name, parts in files.items():
        place, found = state[name]
        assert (found == "read") == all(file.sha256 for file in parts), name
        commits = {c for file in parts for c in re.findall(r"[0-9a-f]{40}", file.url or "")}
        assert {c[:7] for c in commits} == set(re.findall(r"commit ([0-9a-f]{7})", place)), name


def test_every_source_has_its_own_key_for_dvc():
    assert list(yaml.safe_load(CATALOG.read_text())) == ["sources"]


def test_type_names_never_clash_with_the_label_separator():
    assert all("$" not in t for source in load_catalog().values() for t in source.kept_types)


def test_halves_are_cut_from_the_same_files_and_share_no_document():
    whole, *halves = map(find_source, ("bc5cdr", "bc5cdr_disease_half", "bc5cdr_chemical_half"))
    assert [half.kept_types for half in halves] == [("Disease",), ("Chemical",)]
    for number, split in enumerate(("train", "dev")):
        file, (first, second) = whole.files[number], [half.files[number] for half in halves]
        assert file.split == first.split == second.split == (split,)
        assert file.sha256 == first.sha256 == second.sha256
        assert first.documents[0] == 1
        assert first.documents[1] + 1 == second.documents[0]
        assert first.mentions + second.mentions == file.mentions


def test_unknown_corpus_lists_the_known():
    with pytest.raises(UnknownNameError, match=r"Did you mean 'bc5cdr'.*\n.*ncbi_disease"):
        find_source("bc5cdf")


def test_own_corpora_follow_the_shipped_ones(own_corpora):
    own_corpora({"mine": ENTRY, "hers": ENTRY})
    source = find_source("mine")
    assert source.kept_types == ("Thing",)
    assert source.files[0].name == "train.tsv"
    assert list(load_catalog()) == [*load_shipped(), "hers", "mine"]


def test_the_folder_of_own_corpora_needs_no_variable(tmp_path, monkeypatch):
    monkeypatch.delenv("SRU_NER_CATALOG", raising=False)
    monkeypatch.chdir(tmp_path)
    shipped = load_catalog()
    (tmp_path / "corpora").mkdir()
    (tmp_path / "corpora/README.md").write_text("not an entry")
    # A macOS archive adds such files, and editors do.
    (tmp_path / "corpora/._mine.yaml").write_bytes(b"\x00\x05\x16\x07")
    assert load_catalog() == shipped
    (tmp_path / "corpora/mine.yaml").write_text(yaml.safe_dump(ENTRY))
    assert load_catalog().keys() - shipped.keys() == {"mine"}


def test_own_corpus_with_the_name_of_a_shipped_one_is_an_error(own_corpora):
    folder = own_corpora({"bc5cdr": ENTRY})
    with pytest.raises(InputError, match=f"{folder}/bc5cdr.yaml: .*a corpus 'bc5cdr'"):
        load_catalog()


@pytest.mark.parametrize("content", ["[a]", "", "mine", "sources: {mine: {}}"])
def test_own_corpus_of_another_shape(own_corpora, content):
    folder = own_corpora({"mine": content})
    with pytest.raises(InputError, match=f"{folder}/mine.yaml: this is not the entry of a corpus"):
        load_catalog()


def test_wrong_entry_names_file_and_key(own_corpora):
    folder = own_corpora({"mine": {**ENTRY, "colour": 1}})
    with pytest.raises(UnknownNameError, match=f"{folder}/mine.yaml: there is no key .colour"):
        load_catalog()


def test_wrong_file_name_is_named(own_corpora):
    folder = own_corpora({"My Corpus": ENTRY})
    with pytest.raises(InputError, match=f"{folder}/My Corpus.yaml: name is "):
        load_catalog()


def test_broken_yaml_names_the_line(own_corpora):
    own_corpora({"mine": "title: x\nfiles: {b: c\n"})
    with pytest.raises(InputError, match="not valid YAML") as caught:
        load_catalog()
    assert caught.value.line == 3


def test_missing_folder_names_the_variable(tmp_path, monkeypatch):
    monkeypatch.setenv("SRU_NER_CATALOG", str(tmp_path / "none"))
    with pytest.raises(InputError, match="SRU_NER_CATALOG"):
        load_catalog()


def test_a_file_instead_of_a_folder_is_an_error(tmp_path, monkeypatch):
    path = tmp_path / "corpora.yaml"
    path.write_text("sources:\n")
    monkeypatch.setenv("SRU_NER_CATALOG", str(path))
    with pytest.raises(InputError, match="your own corpora are in a folder"):
        load_catalog()


def test_entries_are_the_same_to_the_byte_and_can_be_read_back(own_corpora, tmp_path):
    own_corpora({"mine": ENTRY})
    output = tmp_path / "out"
    write_entries(output, load_catalog().values())
    before = {path.name: path.read_bytes() for path in output.iterdir()}
    assert before.keys() == {f"{name}.json" for name in load_catalog()}
    for name, source in load_catalog().items():
        assert Source.model_validate_json(before[f"{name}.json"]) == source
    (output / "gone.json").write_text("{}")
    write_entries(output, load_catalog().values())
    assert {path.name: path.read_bytes() for path in output.iterdir()} == before


def test_a_changed_entry_changes_its_own_file_only(own_corpora, tmp_path):
    own = own_corpora({"mine": ENTRY, "hers": ENTRY})
    write_entries(tmp_path / "before", load_catalog().values())
    (own / "mine.yaml").write_text(yaml.safe_dump({**ENTRY, "title": "Changed"}))
    write_entries(tmp_path / "after", load_catalog().values())
    changed = [
        path.name
        for path in (tmp_path / "after").iterdir()
        if path.read_bytes() != (tmp_path / "before" / path.name).read_bytes()
    ]
    assert changed == ["mine.json"]
