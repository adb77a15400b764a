import json
import shutil

import pytest

from sru_ner.dataset.tables import read_table, write_table
from sru_ner.errors import InputError, UnknownNameError
from sru_ner.manifests.manifest import describe_splits, write_manifests
from sru_ner.settings.params import Params


@pytest.fixture
def leakage(leakage_of):
    """One document in both: the first test document of `diseases` is to be learned twice."""
    pairs = [
        ("chemicals", "train", "chemicals-train:1", "diseases", "diseases-test:1"),
        ("diseases", "dev", "diseases-dev:1", "diseases", "diseases-test:1"),
        ("diseases", "train", "diseases-train:1", "chemicals", "chemicals-test:1"),
    ]
    return leakage_of(pairs, ["chemicals", "diseases"])


def make_params(treatment="mark", **experiments) -> Params:
    return Params.model_validate(
        {
            "suite": "small",
            "corpora": ["chemicals", "diseases"],
            "train": {},
            "experiments": experiments or {"both": {"sources": ["diseases", "chemicals"]}},
            "evaluate": {"tested": ["diseases"], "split": "test", "leakage": treatment},
            "assess": {"experiment": "both"},
            "register": {"candidate": "both"},
        }
    )


def test_sources_by_name_with_counts_of_their_splits(harmonized):
    found = describe_splits(harmonized, ["diseases", "chemicals"], ["train"])["sources"]
    assert list(found) == ["chemicals", "diseases"]
    assert found["chemicals"]["types"] == ["Chemical"]
    train = found["chemicals"]["splits"]["train"]
    assert (train["sentences"], train["mentions"]) == (18, 18)
    assert set(train["sha256"]) == {"documents", "sentences", "spans"}


def test_an_experiment_names_train_and_dev_and_the_tests_their_split(harmonized, tmp_path, leakage):
    assert write_manifests(tmp_path / "m", harmonized, make_params(), leakage) == ["both", "tested"]
    both = json.loads((tmp_path / "m/both.json").read_text())["sources"]
    tested = json.loads((tmp_path / "m/tested.json").read_text())["sources"]
    assert {name: list(found["splits"]) for name, found in both.items()} == {
        "chemicals": ["train", "dev"],
        "diseases": ["train", "dev"],
    }
    assert {name: list(found["splits"]) for name, found in tested.items()} == {"diseases": ["test"]}


def test_writing_again_gives_the_same_bytes(harmonized, tmp_path, leakage):
    for name in ("one", "two"):
        write_manifests(tmp_path / name, harmonized, make_params(), leakage)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def shorten(root, split):
    """Remove a mention from the spans of chemicals."""
    table = read_table(root, "spans", "chemicals", split)
    write_table(root, "spans", table.slice(1), "chemicals", split)


def test_only_a_table_that_is_learned_from_changes_a_manifest(harmonized, tmp_path):
    root = tmp_path / "harmonized"
    shutil.copytree(harmonized, root)
    before = describe_splits(root, ["chemicals"], ["train", "dev"])
    shorten(root, "test")
    assert describe_splits(root, ["chemicals"], ["train", "dev"]) == before
    shorten(root, "dev")
    assert describe_splits(root, ["chemicals"], ["train", "dev"]) != before


def test_removed_experiment_leaves_no_manifest(harmonized, tmp_path, leakage):
    sources = {"sources": ["chemicals"]}
    write_manifests(tmp_path / "m", harmonized, make_params(both=sources, other=sources), leakage)
    write_manifests(tmp_path / "m", harmonized, make_params(both=sources), leakage)
    assert sorted(path.name for path in (tmp_path / "m").iterdir()) == ["both.json", "tested.json"]


def test_source_that_is_not_harmonised(harmonized):
    with pytest.raises(UnknownNameError, match="choose one of: chemicals, diseases"):
        describe_splits(harmonized, ["chemical"], ["train"])


def test_missing_split_is_named(harmonized, tmp_path):
    root = tmp_path / "harmonized"
    shutil.copytree(harmonized, root)
    for table in ("documents", "sentences", "spans"):
        shutil.rmtree(root / table / "source=chemicals/split=dev")
    with pytest.raises(InputError, match="chemicals has no dev split, only train, test"):
        describe_splits(root, ["chemicals"], ["train", "dev"])


def test_no_experiment_is_called_like_the_manifest_of_the_tests(harmonized, tmp_path, leakage):
    sources = {"sources": ["chemicals"]}
    with pytest.raises(InputError, match="cannot be called 'tested'"):
        write_manifests(
            tmp_path / "m", harmonized, make_params(both=sources, tested=sources), leakage
        )
    assert not (tmp_path / "m").exists()


def test_documents_of_the_test_data_are_excluded_only_if_asked(harmonized, tmp_path, leakage):
    found = {}
    for treatment in ("mark", "drop_test", "drop_train"):
        write_manifests(tmp_path / treatment, harmonized, make_params(treatment), leakage)
        found[treatment] = json.loads((tmp_path / treatment / "both.json").read_text())["sources"]
    assert found["mark"] == found["drop_test"]
    assert not [s for c in found["mark"].values() for s in c["splits"].values() if "excluded" in s]
    chemicals, diseases = (found["drop_train"][s]["splits"] for s in ("chemicals", "diseases"))
    assert chemicals["train"]["excluded"] == ["chemicals-train:1"]
    assert diseases["dev"]["excluded"] == ["diseases-dev:1"]
    # Overlap with a corpus that is not tested does not matter.
    assert "excluded" not in diseases["train"]


def test_a_split_of_which_nothing_is_left_is_an_error(harmonized, tmp_path, leakage_of):
    pairs = [("chemicals", "train", str(i), "diseases", "x") for i in range(9)]
    leakage = leakage_of(pairs, ["chemicals", "diseases"])
    with pytest.raises(InputError, match="every train document of 'chemicals'"):
        write_manifests(tmp_path / "m", harmonized, make_params("drop_train"), leakage)
