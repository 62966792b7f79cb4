"""The `player` component: one picture, large, as it is drawn; what each pixel sees and was drawn from."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from pixellab import fields
from pixellab.configurations import Configuration
from pixellab.ui.components import b64, component
from pixellab.ui.frames import Frames

UNSEEN, ABOVE, ROW = range(3)
"""What an earlier pixel is to the target: not seen, seen in a row above, seen in its own row."""

_LEGEND = """<ul class="legend" aria-label="Legend">
<li data-legend="picture sees unsure"><span class="swatch now"></span>being drawn</li>
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
<p class="sentence"></p></div>
</div>
<div class="pl-time"></div>
<div class="below">{_LEGEND}</div>""",
    script="player",
    css=("swatches", "timebar", "bars", "playback"),
)


def player(
    frames: Frames, *, run: str, key: str, configuration: Configuration | None = None, live: bool = False
) -> None:
    """Show the first picture of `frames` being drawn, pixel by pixel.

    run, live: as for `endings`. configuration: of the model that drew it, to show what each pixel sees.
    """
    sight = "" if configuration is None else b64(relative_field(configuration))
    _player({**frames.payload(), "run": run, "live": live, "sight": sight}, key=key)


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
