"""What the papers and other projects have measured, each with its source: the one place that these figures stand in.

A figure means something only beside others of the same data and protocol, so every one says what its own were.
"""

from __future__ import annotations

from dataclasses import dataclass

PIXELRNN = "PixelRNN paper, arXiv 1601.06759"
GATED = "Gated PixelCNN paper, arXiv 1606.05328"


@dataclass(frozen=True)
class Published:
    """One likelihood that somebody has published.

    Attributes:
        architecture: a name of `pixellab.architectures`, or "" for a model that the package does not have.
        model: its name for people, with its size where a paper gives several.
        data: a name of `pixellab.data`, or "imagenet-32", "imagenet-64".
        value: of the test split (of the validation split for ImageNet), in nats an image for binary pictures, in
            bits/dim for colour pictures.
        source: where it is printed.
        train: the same on the training split, where it is given.
        bound: whether it is only an upper bound.
        protocol: what differs from the usual protocol of that data; "" where nothing does.
    """

    architecture: str
    model: str
    data: str
    value: float
    source: str
    train: float | None = None
    bound: bool = False
    protocol: str = ""

    @property
    def text(self) -> str:
        """The value as it is printed: "≤ 80.97"."""
        return f"≤ {self.value:.2f}" if self.bound else f"{self.value:.2f}"


def _of(data: str, source: str, *rows: tuple[str, str, float, float | None]) -> list[Published]:
    """Rows of one table: architecture, model, value, and the value on the training split."""
    return [Published(architecture, model, data, value, source, train) for architecture, model, value, train in rows]


_DYNAMIC = "binarised anew at every look, which is another data set"

FIGURES: tuple[Published, ...] = (
    *_of(
        "mnist-binarized", f"{PIXELRNN}, Table 4",
        ("pixelcnn", "PixelCNN", 81.30, None),
        ("row_lstm", "Row LSTM", 80.54, None),
        ("diagonal_bilstm", "Diagonal BiLSTM, 7 layers, h = 16", 79.20, None),
        ("diagonal_bilstm", "Diagonal BiLSTM, 1 layer, h = 32", 80.75, None),
    ),
    Published("gated_pixelcnn", "Gated PixelCNN", "mnist-binarized", 80.10, "PixelVAE paper, arXiv 1611.05013"),
    Published("", "DRAW", "mnist-binarized", 80.97, f"{PIXELRNN}, Table 4", bound=True),
    Published("", "Locally masked PixelCNN", "mnist-binarized", 77.56, "README of LMConv"),
    Published("", "PixelSNAIL", "mnist-binarized", 78.61, "README of pytorch-generative", protocol=_DYNAMIC),
    Published("", "PixelCNN", "mnist-binarized", 81.45, "README of pytorch-generative", protocol=_DYNAMIC),
    *_of(
        "cifar10", f"{PIXELRNN}, Table 5",
        ("pixelcnn", "PixelCNN", 3.14, 3.08),
        ("row_lstm", "Row LSTM", 3.07, 3.00),
        ("diagonal_bilstm", "Diagonal BiLSTM", 3.00, 2.93),
    ),
    *_of("cifar10", f"{GATED}, Table 1", ("gated_pixelcnn", "Gated PixelCNN", 3.03, 2.90)),
    Published("", "PixelCNN++", "cifar10", 2.92, "PixelCNN++ paper, arXiv 1701.05517"),
    Published("", "PixelSNAIL", "cifar10", 2.85, "PixelSNAIL paper, arXiv 1712.09763"),
    *_of("imagenet-32", f"{PIXELRNN}, Table 6", ("", "PixelRNN", 3.86, 3.83)),
    *_of("imagenet-64", f"{PIXELRNN}, Table 6", ("", "PixelRNN", 3.63, 3.57)),
    *_of("imagenet-32", f"{GATED}, Table 2", ("gated_pixelcnn", "Gated PixelCNN", 3.83, 3.77)),
    *_of("imagenet-64", f"{GATED}, Table 2", ("gated_pixelcnn", "Gated PixelCNN", 3.57, 3.48)),
)  # fmt: skip


def beside(architecture: str, data: str) -> tuple[Published, ...]:
    """The figures of an architecture on a data set; the first is the paper's best, which ours is held against.

    >>> [figure.value for figure in beside("diagonal_bilstm", "mnist-binarized")]
    [79.2, 80.75]
    """
    return tuple(f for f in FIGURES if (f.architecture, f.data) == (architecture, data))


def others(data: str) -> tuple[Published, ...]:
    """What models that the package does not have reach on a data set."""
    return tuple(f for f in FIGURES if not f.architecture and f.data == data)
