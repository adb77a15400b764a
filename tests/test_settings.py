from pathlib import Path

import pytest
import yaml

from sru_ner.errors import InputError, UnknownNameError
from sru_ner.settings import load_params

BASE = {
    "suite": "small",
    "corpora": ["bc5cdr", "linnaeus"],
    "harmonize": {},
    "train": {"epochs": 3},
    "experiments": {"alone": {"sources": ["bc5cdr"]}, "long": {"sources": ["bc5cdr"], "epochs": 9}},
    "evaluate": {"tested": ["linnaeus"]},
    "assess": {"experiment": "alone"},
    "register": {"candidate": "alone"},
}


TOOL = {"folder": "predictions/t", "files": {"linnaeus": "x.txt"}}


def written(folder: Path, **changed: object) -> Path:
    path = folder / "params.yaml"
    path.write_text(yaml.safe_dump(BASE | changed))
    return path


def test_experiments_inherit_what_they_do_not_set(tmp_path: Path) -> None:
    params = load_params(written(tmp_path))
    assert params.experiment("alone").epochs == 3
    assert params.experiment("long").epochs == 9
    assert params.experiment("long").batch_size == 16


def test_other_tools_are_rows_beside_the_models(tmp_path: Path) -> None:
    evaluate = {"tested": ["linnaeus"], "predictions": {"t": TOOL}}
    assert load_params(written(tmp_path, evaluate=evaluate)).models == ("alone", "long", "t")
    evaluate["predictions"] = {"long": TOOL}
    with pytest.raises(InputError, match=r"predictions\.long: an experiment is called so, too"):
        load_params(written(tmp_path, evaluate=evaluate))


def test_unknown_experiment_lists_the_known(tmp_path: Path) -> None:
    with pytest.raises(
        UnknownNameError, match=r"'alnoe'. Did you mean 'alone'\?[\s\S]*alone, long"
    ):
        load_params(written(tmp_path)).experiment("alnoe")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"train": {"epoch": 3}}, r"train\.epoch'[\s\S]*choose one of: .*batch_size"),
        ({"experiments": {"a": {"sources": ["bc5cdr"], "sed": 1}}}, r"experiments\.a\.sed'"),
        ({"evaluation": {}}, r"'evaluation'. Did you mean 'evaluate'"),
        ({"register": {"candidate": "alone", "name": "x"}}, r"register\.name'[\s\S]*model_name"),
        ({"evaluate": {"tested": ["linneaus"]}}, r"'linneaus'. Did you mean 'linnaeus'"),
        ({"experiments": {"a": {"sources": ["genia"]}}}, r"'genia'[\s\S]*bc5cdr, linnaeus"),
        ({"assess": {"experiment": "alnoe"}}, r"'alnoe'"),
        (
            {"evaluate": {"tested": ["linnaeus"], "predictions": {"t": {**TOOL, "file": "x"}}}},
            r"evaluate\.predictions\.t\.file'",
        ),
        (
            {
                "evaluate": {
                    "tested": ["linnaeus"],
                    "predictions": {"t": {**TOOL, "sources": ["linaeus"]}},
                }
            },
            r"'linaeus'\. Did you mean 'linnaeus'",
        ),
        (
            {"evaluate": {"tested": ["bc5cdr"], "predictions": {"t": TOOL}}},
            r"evaluate\.predictions\.t\.files: there is no source 'linnaeus'",
        ),
    ],
)
def test_a_name_that_does_not_exist_is_refused(tmp_path: Path, changed: dict, message: str) -> None:
    with pytest.raises(UnknownNameError, match=message):
        load_params(written(tmp_path, **changed))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"train": {"epochs": 0}}, r"train|experiments\.\w+\.epochs.*greater than or equal to 1"),
        ({"train": {"supervision": "open"}}, r"'dynamic' or 'closed' \(found 'open'\)"),
        ({"experiments": {}}, r"experiments.*at least 1"),
        (
            {"evaluate": {"tested": ["linnaeus"], "split": "dev", "thresholds": "global"}},
            "evaluate: .*tuned on dev",
        ),
        (
            {
                "train": {"train_with_dev": True},
                "evaluate": {"tested": ["bc5cdr"], "split": "dev"},
            },
            r"experiments\.\w+ learns from dev .* would score it",
        ),
        (
            {
                "train": {"train_with_dev": True},
                "evaluate": {"tested": ["linnaeus"], "thresholds": "per_type"},
            },
            r"experiments\.\w+ learns from dev .* would tune thresholds on it",
        ),
    ],
)
def test_a_value_out_of_range_is_named(tmp_path: Path, changed: dict, message: str) -> None:
    with pytest.raises(InputError, match=message):
        load_params(written(tmp_path, **changed))


def test_a_missing_or_broken_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"params\.yaml: the file cannot be read \(No such file"):
        load_params(tmp_path / "params.yaml")
    broken = tmp_path / "broken.yaml"
    broken.write_text("suite: [a,\nb: }")
    with pytest.raises(InputError, match=r"broken\.yaml:2: this is not valid YAML"):
        load_params(broken)
