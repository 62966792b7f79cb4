"""The `player` component: one picture, large, as it is drawn; what each pixel sees and was drawn from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import numpy as np
import streamlit as st

from pixellab import fields
from pixellab.configurations import Configuration
from pixellab.ui import feed
from pixellab.ui.components import b64, component
from pixellab.ui.frames import Frames

UNSEEN, ABOVE, ROW = range(3)
"""What an earlier pixel is to the target: not seen, seen in a row above, seen in its own row."""

_LEGEND = """<ul class="legend" aria-label="Legend">
<li data-legend="picture sees unsure"><span class="swatch now"></span>being drawn</li>
<li data-legend="picture" data-given><span class="swatch given"></span>kept</li>
<li data-legend="picture"><span class="swatch generated"></span>generated</li>
<li data-legend="picture"><span class="swatch hidden"></span>to come</li>
<li data-legend="sees"><span class="swatch above"></span>seen, rows above</li>
<li data-legend="sees"><span class="swatch row"></span>seen, own row</li>
<li data-legend="sees"><span class="swatch far"></span>past, too far</li>
<li data-legend="sees unsure"><span class="swatch future"></span>to come</li>
<li data-legend="unsure"><span class="scale"></span>sure … a toss-up</li>
</ul>"""

_player = component(
    "pixellab_player",
    html=f"""<div class="pl-main">
<div class="pl-board"><div class="pl-closeup"></div></div>
<div class="card pl-card"><div class="pl-bars"></div>
<p class="pl-spent"><b class="pl-meter"></b> <span class="muted">bits of surprise so far</span></p>
<p class="sentence"></p>
<div class="row pl-again"><button type="button" class="pl-redraw">Redraw from here</button>
<button type="button" class="pl-whole">Back to the whole</button></div></div>
</div>
<div class="pl-time"></div>
<div class="below">{_LEGEND}</div>""",
    script="player",
    css=("swatches", "timebar", "bars", "playback"),
)


def player(
    frames: Frames,
    *,
    run: str,
    key: str,
    configuration: Configuration | None = None,
    live: bool = False,
    on_redraw: Callable[[int], None] | None = None,
) -> None:
    """Show the first picture of `frames` being drawn, pixel by pixel.

    run, live: as for `endings`. configuration: of the model that drew it, to show what each pixel sees. on_redraw:
    called when the visitor wants all from some pixel on to be drawn again, with the number of pixels that stay; 0: the
    whole picture as it was.
    """

    def again() -> None:
        kept = st.session_state[key].get("redraw")
        if on_redraw is not None and type(kept) is int:
            on_redraw(kept)

    sight = "" if configuration is None or not everywhere_alike(configuration) else b64(relative_field(configuration))
    sent = feed.piece(frames, run=run, key=key) if live else frames.payload()
    _player(
        {**sent, "run": run, "live": live, "sight": sight, "redraws": on_redraw is not None},
        key=key,
        on_missing_change=lambda: feed.missing(key),
        on_redraw_change=again,
    )


def everywhere_alike(configuration: Configuration) -> bool:
    """Whether one field, cut off at the borders, holds for every pixel; not where some are drawn first."""
    return getattr(configuration, "factor", 1) == 1


@lru_cache(maxsize=32)
def relative_field(configuration: Configuration) -> np.ndarray:
    """What a pixel sees, from where it is: (H, 2W − 1) uint8 of `UNSEEN`, `ABOVE` and `ROW`.

    The target lies in the middle of the last row. Pixels of a masked network read one another at the same
    distances everywhere, so this one field, cut off at the borders, holds for every pixel of the picture.
    """
    height, width = configuration.height, configuration.width
    wide = replace(configuration, width=2 * width - 1)
    field = np.where(fields.seen(wide, height - 1, width - 1), ABOVE, UNSEEN).astype(np.uint8)
    field[-1] = np.where(field[-1] == ABOVE, ROW, UNSEEN)
    return field
