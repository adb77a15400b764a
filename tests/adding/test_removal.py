import pytest

from sru_ner.adding.removal import paths_of, remove
from sru_ner.errors import InputError, UnknownNameError


@pytest.fixture
def folders(tmp_path):
    names = ("corpora", "raw", "harmonized", "reports")
    for name in names:
        (tmp_path / name).mkdir()
    entry = "title: x\ncitation: x\nlicence: x\nreader: iob\ntypes: {X: X}\n"
    files = "files: [{name: a, split: train}]\n"
    given = "given: {splits: true, documents: false, sentences: true}\n"
    for name in ("mine", "other"):
        (tmp_path / f"corpora/{name}.yaml").write_text(entry + files + given)
        (tmp_path / f"raw/{name}").mkdir()
        (tmp_path / f"harmonized/spans/source={name}/split=train").mkdir(parents=True)
    (tmp_path / "reports/mine.json").write_text("{}")
    return [tmp_path / name for name in names]


def test_all_of_one_corpus_is_found_and_nothing_of_another(folders, tmp_path):
    found = paths_of("mine", *folders)
    assert [path.relative_to(tmp_path).as_posix() for path in found] == [
        "corpora/mine.yaml",
        "raw/mine",
        "harmonized/spans/source=mine",
        "reports/mine.json",
    ]
    for path in found:
        remove(path)
    assert not any(path.exists() for path in found)
    assert len(paths_of("other", *folders)) == 3


def test_shipped_and_unknown_corpora_are_errors(folders):
    with pytest.raises(InputError, match="bc5cdr is a corpus of the shipped catalog"):
        paths_of("bc5cdr", *folders)
    with pytest.raises(UnknownNameError, match="Did you mean 'mine'"):
        paths_of("nine", *folders)


def test_of_a_link_only_the_link_is_removed(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "data")
    remove(tmp_path / "link")
    assert (tmp_path / "data").is_dir()
    assert not (tmp_path / "link").is_symlink()
