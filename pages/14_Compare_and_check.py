"""Compare and check: all our models in one table, beside the papers' figures; then ten questions."""

from __future__ import annotations

import streamlit as st

from pixellab import compare
from pixellab.configurations import configuration
from pixellab.ui import chrome, comparison, questions
from pixellab.ui.lesson import FreePlay, Lesson, Step
from pixellab.ui.prose import source_in

chrome.page(
    "Compare and check",
    "Every model of this app side by side: what it sees, what it costs, what it reaches, and what the papers reached.",
    icon="⚖️",
)

ranked = comparison.ranked()
order = ", then ".join(f"{entry.card.title} ({entry.figure.value:.2f})" for entry in ranked)
ROWS, DIAGONALS = (compare.steps(configuration(name)) for name in ("row_lstm", "diagonal_bilstm"))

RANK = Step(
    "Rank them",
    "How surprised is each model by digits that it has never seen? Put them in order, the fewest nats first.",
    how="Choose the models in the table one after another, the best first. Choose one again to take it back.",
    state={"hide": "ours"},
    offers=("seed",),
    verdict=f"Fewest nats: {order}.",
    text="""
A model can only use what it [sees](#seen), so a [blind](#blind) spot costs. But seeing is not using: size, training
time and luck count as well, and the column *training* in the details says what each was given here. The papers
trained larger models for longer. Differences of a few hundredths are smaller than the error of measurement; tenths
of a nat are what papers are written about. And only figures of one protocol may be put in one column.
""",
)

LESSON = Lesson(
    "comparison",
    css=("comparison",),
    controls=comparison.CONTROLS,
    steps=(
        *((RANK,) if ranked else ()),
        Step(
            "Steps in training",
            "While it learns, a network knows the whole 28×28 picture. Whose layers still take the most steps, one "
            "after another?",
            options=("PixelCNN", "Gated PixelCNN", "Row LSTM", "Diagonal BiLSTM"),
            answer=3,
            state={"hide": "steps"},
            offers=("seed",),
            verdict=f"The Diagonal BiLSTM: {DIAGONALS}, one a diagonal. A Row LSTM takes {ROWS}, convolutions take 1.",
            text="""
A convolution computes all pixels at once, since in training every pixel is known. A recurrent layer must wait: the
Row LSTM for the row above, the Diagonal BiLSTM for the diagonal before, of which there are height + width − 1. In
*drawing*, all are alike: 784 values of a digit, or 3,072 of a small colour picture, are drawn one after another,
because each must be known before the next is asked for.
""",
        ),
        Step(
            "58 nats",
            "A friend’s model reaches 58 nats an image on MNIST. The best of the PixelRNN paper has 79.20. Which is "
            "the better model?",
            options=("The friend’s, by 21 nats", "The paper’s", "That cannot be said from these figures"),
            answer=2,
            offers=("seed",),
            verdict="It cannot be said: 58 is an ordinary figure for digits made black and white by a threshold.",
            text="""
MNIST is grey, and there are several ways to make it black and white. Drawing each pixel once with its grey value as
the probability gives ragged digits and about 79 to 81 nats; a threshold gives smooth ones, easier to predict, and 57
to 60. Telling the model the class saves more. So a figure without its protocol says nothing. Here each group has one
protocol, printed above it, and figures of two groups are never put side by side.
""",
        ),
        Step(
            "Too good",
            "A public project reports 1.63 bits/dim on CIFAR-10, “beating” the 3.00 of the paper. What is likeliest?",
            options=("A better network", "A pixel sees what it should predict", "A lucky choice of test pictures"),
            answer=1,
            offers=("seed",),
            verdict="A leak: that project’s network sees pixels that come later, so the figure is no likelihood.",
            text="""
Where a single pixel of the [future](#future), or the pixel itself, reaches the logits, the network copies instead of
predicting. Its loss falls far below what is possible, and its samples fail, because in drawing nothing is there to be
copied. So our command *evaluate* first asks the network for its gradients, in double precision, and prints no figure
for a model that looks ahead. A figure much better than the paper’s is first of all a reason to check.
""",
        ),
    ),
    free=FreePlay(
        "All models: sort, open one, move the pixel",
        """
Sort by a column, and choose a model to read its card: what it took, how it departs from the paper, its curve and its
samples, none left out. Move over a small map: all models show what the same pixel [sees](#seen). *Seed* draws the
same random numbers in every model.
""",
        presets=(
            ("By nats or bits", {"sort": "ours"}),
            ("By what it sees", {"sort": "sees-down"}),
            ("A pixel at the left edge", {"at": "14,2"}),
            ("In the middle", {"at": "14,14"}),
        ),
    ),
    tabs={
        "picture": """
Each small map is a picture as one pixel knows it: [seen](#seen), past but not seen, and [future](#future). The share
beside it is that of the past. *Steps* are those that wait for one another, in a layer while training, and in drawing.
""",
        "formula": """
nats = − Σ ln p(x_{i} | x_{1} … x_{i−1})

bits/dim = nats / (C · H · W · ln 2)

for {{name}}: {{sum}}
""",
        "code": source_in("likelihood.py", "bits_per_dim"),
    },
)

if not comparison.groups():
    st.info("No trained model is here yet: `pixellab train` makes one, and `pixellab ship` puts it into the table.")
    st.stop()

LESSON.view()
LESSON.show(comparison.data(), below=questions.show)
