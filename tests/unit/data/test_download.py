"""Downloads from a server of our own on 127.0.0.1."""

from __future__ import annotations

import hashlib
import re
import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from pixellab.data import download as module
from pixellab.data.download import download
from pixellab.data.published import PublishedFile
from pixellab.errors import PixelLabError

CONTENT = np.random.default_rng(3).bytes(700_000)


def published(*addresses: str) -> PublishedFile:
    return PublishedFile("set.bin", addresses, len(CONTENT), "md5:" + hashlib.md5(CONTENT).hexdigest())


@dataclass
class Server:
    """What the server does with each request, and the Range headers it was sent."""

    content: bytes = CONTENT
    ranges: bool = True
    cuts: list[int] = field(default_factory=list)  # the bytes it sends before it hangs up, request by request
    length: bool = True
    shift: int = 0  # how far its Content-Range is off
    status: int | None = None
    asked: list[str | None] = field(default_factory=list)
    address: str = ""


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        server: Server = self.server.behaviour
        wanted = self.headers["Range"]
        server.asked.append(wanted)
        start = int(re.fullmatch(r"bytes=(\d+)-", wanted)[1]) if wanted and server.ranges else 0
        if server.status or start >= len(server.content):
            self.send_error(server.status or 416)
            return
        body = server.content[start:]
        self.send_response(206 if start else 200)
        if server.length:
            self.send_header("Content-Length", str(len(body)))
        if start:
            total = len(server.content)
            self.send_header("Content-Range", f"bytes {start + server.shift}-{total - 1}/{total}")
        self.end_headers()
        with suppress(ConnectionError):  # where the client has seen enough
            self.wfile.write(body[: server.cuts.pop(0)] if server.cuts else body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")


@pytest.fixture
def server() -> Iterator[Server]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        http.behaviour = Server(address=f"http://127.0.0.1:{http.server_port}/set.bin")
        Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield http.behaviour
        http.shutdown()


@pytest.fixture
def file(server: Server) -> PublishedFile:
    return published(server.address)


@pytest.fixture
def bars(monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
    """Every progress bar that was shown: where it started, then every step."""
    shown: list[list[int]] = []

    class Bar(module.tqdm):
        def __init__(self, **given: object) -> None:
            assert given["total"] == len(CONTENT)
            shown.append([given["initial"]])
            super().__init__(**given)

        def update(self, n: int = 1) -> None:
            shown[-1].append(n)
            super().update(n)

    monkeypatch.setattr(module, "tqdm", Bar)
    return shown


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_whole_file_with_progress(tmp_path: Path, file: PublishedFile, bars: list):
    path = download(file, tmp_path / "new" / "folder")
    assert path == tmp_path / "new" / "folder" / "set.bin"
    assert path.read_bytes() == CONTENT
    assert names(path.parent) == ["set.bin"]
    assert len(bars) == 1
    assert bars[0][0] == 0
    assert sum(bars[0]) == len(CONTENT)
    assert len(bars[0]) > 2


def test_a_sha256_is_verified_too(tmp_path: Path, server: Server):
    digest = "sha256:" + hashlib.sha256(CONTENT).hexdigest()
    assert download(PublishedFile("set.bin", (server.address,), len(CONTENT), digest), tmp_path).exists()


class TestWhatIsThere:
    def test_a_genuine_file_is_kept(self, tmp_path: Path, file: PublishedFile, server: Server):
        (tmp_path / "set.bin").write_bytes(CONTENT)
        download(file, tmp_path)
        assert server.asked == []

    def test_a_damaged_file_is_replaced(self, tmp_path: Path, file: PublishedFile):
        (tmp_path / "set.bin").write_bytes(CONTENT[::-1])
        assert download(file, tmp_path).read_bytes() == CONTENT

    def test_a_damaged_file_stays_where_there_is_no_better(
        self, tmp_path: Path, file: PublishedFile, server: Server
    ):
        (tmp_path / "set.bin").write_bytes(b"mine")
        server.status = 404
        with pytest.raises(PixelLabError):
            download(file, tmp_path)
        assert (tmp_path / "set.bin").read_bytes() == b"mine"

    def test_a_complete_part_needs_no_server(self, tmp_path: Path, file: PublishedFile, server: Server):
        (tmp_path / "set.bin.part").write_bytes(CONTENT)
        assert download(file, tmp_path).read_bytes() == CONTENT
        assert server.asked == []


class TestResume:
    def test_an_earlier_part_is_continued(
        self, tmp_path: Path, file: PublishedFile, server: Server, bars: list
    ):
        (tmp_path / "set.bin.part").write_bytes(CONTENT[:300_000])
        assert download(file, tmp_path).read_bytes() == CONTENT
        assert server.asked == ["bytes=300000-"]
        assert bars[0][0] == 300_000
        assert sum(bars[0]) == len(CONTENT)

    def test_cuts_are_continued_at_once(self, tmp_path: Path, file: PublishedFile, server: Server):
        server.cuts = [100_000, 250_000]
        assert download(file, tmp_path).read_bytes() == CONTENT
        assert server.asked == [None, "bytes=100000-", "bytes=350000-"]

    def test_a_cut_for_good_keeps_the_part(
        self, tmp_path: Path, file: PublishedFile, server: Server, refused
    ):
        server.cuts = [100_000, 0]
        with refused("the connection was cut after 100,000 of 700,000 bytes): check the network"):
            download(file, tmp_path)
        assert (tmp_path / "set.bin.part").read_bytes() == CONTENT[:100_000]
        assert download(file, tmp_path).read_bytes() == CONTENT
        assert server.asked[-1] == "bytes=100000-"

    def test_a_server_that_hangs_up_forever_is_given_up(
        self, tmp_path: Path, file: PublishedFile, server: Server, refused
    ):
        server.cuts = [1000] * 100
        with refused("the connection was cut after 8,000"):
            download(file, tmp_path)
        assert len(server.asked) == module.ATTEMPTS

    def test_a_server_without_ranges_starts_clean(
        self, tmp_path: Path, file: PublishedFile, server: Server, bars: list
    ):
        server.ranges = False
        (tmp_path / "set.bin.part").write_bytes(CONTENT[:300_000])
        assert download(file, tmp_path).read_bytes() == CONTENT
        assert server.asked == ["bytes=300000-"]
        assert bars[0][0] == 0

    def test_a_part_of_another_file_starts_clean(self, tmp_path: Path, file: PublishedFile, server: Server):
        (tmp_path / "set.bin.part").write_bytes(b"x" * 300_000)
        assert download(file, tmp_path).read_bytes() == CONTENT
        assert server.asked == ["bytes=300000-", None]

    def test_a_part_longer_than_the_file_starts_clean(
        self, tmp_path: Path, file: PublishedFile, server: Server
    ):
        (tmp_path / "set.bin.part").write_bytes(CONTENT + b"x")
        assert download(file, tmp_path).read_bytes() == CONTENT
        assert server.asked == [None]

    def test_a_part_longer_than_the_servers_file(
        self, tmp_path: Path, file: PublishedFile, server: Server, refused
    ):
        (tmp_path / "set.bin.part").write_bytes(CONTENT[:300_000])
        server.content = b"moved"
        with refused("its file has 5 bytes, not 700,000"):
            download(file, tmp_path)
        assert server.asked == ["bytes=300000-", None]
        assert names(tmp_path) == []

    def test_another_range_than_asked_for_is_not_appended(
        self, tmp_path: Path, file: PublishedFile, server: Server
    ):
        (tmp_path / "set.bin.part").write_bytes(CONTENT[:300_000])
        server.shift = 1
        assert download(file, tmp_path).read_bytes() == CONTENT
        assert server.asked == ["bytes=300000-", None]


class TestRefused:
    @pytest.mark.parametrize("length", [True, False])
    def test_another_checksum_leaves_nothing_behind(
        self, tmp_path: Path, file: PublishedFile, server: Server, refused, length: bool
    ):
        server.content = CONTENT[::-1]
        server.length = length
        with refused("127.0.0.1: its file has another checksum than the published one"):
            download(file, tmp_path)
        assert names(tmp_path) == []

    def test_a_longer_file_is_not_read_to_its_end(
        self, tmp_path: Path, file: PublishedFile, server: Server, bars: list, refused
    ):
        server.content = CONTENT * 20
        server.length = False
        with refused("another checksum"):
            download(file, tmp_path)
        assert sum(bars[0]) < 2 * len(CONTENT)
        assert names(tmp_path) == []

    def test_another_length_is_not_even_begun(
        self, tmp_path: Path, file: PublishedFile, server: Server, bars: list, refused
    ):
        server.content = b"<html>please log in</html>"
        with refused("its file has 26 bytes, not 700,000"):
            download(file, tmp_path)
        assert names(tmp_path) == bars == []

    @pytest.mark.parametrize("status", [403, 404, 416, 500])
    def test_an_answer_that_is_no_file(
        self, tmp_path: Path, file: PublishedFile, server: Server, refused, status: int
    ):
        server.status = status
        with refused(f"127.0.0.1: it answers {status} "):
            download(file, tmp_path)
        assert names(tmp_path) == []


@pytest.fixture
def no_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """No name is known, as without a network; numeric addresses still work."""
    resolve = socket.getaddrinfo

    def getaddrinfo(host: str, *given: object, **named: object) -> list:
        if host == "127.0.0.1":
            return resolve(host, *given, **named)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


@pytest.mark.usefixtures("no_names")
class TestNoNetwork:
    def test_nobody_listens(self, tmp_path: Path, refused):
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            address = f"http://127.0.0.1:{unused.getsockname()[1]}/set.bin"
            with refused(f"or get {address} yourself and put it into {tmp_path}") as caught:
                download(published(address), tmp_path)
        assert str(caught.value).startswith("set.bin could not be downloaded (127.0.0.1: ")

    def test_no_such_host(self, tmp_path: Path, refused):
        with refused("could not be downloaded (sets.example: Name or service not known): check the network"):
            download(published("http://sets.example/set.bin"), tmp_path)

    def test_a_silent_server_is_given_up_after_the_timeout(self, tmp_path: Path, refused):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            address = f"http://127.0.0.1:{silent.getsockname()[1]}/set.bin"
            with refused("127.0.0.1: timed out"):
                download(published(address), tmp_path, timeout=0.05)

    def test_what_came_before_stays_for_the_next_time(self, tmp_path: Path, server: Server, refused):
        (tmp_path / "set.bin.part").write_bytes(CONTENT[:300_000])
        with refused("sets.example: "):
            download(published("http://sets.example/set.bin"), tmp_path)
        download(published(server.address), tmp_path)
        assert server.asked == ["bytes=300000-"]


@pytest.mark.usefixtures("no_names")
class TestMirrors:
    def test_the_next_address_is_tried_and_goes_on_where_the_first_was_cut(
        self, tmp_path: Path, server: Server
    ):
        server.cuts = [100_000, 0]
        assert download(published(server.address, server.address), tmp_path).read_bytes() == CONTENT
        assert server.asked == [None, "bytes=100000-", "bytes=100000-"]

    def test_every_reason_is_told(self, tmp_path: Path, server: Server, refused):
        server.status = 404
        with refused("(sets.example: ") as caught:
            download(published("http://sets.example/set.bin", server.address), tmp_path)
        assert "; 127.0.0.1: it answers 404 Not Found)" in str(caught.value)


def test_a_folder_that_cannot_be_made(tmp_path: Path, file: PublishedFile, refused):
    (tmp_path / "file").touch()
    with refused("cannot be written"):
        download(file, tmp_path / "file" / "folder")


def test_a_full_disk(tmp_path: Path, file: PublishedFile, refused, monkeypatch: pytest.MonkeyPatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module.os, "replace", full)
    with refused("cannot be written (No space left on device): make room"):
        download(file, tmp_path)
