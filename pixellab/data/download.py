"""Downloads one published file: verified, resumed after a cut, and never half there under its own name.

The bytes go to `<name>.part`. A cut leaves that file, and the next request asks for the rest (HTTP Range);
where the server does not serve parts, or the parts do not fit, the download starts clean. Only a file with
the published checksum is renamed to `<name>`, in one step.
"""

from __future__ import annotations

import hashlib
import http.client
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from tqdm import tqdm

from pixellab.data.files import ENVIRONMENT
from pixellab.data.published import PublishedFile
from pixellab.errors import PixelLabError

CHUNK = 1 << 18
ATTEMPTS = 8


class _NoSuccess(Exception):
    """An address did not give the file; the text says why in a few words."""


def is_genuine(path: Path, file: PublishedFile) -> bool:
    """Whether `path` exists and has the published size and checksum."""
    if _size(path) != file.size:
        return False
    algorithm, _, checksum = file.digest.partition(":")
    digest = hashlib.new(algorithm, usedforsecurity=False)
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest() == checksum


def download(file: PublishedFile, folder: Path, *, timeout: float = 30.0) -> Path:
    """Brings `file` into `folder`, with a progress bar on a terminal; a genuine one there is kept.

    One process at a time may download into a folder.

    Args:
        file: what to download.
        folder: where to; it is made where it does not exist.
        timeout: seconds without a byte after which a connection counts as cut.

    Returns:
        The path of the verified file. A file of that name with another content has been replaced.

    Raises:
        PixelLabError: no address gives the file, or the folder cannot be written.
    """
    target, part = folder / file.name, folder / f"{file.name}.part"
    reasons = []
    try:
        if is_genuine(target, file):
            return target
        folder.mkdir(parents=True, exist_ok=True)
        for address in file.addresses:
            try:
                _complete(file, address, part, timeout)
            except _NoSuccess as problem:
                reasons.append(f"{urlsplit(address).hostname}: {problem}")
            else:
                os.replace(part, target)
                return target
    except OSError as problem:
        raise PixelLabError(
            f"{target} cannot be written ({problem.strerror}): "
            f"make room, allow it, or name another folder in {ENVIRONMENT}."
        ) from problem
    raise PixelLabError(
        f"{file.name} could not be downloaded ({'; '.join(reasons)}): check the network and try again, "
        f"or get {file.addresses[0]} yourself and put it into {folder}."
    )


def _complete(file: PublishedFile, address: str, part: Path, timeout: float) -> None:
    """Requests `address`, again after a cut, until `part` is genuine; raises _NoSuccess where that fails."""
    for _ in range(ATTEMPTS):
        before = _size(part)
        _transfer(file, address, part, timeout)
        after = _size(part)
        if after >= file.size:
            if is_genuine(part, file):
                return
            part.unlink()
            if before == 0:
                raise _NoSuccess("its file has another checksum than the published one")
        elif after == before:
            break
    raise _NoSuccess(f"the connection was cut after {_size(part):,} of {file.size:,} bytes")


def _transfer(file: PublishedFile, address: str, part: Path, timeout: float) -> None:
    """One request: appends the rest to `part`, or writes it anew, until the body ends or is cut.

    Removes a `part` that does not fit the server's file.
    """
    have = _size(part)
    if have >= file.size:
        return
    response = _open(address, have, timeout)
    if response is None:
        part.unlink(missing_ok=True)
        return
    with response:
        start = have if response.status == http.client.PARTIAL_CONTENT else 0
        if response.length is not None and start + response.length != file.size:
            raise _NoSuccess(f"its file has {start + response.length:,} bytes, not {file.size:,}")
        with part.open("ab" if start else "wb") as stream, _bar(file, start) as bar:
            for chunk in _chunks(response):
                stream.write(chunk)
                bar.update(len(chunk))
                if stream.tell() > file.size:
                    break


def _open(address: str, have: int, timeout: float) -> http.client.HTTPResponse | None:
    """The file from byte `have` on, or all where no parts are served; None where there is no such byte."""
    request = Request(address, headers={"User-Agent": "pixellab"})
    if have:
        request.add_header("Range", f"bytes={have}-")
    try:
        response = urlopen(request, timeout=timeout)
    except HTTPError as problem:
        problem.close()
        if have and problem.code == http.client.REQUESTED_RANGE_NOT_SATISFIABLE:
            return None
        raise _NoSuccess(f"it answers {problem.code} {problem.reason}") from problem
    except (OSError, http.client.HTTPException) as problem:
        raise _NoSuccess(_reason(problem)) from problem
    served = response.headers.get("Content-Range", "")
    if response.status == http.client.PARTIAL_CONTENT and not served.startswith(f"bytes {have}-"):
        response.close()
        return None
    return response


def _bar(file: PublishedFile, have: int) -> tqdm:
    """A bar in bytes that starts at `have`; silent where the error output is not a terminal."""
    units = {"unit": "B", "unit_scale": True, "unit_divisor": 1024}
    return tqdm(desc=file.name, total=file.size, initial=have, disable=None, **units)


def _chunks(response: http.client.HTTPResponse) -> Iterator[bytes]:
    """The body in pieces; ends early, without an error, where the connection is cut or silent."""
    with suppress(OSError, http.client.HTTPException):
        while chunk := response.read(CHUNK):
            yield chunk


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _reason(problem: Exception) -> str:
    """A few words for why no connection came about."""
    cause = problem.reason if isinstance(problem, URLError) else problem
    return getattr(cause, "strerror", None) or str(cause) or type(cause).__name__
