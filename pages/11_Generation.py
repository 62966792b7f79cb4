"""Generation: a picture from nothing, pixel after pixel, with what each one sees and was drawn from."""

from __future__ import annotations

import streamlit as st

from pixellab.ui import chrome, generation
from pixellab.ui.ask import Question, ask

chrome.page(
    "Generation",
    "A picture from nothing: one small decision after another.",
    icon="🎲",
)

ask(
    Question(
        "From half-way on, draw again: which pixels can change?",
        ("only the next", "the next and all after it", "those that it sees"),
        answer=1,
        verdict="What is drawn stays: it is *given* from now on. Each pixel to come is drawn from all before it, so "
        "one different draw can change every later one. Pause anywhere, and press *Redraw from here*.",
    ),
    key="redraw",
    on_answer=generation.redraw_half,
)
with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
    view = generation.view()
    chosen = generation.settings(view)

frames = generation.draw(view, chosen)
generation.buttons(view, chosen, frames)

TEXTS = {
    "One": """
**What to look for.** The ringed pixel is being drawn. The model has looked at what is already there, and says
how likely each value is; then a random number decides. Stop anywhere, and step.

- Most pixels cost next to nothing: the model is sure of them. Where do the **bits of surprise** go?
- Choose *how unsure*: the edges of the strokes light up. Where a stroke *ends* is the real decision.
- Choose *what it sees*, and step to the left border: what lies too far to the right is out of sight.
""",
    "Nine": """
**What to look for.** Nine pictures, one network: only the random numbers differ. All look alike at first, for
the top rows are black in nearly every digit. At which row can you tell what each will be? Pick one, and look
into it.
""",
    "Temperatures": """
**What to look for.** In each row the random numbers are the same. Only the **temperature** T differs, by which
the logits are divided before the softmax.

- **T = 0** takes the likeliest value every time. All three are the same, and they need not be a digit: the
  likeliest pixel is nearly always background.
- **T = 0.7** draws plainer digits; **T = 1** is what the model believes.
- **T = 1.5** listens to unlikely values too, and small accidents add up.
""",
}
st.markdown(TEXTS[view])
