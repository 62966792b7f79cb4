"""Where the data lies, and the one way every reader finds, opens, checks and refuses a file."""

from __future__ import annotations

import os
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import platformdirs

from pixellab.errors import PixelLabError

ENVIRONMENT = "PIXELLAB_DATA"

# What gzip, tarfile, zipfile, numpy and Pillow raise on files that are cut, foreign or unreadable.
_UNREADABLE = (OSError, EOFError, ValueError, KeyError, SyntaxError)
_UNREADABLE += (zlib.error, zipfile.BadZipFile, tarfile.TarError)


class MissingFile(PixelLabError):
    """A file of the set is not in its folder (so a download may help)."""


def data_folder(root: str | os.PathLike[str] | None = None) -> Path:
    """The folder that holds one folder a set: `root`, else $PIXELLAB_DATA, else the user's cache folder.

    >>> data_folder("my/data").as_posix()
    'my/data'
    """
    chosen = root or os.environ.get(ENVIRONMENT) or Path(platformdirs.user_cache_dir("pixellab"), "data")
    return Path(chosen).expanduser()


def find(folder: Path, *names: str) -> Path:
    """The first of `names` that exists in `folder`.

    Raises:
        MissingFile: none does.
    """
    for name in names:
        if (folder / name).exists():
            return folder / name
    raise MissingFile(f"{' or '.join(names)} is missing")


def damaged(path: Path, reason: str) -> PixelLabError:
    """The sentence for a file that is there but cannot be used, ready to be raised."""
    return PixelLabError(f"{path} is damaged or another file ({reason}): delete it and get it again.")


@contextmanager
def reading(path: Path, kind: str) -> Iterator[None]:
    """Turns what goes wrong while `path` is opened and decoded into one sentence with its name and `kind`."""
    try:
        yield
    except PermissionError as problem:
        raise PixelLabError(f"{path} may not be read: change its permissions.") from problem
    except _UNREADABLE as problem:
        raise damaged(path, f"it cannot be read as {kind}") from problem


def check_labels(path: Path, labels: np.ndarray, classes: int) -> None:
    """Raises PixelLabError unless all `labels` (N,), read from `path`, lie in 0 … classes − 1."""
    if labels.max(initial=0) >= classes:
        raise damaged(path, f"it holds the label {labels.max()}, and labels go from 0 to {classes - 1}")


def read_npz(path: Path, **shapes: tuple[int | None, ...]) -> dict[str, np.ndarray]:
    """The named uint8 arrays of an .npz archive; only these are decompressed, and no pickle is loaded.

    Args:
        path: the archive.
        shapes: by array name, its shape; None stands for any length.

    Raises:
        PixelLabError: the archive is unreadable, lacks an array, or holds one of another type or shape.
    """
    with reading(path, f"an .npz archive with {', '.join(shapes)}"), np.load(path) as archive:
        arrays = {name: np.ascontiguousarray(archive[name]) for name in shapes}
    for name, shape in shapes.items():
        array = arrays[name]
        if array.dtype != np.uint8 or not _fits(array.shape, shape):
            wanted = "×".join("N" if size is None else str(size) for size in shape)
            found = "×".join(map(str, array.shape))
            raise damaged(path, f"its {name} is {found} of type {array.dtype}, not {wanted} of type uint8")
    return arrays


def _fits(shape: tuple[int, ...], wanted: tuple[int | None, ...]) -> bool:
    return len(shape) == len(wanted) and all(b in (None, a) for a, b in zip(shape, wanted, strict=True))
