"""Three dials: a colour is three softmaxes, and each of them hears the ones before."""

from __future__ import annotations

import streamlit as st

from pixellab.ui import chrome, dials
from pixellab.ui.lesson import FreePlay, Lesson, Step
from pixellab.ui.prose import source

chrome.page("Three dials", "A colour is drawn in three steps, each from 256 values: R, then G, then B.", icon="🎛️")

if lack := dials.missing():
    st.info(lack)
    st.stop()

LESSON = Lesson(
    "dials",
    css=("dials",),
    controls=dials.controls(),
    steps=(
        Step(
            "Set R",
            "The model draws red, then green, then blue. I set R to 250 by hand: which dials move?",
            options=("None: three separate guesses", "G and B", "All three"),
            answer=1,
            state={"then": "250"},
            verdict="G and B move. R’s own distribution stays: it never hears of the colours after it.",
            text="""
A colour has three values, and the chain rule runs through them as through pixels: [R](#red) from the pixels before,
[G](#green) from those and R, [B](#blue) from those, R and G. Drag R: the dashed line is what each dial said before.
Drag G, and only B answers. Drag B, and nothing does. The order is a convention; that there is one is not, since three
separate dials could not agree.
""",
        ),
        Step(
            "Each on its own",
            "Each dial keeps its correct distribution, but forgets the colours before it. What goes wrong?",
            options=("Nothing, each one is correct", "Colours appear that do not belong here", "Only the brightness"),
            answer=1,
            state={"mode": "alone"},
            verdict="Each colour is right on its own, and the three do not fit together: of {{draws}} draws, "
            "{{mixedalone}} mix bright values with dark ones, and in order only {{mixed}}.",
            text="""
Both fields of colours hold the same reds, the same greens and the same blues: in the second they are only shuffled
between the draws. In the first the three belong to one draw. Where the model wavers between dark and bright, a dark
red meets a bright green, and a colour appears that it never meant. What is lost is not in any single distribution, but
in how they depend on each other.
""",
        ),
        Step(
            "Regression",
            "Instead of 256 probabilities, predict the mean with the least squared error. "
            "What does it paint, where a pixel is dark or bright?",
            options=("Dark or bright, by chance", "Grey, in between", "Always the more probable one"),
            answer=1,
            state={"paint": "regression"},
            verdict="Grey: the mean of R here is {{mean}}, a value that has itself only {{atmean}}.",
            text="""
The mean of dark and bright is grey, and a Gaussian around it prefers grey to both. It has the same mean and the same
spread as the softmax, {{spread}} levels, and yet its draws in the second field are muddy. A softmax treats the 256
values as mere names, and has to learn that 127 is near 128. In return it may have two humps, a spike at 0 or 255, or
none of these: whatever the pictures teach.
""",
            tabs={
                "formula": """
mean μ = Σ_{v} v · p(v) = {{mean}}  spread σ = √(Σ_{v} (v − μ)^{2} · p(v)) = {{spread}}

regression: v = μ + σ · noise  softmax: v with probability p(v)
""",
            },
        ),
        Step(
            "Temperature",
            "Before the softmax, all logits are divided by T = 1.5. Which values become more probable?",
            options=("The likely ones", "The unlikely ones", "All alike: a common factor cancels"),
            answer=1,
            state={"t": "1.5", "look": "0"},
            verdict="The unlikely ones: divided logits lie closer together, and so do their probabilities.",
            text="""
Point at a value and follow it down through the three rows. Four landmarks: at T = 0 only the likeliest value is left,
and pictures freeze into plain ground; at 0.7 they are tidy and alike; at 1 the model draws as it has learnt; at 1.5
it dares more than it knows. A summand that all logits share cancels in the softmax: so the first row shows log p, which
serves as well as what the network put out.
""",
            tabs={"code": source(dials.tempered, lit={"t": "1 / temperature"})},
        ),
    ),
    free=FreePlay(
        "Free play: any pixel, any picture",
        """
Click a pixel and the model reads what comes before it in raster order, then names its three distributions in this
moment. The pictures are its own samples; upload one of yours, and it is read at 32×32. Look for pixels with two
humps: they lie where a shape may begin or end. *Draw again* takes other random numbers; another temperature keeps
them, so that only one thing changes.
""",
        presets=(
            ("Each on its own", {"mode": "alone"}),
            ("Regression", {"paint": "regression"}),
            ("T = 0.7, in steps", {"t": "0.7", "look": "0"}),
            ("The first pixel", {"at": "0,0"}),
        ),
    ),
    tabs={
        "picture": "The pixel in the ring takes the colour that the three dials show. What is pale comes later in "
        "raster order and is not read: the model could not know it when it drew this pixel.",
        "formula": """
p(x_{i} | x_{<i}) = [p(R | x_{<i})](@r) · [p(G | x_{<i}, R)](@g) · [p(B | x_{<i}, R, G)](@b)

for R, G, B = {{r}}, {{g}}, {{b}}: [{{pr}}](@r) · [{{pg}}](@g) · [{{pb}}](@b)
""",
        "code": source(dials.tempered),
    },
)

view = LESSON.view()
LESSON.show(dials.data(view), on_ask=dials.asked)
dials.upload()
dials.follow()
