"""Masks and leaks: switch the masks of four layers, or make a kernel, and see what the stack sees and must not see."""

from __future__ import annotations

from pixellab import masks
from pixellab.ui import chrome, leak_lab, masks_lab
from pixellab.ui.lesson import FreePlay, Lesson, Step
from pixellab.ui.prose import source

chrome.page(
    "Masks and leaks",
    "A few zeros in a kernel are the whole trick. One mistake, and the model cheats.",
    icon="🎭",
)

LESSON = Lesson(
    "masks_lab",
    css=("masks_lab",),
    controls=masks_lab.CONTROLS,
    steps=(
        Step(
            "A in every layer",
            "Layers A B B B see 34 earlier pixels. Now all four carry mask A. Paint what the target still sees.",
            state={"masks": "AAAA"},
            verdict="25 pixels, and on its own row only the one four to the left: the neighbours are gone.",
            text="""
Mask A closes the centre tap, so every layer has to step away from its pixel. Four layers are four steps, no fewer:
one step to the left four times ends four to the left, and the three nearer pixels are skipped. In the first layer the
centre *is* the pixel to be guessed, so it has to be closed. In later layers the centre is a feature that was made of
the past alone: mask B opens it, and the neighbours stay in view.
""",
        ),
        Step(
            "B in every layer",
            "Now all four layers carry mask B. What happens in training, and then in sampling?",
            options=("Nothing special", "The loss stays high", "The loss falls to nearly nothing, samples fail"),
            answer=2,
            state={"masks": "BBBB"},
            verdict="The target sees itself. The network copies the answer, and has learnt nothing to draw with.",
            text="""
The centre of the first layer is the true pixel, and mask B lets it through: a [leak](#leak). In training the answer is
always there, so the loss falls towards zero, far below any honest model. In sampling the pixel is not there yet: the
network copies a blank. Hence the rule: **A once, in the first layer; B in all later ones.** A likelihood that is too
good to be true is the first sign of a leak, and bad samples are the second.
""",
        ),
        Step(
            "Three colours",
            "R, G, B, with masks A B B B. What do the logits of G see of their own pixel?",
            options=("Nothing", "R", "R and G", "R, G and B"),
            answer=1,
            state={"colours": "3", "trace": "GR"},
            verdict="R and nothing else: first R is drawn, then G knowing R, then B knowing both.",
            text="""
The features of each layer fall into three groups. At the centre tap, mask A lets a group read earlier colours only;
mask B also its own. Follow a path: the logits of G go down through group G, until the first layer turns to R. Use A
in layer 2 as well, and the path from R to G breaks: a colour group is lost, without any error message. Use B in layer
1, and every colour sees [itself](#leak).
""",
        ),
        Step(
            "One more tap",
            "Mask B keeps four taps of a 3×3 kernel closed. Which of them could the later layers open without a leak?",
            options=("The one to the right", "The one below", "Below and to the left", "None"),
            answer=3,
            state={"masks": "AMMM", "taps": "111111000"},
            verdict="None. Each of them leads to a feature that has already read the target.",
            text="""
A feature of layer 1 is made of the pixels *before its own place*. For the neighbour to the right, the target is one of
these; for the three neighbours below, too. So whoever reads their features reads the target at second hand: a
[leak](#leak) through two innocent layers. Click the taps of *mine* and try: the picture shows the path at once. Closing
taps is always safe; it only costs sight.
""",
        ),
    ),
    free=FreePlay(
        "Free play: build your own stack",
        """
Give each layer a mask, or choose *mine* and click its taps open and shut: all layers with *mine* share that kernel. The
badge says whether it leaks, and the line in the picture by which path. With three colours, click an entry of the
matrix to trace it through the layers. *Verify by gradient* asks a network with just these masks which pixels move its
logits.
""",
        presets=(
            ("A B B B", {}),
            ("B B B B", {"masks": "BBBB"}),
            ("A A B B in colour", {"masks": "AABB", "colours": "3", "trace": "GR"}),
            ("One layer without a mask", {"masks": "ABNB"}),
            ("Only the row above", {"masks": "AMMM", "taps": "111010000"}),
        ),
    ),
    tabs={
        "picture": masks_lab.picture(),
        "formula": """
[mask A](@A): the centre tap keeps w_{to, from} only where from **<** to

[mask B](@B): the centre tap keeps w_{to, from} only where from **≤** to

all earlier taps keep everything, all later taps nothing; R < G < B
""",
        "code": source(masks.mask, lit={"A": "source < to", "B": "source <= to"}),
    },
)

LESSON.view()
LESSON.show(masks_lab.data(), on_ask=masks_lab.VERIFIER.ask, below=leak_lab.show)
masks_lab.VERIFIER.wait()
