"""The three splits of every set, and what is held out of the published training images as the middle one."""

from __future__ import annotations

SPLITS = ("train", "valid", "test")


def kept(split: str, held_out: int) -> slice:
    """What `split` takes of the published images it is read from: the last `held_out` of train are "valid".

    >>> [list(range(10))[kept(split, 3)] for split in SPLITS]
    [[0, 1, 2, 3, 4, 5, 6], [7, 8, 9], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]]
    """
    return {"train": slice(None, -held_out), "valid": slice(-held_out, None), "test": slice(None)}[split]
