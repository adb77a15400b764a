import gzip

import pytest

from sru_ner.corpora.unpacking import (
    FREE_BYTES,
    MAX_RATIO,
    SizeLimit,
    broken_is_input_error,
    unpacked,
)
from sru_ner.errors import InputError


@pytest.fixture
def packed(tmp_path):
    def write(content):
        path = tmp_path / "file.gz"
        path.write_bytes(gzip.compress(content))
        return path

    return write


def test_content_is_unpacked(packed):
    with unpacked(packed(b"some text"), most=None) as stream:
        assert stream.read() == b"some text"


def test_size_and_ratio_are_limited(packed):
    path = packed(bytes(2 * FREE_BYTES))
    assert path.stat().st_size * MAX_RATIO < 2 * FREE_BYTES
    for most in (None, 2**31):
        with unpacked(path, most) as stream, pytest.raises(InputError, match="times the packed"):
            stream.read()
    with unpacked(path, 1000) as stream, pytest.raises(InputError, match="the limits are 1000 and"):
        stream.read()


def test_what_was_counted_stays_counted(packed):
    limit = SizeLimit(packed(b"text"), most=10)
    limit.take(6)
    with pytest.raises(InputError, match="expand to 12 or more"):
        limit.take(6)


def test_errors_of_the_libraries_name_the_file(tmp_path):
    with (
        pytest.raises(InputError, match="x: this archive is broken"),
        broken_is_input_error(tmp_path / "x"),
    ):
        raise EOFError
