"""Play a day of operations with the real tools: `python -m tools.operations --work FOLDER`.

A clone of the committed project gets small suites, Prefect's server, a worker, MLflow and a remote
of DVC, all on 127.0.0.1. Runs are cancelled, suspended and killed, the server is killed, and the
project is moved. `reports/operations.md` says of each part what was expected and what happened. The
status is 1 if something was not as expected. Called again with the same folder, it goes on after
the last part that is complete. `--pictures` takes pictures of the pages with Chromium.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import psutil

from sru_ner.environment.provenance import git_revision
from sru_ner.files import read_json, write_json, write_text
from sru_ner.rendering.markdown import markdown_table
from tools.ports import free_port

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "reports/operations.md"
POOL = "sru-pool"
SUITE = """\
# @package _global_
# A suite for a day of operations: the first layer of the encoder, on two small corpora.
suite: {name}
corpora: [synthetic_chemicals, synthetic_diseases]
train: {{encoder_layers: 1, frozen_layers: 0, batch_size: 16, max_subwords: 128, epochs: {epochs},
  patience: 1000, seed: {seed}}}
experiments:
  together: {{sources: [synthetic_chemicals, synthetic_diseases]}}
evaluate: {{tested: [synthetic_chemicals, synthetic_diseases]}}
assess: {{experiment: together}}
register: {{candidate: together}}
"""
SUITES = {"one": (2, 1), "two": (2, 2), "long": (1000, 3)}
"""Name → epochs and seed. `long` is never completed."""
_FINAL = ("Completed", "Failed", "Crashed", "Cancelled")
_PATIENCE = 900.0  # seconds that a part may take on a busy machine
_SHOWN = 12  # lines of an output


@dataclass
class Part:
    """A part of the day, for the report."""

    title: str
    lines: list[str] = field(default_factory=list)
    """Commands and what they printed."""
    checks: list[tuple[str, str, bool]] = field(default_factory=list)
    """What was expected, what happened, and whether that is the same."""


class Day:
    """The project that is operated, its tools, and what has happened."""

    def __init__(self, work: Path, pictures: Path | None) -> None:
        self.work, self.pictures = work, pictures
        self._file = work / "day.json"
        state = read_json(self._file, remedy="remove it") if self._file.is_file() else {}
        self.parts = [
            Part(each["title"], each["lines"], [tuple(check) for check in each["checks"]])
            for each in state.get("parts", [])
        ]
        self.ports: list[int] = state.get("ports") or [free_port() for _ in range(2)]
        self.project = Path(state.get("project", work / "project"))
        self.worker: int | None = state.get("worker")
        self.part = Part("")

    def save(self) -> None:
        """Keep what is needed to go on."""
        state = {"ports": self.ports, "project": str(self.project), "worker": self.worker}
        write_json(self._file, {**state, "parts": [asdict(part) for part in self.parts]})

    @property
    def environment(self) -> dict[str, str]:
        """Nothing of this machine's Prefect and MLflow, and no network."""
        foreign = ("PREFECT_", "MLFLOW_", "DVC_")
        return {
            **{k: v for k, v in os.environ.items() if not k.startswith(foreign)},
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "PYTHONPATH": str(self.project),
            "PREFECT_HOME": str(self.work / "prefect"),
            "PREFECT_API_URL": f"{self.prefect}/api",
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "DO_NOT_TRACK": "true",
            "MLFLOW_DISABLE_TELEMETRY": "true",
            "HF_HUB_OFFLINE": "1",
            "SRU_NER_OFFLINE": "1",
            "OMP_NUM_THREADS": "1",
            "COLUMNS": "100",
        }

    @property
    def mlflow(self) -> str:
        """Address of MLflow."""
        return f"http://127.0.0.1:{self.ports[0]}"

    @property
    def prefect(self) -> str:
        """Address of Prefect."""
        return f"http://127.0.0.1:{self.ports[1]}"

    def run(self, command: str, *, folder: Path | None = None, shown: int = _SHOWN) -> str:
        """Run a command line in the project, or in another folder, and return its output."""
        began = time.monotonic()
        environment = self.environment
        if folder is not None:
            environment["PYTHONPATH"] = str(folder)
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=folder or self.project,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            errors="replace",
            check=False,
        )
        printed = [line.rstrip() for line in done.stdout.splitlines() if line.strip()]
        ending = [f"… {len(printed) - shown} lines more"] if len(printed) > shown else []
        status = f", status {done.returncode}" if done.returncode else ""
        self.note(f"$ {command}", *printed[:shown], *ending)
        self.note(f"({time.monotonic() - began:.0f} s{status})")
        return done.stdout

    def note(self, *lines: str) -> None:
        """Add lines to the transcript; paths of this machine are left out."""
        for line in lines:
            text = line.replace(str(self.work), "WORK").replace(str(ROOT), "PROJECT")
            self.part.lines.append(text)
            print(text, flush=True)

    def expect(self, what: str, happened: object, as_expected: bool) -> None:
        """Write down what was expected and what happened."""
        self.part.checks.append((what, str(happened), as_expected))
        print(f"    {'as expected' if as_expected else 'NOT AS EXPECTED'}: {what}: {happened}")

    def post(self, path: str, **content: Any) -> Any:
        """Ask Prefect's server."""
        return _post(f"{self.prefect}/api/{path}", content)

    def start(self, suite: str) -> str:
        """Ask for a run of the pipeline; return its id."""
        self.run(f"prefect deployment run pipeline/demo -p suite={suite}", shown=0)
        filters = {"name": {"any_": ["pipeline"]}}
        runs = self.post("flow_runs/filter", flows=filters, sort="EXPECTED_START_TIME_DESC")
        return str(next(r["id"] for r in runs if r["parameters"].get("suite") == suite))

    def state(self, run: str) -> str:
        """Name of the state of a run, or that of the server if it does not answer."""
        try:
            found = self.post("flow_runs/filter", flow_runs={"id": {"any_": [run]}})
        except (urllib.error.URLError, OSError):
            return "no answer"
        return str(found[0]["state"]["name"]) if found else "gone"

    def states(self, kind: str) -> dict[str, str]:
        """Name → state of all flow runs or task runs that are not final."""
        found = self.post(f"{kind}/filter", limit=200)
        final = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}
        return {r["name"]: r["state"]["name"] for r in found if r["state_type"] not in final}

    def until(self, what: str, done: Callable[[], Any], patience: float = _PATIENCE) -> float:
        """Wait for something, and return the seconds that it took; -1 if it did not come."""
        began = time.monotonic()
        while not done():
            if time.monotonic() - began > patience:
                self.note(f"({what}: not within {patience:.0f} s)")
                return -1
            time.sleep(0.5)
        took = time.monotonic() - began
        self.note(f"({what}: after {took:.0f} s)")
        return took

    def trainings(self) -> list[int]:
        """Numbers of the processes that train in the project, or that log a training."""
        found = []
        for process in psutil.process_iter(["pid", "cmdline", "cwd"]):
            line = " ".join(process.info["cmdline"] or ())
            here = str(process.info["cwd"] or "").startswith(str(self.project))
            if here and "sru-ner" in line and " train " in f"{line} ":
                found.append(process.info["pid"])
        return found

    def loss(self, suite: str) -> tuple[str, int]:
        """State of the newest training of a suite in MLflow, and its last step of a loss."""
        where = f"tags.suite = '{suite}' AND tags.experiment = 'together'"
        asked = {"experiment_ids": ["1"], "filter": where}
        try:
            runs = _post(f"{self.mlflow}/api/2.0/mlflow/runs/search", asked).get("runs", [])
        except (urllib.error.URLError, OSError):
            return "no answer", 0
        if not runs:
            return "none", 0
        metrics = {m["key"]: m for m in runs[0]["data"].get("metrics", [])}
        step = int(metrics["step.loss"]["step"]) if "step.loss" in metrics else 0
        return str(runs[0]["info"]["status"]), step

    def start_worker(self) -> None:
        """Start a worker in the background."""
        with (self.work / "worker.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "prefect", "worker", "start", "--pool", POOL],
                cwd=self.project,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.worker = process.pid
        self.note(f"$ prefect worker start --pool {POOL} &")

    def stop_worker(self, number: int = signal.SIGTERM) -> None:
        """End the worker, by a signal to it alone."""
        if self.worker is not None:
            self.note(f"$ kill -{number:d} WORKER")
            with suppress(ProcessLookupError):
                os.kill(self.worker, number)
            with suppress(ChildProcessError):
                os.waitpid(self.worker, 0)
        self.worker = None

    def services(self, action: str) -> None:
        """Start or stop both servers, as `make services` and `make stop` do."""
        ports = f"--mlflow-port {self.ports[0]} --prefect-port {self.ports[1]}"
        self.run(f"python -m flows.services {action} {ports}")

    def picture(self, name: str, address: str) -> None:
        """Take a picture of a page, if there is time for it."""
        if self.pictures is not None:
            options = ["--headless", "--no-sandbox", "--disable-gpu", "--window-size=1400,900"]
            file = f"--screenshot={self.pictures / name}.png"
            process = subprocess.Popen(
                ["chromium", *options, "--virtual-time-budget=20000", file, address],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            try:
                process.wait(timeout=240)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _post(address: str, content: Mapping[str, Any]) -> Any:
    request = urllib.request.Request(
        address,
        data=json.dumps(content).encode(),
        headers={"content-type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def open_the_project(day: Day) -> None:
    """Clone the project, and give it the suites of the day."""
    day.project.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["git", "clone", "-q", str(ROOT), str(day.project)], check=True)
    for name, (epochs, seed) in SUITES.items():
        text = SUITE.format(name=name, epochs=epochs, seed=seed)
        write_text(day.project / f"conf/suite/{name}.yaml", text)
    _commit(day, "Add the suites of a day of operations")
    day.services("start")
    day.run(f"prefect work-pool create {POOL} --type process", shown=0)
    day.run("prefect --no-prompt deploy --all", shown=0)
    found = day.post("deployments/filter")
    day.expect("all deployments of prefect.yaml", len(found), len(found) == 11)
    day.start_worker()


def _commit(day: Day, subject: str) -> None:
    git = "git -c user.name=day -c user.email=day@localhost"
    day.run(f"git add -A && {git} commit -q --no-verify -m '{subject}'")


def run_two_at_once(day: Day) -> None:
    """Ask for two runs of the pipeline, and watch a training live in MLflow."""
    runs = [day.start("one"), day.start("two")]
    seen: list[tuple[str, ...]] = []
    steps: list[int] = []

    def done() -> bool:
        states = tuple(day.state(run) for run in runs)
        if not seen or seen[-1] != states:
            seen.append(states)
            day.note(f"one: {states[0]}; two: {states[1]}")
        status, step = day.loss("one")
        if status == "RUNNING" and step and step not in steps and day.trainings():
            steps.append(step)
            day.note(f"MLflow: one is being trained, last loss at step {step}")
        return states[0] in _FINAL and states[1] in ("Running", *_FINAL)

    day.until("one has ended, and two has begun", done, 3600)
    day.expect("one is completed", day.state(runs[0]), day.state(runs[0]) == "Completed")
    at_once = ("Running", "Running") in seen
    day.expect("two waits for it", " → ".join("/".join(states) for states in seen), not at_once)
    shown = f"at steps {steps}"
    day.expect("its loss is in MLflow while it is trained", shown, len(steps) > 1)


def cancel(day: Day) -> None:
    """Cancel the other run while its model is trained."""
    runs = day.post("flow_runs/filter", flows={"name": {"any_": ["pipeline"]}})
    run = next(r["id"] for r in runs if r["parameters"].get("suite") == "two")
    day.until("it trains", day.trainings, 3600)
    day.run(f"prefect flow-run cancel {run}", shown=1)
    _ends_as(day, run, "Cancelled")
    left = {**day.states("flow_runs"), **day.states("task_runs")}
    day.expect("so are its parts and tasks", left or "none is left", not left)


def make_it_again(day: Day) -> None:
    """Complete the other suite, commit, train a model and register a suite again."""
    day.run("dvc repro suites/two/dvc.yaml", shown=3)
    _commit(day, "Run two suites")
    for stage in ("train@together", "register"):
        day.run(f"dvc repro --force --single-item suites/one/dvc.yaml:{stage}", shown=3)
    printed = day.run("dvc repro suites/one/dvc.yaml | grep -v skipping", shown=3)
    idle = "Running stage" not in printed
    day.expect("what follows has nothing to do", "nothing" if idle else "it ran", idle)
    changed = day.run("git status --short").split()
    day.expect("nothing that git knows has changed", changed or "nothing changed", not changed)


def _train_long(day: Day) -> str:
    """Start a run that trains, and wait until MLflow has a new loss."""
    before = day.loss("long")[1]
    run = day.start("long")
    day.until("it trains", lambda: day.trainings() and day.loss("long")[1] > before)
    day.note(f"run: {day.state(run)}; last loss at step {day.loss('long')[1]}")
    return run


def _look(day: Day, run: str) -> None:
    """Take pictures of the pages while a model is trained."""
    day.picture("prefect-runs", f"{day.prefect}/runs")
    day.picture("prefect-run", f"{day.prefect}/runs/flow-run/{run}")
    for name, place in {"runs": "experiments/1/runs", "models": "models/sru-ner"}.items():
        day.picture(f"mlflow-{name}", f"{day.mlflow}/#/{place}")


def _training_ends(day: Day) -> None:
    took = day.until("no training is left", lambda: not day.trainings(), 120)
    day.expect("the training ends", f"after {took:.0f} s" if took >= 0 else "no", took >= 0)


def _ends_as(day: Day, run: str, state: str) -> None:
    _training_ends(day)
    day.until(f"the run is {state}", lambda: day.state(run) == state, 120)
    day.expect(f"the run is {state}", day.state(run), day.state(run) == state)


def suspend_and_resume(day: Day) -> None:
    """Suspend a run while a model is trained, resume it, and cancel it."""
    run = _train_long(day)
    _look(day, run)
    code = "from prefect.flow_runs import {0}_flow_run as f; f({1}'" + run + "')"
    day.run(f'python -c "{code.format("suspend", "flow_run_id=")}"')
    _ends_as(day, run, "Suspended")
    before = day.loss("long")[1]
    day.run(f'python -c "{code.format("resume", "")}"')
    day.until("it trains again", lambda: day.trainings() and day.loss("long")[1] > before)
    step = day.loss("long")[1]
    day.expect("resumed, it goes on", f"{day.state(run)}, step {before} → {step}", step > before)
    day.run(f"prefect flow-run cancel {run}", shown=1)
    _ends_as(day, run, "Cancelled")
    day.expect("MLflow has one run for all of it", _count(day), _count(day) == 1)


def _count(day: Day) -> int:
    code = (
        "import mlflow; mlflow.set_tracking_uri('" + day.mlflow + "');"
        " print(len(mlflow.search_runs(['1'], \\\"tags.suite = 'long'\\\")))"
    )
    return int(day.run(f'python -c "{code}"').split()[-1])


def kill_the_worker(day: Day) -> None:
    """Kill the worker with a signal that nobody can catch, and start another."""
    run = _train_long(day)
    day.stop_worker(signal.SIGKILL)
    _training_ends(day)
    day.until("the run has ended", lambda: day.state(run) in _FINAL, 120)
    day.expect("the run is not left running", day.state(run), day.state(run) in _FINAL)
    day.start_worker()
    _runs_again(day)


def _runs_again(day: Day) -> None:
    """The next run is not held up by one that was killed."""
    following = day.start("one")
    took = day.until("the next run is completed", lambda: day.state(following) == "Completed")
    what = f"{day.state(following)} after {took:.0f} s"
    day.expect("the next run is completed", what, day.state(following) == "Completed")


def kill_the_server(day: Day) -> None:
    """Kill Prefect's server while a model is trained, start it again, and cancel the run."""
    run = _train_long(day)
    known = read_json(day.project / ".services/prefect.json", remedy="")
    server = psutil.Process(known["pid"])
    day.note("$ kill -9 PREFECT")
    for process in (*server.children(recursive=True), server):
        process.kill()
    time.sleep(30)
    going = bool(day.trainings())
    day.expect("the training goes on without the server", "yes" if going else "no", going)
    day.services("start")
    time.sleep(30)
    day.note(f"run: {day.state(run)}, trainings: {len(day.trainings())}")
    day.run(f"prefect flow-run cancel {run}", shown=1)
    _ends_as(day, run, "Cancelled")


def move_the_project(day: Day) -> None:
    """Stop all, move the folder, and use the registry there."""
    day.stop_worker()
    day.services("stop")
    moved = day.work / "moved"
    day.note(f"$ mv {day.project} {moved}")
    day.project.rename(moved)
    day.project = moved
    text = "Tamoxifen may cause endometrial cancer."
    found = day.run(f"echo '{text}' | sru-ner annotate - --model models:/sru-ner@candidate")
    day.expect("the registered model annotates", "yes" if text in found else "no", text in found)
    printed = day.run("sru-ner doctor | grep -i -A2 mlflow")
    whole = "missing" not in printed
    day.expect("doctor finds the files", "yes" if whole else printed, whole)
    printed = day.run("dvc repro suites/one/dvc.yaml suites/two/dvc.yaml", shown=2)
    idle = "Running stage" not in printed
    day.expect("DVC has nothing to do", "nothing" if idle else "it ran stages", idle)


def prune(day: Day) -> None:
    """Delete trainings without a model."""
    listed = day.run("sru-ner runs prune")
    day.run("sru-ner runs prune --yes", shown=3)
    found = "together" in listed
    day.expect("the training that was cancelled is listed", listed.strip() or "no", found)
    again = day.run("sru-ner runs prune")
    day.expect("then there is nothing left to prune", again.strip(), "together" not in again)


def share(day: Day) -> None:
    """Push to a remote, clone, pull, and bring two suites up to date."""
    day.run("git status --short")
    _commit(day, "Move")
    remote, clone = day.work / "remote", day.work / "clone"
    day.run(f"dvc remote add --local --default team {remote}")
    day.run("dvc push --run-cache", shown=3)
    day.run(f"git clone -q {day.project} {clone}")
    suites = "suites/one/dvc.yaml suites/two/dvc.yaml"
    day.run(f"dvc remote add --local --default team {remote}", folder=clone)
    day.run(f"dvc pull --with-deps {suites}", folder=clone, shown=3)
    first = day.run(f"dvc repro {suites} | grep -v skipping", folder=clone)
    ran = [line.split("'")[1] for line in first.splitlines() if line.startswith("Running stage")]
    only = all(stage.endswith("register") for stage in ran)
    day.expect("only the registry of the clone is filled", ", ".join(ran) or "nothing ran", only)
    again = day.run(f"dvc repro {suites} | grep -v skipping", folder=clone)
    idle = "Running stage" not in again
    day.expect("after that there is nothing to do", "nothing" if idle else "stages", idle)
    changed = day.run("git status --short", folder=clone).split()
    day.expect("git sees no change in the clone", changed or "no change", not changed)


def end(day: Day) -> None:
    """See that nothing runs any more."""
    left = [
        " ".join(p.info["cmdline"] or ())[:80]
        for p in psutil.process_iter(["cmdline", "cwd"])
        if str(p.info["cwd"] or "").startswith(str(day.work))
    ]
    day.expect("no process is left", left or "none", not left)


DAY = (open_the_project, run_two_at_once, cancel, kill_the_server, suspend_and_resume,
       kill_the_worker, make_it_again, move_the_project, prune, share, end)  # fmt: skip


def _title(part: Callable[[Day], None]) -> str:
    return part.__name__.replace("_", " ").capitalize()


def play(day: Day) -> None:
    """Play the parts of the day that are not played yet."""
    for play_part in DAY[len(day.parts) :]:
        title = _title(play_part)
        print(f"\n== {title}", flush=True)
        day.part = Part(title)
        play_part(day)
        day.parts.append(day.part)
        day.save()


def page(parts: Sequence[Part]) -> str:
    """Return the report."""
    return "\n".join(_page(parts)) + "\n"


def _page(parts: Sequence[Part]) -> Iterator[str]:
    commit = git_revision(ROOT).commit[:7]
    checks = [(p.title, *check) for p in parts for check in p.checks]
    wrong = sum(not right for *_, right in checks)
    yield "# A day of operations\n"
    yield (
        f"Made by `python -m tools.operations` at commit {commit}, on {os.cpu_count()} processors"
        " that other work shared. Prefect, DVC, MLflow and git are the real ones, on 127.0.0.1. The"
        f" suites are small. Of {len(checks)} expectations, {wrong} were not met.\n"
    )
    played = {part.title for part in parts}
    if missing := [title for title in map(_title, DAY) if title not in played]:
        yield f"Not played: {', '.join(missing)}.\n"
    rows = [
        (title, what, happened, "yes" if ok else "**no**") for title, what, happened, ok in checks
    ]
    yield markdown_table(("part", "expected", "what happened", "met"), rows)
    yield "`WORK` is the folder of the day.\n"
    for part in parts:
        yield f"## {part.title}\n"
        yield from (f"    {line}" for line in part.lines)
        yield ""


def main() -> int:
    """Play the day, write the report, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.operations", description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="a folder for the day")
    parser.add_argument("--pictures", type=Path, help="a folder for pictures of the pages")
    options = parser.parse_args()
    # In the background of a script this process ignores SIGINT, and so would the worker, which ends
    # by it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    options.work.mkdir(parents=True, exist_ok=True)
    if options.pictures is not None:
        options.pictures.mkdir(parents=True, exist_ok=True)
        if shutil.which("chromium") is None:
            sys.exit("there is no chromium for pictures\n  → install it, or leave out --pictures")
    day = Day(options.work.resolve(), options.pictures)
    try:
        play(day)
    finally:
        write_text(PAGE, page([*day.parts, *([day.part] if day.part not in day.parts else [])]))
        day.save()
    return int(any(not right for part in day.parts for *_, right in part.checks))


if __name__ == "__main__":
    sys.exit(main())
