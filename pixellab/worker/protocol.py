"""The frames on the pipe between the web process and the worker.

A frame is two little-endian 32-bit lengths, a JSON header of the first length and the raw bytes of the
arrays, one after another, of the second:

    ┌────────────┬───────────┬──────────────────────────────────────────────┬───────────┐
    │ len header │ len bytes │ {"kind": …, "fields": {…}, "arrays": [[name, │ raw bytes │
    │            │           │   dtype, shape], …]}                         │           │
    └────────────┴───────────┴──────────────────────────────────────────────┴───────────┘

Nothing is ever unpickled, and only the plain number types below are accepted.

    web → worker   open {job, session, request} + arrays    cancel {job}    seen {jobs}    warm {model}
    worker → web   hello {version}      once, when models can be loaded
                   started {job}        it left the queue
                   pixels {job, start} + arrays, by what was asked: see `requests.Shapes`
                   ended {job, state, error}
"""

from __future__ import annotations

import json
import math
import struct
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import numpy as np

VERSION = 2

_LENGTHS = struct.Struct("<II")
_MOST_HEADER = 1 << 20
_MOST_BYTES = 1 << 28
_DTYPES = {"|b1", "|u1", "<u2", "<i8", "<f2", "<f4", "<f8"}


class ProtocolError(Exception):
    """The bytes on the pipe are no frame of this protocol, or end within one."""


@dataclass(frozen=True)
class Message:
    kind: str
    fields: dict[str, Any] = field(default_factory=dict)
    arrays: dict[str, np.ndarray] = field(default_factory=dict)


def encode(message: Message) -> bytes:
    """The frame of a message. Raises `ValueError` for an array or a value that it cannot carry."""
    arrays = {name: np.ascontiguousarray(array) for name, array in message.arrays.items()}
    for name, array in arrays.items():
        if array.dtype.str not in _DTYPES:
            raise ValueError(f"The array {name!r} has type {array.dtype}, which the protocol does not carry.")
    # np.ascontiguousarray makes a (1,) of a (), so shapes are taken from what was given.
    listing = [(name, array.dtype.str, message.arrays[name].shape) for name, array in arrays.items()]
    header = json.dumps(
        {"kind": message.kind, "fields": message.fields, "arrays": listing}, allow_nan=False
    ).encode()
    body = b"".join(array.tobytes() for array in arrays.values())
    if len(header) > _MOST_HEADER or len(body) > _MOST_BYTES:
        raise ValueError(f"A {message.kind!r} message of {len(header) + len(body):,} bytes is too large.")
    return _LENGTHS.pack(len(header), len(body)) + header + body


def write(stream: BinaryIO, frame: bytes) -> None:
    """Write all of a frame to an unbuffered stream, which may take it in pieces."""
    rest = memoryview(frame)
    while rest:
        rest = rest[stream.write(rest) :]


def read(stream: BinaryIO) -> Message | None:
    """The next message of an unbuffered stream, or None at its end. Raises `ProtocolError`."""
    prefix = _read_exactly(stream, _LENGTHS.size)
    if not prefix:
        return None
    header_size, size = _LENGTHS.unpack(prefix)
    if header_size > _MOST_HEADER or size > _MOST_BYTES:
        raise ProtocolError("foreign bytes where a frame should begin")
    header = _read_exactly(stream, header_size, within_frame=True)
    return _decode(header, _read_exactly(stream, size, within_frame=True))


def _read_exactly(stream: BinaryIO, size: int, *, within_frame: bool = False) -> bytes:
    """`size` bytes, however the pipe cuts them; or none, where the stream ends between two frames."""
    pieces = bytearray()
    while len(pieces) < size:
        piece = stream.read(size - len(pieces))
        if not piece:
            if pieces or within_frame:
                raise ProtocolError("the stream ends within a frame")
            break
        pieces += piece
    return bytes(pieces)


def _decode(header: bytes, body: bytes) -> Message:
    try:
        content = json.loads(header)
        arrays, start = {}, 0
        for name, dtype, shape in content["arrays"]:
            if dtype not in _DTYPES or min(shape, default=0) < 0:
                raise ProtocolError(f"an array of type {dtype!r} and shape {shape}")
            count = math.prod(shape)
            # A copy in memory of its own: readers may keep it without keeping the frame, and write to it.
            arrays[name] = np.frombuffer(body, np.dtype(dtype), count, start).reshape(shape).copy()
            start += arrays[name].nbytes
        message = Message(content["kind"], content["fields"], arrays)
    except (ValueError, KeyError, TypeError) as error:
        raise ProtocolError(f"a frame that cannot be read ({error})") from error
    if start != len(body):
        raise ProtocolError("a frame with more bytes than its arrays")
    return message
