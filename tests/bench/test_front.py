"""F1 against speed: the sides are processes, here of a script that finds what it is told to."""

import json
import sys
from pathlib import Path

import pytest

from bench import front, front_training
from bench.front_side import _chunks
from bench.front_training import (
    TOOLS,
    Tool,
    Trained,
    compared_tools,
    main,
    sentences_of,
    train,
    trained_model,
)
from bench.material import Material
from bench.report import Row
from sru_ner.errors import SruNerError, UnknownNameError
from sru_ner.layout import SuiteLayout

SOURCES = ("chemicals", "diseases")
SCRIPT = """
import json, sys
from pathlib import Path
task, tool, path = sys.argv[1:]
work = json.load(open(path))
model = Path(work["model"])
if task == "train":
    data = json.load(open(work["data"]))
    if not data["train"]:
        sys.exit("nothing to learn")
    model.mkdir(parents=True)
    (model / "weights").write_text(work["encoder"])
    sys.exit(0)
print("a library greets")
print("ready", flush=True)
per_sentence, gold, share = json.loads((model / "plan.json").read_text())
for line in sys.stdin:
    texts = work["parts"][int(line)]
    found = [gold.get(text, []) for text in texts]
    kept = [spans if number % share else [] for number, spans in enumerate(found)]
    answer = {"seconds": per_sentence * len(texts), "mentions": kept, "peak": 250_000_000}
    print(json.dumps(answer), flush=True)
"""
PLAN = {  # seconds for a sentence, and every which sentence is left without mentions
    "small": (0.010, 10**6),
    "tiny": (0.004, 10**6),
    "tiny_alone": (0.004, 2),
    "spacy": (0.002, 2),
    "transformers": (0.012, 10**6),
    "flair": (0.020, 3),
    "base": (0.040, 10**6),
}
"""Tools that are not here could not be trained."""


@pytest.fixture
def material(harmonized: Path) -> Material:
    return Material(harmonized, SOURCES)


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "side.py"
    path.write_text(SCRIPT)
    monkeypatch.setattr(front, "SCRIPT", path)
    monkeypatch.setattr(front_training, "SCRIPT", path)
    for module in (front, front_training):
        monkeypatch.setattr(module, "peer_python", lambda: Path(sys.executable))
    return path


@pytest.fixture(params=[False, True], ids=["fp32", "bf16"])
def measured(request, material, script, tmp_path, monkeypatch) -> tuple[dict[str, Row], str, Path]:
    """The rows by name, the page and the pictures of a run in which no tool is trained for real."""

    def made(material: Material, source: str, tool: Tool) -> Trained:
        if tool.name not in PLAN:
            raise SruNerError(f"{tool.title} was not trained: see the end of its log")
        gold = {s.text: spans for s, spans in sentences_of(material, source, "test")}
        model = tmp_path / source / tool.name
        model.mkdir(parents=True, exist_ok=True)
        seconds, share = PLAN[tool.name]
        report = SuiteLayout(tool.name, model.with_name(f"{tool.name}.work"))
        curves = report.training_report(tool.name) / "curves.csv"
        curves.parent.mkdir(parents=True, exist_ok=True)
        curves.write_text("epoch,dev_micro_f1\n1,50\n2,60\n")
        (model / "run.json").write_text(json.dumps({"epochs": {"seconds": [30, 60]}}))
        # The first sentence is number 0, so every tool misses its mentions.
        (model / "plan.json").write_text(json.dumps([seconds, gold, share]))
        return Trained(tool, model, 90.0)

    monkeypatch.setattr(front, "trained_model", made)
    monkeypatch.setattr(front, "compared_tools", lambda _: TOOLS)
    monkeypatch.setattr(front, "use_bf16", lambda *_: request.param)
    page = tmp_path / "front.md"
    rows = list(front.measure(material, tmp_path, page, tmp_path / "images", timed=4, turns=2))
    assert made(material, "diseases", TOOLS[0]).curve() == [(0.5, 50), (1.5, 60)]
    return {row.name: row for row in rows}, page.read_text(), tmp_path / "images"


def test_tools_are_compared_in_speed_and_f1(measured, request) -> None:
    rows, page, pictures = measured
    title = {tool.name: tool.title for tool in TOOLS}
    assert rows[f"front, {title['tiny']}"].value == pytest.approx(250)
    pair = f"front, {title['tiny']} against {title['spacy']}"
    speed, exactness = rows[f"{pair}, speed"], rows[f"{pair}, F1"]
    assert (speed.value, speed.required, speed.holds) == (pytest.approx(0.5), "≥ 0.8", False)
    assert exactness.value > 1
    assert exactness.holds
    assert rows[f"front, {title['small']} against {title['flair']}, speed"].value == 2
    lines = {line.split("|")[1].strip(): line for line in page.splitlines() if "|" in line}
    assert "| 3 | yes |" in lines[title["tiny"]]
    assert "yes" in lines[title["spacy"]]  # the fastest
    assert "yes" not in lines[title["small"]]  # as exact as tiny, and slower
    in_fp32 = {name for name in lines if name.endswith(", in fp32")}
    ours = {f"{tool.title}, in fp32" for tool in TOOLS if tool.ours}
    assert in_fp32 == (ours if request.node.callspec.params["measured"] else set())
    for name in ("front", "front_training"):
        assert (pictures / f"{name}.png").read_bytes().startswith(b"\x89PNG")


def test_what_could_not_be_trained_is_said(measured) -> None:
    rows, page, _ = measured
    missing = [row for row in rows.values() if row.value is None]
    assert {row.name for row in missing} == {
        f"front, {tool.title}" for tool in TOOLS if tool.name not in PLAN
    }
    assert all("see the end of its log" in row.detail for row in missing)
    assert "| GLiNER" not in page
    assert "spancat gliner`)" in page


