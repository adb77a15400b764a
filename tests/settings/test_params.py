import json
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel

from sru_ner.errors import InputError, UnknownNameError
from sru_ner.settings.params import Params, load_params

ROOT = Path(__file__).parents[2]

BASE = {
    "suite": "small",
    "corpora": ["bc5cdr", "linnaeus"],
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
    with pytest.raises(InputError, match=r"predictions\.long: there is an experiment of the same"):
        load_params(written(tmp_path, evaluate=evaluate))


def test_unknown_experiment_lists_the_known(tmp_path: Path) -> None:
    with pytest.raises(
        UnknownNameError, match=r"'alnoe'. Did you mean 'alone'\?[\s\S]*alone, long"
    ):
        load_params(written(tmp_path)).experiment("alnoe")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            {"train": {"epoch": 3}},
            r"yaml: train: .*'epoch'. Did you mean 'epochs'\?[\s\S]*choose one of: .*batch_size",
        ),
        (
            {"experiments": {"a": {"sources": ["bc5cdr"], "sed": 1}}},
            r"experiments\.a: .*'sed'. Did you mean 'seed'\?",
        ),
        ({"evaluation": {}}, r"'evaluation'. Did you mean 'evaluate'"),
        ({"register": {"candidate": "alone", "name": "x"}}, r"register: .*'name'[\s\S]*model_name"),
        ({"evaluate": {"tested": ["linneaus"]}}, r"'linneaus'. Did you mean 'linnaeus'"),
        (
            {"experiments": {"a": {"sources": ["genia"]}}},
            r"experiments\.a\.sources: .*'genia'[\s\S]*bc5cdr, linnaeus",
        ),
        ({"assess": {"experiment": "alnoe"}}, r"'alnoe'"),
        ({"evaluate": {"tested": ["bc5cdr"], "overlaps": {"alnoe": "flat"}}}, r"'alnoe'"),
        (
            {"evaluate": {"tested": ["linnaeus"], "predictions": {"t": {**TOOL, "file": "x"}}}},
            r"evaluate\.predictions\.t: .*'file'. Did you mean 'files'\?[\s\S]*type_map",
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
        ({"train": {"epochs": 0}}, r"train\.epochs is 0: .*greater than or equal to 1"),
        (
            {"train": {"supervision": "open"}},
            r"train\.supervision is 'open': input should be 'dynamic' or 'closed'",
        ),
        ({"experiments": {}}, r"experiments.*at least 1"),
        ({"train": {"exclusive": "some"}}, r"train\.exclusive is 'some': input should be 'none'"),
        (
            {"evaluate": {"tested": ["bc5cdr"], "overlaps": {"x": "some"}}},
            r"evaluate\.overlaps\.x is 'some': input should be 'all', 'exclusive' or 'flat'",
        ),
        ({"assess": {}}, r"params\.yaml: assess\.experiment is missing"),
        (
            {"evaluate": {"tested": ["linnaeus"], "split": "dev", "thresholds": "global"}},
            r"yaml: evaluate: thresholds are tuned on dev",
        ),
        (
            {
                "train": {"train_with_dev": True},
                "evaluate": {"tested": ["bc5cdr"], "split": "dev"},
            },
            r"experiments\.\w+ is trained on dev .* would score it",
        ),
        (
            {
                "train": {"train_with_dev": True},
                "evaluate": {"tested": ["linnaeus"], "thresholds": "per_type"},
            },
            r"experiments\.\w+ is trained on dev .* would tune thresholds on it",
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


def with_defaults(values: object, section: type[BaseModel]) -> object:
    """Add the code's defaults to the values of a section, and `???` where there is none."""
    fields = {field.alias or name: field for name, field in section.model_fields.items()}
    defaults = {
        name: "???" if field.is_required() else field.get_default(call_default_factory=True)
        for name, field in fields.items()
    }
    inner = {
        name: with_defaults(values[name], field.annotation)
        for name, field in fields.items()
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
    }
    return {**defaults, **inner}


def test_shared_values_of_the_suites_are_the_defaults_of_the_code() -> None:
    shared = yaml.safe_load((ROOT / "conf/config.yaml").read_text())
    del shared["defaults"]  # Hydra's
    assert plain(shared) == plain(with_defaults(shared, Params))


def plain(values: object) -> object:
    """Turn tuples into lists, as YAML has them."""
    return json.loads(json.dumps(values))


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"suite": "../../victim"}, "suite: '../../victim'"),
        ({"corpora": ["bc5cdr", "x$(touch P)"]}, r"corpora\.1: 'x\$\(touch P\)'"),
        ({"left_out": ["../x"]}, r"left_out\.0: '../x'"),
        ({"experiments": {"../x": {"sources": ["bc5cdr"]}}}, r"experiments\.../x: '../x'"),
        (
            {"evaluate": {"tested": ["linnaeus"], "predictions": {"`t`": TOOL}}},
            r"evaluate\.predictions\.`t`: '`t`'",
        ),
        (
            {"register": {"candidate": "alone", "model_name": "a' OR '1"}},
            r"register\.model_name: \"a' OR '1\"",
        ),
    ],
)
def test_names_that_lead_elsewhere_or_run_are_refused(
    tmp_path: Path, changed: dict[str, object], place: str
) -> None:
    with pytest.raises(InputError, match=rf"params\.yaml: {place} cannot be a name"):
        load_params(written(tmp_path, **changed))


def test_a_wrong_value_is_quoted_in_part(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"train\.epochs is 'xxx") as caught:
        load_params(written(tmp_path, train={"epochs": "x" * 1_000_000}))
    assert len(str(caught.value)) < 1000
    with pytest.raises(UnknownNameError) as unknown:
        load_params(written(tmp_path, train={"x" * 1_000_000: 1}))
    assert len(str(unknown.value)) < 10_000
