import pytest

from sru_ner.errors import InputError
from sru_ner.serving.server import listen, short_names, url_of


def test_names_are_as_short_as_can_be_told_apart():
    assert short_names(["models/demo/a"]) == {"a": "models/demo/a"}
    assert list(short_names(["models/demo/a", "models/real/a"])) == ["demo/a", "real/a"]
    assert list(short_names(["models/demo/a", "models:/sru-ner@champion"])) == [
        "a",
        "sru-ner@champion",
    ]
    assert list(short_names(["a", "x/a", "y/x/a"])) == ["a", "x/a", "y/x/a"]


def test_the_same_model_twice_is_an_error():
    with pytest.raises(InputError, match="named twice"):
        short_names(["models/a", "models//a"])


def test_a_port_that_is_taken_is_an_error():
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        assert url_of(taken) == f"http://127.0.0.1:{port}"
        taken.listen()
        with pytest.raises(
            InputError, match=f"the server cannot listen on 127.0.0.1:{port}: Address already"
        ):
            listen("127.0.0.1", port)


def test_a_server_on_every_address_is_reached_on_this_machine():
    with listen("0.0.0.0", 0) as every:
        assert url_of(every).startswith("http://127.0.0.1:")
