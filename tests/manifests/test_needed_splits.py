import pytest

from sru_ner.errors import InputError, UnknownNameError
from sru_ner.manifests.needed_splits import check_splits


@pytest.fixture
def harmonized(tmp_path):
    for name, splits in {"drugs": ["train"], "genes": ["train", "dev"]}.items():
        for split in splits:
            path = tmp_path / f"documents/source={name}/split={split}/part-0.parquet"
            path.parent.mkdir(parents=True)
            path.touch()
        inventory = tmp_path / f"inventories/source={name}/part-0.parquet"
        inventory.parent.mkdir(parents=True)
        inventory.touch()
    return tmp_path


def test_every_missing_split_is_named_at_once(harmonized):
    with pytest.raises(InputError) as caught:
        check_splits(harmonized, {"drugs": ["train", "dev", "test"], "genes": ["test"]})
    assert caught.value.problem == (
        "drugs has no dev and no test split, only train; genes has no test split, only train, dev"
    )
    check_splits(harmonized, {"drugs": ["train"], "genes": ["train", "dev"]})


def test_a_source_that_is_not_harmonised_is_unknown(harmonized):
    with pytest.raises(UnknownNameError, match="Did you mean 'drugs'"):
        check_splits(harmonized, {"drug": ["train"]})
