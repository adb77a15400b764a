import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
import yaml

from flows.suites import composed, known_suites, use_suite
from sru_ner.corpora.catalog import load_catalog
from sru_ner.errors import UnknownNameError
from sru_ner.settings.params import Params, load_params
from sru_ner.settings.presets import PRESETS
from sru_ner.settings.sections import ExperimentSettings
from sru_ner.settings.shared import load_data_params, load_project_params
from sru_ner.training.sampling import EqualSourceBatches

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path)


def make_project(root):
    """Copy what the folder of a suite is made from; the demo has one already."""
    shutil.copytree(ROOT / "conf", root / "conf")
    for name in (
        "params.yaml",
        "data/params.yaml",
        "suites/stages.yaml",
        "suites/demo/params.yaml",
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    return root


def test_committed_parameters_are_the_demo_suite():
    assert (ROOT / "suites/demo/params.yaml").read_text() == composed("demo", ROOT)
    assert load_project_params(ROOT / "params.yaml").suite == "demo"
    demo = load_params(ROOT / "suites/demo/params.yaml")
    assert load_data_params(ROOT / "data/params.yaml").corpora == demo.corpora


PAPER = [
    "ablations", "conll", "cross_corpus", "genia", "human_assessment", "multi_task",
    "single_task", "synthetic_ensemble",
]  # fmt: skip
"""Suites of the paper's experiments; each has a `_cpu` twin."""

BY_THE_PAPER = {
    "batch_size": 16,
    "encoder": "michiyasunaga/BioLinkBERT-large",
    "encoder_learning_rate": 2e-5,
    "encoder_warmup_epochs": 1.0,
    "epochs": 100,
    "half_context": 150,
    "input_dropout": 0.1,
    "latent_dropout": 0.2,
    "latents_per_action": 2,
    "learning_rate": 3e-4,
    "max_grad_norm": 1.0,
    "max_subwords": 405,
    "open_strength": 1.0,
    "pack": False,
    "patience": 30,
    "position_dropout": 0.2,
    "supervision": "dynamic",
    "token_multiplier": 1.0,
    "train_token_multiplier": False,
    "train_with_dev": False,
    "types": "separate",
    "warmup_epochs": 0.5,
    "weight_decay": 1e-3,
}
"""Settings of docs/explanation/model.md §3 and §7."""

OWN = {
    "conll": {"encoder": "FacebookAI/xlm-roberta-large", "pack": True},
    "cross_corpus": {"pack": True},
    "genia": {
        "encoder_learning_rate": 3e-5,
        "half_context": 240,
        "latents_per_action": 10,
        "pack": True,
        "token_multiplier": 10.0,
        "train_token_multiplier": True,
    },
    "human_assessment": {"pack": True},
}
"""What an experiment of the paper sets differently."""

SCALE = {
    "batch_size", "encoder", "encoder_learning_rate", "encoder_warmup_epochs", "epochs",
    "epoch_sequences", "input_dropout", "learning_rate", "max_subwords", "patience",
    "token_multiplier", "train_with_dev", "warmup_epochs",
}  # fmt: skip
"""Settings that fit a model to the processor and to fewer epochs; a twin may differ in them."""

STANDS_IN = {"conll2003": "wnut17"}
"""Corpora that are not available, and those that a twin has in their place."""

UNPACKED = {"conll_cpu", "genia_cpu", "human_assessment_cpu"}
"""Twins that read single sentences, as their files say."""

SMALLER = {
    "multi_task_cpu": {"bc4chemd"},
    "single_task_cpu": {"bc2gm", "bc4chemd", "jnlpba", "linnaeus"},
}
"""Experiments, named like their corpora, that a twin does not have."""


def params_of(suite, stands_in=()):
    text = composed(suite, ROOT)
    for name, other in stands_in:
        text = text.replace(name, other)
    return Params.model_validate(yaml.safe_load(text))


def test_shipped_suites():
    others = [
        "biomed_small",
        "demo",
        "exclusive_cpu",
        "leave_one_out_cpu",
        "released_cpu",
        "search",
    ]
    assert known_suites(ROOT) == sorted([*PAPER, *(f"{name}_cpu" for name in PAPER), *others])


def test_every_suite_is_documented():
    page = PAGE.read_text()
    assert [name for name in known_suites(ROOT) if f"`{name}`" not in page] == []


PAGE = ROOT / "docs/reference/suites.md"
ROWS = {
    cells[0].strip("`"): cells
    for line in PAGE.read_text().splitlines()
    if len(cells := line.strip("| ").split(" | ")) > 2
}
"""Suite → the cells of its last row on the page."""


FURTHER = {
    "cross_corpus_cpu": {"together_exclusive"},
    "single_task_cpu": {"bc5cdr_packed", "ncbi_disease_packed"},
}
"""Experiments that a twin has besides."""


def steps_of(name, experiment, suite):
    """Steps of one model; sentences are counted in the reports of their corpora."""
    sizes = [1] * len(experiment.sources)
    if experiment.epoch_sequences is None:
        if experiment.pack:  # how many sequences there are depends on the encoder's sub-words
            report = ROOT / f"reports/{suite}/training/{name}/metrics.json"
            return json.loads(report.read_text())["steps"]
        found = [
            json.loads(Path(ROOT, f"reports/harmonize/{s}.json").read_text())
            for s in experiment.sources
        ]
        splits = experiment.learned_splits
        sizes = [sum(each["splits"][split]["sentences"] for split in splits) for each in found]
    batches = EqualSourceBatches(
        np.repeat(experiment.sources, sizes),
        np.zeros(sum(sizes)),
        batch_size=experiment.batch_size,
        seed=0,
        epoch_sequences=experiment.epoch_sequences,
    )
    return (experiment.self_training_epochs + experiment.epochs) * len(batches)


@pytest.mark.parametrize("suite", [f"{name}_cpu" for name in PAPER])
def test_documented_steps(suite):
    told = {int(number.replace(",", "")) for number in re.findall(r"[\d,]*\d", ROWS[suite][2])}
    experiments = params_of(suite).experiments
    assert told == {steps_of(name, each, suite) for name, each in experiments.items()}


def test_figures_are_where_the_page_says():
    for suite in set(known_suites(ROOT)) - set(PAPER):
        run_here = (ROOT / "reports" / suite).is_dir()
        told = f"[reports](../../reports/{suite})" if run_here else "not run here"
        assert ROWS[suite][-1].startswith(told), suite
    assert [name for name in PAPER if (ROOT / "reports" / name).is_dir()] == []


@pytest.mark.parametrize("suite", PAPER)
def test_settings_of_the_paper(suite):
    params = params_of(suite)
    found = params.train.model_dump()
    assert {key: found[key] for key in BY_THE_PAPER} == BY_THE_PAPER | OWN.get(suite, {})
    first = next(iter(params.experiments.values()))
    assert {key: first.model_dump()[key] for key in found} == found


@pytest.mark.parametrize("suite", PAPER)
def test_twin_differs_only_in_scale_and_corpora(suite):
    paper, twin = params_of(suite, STANDS_IN.items()), params_of(f"{suite}_cpu")
    assert paper.experiments.keys() - twin.experiments.keys() == SMALLER.get(twin.suite, set())
    further = FURTHER.get(twin.suite, set())
    assert twin.experiments.keys() - paper.experiments.keys() == further
    differing = SCALE | {"sources"} | ({"pack"} if twin.suite in UNPACKED else set())
    for name in twin.experiments.keys() - further:
        ours, theirs = (each.experiments[name].model_dump() for each in (twin, paper))
        assert {key for key in ours if ours[key] != theirs[key]} <= differing, name
    same = {"split", "types", "leakage"}
    assert twin.evaluate.model_dump(include=same) == paper.evaluate.model_dump(include=same)
    assert twin.assess == paper.assess
    assert twin.register_ == paper.register_
    runs_here = {name for name, source in load_catalog().items() if _pinned(source)}
    assert runs_here.issuperset(twin.corpora)


def _pinned(source):
    return all(file.url and file.sha256 for file in source.files)


@pytest.mark.parametrize("suite", ["synthetic_ensemble", "synthetic_ensemble_cpu"])
def test_models_of_the_ensemble_take_the_same_steps(suite):
    params = params_of(suite)
    assert len({(e.epochs, e.epoch_sequences) for e in params.experiments.values()}) == 1
    assert params.train.epoch_sequences is not None


def test_ablations_change_one_part_each():
    experiments = params_of("ablations_cpu").experiments
    full = experiments["full"].model_dump()
    changed = {
        name: {key for key, value in experiment.model_dump().items() if value != full[key]}
        for name, experiment in experiments.items()
    }
    dropouts = {"input_dropout", "latent_dropout", "position_dropout"}
    assert changed.pop("full") == set()
    assert changed.pop("no_dropout") == dropouts
    assert all(len(keys) == 1 for keys in changed.values())
    assert set.union(*changed.values()) == {
        "context", "encoder_learning_rate", "latents_per_action", "next_word", "positions",
        "supervision", "types",
    }  # fmt: skip


@pytest.mark.parametrize("suite", known_suites(ROOT))
def test_suite_is_valid_and_its_corpora_are_in_the_catalog(suite, project):
    params = use_suite(suite, project)
    assert params.suite == suite
    assert set(params.corpora) <= set(load_catalog())
    assert set(params.evaluate.tested) <= set(params.corpora)


def test_suite_of_the_how_to(project):
    page = (ROOT / "docs/how-to/train-your-own-model.md").read_text()
    suite, paper = re.findall(r"```yaml.*\n([^`]*)```", page)
    path = project / "conf/suite/my_ner.yaml"
    path.write_text(suite)
    params = use_suite("my_ner", project)
    assert params.experiment("together").epochs == 2 * params.experiment("drugs_alone").epochs
    assert params.register_.model_name == "my-ner"
    first, rest = suite.split("\n", 1)
    path.write_text(f"{first}\n{paper}{rest}")
    (project / "suites/my_ner/params.yaml").unlink()
    larger = use_suite("my_ner", project).train
    assert (larger.encoder, larger.patience) == ("michiyasunaga/BioLinkBERT-large", 30)
    assert larger.epochs == params.train.epochs


def test_no_suite_repeats_what_all_share():
    shared = yaml.safe_load((ROOT / "conf/config.yaml").read_text())
    own = {path.stem: yaml.safe_load(path.read_text()) for path in ROOT.glob("conf/suite/*.yaml")}
    for path in ROOT.glob("conf/train/*.yaml"):
        own[path.stem] = {"train": yaml.safe_load(path.read_text())}
    for name, sections in own.items():
        for section, values in sections.items():
            if isinstance(shared.get(section), dict) and isinstance(values, dict):
                same = {key for key, value in values.items() if shared[section].get(key) == value}
                assert same == set(), (name, section)


def test_suites_and_fit_have_the_same_presets():
    """`small` is what all suites share."""
    for name, settings in PRESETS.items():
        path = ROOT / f"conf/train/{name}.yaml"
        written = yaml.safe_load(path.read_text()) if path.is_file() else {}
        assert written == settings
        ExperimentSettings.model_validate({"sources": ["one"], **settings})


def test_a_suite_gets_a_folder_of_its_own(project):
    before = (
        (project / "params.yaml").read_text(),
        (project / "suites/demo/params.yaml").read_text(),
    )
    assert use_suite("biomed_small", project).suite == "biomed_small"
    made = project / "suites/biomed_small"
    assert load_params(made / "params.yaml").suite == "biomed_small"
    assert (made / "dvc.yaml").resolve() == project / "suites/stages.yaml"
    after = (project / "params.yaml").read_text(), (project / "suites/demo/params.yaml").read_text()
    assert after == before


def test_the_corpora_of_a_suite_get_stages_beside_those_that_have_them(project):
    path = project / "data/params.yaml"
    there = load_data_params(path)
    added = use_suite("biomed_small", project).corpora
    assert load_data_params(path).corpora == (*there.corpora, *added)
    assert load_data_params(path).harmonize == there.harmonize
    before = path.read_text()
    use_suite("biomed_small", project)
    assert path.read_text() == before


def test_a_suite_may_have_stages_of_its_own(project):
    own = project / "suites/demo/dvc.yaml"
    own.write_text("stages: {}\n")
    use_suite("demo", project)
    assert own.read_text() == "stages: {}\n"


@pytest.mark.parametrize("suite", ["demo", None])
def test_suite_that_is_there_keeps_its_changes(project, suite, caplog):
    path = project / "suites/demo/params.yaml"
    path.write_text(path.read_text().replace("epochs: ", "epochs: 1"))
    before = path.read_text()
    assert use_suite(suite, project).train.epochs >= 10
    assert path.read_text() == before
    assert "suites/demo/params.yaml differs from the suite demo in conf/ and is kept" in caplog.text


def test_a_suite_need_not_be_in_conf(project):
    (project / "suites/mine").mkdir()
    values = yaml.safe_load((project / "suites/demo/params.yaml").read_text())
    (project / "suites/mine/params.yaml").write_text(yaml.safe_dump({**values, "suite": "mine"}))
    assert "mine" in known_suites(project)
    assert use_suite("mine", project).suite == "mine"


@pytest.mark.parametrize("suite", ["biomed", "../demo", "x$(touch mark)"])
def test_unknown_suite_lists_the_known(project, suite):
    with pytest.raises(UnknownNameError, match=r"choose one of: .*biomed_small, conll, .*demo"):
        use_suite(suite, project)
    assert [path.name for path in (project / "suites").iterdir() if path.is_dir()] == ["demo"]


def test_predictions_in_a_folder_elsewhere_are_named_relative_to_the_project(project, tmp_path):
    suite = yaml.safe_load((project / "conf/suite/demo.yaml").read_text())
    place = tmp_path.parent / "peers"
    tool = {"folder": str(place), "files": {"synthetic_full": "x.txt"}}
    suite["evaluate"]["predictions"] = {"tool": tool}
    text = "# @package _global_\n" + yaml.safe_dump({**suite, "suite": "peers"})
    (project / "conf/suite/peers.yaml").write_text(text)
    folder = Path(use_suite("peers", project).evaluate.predictions["tool"].folder)
    assert not folder.is_absolute()
    assert (project / folder).resolve() == place
