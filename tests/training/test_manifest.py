import json
import shutil

import pytest

from sru_ner.errors import InputError, UnknownNameError
from sru_ner.settings import Params
from sru_ner.training.manifest import compose_manifest, write_manifests


def make_params(**experiments) -> Params:
    return Params.model_validate(
        {
            "suite": "small",
            "corpora": ["chemicals", "diseases"],
            "harmonize": {},
            "train": {},
            "experiments": experiments or {"both": {"sources": ["diseases", "chemicals"]}},
            "evaluate": {"tested": ["diseases"], "split": "test"},
            "assess": {"experiment": "both"},
            "register": {"candidate": "both"},
        }
    )


def test_sources_by_name_with_counts_of_their_splits(harmonized):
    found = compose_manifest(harmonized, ["diseases", "chemicals"], ["train"])["sources"]
    assert list(found) == ["chemicals", "diseases"]
    assert found["chemicals"]["types"] == ["Chemical"]
    train = found["chemicals"]["splits"]["train"]
    assert (train["sentences"], train["mentions"]) == (18, 18)
    assert set(train["sha256"]) == {"documents", "sentences", "spans"}


def test_an_experiment_names_train_and_dev_and_the_tests_their_split(harmonized, tmp_path):
    assert write_manifests(tmp_path / "m", harmonized, make_params()) == ["both", "tested"]
    both = json.loads((tmp_path / "m/both.json").read_text())["sources"]
    tested = json.loads((tmp_path / "m/tested.json").read_text())["sources"]
    assert {name: list(found["splits"]) for name, found in both.items()} == {
        "chemicals": ["train", "dev"],
        "diseases": ["train", "dev"],
    }
    assert {name: list(found["splits"]) for name, found in tested.items()} == {"diseases": ["test"]}


def test_writing_again_gives_the_same_bytes(harmonized, tmp_path):
    for name in ("one", "two"):
        write_manifests(tmp_path / name, harmonized, make_params())
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_only_a_table_that_is_learned_from_changes_a_manifest(harmonized, tmp_path):
    root = tmp_path / "harmonized"
    shutil.copytree(harmonized, root)
    before = compose_manifest(root, ["chemicals"], ["train", "dev"])
    spans = root / "spans/source=chemicals"
    shutil.copy(root / "spans/source=diseases/split=test/part-0.parquet", spans / "split=test")
    assert compose_manifest(root, ["chemicals"], ["train", "dev"]) == before
    shutil.copy(root / "spans/source=diseases/split=dev/part-0.parquet", spans / "split=dev")
    assert compose_manifest(root, ["chemicals"], ["train", "dev"]) != before


def test_removed_experiment_leaves_no_manifest(harmonized, tmp_path):
    sources = {"sources": ["chemicals"]}
    write_manifests(tmp_path / "m", harmonized, make_params(both=sources, other=sources))
    write_manifests(tmp_path / "m", harmonized, make_params(both=sources))
    assert sorted(path.name for path in (tmp_path / "m").iterdir()) == ["both.json", "tested.json"]


def test_source_that_is_not_harmonised(harmonized):
    with pytest.raises(UnknownNameError, match="known: chemicals, diseases"):
        compose_manifest(harmonized, ["chemical"], ["train"])


def test_missing_split_is_named(harmonized, tmp_path):
    root = tmp_path / "harmonized"
    shutil.copytree(harmonized, root)
    for table in ("documents", "sentences", "spans"):
        shutil.rmtree(root / table / "source=chemicals/split=dev")
    with pytest.raises(InputError, match="'chemicals' has no dev split") as caught:
        compose_manifest(root, ["chemicals"], ["train", "dev"])
    assert "it has train, test" in caught.value.remedy


def test_no_experiment_is_called_like_the_manifest_of_the_tests(harmonized, tmp_path):
    sources = {"sources": ["chemicals"]}
    with pytest.raises(InputError, match="cannot be called 'tested'"):
        write_manifests(tmp_path / "m", harmonized, make_params(both=sources, tested=sources))
    assert not (tmp_path / "m").exists()
