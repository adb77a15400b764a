import json
import os
import subprocess
import sys

import pytest

from sru_ner.errors import InputError
from sru_ner.registry.versions import resolve

ELSEWHERE = """
import sys
opened = []
sys.addaudithook(lambda event, arguments: opened.append(arguments) if "pickle" in event else None)
import json, mlflow, pandas
mlflow.set_tracking_uri(sys.argv[1])
model = mlflow.pyfunc.load_model("models:/sru-ner@candidate")
loaded = list(opened)
texts = pandas.DataFrame({"text": [sys.argv[2], ""]})
missing = pandas.DataFrame({"text": [None, sys.argv[2], float("nan"), pandas.NA]}, dtype=object)
import sru_ner
print(json.dumps({
    "package": sru_ner.__file__,
    "pickles": [str(name) for name in loaded],
    "spans": model.predict(texts),
    "missing": model.predict(missing),
    "certain": model.predict(texts, params={"threshold": 1.0}),
}))
"""


@pytest.fixture(scope="module")
def elsewhere(registered, text, tmp_path_factory) -> dict:
    """What a Python process in another folder gets from the registry."""
    _, registration = registered
    script = ["-c", ELSEWHERE, registration["tracking_uri"], text]
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, *script],
        cwd=tmp_path_factory.mktemp("elsewhere"),
        env=kept,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_model_brings_its_own_code(elsewhere, registered):
    assert elsewhere["package"].startswith(str(registered[0] / "mlartifacts"))


def test_loading_opens_no_pickle(elsewhere):
    assert elsewhere["pickles"] == []


def test_predictions_are_those_of_the_annotator(elsewhere, text, tiny_model):
    from sru_ner.inference.annotator import Annotator

    spans, none = elsewhere["spans"]
    assert none == []
    assert spans
    assert [{**span, "score": pytest.approx(span["score"], abs=1e-5)} for span in spans] == [
        span.as_dict() for span in Annotator.load(tiny_model)(text)
    ]
    assert all(text[span["start"] : span["end"]] == span["text"] for span in spans)


def test_a_missing_text_has_no_mentions(elsewhere):
    assert elsewhere["missing"] == [[], elsewhere["spans"][0], [], []]


def test_threshold_leaves_out_what_scores_lower(elsewhere):
    assert len(elsewhere["certain"][0]) < len(elsewhere["spans"][0])


def test_resolve_gives_the_hugging_face_folder(registered, tiny_model):
    root, _ = registered
    by_alias = resolve("models:/sru-ner@candidate", root)
    assert json.loads((by_alias / "training.json").read_text())["experiment"] == "together"
    by_version = resolve("models:/sru-ner/1", root)
    weights = "model.safetensors"
    assert (by_version / weights).read_bytes() == (tiny_model / weights).read_bytes()


def test_project_is_found_from_a_folder_inside(registered, monkeypatch):
    root, _ = registered
    monkeypatch.chdir(root / "models")
    assert resolve("models:/sru-ner@candidate").is_dir()


@pytest.mark.parametrize("uri", ["models:/sru-ner@champion", "models:/sru-ner/9", "models:/x@y"])
def test_unknown_model_lists_the_registered_ones(registered, uri):
    with pytest.raises(InputError, match="is not available in sqlite:///") as caught:
        resolve(uri, registered[0])
    assert "registered models: sru-ner" in caught.value.remedy


def test_no_store_here(tmp_path):
    with pytest.raises(InputError, match="no MLflow store"):
        resolve("models:/sru-ner@candidate", tmp_path)
