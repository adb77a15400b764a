"""Who is champion, and what the history says, whoever moves the alias."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mlflow import MlflowClient

from sru_ner.errors import InputError, UnknownNameError
from sru_ner.registry.champion import (
    Decision,
    champion_version,
    champions,
    promote,
    read_history,
    reject,
    roll_back,
)
from sru_ner.registry.description import with_part
from sru_ner.registry.records import find_record

VERSIONS = ("1", "2", "3")


@pytest.fixture(scope="module")
def store(tmp_path_factory, no_store_of_this_machine) -> MlflowClient:
    """An empty store."""
    uri = f"sqlite:///{tmp_path_factory.mktemp('store')}/mlflow.db"
    return MlflowClient(uri, uri)


@pytest.fixture
def client(store) -> Iterator[MlflowClient]:
    """The store with three versions of the model `m`, which hold nothing."""
    store.create_registered_model("m")
    for version in VERSIONS:
        store.create_model_version("m", f"file:///nowhere/{version}")
    yield store
    store.delete_registered_model("m")


def make_champion(client: MlflowClient, version: str) -> Decision:
    record = find_record(client, "m", version)
    return promote(client, record, expected=champion_version(client, "m"), by="Ada", because="why")


def test_promoted_then_rolled_back_with_its_history(client):
    make_champion(client, "1")
    make_champion(client, "2")
    assert champion_version(client, "m") == "2"
    roll_back(client, "m", version="2", by="Grace", because="slow")
    assert champion_version(client, "m") == "1"
    found = [(d.action, d.version, d.before, d.by, d.because) for d in read_history(client, "m")]
    assert found == [
        ("promoted", "1", None, "Ada", "why"),
        ("promoted", "2", "1", "Ada", "why"),
        ("rolled back", "1", "2", "Grace", "slow"),
    ]
    tags = {v: client.get_model_version("m", v).tags["review.decision"] for v in ("1", "2")}
    assert tags == {"1": "promoted again", "2": "taken back"}
    with pytest.raises(InputError, match="no earlier champion"):
        roll_back(client, "m", version=None, by="Grace")


def test_an_alias_set_by_other_means_is_noted_and_respected(client):
    make_champion(client, "1")
    client.set_registered_model_alias("m", "champion", "3")  # as MLflow's pages do
    client.set_registered_model_alias("m", "mine", "2")
    record = find_record(client, "m", "2")
    with pytest.raises(InputError, match="the champion of m is 3 by now, and not 1"):
        promote(client, record, expected="1", by="Ada")
    assert champion_version(client, "m") == "3"
    with pytest.raises(InputError, match="the champion of m is 3, not 1"):
        roll_back(client, "m", version="1", by="Ada")
    make_champion(client, "2")
    assert roll_back(client, "m", version=None, by="Ada").version == "3"
    assert roll_back(client, "m", version=None, by="Ada").version == "1"
    assert [d.action for d in read_history(client, "m")].count("set elsewhere") == 1
    assert client.get_registered_model("m").aliases.keys() == {"champion", "mine"}


def test_a_removed_alias_comes_back(client):
    make_champion(client, "1")
    client.delete_registered_model_alias("m", "champion")
    assert roll_back(client, "m", version=None, by="Ada").version == "1"
    assert champion_version(client, "m") == "1"


def test_a_deleted_version_is_passed_over(client):
    for version in VERSIONS:
        make_champion(client, version)
    client.delete_model_version("m", "2")
    assert roll_back(client, "m", version=None, by="Ada").version == "1"


def test_a_rejected_version_moves_no_alias(client):
    make_champion(client, "1")
    reject(client, find_record(client, "m", "2"), by="Ada", because="worse")
    assert champion_version(client, "m") == "1"
    assert client.get_model_version("m", "2").tags["review.because"] == "worse"
    with pytest.raises(InputError, match="m 1 is the champion"):
        reject(client, find_record(client, "m@champion"), by="Ada")
    with pytest.raises(InputError, match="champion already"):
        make_champion(client, "1")


@pytest.mark.parametrize(
    ("reference", "version", "error", "message"),
    [
        ("m", None, InputError, "no version of m is named"),
        ("m@none", None, UnknownNameError, "'none'"),
        ("m", "9", UnknownNameError, "'9'"),
        ("other@champion", None, UnknownNameError, "no registered model 'other'"),
        ("m/1", "2", InputError, "names a version already"),
        ("m@a@b", None, InputError, "does not name a registered model"),
    ],
)
def test_a_wrong_reference_is_a_message(client, reference, version, error, message):
    with pytest.raises(error, match=message):
        find_record(client, reference, version)


def test_references_of_one_version(client):
    client.set_registered_model_alias("m", "best", "2")
    found = [find_record(client, *each) for each in (("m@best",), ("models:/m/2",), ("m", 2))]
    assert {(each.title, each.aliases) for each in found} == {("m 2", ("best",))}


decisions = st.lists(
    st.tuples(st.sampled_from(["promoted", "rejected", "set elsewhere"]), st.sampled_from("123")),
    max_size=6,
).map(lambda pairs: [Decision(action, version, None, "x") for action, version in pairs])


@given(decisions, st.sampled_from("123"))
def test_a_rollback_undoes_a_promotion(history, version):
    before = champions(history)
    again = [*history, Decision("promoted", "4", None, "x")]
    assert champions(again) == [*before, "4"]
    if before:
        assert champions([*again, Decision("rolled back", before[-1], "4", "x")]) == before
    assert champions([*history, Decision("rejected", version, None, "x")]) == before


@given(st.text(max_size=40), st.text(alphabet="ab c\n", max_size=20))
def test_a_part_of_a_description_replaces_itself_only(own, part):
    once = with_part(own, "review", "first")
    both = with_part(once, "decision", "other")
    again = with_part(both, "review", part)
    assert own.strip() in again
    assert "first" not in again.removeprefix(own.strip())
    assert "other" in again
    assert with_part(again, "review", part) == again
