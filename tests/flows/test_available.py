import pytest
import yaml

from flows.available import check_available, unavailable, without
from flows.stages import ROOT
from flows.suites import composed, use_suite
from sru_ner.corpora.addresses import mirrored
from sru_ner.corpora.catalog import find_source
from sru_ner.errors import InputError
from sru_ner.settings.params import Params
from tests.flows.test_suites import make_project


@pytest.fixture(autouse=True)
def _nothing_is_here(monkeypatch):
    monkeypatch.delenv("SRU_NER_MIRROR", raising=False)
    monkeypatch.delenv("SRU_NER_OFFLINE", raising=False)


def values_of(suite):
    return yaml.safe_load(composed(suite, ROOT))


def params_of(suite):
    return Params.model_validate(values_of(suite))


@pytest.fixture
def without_bc4chemd(tmp_path, monkeypatch):
    """A mirror with a file for each of the suite `multi_task`, but for those of BC4CHEMD."""
    monkeypatch.setenv("SRU_NER_MIRROR", str(tmp_path / "mirror"))
    monkeypatch.setenv("SRU_NER_OFFLINE", "1")
    for name in set(params_of("multi_task").corpora) - {"bc4chemd"}:
        for file in find_source(name).files:
            place = mirrored(file.url)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.touch()


def test_corpora_that_have_no_address_are_named_with_what_to_do(tmp_path):
    assert "conll2003" in unavailable(params_of("conll"), tmp_path)
    with pytest.raises(InputError) as caught:
        check_available(params_of("conll"), tmp_path)
    message = str(caught.value)
    assert (
        f"conll2003: put eng.train, eng.testa, eng.testb into {tmp_path}/data/raw/conll2003"
        in message
    )
    assert "Sign the agreement" in message
    assert "--suite conll --available" in message


def test_files_put_in_place_are_there(tmp_path):
    folder = tmp_path / "data/raw/conll2003"
    folder.mkdir(parents=True)
    for name in ("eng.train", "eng.testa"):
        (folder / name).touch()
    assert "conll2003" in unavailable(params_of("conll"), tmp_path)
    (folder / "eng.testb").touch()
    assert unavailable(params_of("conll"), tmp_path) == {}
    check_available(params_of("conll"), tmp_path)


@pytest.mark.usefixtures("without_bc4chemd")
def test_corpora_that_the_mirror_lacks_are_named(tmp_path):
    missing = unavailable(params_of("multi_task"), tmp_path)
    assert list(missing) == ["bc4chemd"]
    assert "BC4CHEMD/train.tsv is not in the mirror" in missing["bc4chemd"]


def test_without_the_network_all_are_named_that_no_mirror_has(tmp_path, monkeypatch):
    monkeypatch.setenv("SRU_NER_OFFLINE", "1")
    params = params_of("biomed_small")
    assert list(unavailable(params, tmp_path)) == list(params.corpora)
    assert unavailable(params_of("demo"), tmp_path) == {}


def test_what_is_left_is_a_suite_of_the_rest():
    left = without(values_of("multi_task"), ["bc4chemd"])
    params = Params.model_validate(left)
    assert params.left_out == ("bc4chemd",)
    assert "bc4chemd" not in {*params.corpora, *params.evaluate.tested, *params.experiments}
    assert params.experiments["together"].sources == params.corpora
    full = params_of("multi_task")
    assert params.train == full.train
    assert set(full.corpora) - set(params.corpora) == {"bc4chemd"}


@pytest.mark.parametrize(
    ("suite", "missing", "lost"),
    [
        ("conll", ["conll2003"], "no corpus to test on"),
        ("single_task", ["ncbi_disease"], "no source for ncbi_disease"),
    ],
)
def test_nothing_to_run_is_an_error(suite, missing, lost):
    with pytest.raises(InputError, match=lost):
        without(values_of(suite), missing)


@pytest.mark.usefixtures("without_bc4chemd")
def test_suite_in_place_without_what_cannot_be_had(tmp_path):
    project = make_project(tmp_path / "project")
    assert use_suite("multi_task", project).left_out == ()
    params = use_suite("multi_task", project, available=True)
    assert params.left_out == ("bc4chemd",)
    check_available(params, project)
    path = project / "suites/multi_task/params.yaml"
    before = path.read_bytes()
    assert use_suite("multi_task", project, available=True) == params
    assert path.read_bytes() == before
