"""The images and the services of compose.yaml, as far as they can be tried without Docker's engine.

Their files are checked by hadolint and Docker Compose itself, and each service's command runs here
as it is written, on 127.0.0.1, until the health check that is written beside it succeeds.
"""

import configparser
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import jsonschema
import pytest
import yaml

from sru_ner.project.lay_out import names
from tests.postgresql import postgresql, program
from tests.registered_project import make_project
from tools.ports import free_port

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
GRACE = 30
"""Seconds in which the server answers open requests after SIGTERM."""
QUIET = {"DO_NOT_TRACK": "true", "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}


def compose(**variables: str) -> subprocess.CompletedProcess[str]:
    """Let Docker Compose check compose.yaml and print it with everything filled in."""
    environment = {k: v for k, v in os.environ.items() if k != "POSTGRES_PASSWORD"} | variables
    return subprocess.run(
        [BIN / "docker-compose", "config", "--format", "json"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def services() -> dict[str, dict]:
    done = compose(POSTGRES_PASSWORD="made-up")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["services"]


def instruction(stage: str, name: str) -> list[str]:
    """Command of the last such instruction of a stage, in its JSON form."""
    text = DOCKERFILE.split(f" AS {stage}\n")[1].split("\nFROM ")[0]
    found = re.findall(rf"^{name} [^\[]*?\\?\s*(\[.*\])$", text, re.MULTILINE)
    return json.loads(found[-1])


@contextmanager
def running(command: Sequence[str], folder: Path, **variables: str) -> Iterator[subprocess.Popen]:
    """Run a command of a service with this environment's programs, and end it."""
    environment = {**os.environ, **QUIET, "PATH": f"{BIN}:{os.environ['PATH']}", **variables}
    with (folder / "output.txt").open("w") as output:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            yield process
        finally:
            process.terminate()
            process.wait(timeout=60)


def moved(command: Sequence[str], ports: Mapping[str, int], **replaced: str) -> list[str]:
    """Replace the ports, the address 0.0.0.0 and other words of a command by those of the test."""
    text = json.dumps(list(command))
    for old, new in (*replaced.items(), ("0.0.0.0", "127.0.0.1")):
        text = text.replace(old, new)
    for old, port in ports.items():
        text = re.sub(rf"(?<!\d){old}(?!\d)", str(port), text)
    return list(json.loads(text))


def wait_until_healthy(test: Sequence[str], process: subprocess.Popen, folder: Path) -> None:
    """Run a health check until it succeeds."""
    deadline = time.monotonic() + 300
    while subprocess.run(test, capture_output=True, check=False).returncode:
        assert process.poll() is None, (folder / "output.txt").read_text()
        assert time.monotonic() < deadline, (folder / "output.txt").read_text()
        time.sleep(0.5)


def health_check(service: Mapping, ports: Mapping[str, int]) -> list[str]:
    kind, program, *rest = service["healthcheck"]["test"]
    assert (kind, program) == ("CMD", "python")
    return [sys.executable, *moved(rest, ports)]


@pytest.fixture
def port() -> int:
    return free_port()


def test_hadolint_finds_nothing() -> None:
    done = subprocess.run(
        [BIN / "hadolint", ROOT / "Dockerfile"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_what_is_copied_exists_and_is_sent_to_the_engine() -> None:
    sent = {
        line.removeprefix("!")
        for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
        if line.startswith("!")
    }
    copied = [
        source
        for line in re.findall(r"^COPY (?!--from)(.*)$", DOCKERFILE, re.MULTILINE)
        for source in line.split()[:-1]
    ]
    assert copied
    for source in copied:
        assert (ROOT / source).exists()
        assert source in sent or source.split("/")[0] in sent
    # `sru-ner init` needs them in the wheel, which is built in the image.
    assert {name.split("/")[0] for name in names()} <= {each.split("/")[0] for each in copied}


@pytest.mark.parametrize("stage", ["serve", "pipeline"])
def test_images_run_without_root(stage: str) -> None:
    text = DOCKERFILE.split(f" AS {stage}\n")[1].split("\nFROM ")[0]
    assert re.findall(r"^USER (.*)$", text, re.MULTILINE) == ["1000"]


def test_services_are_reached_from_this_machine_only(services: dict[str, dict]) -> None:
    published = [port for service in services.values() for port in service.get("ports", ())]
    assert {port["host_ip"] for port in published} == {"127.0.0.1"}
    assert sorted(int(port["published"]) for port in published) == [4200, 5000, 8000]
    for name, service in services.items():
        if name != "postgresql":
            assert service["cap_drop"] == ["ALL"]
        assert "made-up" not in json.dumps(service.get("command"))


def test_a_forgotten_password_is_an_error_with_a_remedy() -> None:
    done = compose()
    assert done.returncode != 0
    assert "Write POSTGRES_PASSWORD=... into .env" in done.stderr


def test_the_serving_image_answers(tmp_path: Path, tiny_model: Path, port: int) -> None:
    ports = {"8000": port}
    command = moved(instruction("serve", "CMD"), ports)
    with running(command, tmp_path, SRU_NER_MODEL=str(tiny_model)) as process:
        program, *check = moved(instruction("serve", "HEALTHCHECK"), ports)
        assert program == "python"
        wait_until_healthy([sys.executable, *check], process, tmp_path)
        asked = Request(
            f"http://127.0.0.1:{port}/annotate",
            data=b'{"texts": ["aspirin treats headache"]}',
            headers={"Content-Type": "application/json"},
        )
        with urlopen(asked, timeout=30) as answer:
            (spans,) = json.load(answer)["spans"]
            assert ("aspirin", "Chemical") in {(span["text"], span["type"]) for span in spans}
    assert process.returncode == 0


@pytest.fixture(scope="module")
def mlflow(tmp_path_factory: pytest.TempPathFactory, services: dict[str, dict]) -> Iterator[str]:
    """Address of MLflow's server, with PostgreSQL if it is installed, and SQLite otherwise."""
    folder = tmp_path_factory.mktemp("mlflow")
    service, ports = services["mlflow"], {"5000": free_port()}
    made = services["postgresql"]["environment"]
    user, database = made["POSTGRES_USER"], made["POSTGRES_DB"]
    store = f"postgresql+psycopg2://{user}@postgresql/{database}"
    replaced = {store: f"sqlite:///{folder}/mlflow.db", "/artifacts": f"{folder}/artifacts"}
    assert all(any(old in word for word in service["command"]) for old in replaced)
    with ExitStack() as stack:
        if program("initdb"):
            server = postgresql(user, database, made["POSTGRES_PASSWORD"])
            replaced[store] = store.replace("@postgresql", f"@{stack.enter_context(server)}")
        command = moved(service["command"], ports, **replaced)
        process = stack.enter_context(running(command, folder, **service["environment"]))
        wait_until_healthy(health_check(service, ports), process, folder)
        yield f"http://127.0.0.1:{ports['5000']}"


@pytest.mark.pipeline
def test_mlflow_answers_to_the_worker_and_to_no_other_name(
    services: dict[str, dict], mlflow: str
) -> None:
    assert services["worker"]["environment"]["MLFLOW_TRACKING_URI"] == "http://mlflow:5000"

    def search(host: str) -> int:
        asked = Request(
            f"{mlflow}/api/2.0/mlflow/experiments/search",
            data=b'{"max_results": 1}',
            headers={"Content-Type": "application/json", "Host": host},
        )
        try:
            return urlopen(asked, timeout=30).status
        except HTTPError as error:
            return error.code

    assert search(f"mlflow:{mlflow.rpartition(':')[2]}") == 200
    assert search("elsewhere.example") == 403


@pytest.mark.pipeline
@pytest.mark.skipif(program("initdb") is None, reason="PostgreSQL is not installed")
def test_a_suite_is_registered_in_postgresql(tmp_path: Path, tiny_model: Path, mlflow: str) -> None:
    done = subprocess.run(
        [BIN / "sru-ner", "register"],
        cwd=make_project(tmp_path / "project", tiny_model),
        env={**os.environ, **QUIET, "MLFLOW_TRACKING_URI": mlflow},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    api = f"{mlflow}/api/2.0/mlflow"
    with urlopen(
        f"{api}/registered-models/alias?name=sru-ner&alias=candidate", timeout=30
    ) as answer:
        version = json.load(answer)["model_version"]
    assert f"candidate: models:/sru-ner/{version['version']} (together)" in done.stdout
    with urlopen(f"{api}/runs/get?run_id={version['run_id']}", timeout=30) as answer:
        metrics = {each["key"] for each in json.load(answer)["run"]["data"]["metrics"]}
    assert "dev_micro_f1" in metrics


@pytest.mark.pipeline
def test_the_worker_deploys_a_new_project_to_prefect(
    tmp_path: Path, services: dict[str, dict], port: int
) -> None:
    ports = {"4200": port}
    service = services["prefect"]
    command = moved(service["command"], ports)
    server, project = tmp_path / "server", tmp_path / "project"
    server.mkdir()
    project.mkdir()
    with running(command, server, PREFECT_HOME=str(server)) as process:
        wait_until_healthy(health_check(service, ports), process, server)
        (deployed,) = moved([services["worker"]["environment"]["PREFECT_API_URL"]], ports)
        api = deployed.replace("//prefect:", "//127.0.0.1:")
        assert services["worker"]["command"] == ["sru-ner-worker"]
        environment = {
            **os.environ,
            **QUIET,
            "PATH": f"{BIN}:{os.environ['PATH']}",
            "PREFECT_API_URL": api,
            "PREFECT_HOME": str(tmp_path / "worker"),
        }
        done = subprocess.run(
            [ROOT / "docker/worker", "--run-once"],
            cwd=project,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=480,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        with urlopen(Request(f"{api}/deployments/count", method="POST"), timeout=30) as answer:
            made = yaml.safe_load((project / "prefect.yaml").read_text())["deployments"]
            assert json.load(answer) == len(made)
    assert (project / "dvc.yaml").is_file()


def block(language: str) -> str:
    """The only code in a language on the page about servers."""
    page = (ROOT / "docs/how-to/deploy.md").read_text(encoding="utf-8")
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    return str(found)


def test_the_unit_of_systemd_gives_the_server_time_to_end() -> None:
    unit = configparser.ConfigParser(interpolation=None, strict=True)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read_string(block("ini"))
    service = unit["Service"]
    assert service["ExecStart"].split()[0].endswith("bin/sru-ner")
    assert int(service["TimeoutStopSec"]) > GRACE
    options = [word for word in service["ExecStart"].split() if word.startswith("--")]
    shown = subprocess.run(
        [BIN / "sru-ner", "serve", "--help"], capture_output=True, text=True, check=True
    ).stdout
    assert options
    assert all(option in shown for option in options)


def test_the_probes_of_kubernetes_ask_what_the_server_answers() -> None:
    pod = yaml.safe_load(block("yaml"))["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert pod["terminationGracePeriodSeconds"] > GRACE
    (port,) = container["ports"]
    assert f'"--port", "{port["containerPort"]}"' in DOCKERFILE
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        asked = container[probe]["httpGet"]
        assert asked["port"] == port["name"]
        assert f":{port['containerPort']}{asked['path']}'" in DOCKERFILE


@pytest.mark.parametrize("kind", ["docker", "kubernetes"])
def test_pools_have_settings_that_prefect_knows(kind: str) -> None:
    import prefect

    place = Path(prefect.__file__).parent / "server/api/collections_data/views"
    known = json.loads((place / "aggregate-worker-metadata.json").read_text(encoding="utf-8"))
    template = known[f"prefect-{kind}"][kind]["default_base_job_configuration"]
    page = (ROOT / "docs/how-to/deploy.md").read_text(encoding="utf-8")
    pools = [
        yaml.safe_load(text)["definitions"]["pool"]
        for text in re.findall(r"^```yaml prefect.yaml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    ]
    name = {"docker": "containers", "kubernetes": "cluster"}[kind]
    (variables,) = [pool["job_variables"] for pool in pools if pool["name"] == name]
    schema = {**template["variables"], "additionalProperties": False}
    jsonschema.validate(variables, schema)
    if kind == "kubernetes":
        job = template["job_configuration"]["job_manifest"]["spec"]
        assert "containers" in job["template"]["spec"]
