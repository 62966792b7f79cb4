"""Gated, two stacks: choose mask, shift and wires until no past pixel is blind and no future pixel leaks."""

from __future__ import annotations

from pixellab.ui import chrome, two_stacks
from pixellab.ui.lesson import FreePlay, Lesson, Step
from pixellab.ui.prose import source_in

chrome.page("Gated: two stacks", "All of the past, in parallel: one stack for rows above, one for the own.", icon="🏢")

GATE = {
    "picture": "[The signal](@signal) says what, [the door](@door) how much, and [their product](@out) goes on.",
    "formula": "y = tanh([W_{f} ∗ x](@signal)) ⊙ σ([W_{g} ∗ x](@door))\n\n⊙: value by value, at every pixel",
    "code": source_in("layers/gated.py", "gate", lit={"signal": "torch.tanh(signal)", "door": "torch.sigmoid(door)"}),
}

LESSON = Lesson(
    "two_stacks",
    css=("panes", "two_stacks"),
    controls=two_stacks.CONTROLS,
    steps=(
        Step(
            "The mask",
            "The paper’s figure masks the vertical stack to the rows above, in every layer. Which mask empties the "
            "wedge without a leak?",
            options=(
                "The same mask, in more layers",
                "Rows above in the first layer, whole rows in later ones",
                "Whole rows in every layer",
            ),
            answer=1,
            verdict="Whole rows, but not in the first layer: 0 of 60 pixels stay blind, and none leaks.",
            text="""
The vertical stack serves the rows above, the horizontal one what is left of the target. If every vertical layer skips
its own row, each hop goes up: ten pixels stay [blind](#blind), with two stacks as with one. After the first layer, a
vertical map holds nothing of its own row. So later layers may read *all* of that row, right of the target too, and go
sideways without going up. Choose *whole rows* everywhere to see what leaks.
""",
        ),
        Step(
            "One row lower",
            "Now every vertical layer reads its whole row, even the first. How many rows lower must its map be read?",
            options=("None: it is another stack", "One", "Two, to be safe"),
            answer=1,
            state={"mask": "whole"},
            verdict="One. On its own row 6 pixels leak, the target among them; two rows lower, a whole row goes blind.",
            text="""
The vertical map of row i has now seen row i from end to end. Read on its own row it brings the target and five pixels
to its right: they [leak](#leak). Row i + 1 may have it: for that row, all of row i is past. Read two rows lower
it leaks nothing either, but then nobody brings the row just above, and eleven pixels stay [blind](#blind). This package
shifts the picture down once, before the first layer.
""",
            tabs={"code": source_in("models/gated_pixelcnn.py", "GatedPixelCNN.network",
                                    lit={"down": "shift_down(inputs)"})},
        ),
        Step(
            "The wires",
            "In each layer the vertical stack feeds the horizontal one. Add a wire back, h→v. What happens?",
            options=("Nothing: both hold the past alone", "The target sees more of its past", "The target sees itself"),
            answer=2,
            state={"mask": "first", "back": "1"},
            verdict="Three layers are enough for the target to see itself; with five, two more pixels leak.",
            text="""
The horizontal map at the right neighbour has read the target: for its own pixel, that is past. Give it to
the vertical stack, and the next layer, which reads whole rows, carries it one column to the left: into the target’s
own sum. So [v→h](@down) may be wired and [h→v](@back) may not. Cut v→h instead, and all that the vertical stack knows
is lost: the target sees its own row alone.
""",
            tabs={"code": source_in("layers/gated.py", "GatedLayer.forward",
                                    lit={"down": "self.vertical_to_horizontal(above)", "rows": "self.rows(vertical)",
                                         "own": "self.horizontal(horizontal)"})},
        ),
        Step(
            "All of the past?",
            "A 7×7 layer, seven of 3×3, 28×28 pixels, and no wedge. Does row 14, column 14 see all of its past?",
            options=("Yes, 100 %", "No, 59 %: the rest is too far away", "No, 47 %: a part stays blind"),
            answer=1,
            state={"mask": "whole", "shift": "1", "first": "7", "layers": "8", "size": "28x28", "target": "14,14"},
            verdict="59 %: nothing is blind any more, but 165 pixels are out of reach of eight layers.",
            text="""
Two stacks remove the [blind](#blind) spot, and that only if later layers read whole rows; the paper’s own figure
and much public code keep it. Distance is another matter. Each 3×3 layer adds one row and one column on each side, and
what lies beyond is [out of reach](#far): more layers bring it closer. With twelve, as in our trained model, this target
sees everything; the last corner, far from most of its past, only 31 %.
""",
        ),
        Step(
            "The gate",
            "At one pixel, the signal half of a gate says −0.9 and the door half 0.1. What goes on to the next layer?",
            options=("−0.9", "−0.09", "0.1"),
            answer=1,
            state={"show": "gate", "target": "12,12"},
            verdict="−0.9 · 0.1 = −0.09: the signal is there, and the door is nearly shut.",
            text="""
Each layer computes two numbers for one. The signal, through tanh, says *what*: from −1 to 1. The door, through the
sigmoid, says *how much* of it: from 0 to 1. Their product goes on. So a feature can be switched off
where it means nothing, as the gates of an LSTM do, without carrying a state. Move over our model’s maps, then turn
both dials by hand: no signal passes a shut door.
""",
            tabs=GATE,
        ),
    ),
    free=FreePlay(
        "Free play: masks, shift, wires",
        """
Two counters judge every choice: how many pixels of the past stay [blind](#blind) within reach, how many
[leak](#leak). Only two settings have neither. *Floors* shows both stacks, layer by layer, with the wires between them.
*Verify by gradient* asks a network with these stacks and wires: our trained one, where it has them.
""",
        state={"mask": "whole", "shift": "1"},
        presets=(
            ("The paper’s figure", {"mask": "always", "shift": "0"}),
            ("Rows above first", {"mask": "first", "shift": "0"}),
            ("Whole rows, 1 lower", {}),
            ("Whole rows, not lower", {"shift": "0"}),
            ("A wire back", {"back": "1", "show": "floors", "layers": "3"}),
            ("Our trained model", {"layers": "12", "first": "7", "size": "28x28", "target": "14,14"}),
            ("A real gate", {"show": "gate", "target": "12,12"}),
        ),
    ),
    tabs={
        "picture": '<div class="kernels"><div data-part="first" data-lit="first"></div>'
        '<div data-part="later" data-lit="rows"></div><div data-part="own" data-lit="own"></div></div>'
        '<p>The vertical map is read <span data-slot="read"></span>.</p>',
        "formula": """
v_{l} = conv([{{laterRows}}](@rows) of v_{l−1})

h_{l} at row i = conv([left](@own) of h_{l−1}) + 1×1([v_{l} at row {{row}}](@down))

first layer: {{firstRows}}, and only what is left of the target
""",
        "code": source_in("layers/gated.py", "GatedLayer.rows", lit={"rows": "(0, 0, reach, 0)"}),
    },
)  # fmt: skip

LESSON.view()
LESSON.show(two_stacks.data(), on_ask=two_stacks.VERIFIER.ask)
two_stacks.VERIFIER.wait()
