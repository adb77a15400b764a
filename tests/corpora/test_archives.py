"""Every archive here is made by the test; none of their content is ever written out."""

import gzip
import io
import os
import stat
import tarfile
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sru_ner.corpora import archives
from sru_ner.corpora.archives import passed_over, read_parts
from sru_ner.corpora.unpacking import FREE_BYTES
from sru_ner.errors import InputError, SruNerError

FILES = {"a/one.txt": b"one", "a/two.ann": b"two", "b/three.txt": b"\xff\x00"}


def zipped(files, **attributes):
    """A zip of (name, content) pairs; attributes go to every member."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            for key, value in attributes.items():
                setattr(info, key, value)
            archive.writestr(info, content)
    return buffer.getvalue()


def tarred(files, mode="w:gz", **attributes):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:
        for name, content in files:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            for key, value in attributes.items():
                setattr(info, key, value)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def sparse_tar():
    """One block of packed content that stands for a gigabyte of zeros."""
    headers = {
        "GNU.sparse.major": "1",
        "GNU.sparse.minor": "0",
        "GNU.sparse.name": "big",
        "GNU.sparse.realsize": str(2**30),
    }
    content = b"1\n0\n1\n".ljust(512, b"\0") + b"x".ljust(512, b"\0")
    return tarred([("big", content)], mode="w", pax_headers=headers)


def zip_with_wrong_checksum():
    content = zipped([("a", b"some text")])
    checksum = zlib.crc32(b"some text").to_bytes(4, "little")
    assert content.count(checksum) == 2
    return content.replace(checksum, b"\1\2\3\4")


def zip_that_is_encrypted():
    content = bytearray(zipped([("a", b"text")]))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + flags] |= 1
    return bytes(content)


@pytest.fixture
def write(tmp_path):
    def write(content, name="corpus"):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


@pytest.mark.parametrize(
    "pack",
    [zipped, tarred, lambda files: tarred(files, mode="w")],
    ids=["zip", "tar.gz", "tar"],
)
def test_members_come_sorted_whatever_the_archive_is_called(write, pack):
    path = write(pack(reversed(FILES.items())), "corpus.bin")
    parts = list(read_parts(path))
    assert [(part.name, part.content) for part in parts] == sorted(FILES.items())
    assert {part.path for part in parts} == {path}
    assert [part.name for part in read_parts(path, "*.txt")] == ["a/one.txt", "b/three.txt"]
    assert [part.name for part in read_parts(path, "b/*")] == ["b/three.txt"]


def test_folder_reads_like_the_archive_of_it(tmp_path):
    for name, content in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    (tmp_path / ".DS_Store").write_bytes(b"junk")
    assert {p.name: p.content for p in read_parts(tmp_path)} == FILES
    assert [part.place for part in read_parts(tmp_path, "*.ann")] == [f"{tmp_path}/a/two.ann"]


def test_single_files_are_read_whatever_the_glob(write):
    for content in (b"plain", b"", gzip.compress(b"plain")):
        path = write(content)
        (part,) = read_parts(path, "*.xml")
        assert (part.name, part.place) == ("", str(path))
        assert part.content == (b"" if content == b"" else b"plain")


def test_junk_and_folders_are_passed_over(write):
    names = ["./x/one", "__MACOSX/x/._one", "x/.hidden/two", "x/Thumbs"]
    for pack in (zipped, tarred):
        path = write(pack([(name, b"1") for name in names]))
        assert [part.name for part in read_parts(path)] == ["x/Thumbs", "x/one"]
    path = write(tarred([("x", b"")], type=tarfile.DIRTYPE))
    with pytest.raises(InputError, match="there are no files in it"):
        list(read_parts(path))


NOT_DATA = [
    *("README", "readme.txt", "x/Read_Me.first.md", "LICENSE", "x/LICENCE.txt", "COPYING"),
    *("x/guidelines.pdf", "CITATION.cff", "x/Thumbs.db", "desktop.ini", "x/paper.bib", "a.html"),
]
DATA = [
    *("train.conll", "x/README.conll", "x/readme.ann", "licensed.txt", "x/authorship.txt"),
    *("one.xml", "two.json", "x/three.tsv", "no_ending", "note.txt"),
]


@pytest.mark.parametrize("pack", ["zip", "tar.gz", "folder"])
def test_files_about_a_corpus_are_passed_over_and_named(write, tmp_path, pack):
    hidden = [".DS_Store", ".git/a", ".git/b/c", "__MACOSX/._x"]
    files = [(name, b"1") for name in (*NOT_DATA, *DATA, *hidden)]
    if pack == "folder":
        path = tmp_path / "folder"
        for name, content in files:
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (path / name).write_bytes(content)
    else:
        path = write((zipped if pack == "zip" else tarred)(files))
    assert [part.name for part in read_parts(path)] == sorted(DATA)
    assert passed_over(path) == sorted([*NOT_DATA, ".DS_Store", ".git", "__MACOSX"])


def test_a_file_named_on_purpose_is_read_whatever_its_name(write):
    for pack in (zipped, tarred):
        path = write(pack([("README", b"1"), ("a", b"2")]))
        assert [part.content for part in read_parts(path, "README")] == [b"1"]
    assert passed_over(write(b"plain")) == passed_over(write(gzip.compress(b"x"))) == []


HOSTILE = {
    "zip slip": (zipped([("../../etc/cron.d/x", b"1")]), "leads outside"),
    "zip slip inside": (zipped([("a/../../x", b"1")]), "leads outside"),
    "zip absolute": (zipped([("/etc/passwd", b"1")]), "leads outside"),
    "zip backslash": (zipped([("a\\..\\..\\x", b"1")]), "leads outside"),
    "zip drive": (zipped([("C:/x", b"1")]), "leads outside"),
    "zip control character": (zipped([("a\x1b[2Jb", b"1")]), "control characters"),
    "zip twice": (zipped([("a", b"1"), ("./a", b"2")]), "occurs twice"),
    "zip link": (
        zipped([("a", b"/etc/passwd")], external_attr=(stat.S_IFLNK | 0o777) << 16),
        "link or a device",
    ),
    "zip encrypted": (zip_that_is_encrypted(), "is encrypted"),
    "zip bomb": (zipped([("a", bytes(2**24))]), "expand to 16777216 or more"),
    "zip bomb of many": (zipped([(str(i), bytes(2**20)) for i in range(20)]), "or more"),
    "zip packed otherwise": (
        zipped([("a", b"1")], compress_type=zipfile.ZIP_BZIP2),
        "unusual way",
    ),
    "zip in zip": (zipped([("a.zip", zipped([("a", b"1")]))]), "itself an archive"),
    "gzip in zip": (zipped([("a.gz", gzip.compress(b"1"))]), "itself an archive"),
    "zip checksum": (zip_with_wrong_checksum(), "archive is broken.*CRC"),
    "zip cut off": (zipped(FILES.items())[:-30], "archive is broken"),
    "zip empty": (zipped([]), "there are no files in it"),
    "tar slip": (tarred([("../x", b"1")]), "leads outside"),
    "tar absolute": (tarred([("/x", b"1")]), "leads outside"),
    "tar symbolic link": (
        tarred([("a", b"")], type=tarfile.SYMTYPE, linkname="/etc/passwd"),
        "link or a device",
    ),
    "tar hard link": (
        tarred([("a", b"")], type=tarfile.LNKTYPE, linkname="../x"),
        "link or a device",
    ),
    "tar device": (tarred([("a", b"")], type=tarfile.CHRTYPE), "link or a device"),
    "tar pipe": (tarred([("a", b"")], type=tarfile.FIFOTYPE), "link or a device"),
    "tar with holes": (sparse_tar(), "filled with zeros"),
    "tar twice": (tarred([("a", b"1"), ("a", b"2")]), "occurs twice"),
    "tar bomb": (tarred([("a", bytes(2**24))]), "or more"),
    "tar in tar": (tarred([("a", tarred(FILES.items(), mode="w"))]), "itself an archive"),
    "tar.gz cut off": (tarred([("a", os.urandom(2**18))])[:-1000], "archive is broken"),
    "tar cut off": (tarred([("a", bytes(5000))], mode="w")[:3000], "archive is broken"),
    "gzip bomb": (gzip.compress(bytes(2**24)), "or more"),
    "gzip cut off": (gzip.compress(b"some text")[:-5], "archive is broken"),
    "gzip garbled": (b"\x1f\x8bxxxxxxxxxxx", "archive is broken"),
}


@pytest.mark.fault(
    "archives are broken or hostile",
    before="each is refused",
    now="each is refused",
)
@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_and_broken_archives_are_errors(write, case):
    content, message = HOSTILE[case]
    path = write(content)
    with pytest.raises(InputError, match=message) as caught:
        list(read_parts(path))
    assert str(caught.value).startswith(str(path))
    assert caught.value.remedy
    assert list(path.parent.iterdir()) == [path]


def test_bomb_is_found_before_it_is_unpacked(write, monkeypatch):
    path = write(zipped([("small", b"1"), ("z", bytes(2**24))]))
    monkeypatch.setattr(zipfile.ZipFile, "open", None)
    with pytest.raises(InputError, match="or more"):
        next(read_parts(path, "small"))


def test_total_size_and_number_of_members_are_limited(write, monkeypatch):
    path = write(tarred(FILES.items()))
    monkeypatch.setattr(archives, "MAX_MEMBERS", 2)
    with pytest.raises(InputError, match="more than 2 members"):
        list(read_parts(path))
    monkeypatch.undo()
    monkeypatch.setattr(archives, "MAX_BYTES", 1000)
    with pytest.raises(InputError, match="the limits are 1000"):
        list(read_parts(path))


def test_nothing_to_read_is_an_error(tmp_path, write):
    with pytest.raises(InputError, match="does not exist"):
        list(read_parts(tmp_path / "none"))
    with pytest.raises(InputError, match="there are no files in it"):
        list(read_parts(tmp_path))
    path = write(zipped((f"{i}.txt", b"") for i in range(7)))
    with pytest.raises(InputError, match=r"'\*\.xml'; it has 0\.txt, .* and 2 more"):
        list(read_parts(path, "*.xml"))
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="neither a file nor a folder"):
        list(read_parts(tmp_path / "pipe"))


@pytest.mark.fault(
    "a path that the system refuses, with 300 characters or a zero byte",
    before="a message with the remedy",
    now="a message with the remedy",
)
@pytest.mark.parametrize("name", ["x" * 300, "a\0b"])
def test_path_that_the_system_refuses_is_an_error(tmp_path, name):
    with pytest.raises(InputError, match="cannot be read"):
        list(read_parts(tmp_path / name))


@pytest.mark.parametrize("pack", [zipped, tarred, lambda f: tarred(f, mode="w")])
@given(data=st.data())
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors],
)
def test_garbled_archives_never_end_in_another_error(tmp_path, pack, data):
    content = bytearray(pack(FILES.items()))
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = Path(tmp_path, "corpus")
    path.write_bytes(content[: data.draw(st.integers(0, len(content)))])
    try:
        for part in read_parts(path):
            assert len(part.content) <= FREE_BYTES
    except SruNerError as error:
        assert error.remedy  # noqa: PT017
