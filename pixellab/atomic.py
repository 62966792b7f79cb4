"""Files that are replaced in one step: whoever reads finds the old or the new one, never half of one."""

from __future__ import annotations

import os
from pathlib import Path


def write(path: Path, data: bytes) -> None:
    """Make ``data`` the content of ``path``; a cut at any moment leaves the old content as it was.

    The bytes go to ``<name>.partial`` beside it, down to the disk, and are renamed then.
    """
    partial = path.with_name(f"{path.name}.partial")
    with partial.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(partial, path)
