import re

import pytest

from sru_ner.tracking.runs_page import runs_page, web_url

REGISTRATION = {
    "tracking_uri": "sqlite:////x/mlflow.db",
    "mlflow_experiment": "sru-ner",
    "mlflow_experiment_id": "7",
    "model_name": "sru/ner",
    "candidate": "together",
    "parent_run_id": "aa",
    "experiments": {"together": {"run_id": "bb", "version": "3"}},
}


@pytest.mark.parametrize(
    ("store", "url"),
    [
        ("sqlite:////x/mlflow.db", "http://127.0.0.1:5000"),
        ("https://mlflow.example/team/", "https://mlflow.example/team"),
    ],
)
def test_a_store_without_a_server_is_shown_on_this_machine(store, url):
    assert web_url(store) == url


def test_every_run_and_version_has_its_link():
    page = runs_page("demo", REGISTRATION)
    assert re.findall(r'href="(http[^"]*)"', page) == [
        "http://127.0.0.1:5000/#/experiments/7/runs/aa?workflowType=machine_learning",
        "http://127.0.0.1:5000/#/experiments/7/runs/bb?workflowType=machine_learning",
        "http://127.0.0.1:5000/#/models/sru%2Fner/versions/3",
    ]
    assert "make mlflow" in page
    elsewhere = runs_page("demo", {**REGISTRATION, "tracking_uri": "https://mlflow.example"})
    assert "make mlflow" not in elsewhere
