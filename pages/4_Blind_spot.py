"""Blind spot: hop through the layers to the flag, or see the proof that no sequence of hops ends there."""

from __future__ import annotations

from pixellab import masks
from pixellab.ui import blind_spot, chrome
from pixellab.ui.lesson import FreePlay, Lesson, Step
from pixellab.ui.prose import source

chrome.page(
    "Blind spot",
    "Why a stack of masked convolutions never sees a wedge of its past, at any depth.",
    icon="🟨",
)

LESSON = Lesson(
    "blind_spot",
    css=("blind_spot",),
    controls=blind_spot.CONTROLS,
    steps=(
        Step(
            "The flag",
            "The flag is two rows up and three columns to the right. Can 3×3 layers bring it to the target?",
            options=("Yes, five layers can", "Not five, but fifty can", "No, at any depth"),
            answer=2,
            verdict="No sequence of hops ends on the flag, with five layers or with fifty.",
            text="""
A hop reads one tap of a masked kernel: up one row and at most one column to the right, or sideways *to the left*
only. To go right you must go up. Two rows buy two columns; the flag asks for three. More layers make the field
larger, and never make it flatter: the [blind](#blind) cells begin at the same slope at every depth. They are past,
near enough, and never [seen](#seen). What is only too far away is [out of reach](#far), and another layer brings it
closer.
""",
        ),
        Step(
            "Larger kernels",
            "Three layers of 5×5. Paint the pixels of the past that lie within reach and stay blind.",
            state={"k": "5", "layers": "3", "flag": "9,12", "tool": "look"},
            verdict="Six pixels stay blind: four in the row above, two in the row above that.",
            text="""
A 5×5 kernel may go two columns to the right for each row up, so the wedge is steeper and smaller; with 7×7 it is
steeper still. But every masked kernel has a widest tap in the row above its centre, and to its right on its own row
it has nothing at all. So some slope always remains: in the row just above the target, all that lies further right
than half a kernel is never seen, at any depth.
""",
        ),
        Step(
            "First layer 7×7",
            "Now the first layer is 7×7, as in the paper; four layers of 3×3 follow. Same flag. Can it be reached?",
            options=("No, the slope is the same", "Yes: a wide first layer moves the slope", "Only with more layers"),
            answer=1,
            state={"first": "7"},
            verdict="Yes. One hop through the first layer is worth three columns, so two rows buy four.",
            text="""
The first layer is crossed once, and its one hop may go three columns to the right for one row. Every other row still
buys one column. So the whole slope moves by two columns, and stays as steep as before: this flag is
[seen](#seen), and one five columns to the right is as [blind](#blind) as ever. Use *sets the flag* and try. Depth
repeats the later layers, so their slope decides what a deep stack sees.
""",
        ),
        Step(
            "Near the border",
            "In the paper’s stack, 7×7 and fifteen layers of 3×3, the middle pixel of a 28×28 picture sees 86 % of "
            "its past. And row 14, column 2?",
            options=("More: its past is nearer", "86 %, too", "Less: 45 %"),
            answer=2,
            state={"first": "7", "layers": "16", "size": "28x28", "target": "14,2", "flag": "12,12", "tool": "look"},
            verdict="45 %: nearly all of its past lies to the upper right, where the wedge is.",
            text="""
Near the left border almost nothing of the past lies to the left. It lies above and to the right, and just there the
[blind](#blind) wedge is. So the share that is [seen](#seen) depends on the place: move the pointer along a row and
watch it grow. A model that is blind on one side can still draw good pictures, since neighbours tell most; but it can
never use, say, the far right end of a stroke just above. The gated model mends this.
""",
        ),
    ),
    free=FreePlay(
        "Free play: any pixel, any stack",
        """
Move over the grid: the pixel under the pointer is the [target](#target), and a click keeps it. Change the kernel, the
depth and the first layer, set a flag anywhere, and hop to it. *Verify by gradient* asks a network with exactly these
layers which pixels move its logits: our trained one, where it has them.
""",
        state={"tool": "look"},
        presets=(
            ("Flag in the wedge", {"tool": "hop"}),
            ("Fifty layers", {"layers": "50", "size": "28x28", "target": "20,9", "flag": "18,12"}),
            ("The paper’s stack", {"first": "7", "layers": "16", "size": "28x28", "target": "14,14", "flag": "12,19"}),
            ("7×7 throughout", {"k": "7", "layers": "4"}),
            *blind_spot.trained(),
        ),
    ),
    tabs={
        "picture": '<div class="kernels"><div data-part="first" data-lit="first" tabindex="0"></div>'
        '<div data-part="later" data-lit="half" tabindex="0"></div></div>'
        '<p><span data-slot="reason"></span></p>',
        "formula": """
[Δcol](@right) ≤ [⌊k/2⌋](@half) · ([Δrow](@up) − 1) + [⌊k_{1}/2⌋](@first)

for the flag: {{half}} · ({{up}} − 1) + {{half1}} = [{{limit}}](@limit) and Δcol = {{right}} {{holds}} {{limit}}
""",
        "code": source(
            masks.kernel_mask,
            lit={"half": "width // 2", "up": "height // 2", "limit": "order <= centre", "first": "order < centre"},
        ),
    },
)

view = LESSON.view()
LESSON.show(blind_spot.data(view), on_ask=blind_spot.VERIFIER.ask)
blind_spot.VERIFIER.wait()
