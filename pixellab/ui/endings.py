"""The `endings` component: n pictures that fill up together, one time bar for all, one of them large."""

from __future__ import annotations

from pixellab.ui.frames import Frames


def endings(
    frames: Frames,
    *,
    run: str,
    key: str,
    live: bool = False,
    columns: int = 3,
    titles: list[str] | None = None,
) -> int | None:
    """Show the pictures of `frames` filling at once; return the index of the one that is picked, if any.

    run: a name that changes whenever drawing starts afresh (`live.run_name`); only then does the animation
    start again, however much data arrives. live: more values are on their way. columns: pictures in a row.
    """
    raise NotImplementedError
