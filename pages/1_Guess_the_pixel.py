"""Guess the pixel: the learner is the model, bets chips on the next pixel and pays in bits."""

from __future__ import annotations

from pixellab.ui import chrome, guess
from pixellab.ui.lesson import FreePlay, Lesson, Step
from pixellab.ui.prose import source

chrome.page("Guess the pixel", "A picture is a product of guesses, and each guess has a price in bits.", icon="🎲")

FIRST = str(guess.shown_first())
BITS = guess.bills().total_bits[int(FIRST)]

LESSON = Lesson(
    "guess",
    css=("guess",),
    controls=guess.CONTROLS,
    steps=(
        Step(
            "Thirty bets",
            "Spread ten chips over the next pixel’s two values, and pay for the truth. "
            "After 30 pixels: who has paid less?",
            options=("I have", "The trained model has"),
            answer=1,
            state={"digit": FIRST},
            offers=("pace",),
            verdict="{{result}}",
            text="""
Ten chips are a probability: seven on white say 0.7. The price is −log_{2} of the chips’ share that lay on the truth:
0.51 bits for seven chips, one bit for five, and next to nothing if all ten were right. You bet on the
[next pixel](#target) from the pixels above it and to its left, exactly what the model is given. It has looked at many
thousands of digits, so its chips lie well. Neither of you ever draws: to guess well is the whole task.
""",
        ),
        Step(
            "The whole bill",
            "The digit has 784 pixels, black or white: 784 bits, stored one by one. "
            "What does the model pay for all of them?",
            options=(f"About {BITS / 10:.0f} bits", f"About {BITS:.0f} bits", "784 bits, one a pixel"),
            answer=1,
            state={"digit": FIRST, "all": "1", "show": "cost"},
            verdict="{{total}} bits: nearly all pixels are almost free, and the edges of the strokes are dear.",
            text="""
The prices add up because probabilities multiply: p(picture) is the product of 784 guesses, and its −log_{2} is the
bill. Where the ground goes on being ground the model pays almost nothing. It pays where a stroke may end, turn or
begin. Point at a pixel to read its price. An average bill over pictures that nobody trained on is *the* measure of
such models, and also the length of the file into which they could compress.
""",
        ),
        Step(
            "No chip",
            "All ten chips lie on black, and the pixel is white. What is the fair price?",
            options=("10 bits, one a chip", "1 bit, as for any surprise", "Infinitely many bits"),
            answer=2,
            state={"digit": FIRST, "chips": "0", "bets": guess.up_to_white(int(FIRST))},
            verdict="−log₂ 0 is infinite: one impossible pixel makes the whole picture impossible.",
            text="""
Who gives a value no chance at all and meets it pays without end, whatever was won before. So this page has a floor:
a value without chips counts as 1/1000 and the other one as 999/1000. That costs 9.97 bits when you are
wrong, and 0.0014 when you are right. The model needs no floor, since a softmax never says exactly zero; but it too
pays dearly where it was sure and wrong. Now bet, and see it on your bill.
""",
        ),
        Step(
            "Three orders",
            "One 2×2 picture is scored in raster order, backwards and in a spiral. Which order finds it most probable?",
            options=("Raster order", "Backwards", "All three say the same"),
            answer=2,
            state={"game": "orders"},
            verdict="All the same, to the last digit: the chain rule is exact in any order.",
            text="""
Each fraction counts, among all little windows of this page’s digits, how many that agree so far also agree on the
next pixel. What stands below one line stands above the line before it, so everything cancels but the count of the
picture and the count of all. Raster order is a convention, and no approximation. With a network the orders differ
a little, but only since it learns some guesses better than others.
""",
            tabs={
                "formula": """
p(a, b, c, d) = [p(a)](@pixel0) · [p(b | a)](@pixel1) · [p(c | a, b)](@pixel2) · [p(d | a, b, c)](@pixel3)

= [p(d)](@pixel3) · [p(c | d)](@pixel2) · [p(b | c, d)](@pixel1) · [p(a | b, c, d)](@pixel0)
""",
                "code": source(guess.factors),
                "picture": "The table counts every window of 2×2 pixels in the ten digits of this page, drawn by the "
                "model itself, and each of the sixteen once more, so that none is impossible. "
                "Click a pixel of the picture on the left to score another of the sixteen.",
            },
        ),
    ),
    free=FreePlay(
        "Free play: any digit, or one of yours",
        """
Ten digits that the model has drawn, or one that you draw: then the model reads it in this moment and names its price
for each pixel. Begin with nothing open and see how little the first rows cost, or half-way down, where strokes are
easy to continue. Send the link to somebody: it holds your bets, so that they can compare. *Three orders* scores any
of the sixteen 2×2 pictures.
""",
        presets=(
            ("Another digit", {"digit": "2"}),
            ("From the first pixel", {"open": "nothing", "pace": "every"}),
            ("Where the bits went", {"all": "1", "show": "cost"}),
            ("A checkered window", {"game": "orders", "toy": "0110"}),
        ),
    ),
    tabs={
        "picture": "Each bet that you make is framed in the digit. The two lines below it are the bills: flat where a "
        "guess was right and sure, steep where it was not. The dotted line always puts five and five.",
        "formula": """
p(x) = ∏_{i} p(x_{i} | x_{1}, …, x_{i−1})

[price](@price) of a pixel = −log_{2} [share of the chips on the truth](@share)

{{chips}} chips on white, and it is white: −log_{2} {{share}} = {{price}} bits.

So far: you {{paid}}, the model {{model}}.
""",
        "code": source(guess.price, lit={"price": "-math.log2(share)", "share": "chips / CHIPS"}),
    },
)

view = LESSON.view()
LESSON.show(guess.data(view), on_ask=guess.asked)
guess.drawing()
guess.follow()