def test_f1_is_of_exact_mentions_with_an_interval() -> None:
    gold = [[(0, 2, "A"), (3, 5, "B")], [(0, 1, "A")], []]
    found = [[(0, 2, "A"), (3, 5, "A")], [(0, 1, "A")], []]
    value, low, high = front._f1(gold, found, ["one", "two", "two"])
    assert value == pytest.approx(100 * 2 * 2 / (3 + 3))
    assert low <= value <= high
    assert front._f1([[]], [[]], ["one"]) == (0, 0, 0)


def test_a_tool_is_trained_once(material, script, tmp_path, monkeypatch) -> None:
    tool = next(tool for tool in TOOLS if tool.name == "spacy")
    first = train(material, "diseases", tool, tmp_path / "front")
    weights = first.model / "weights"
    assert Path(weights.read_text()).is_dir()
    weights.write_text("kept")
    assert train(material, "diseases", tool, tmp_path / "front") == first
    assert weights.read_text() == "kept"
    assert first.seconds > 0
    assert first.curve() == []  # it is not ours
    other = tmp_path / "requirements.txt"
    other.write_text("spacy==99\n")
    monkeypatch.setattr(front_training, "PEERS", other)
    with pytest.raises(SruNerError, match=r"other data, .*: run .*front_training spacy"):
        trained_model(material, "diseases", tool, tmp_path / "front")
    train(material, "diseases", tool, tmp_path / "front")
    assert weights.read_text() != "kept"


def test_what_the_command_has_trained_is_compared(material, script, tmp_path, monkeypatch) -> None:
    with pytest.raises(SruNerError, match=r"no tool is trained: run .*front_training"):
        compared_tools(material, tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(front_training, "find_material", lambda *_: material)
    main(["gliner", "--data", str(material.data)])
    assert [tool.name for tool in compared_tools(material)] == ["gliner"]
    with pytest.raises(SruNerError, match=r"flair.* is not trained: run .*front_training flair"):
        trained_model(material, "diseases", next(tool for tool in TOOLS if tool.name == "flair"))
    with pytest.raises(UnknownNameError, match="'glner'"):
        main(["glner"])


def test_the_others_get_the_longest_of_mentions_that_overlap() -> None:
    spans = [(0, 9, "A"), (0, 4, "B"), (8, 12, "C"), (20, 22, "A")]
    assert front_training._flat(spans) == [(0, 9, "A"), (20, 22, "A")]


def test_a_training_that_fails_names_its_log(material, script, tmp_path) -> None:
    script.write_text("import sys; sys.exit('out of memory')")
    tool = next(tool for tool in TOOLS if tool.name == "flair")
    with pytest.raises(SruNerError, match=r"flair.* was not trained: see the end of .*flair\.log"):
        train(material, "diseases", tool, tmp_path)
    log = next(tmp_path.rglob("flair.log"))
    assert "out of memory" in log.read_text()


def test_an_encoder_from_elsewhere_has_to_be_there(material, tmp_path, monkeypatch) -> None:
    base = next(tool for tool in TOOLS if tool.name == "base")
    called: list[list[str]] = []

    def run(command: list[str], log: Path, tool: Tool) -> float:
        called.append(command)
        log.with_suffix("").mkdir(parents=True)
        return 60.0

    monkeypatch.setattr(front_training, "_run", run)
    with pytest.raises(SruNerError, match=r"needs .*all-mpnet-base-v2: .*/train-your-own-model.md"):
        train(material, "diseases", base, tmp_path)
    encoder = tmp_path / "encoders" / "all-mpnet-base-v2"
    encoder.mkdir(parents=True)
    (encoder / "model.safetensors").write_text("weights")
    train(material, "diseases", base, tmp_path)
    [command] = called
    assert command[command.index("--encoder") + 1] == str(encoder)
    assert command[command.index("--preset") + 1] == "base"
    (encoder / "model.safetensors").write_text("others")
    with pytest.raises(SruNerError, match="other data, settings or packages"):
        trained_model(material, "diseases", base, tmp_path)


def test_ours_learns_with_the_command_and_from_its_teacher(material, tmp_path, monkeypatch) -> None:
    called: list[list[str]] = []

    def run(command: list[str], log: Path, tool: Tool) -> float:
        called.append(command)
        (log.with_suffix("")).mkdir(parents=True)
        return 60.0

    monkeypatch.setattr(front_training, "_run", run)
    tiny = next(tool for tool in TOOLS if tool.name == "tiny")
    train(material, "diseases", tiny, tmp_path)
    small, taught = called
    assert "--teacher" not in small
    for option in ("--from", "--teacher"):
        assert taught[taught.index(option) + 1].endswith("diseases/small")
    assert taught[taught.index("--preset") + 1] == "tiny"
    data = Path(small[small.index("fit") + 1])
    assert {path.stem for path in data.iterdir()} == {"train", "dev", "test"}


@pytest.mark.parametrize(
    ("tags", "chunks"),
    [
        ("O B-A I-A O", {(1, 3, "A")}),
        ("B-A B-A I-B", {(0, 1, "A"), (1, 2, "A"), (2, 3, "B")}),
        ("I-A O I-A", {(0, 1, "A"), (2, 3, "A")}),
        ("O", set()),
    ],
)
def test_chunks_of_tags(tags: str, chunks: set[tuple[int, int, str]]) -> None:
    assert _chunks(tags.split()) == chunks
