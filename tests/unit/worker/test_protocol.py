"""Frames survive every way in which a pipe may cut them, and nothing else passes."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of

from pixellab.worker import protocol
from pixellab.worker.protocol import Message, ProtocolError

EXAMPLE = Message(
    "pixels",
    {"job": 7, "text": "Bild „1“", "nested": {"list": [1, None, 2.5, True]}},
    {
        "values": np.arange(12, dtype=np.uint8).reshape(2, 3, 2),
        "entropy": np.linspace(0, 1, 5, dtype=np.float32),
        "halves": np.array([[0.5, 0.25]], np.float16),
        "hidden": np.array([[True, False]]),
        "empty": np.zeros((0, 4), np.uint16),
        "scalar": np.array(3, np.int64),
    },
)


class Trickle(io.RawIOBase):
    """A pipe that hands out and takes one byte at a time."""

    def __init__(self, content: bytes = b"") -> None:
        self.content = io.BytesIO(content)
        self.taken = bytearray()

    def read(self, size: int = -1) -> bytes:
        return self.content.read(min(size, 1))

    def write(self, data: memoryview) -> int:
        self.taken += bytes(data[:1])
        return 1


def assert_same(one: Message, other: Message) -> None:
    assert (one.kind, one.fields) == (other.kind, other.fields)
    assert list(one.arrays) == list(other.arrays)
    for name, array in one.arrays.items():
        assert array.dtype == other.arrays[name].dtype
        assert array.shape == other.arrays[name].shape
        np.testing.assert_array_equal(array, other.arrays[name])


def test_round_trip() -> None:
    stream = io.BytesIO(protocol.encode(EXAMPLE) + protocol.encode(Message("cancel", {"job": 1})))
    assert_same(protocol.read(stream), EXAMPLE)
    assert_same(protocol.read(stream), Message("cancel", {"job": 1}))
    assert protocol.read(stream) is None


@given(
    arrays_of.arrays(
        st.sampled_from(["u1", "?", "<f2", "<f4", "<u2"]),
        arrays_of.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5),
    )
)
def test_round_trip_of_any_array(array: np.ndarray) -> None:
    message = Message("pixels", {}, {"array": array})
    assert_same(protocol.read(io.BytesIO(protocol.encode(message))), message)


def test_arrays_that_were_read_may_be_written() -> None:
    arrays = protocol.read(io.BytesIO(protocol.encode(EXAMPLE))).arrays
    assert all(array.flags.writeable for array in arrays.values())


def test_views_travel_as_what_they_show() -> None:
    view = np.arange(24, dtype=np.uint8).reshape(4, 6)[::2, ::-1].T
    message = Message("pixels", {}, {"view": view})
    assert_same(protocol.read(io.BytesIO(protocol.encode(message))), message)


def test_partial_reads_and_writes() -> None:
    pipe = Trickle()
    protocol.write(pipe, protocol.encode(EXAMPLE))
    assert bytes(pipe.taken) == protocol.encode(EXAMPLE)
    assert_same(protocol.read(Trickle(bytes(pipe.taken))), EXAMPLE)


def test_every_truncation_is_noticed() -> None:
    frame = protocol.encode(EXAMPLE)
    for length in range(1, len(frame)):
        with pytest.raises(ProtocolError, match="within a frame"):
            protocol.read(io.BytesIO(frame[:length]))


@pytest.mark.parametrize(
    "header",
    [
        b"not json",
        b"[]",
        b'{"kind": "pixels", "fields": {}}',
        b'{"kind": "pixels", "fields": {}, "arrays": [["a", "|O", [1]]]}',
        b'{"kind": "pixels", "fields": {}, "arrays": [["a", "<f4", [2]]]}',
        b'{"kind": "pixels", "fields": {}, "arrays": [["a", "|u1", [3]]]}',
        b'{"kind": "pixels", "fields": {}, "arrays": [["a", "|u1", [-1]]]}',
    ],
)
def test_malformed_headers(header: bytes) -> None:
    with pytest.raises(ProtocolError):
        protocol.read(io.BytesIO(struct.pack("<II", len(header), 4) + header + b"1234"))


def test_foreign_bytes_are_not_taken_for_a_length() -> None:
    with pytest.raises(ProtocolError, match="foreign"):
        protocol.read(io.BytesIO(b"Traceback (most recent call last):\n"))


@pytest.mark.parametrize("array", [np.array([object()]), np.array(["text"]), np.zeros(2, complex)])
def test_only_plain_arrays_are_sent(array: np.ndarray) -> None:
    with pytest.raises(ValueError, match="does not carry"):
        protocol.encode(Message("pixels", {}, {"array": array}))
