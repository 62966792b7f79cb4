"""Row and diagonal: three models under one pointer, what recurrence lets them see, and the steps that it costs."""

from __future__ import annotations

from pixellab import fields
from pixellab.ui import chrome, row_diagonal
from pixellab.ui.lesson import FreePlay, Lesson, Step
from pixellab.ui.prose import source, source_in

chrome.page("Row and diagonal", "Recurrence buys reach and costs steps.", icon="📐")

SCAN = """
h_{i,j} = [from the left](@left)_{ i,j} + [from the right](@late)_{ i−1,j}

the map from the right has read all of row i from column j on; one row lower, all of that is past
"""

LATE = {
    "formula": SCAN,
    "code": source_in(
        "layers/diagonal_bilstm.py", "DiagonalBiLSTMLayer.forward", lit={"late": "shift_down(right)", "left": "left +"}
    ),
}

LESSON = Lesson(
    "row_diagonal",
    css=("panes", "row_diagonal"),
    controls=row_diagonal.CONTROLS,
    steps=(
        Step(
            "Three models",
            "Near the left edge, a PixelCNN of seven layers sees 26 % of its past. Two models carry a state from "
            "pixel to pixel instead. How much do they see?",
            options=("Row LSTM 45 %, Diagonal BiLSTM 100 %", "Row LSTM 72 %, Diagonal BiLSTM 86 %", "Both 100 %"),
            answer=0,
            state={"front": "pixelcnn"},
            verdict="A Row LSTM sees 45 %, at any depth; a Diagonal BiLSTM all but one pixel, with a single layer.",
            text="""
A convolution sees further only by being stacked. A recurrent state has read everything that the states before it have
read. Row LSTM carries it straight down, from three neighbours to one: a triangle up to the first row, and a
[blind](#blind) wedge beside it. Diagonal BiLSTM carries it from the left, from the right, and from above, so that one
layer reaches every corner. Move the pointer: all three answer for the same pixel.
""",
        ),
        Step(
            "The left edge",
            "One Row LSTM layer after the 7×7 convolution of mask A. Paint what the target sees.",
            state={"size": "8x14", "target": "6,1", "layers": "1"},
            verdict="46 of 85: a triangle that opens upwards by one column a row, cut off by the edge.",
            text="""
The 7×7 layer reaches three columns to the right, one row up. From then on, each row up buys one column: the state
reads its [three neighbours above](@row-state). This is the slope of a 3×3 kernel; a PixelCNN gets the same triangle
when it is deep enough, a Row LSTM with one layer. Near the left edge, most of the past lies to the right of that slope,
and more layers do not help: they only widen the field to the left.
""",
            tabs={
                "formula": """
Δcol ≤ ⌊7/2⌋ + (Δrow − 1)

for Row LSTM with any number of layers, and for a PixelCNN that is deep enough
""",
                "code": source(fields.row_lstm, lit={"row-state": "(-1, j) for j in range(-reach, reach + 1)"}),
            },
        ),
        Step(
            "How many steps",
            "In training, all pixels are known. A convolution computes its 28×28 map in 1 step, a Row LSTM in 28, "
            "row after row. And a Diagonal BiLSTM?",
            options=("28: a column at a time", "784: a pixel at a time", "55: a diagonal at a time"),
            answer=2,
            state={"show": "steps", "front": "diagonal"},
            verdict="55 = 28 + 28 − 1: all pixels of one diagonal are computed at once.",
            text="""
A state waits for those that it reads: in the Row LSTM, the row above. So a whole row is computed at once, and nothing
goes from left to right. In the Diagonal BiLSTM it waits for the pixel above and the one before; pixels of one diagonal
do not wait for each other. *Skew* offsets each row by one position to the one above, and diagonals become columns: one
column convolution a step. Both directions run at the same time. Drawing costs 784 steps in all three.
""",
            tabs={
                "formula": "PixelCNN 1\n\nRow LSTM n = {{n}}\n\nDiagonal BiLSTM n + m − 1 = [{{long}}](@long)",
                "code": source_in("layers/recurrence.py", "Diagonals.steps",
                                  lit={"long": "self.height + self.width - 1"}),
            },
        ),
        Step(
            "One row late",
            "The scan from the right has read its row from the end back to the target. Add its map where it is, as "
            "some published code does. What does the target see?",
            options=("Past pixels alone", "Its right neighbour, too", "Itself and nearly all of its row"),
            answer=2,
            state={"size": "8x14", "target": "5,4", "layers": "1", "late": "0", "front": "diagonal"},
            verdict="It sees itself and eight pixels to its right: the loss falls, and samples are worthless.",
            text="""
From right to left, the state at the target has read everything from the row’s end up to here: all of it
[leaks](#leak), the target included. Only the last pixel does not, since mask A hides a feature’s own pixel. The cure
is one line: the map from the right is moved down [one row](@late), so that the target gets the state of the row above,
which is past from end to end. Set *one row late* and see the leak go.
""",
            tabs=LATE,
        ),
        Step(
            "The missing pixel",
            "Moved down a row, nothing leaks. But one pixel of the past stays hidden, at any depth. Paint it.",
            state={"size": "8x14", "target": "5,4", "layers": "1", "front": "diagonal"},
            verdict="Row 4, column 13: the last pixel of the row above.",
            text="""
Mask A hides each feature’s own pixel, so row 4’s last pixel can only be read by features further down or to the right.
To the right there are none. Moved down one row, the scan from the right brings row 4’s states, and none of them has
read it; that from the left has not come so far. No depth mends this: every layer shifts again. Only targets in the last
four columns see it, through the 7×7 kernel. It is true of the paper, too.
""",
            tabs=LATE,
        ),
    ),
    free=FreePlay(
        "Free play: any pixel, any depth",
        """
A click on a name brings its grid to the front, a second one enlarges it. *Steps* shows the wave of computation, *skew*
turns diagonals into columns and back, *one cell* one feature of a trained LSTM from the inside, with all numbers of
equation 3. *Verify by gradient* asks the model in front: our trained one, where it has these layers.
""",
        presets=(
            ("Row 14, column 2", {}),
            ("The published bug", {"late": "0", "front": "diagonal", "target": "14,14"}),
            ("Fifteen layers", {"layers": "15", "front": "pixelcnn"}),
            ("Skew", {"show": "skew", "size": "8x14"}),
            ("From the right, and down", {"show": "skew", "size": "8x14", "scan": "right"}),
            ("Inside one cell", {"show": "cell", "target": "8,12"}),
            *row_diagonal.trained(),
        ),
    ),
    tabs={
        "picture": '<p>What a feature of the target’s column reads, one layer down or one state back.</p>'
        '<div class="kernels"><div data-part="conv" data-lit="conv"></div>'
        '<div data-part="row" data-lit="row-state"></div>'
        '<div data-part="left" data-lit="left"></div><div data-part="right" data-lit="right"></div></div>',
        "formula": row_diagonal.EQUATIONS,
        "code": source_in(
            "layers/lstm.py",
            "lstm",
            lit={"memory": "torch.sigmoid(forget) * cell + torch.sigmoid(input_) * torch.tanh(content)",
                 "output": "torch.sigmoid(output) * torch.tanh(cell)"},
        ),
    },
)  # fmt: skip

LESSON.view()
LESSON.show(row_diagonal.data(), on_ask=row_diagonal.VERIFIER.ask)
row_diagonal.VERIFIER.wait()
