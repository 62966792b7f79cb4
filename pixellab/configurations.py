"""What defines each model: plain, frozen, comparable, and free of torch.

A configuration is all that is needed to build a network, to compute its receptive field by geometry, and to read
its weights back. The names follow the two papers:

- van den Oord, Kalchbrenner, Kavukcuoglu: *Pixel Recurrent Neural Networks*, arXiv 1601.06759 ("PixelRNN");
- van den Oord et al.: *Conditional Image Generation with PixelCNN Decoders*, arXiv 1606.05328 ("Gated").

    >>> configuration("pixelcnn", preset="paper", channels=3, levels=256, height=32, width=32).features
    128
    >>> configuration("gated_pixelcnn", layers=3).architecture
    'gated_pixelcnn'
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import ClassVar


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """What every model has in common.

    Attributes:
        channels: C, the colours of a pixel, drawn one after another (1: grey or binary; 3: R, G, B).
        levels: K, the values a colour can take (2: binary; 256: 8 bits).
        height, width: H and W of an image, in pixels.
        features: h, the width of the network as the papers count it.
        layers: how many layers (blocks) follow the first one.
        first_kernel: side of the first, mask-A convolution (odd).
        kernel: side of the later convolutions (odd).
        head_features: width of the two 1x1 layers before the softmax.
        dropout: probability of dropping a feature inside each block while training (0 in the papers).
    """

    architecture: ClassVar[str] = ""
    presets: ClassVar[dict[str, dict[str, object]]] = {}

    channels: int = 1
    levels: int = 2
    height: int = 28
    width: int = 28
    features: int = 32
    layers: int = 7
    first_kernel: int = 7
    kernel: int = 3
    head_features: int = 64
    dropout: float = 0.0

    def __post_init__(self) -> None:
        for name in ("channels", "height", "width", "features", "layers", "first_kernel", "kernel", "head_features"):
            value = getattr(self, name)
            if not isinstance(value, int) or value < 1:
                raise ValueError(f"{name} must be a whole number of at least 1, not {value!r}.")
        if not isinstance(self.levels, int) or not 2 <= self.levels <= 256:
            raise ValueError(f"levels must lie between 2 (binary) and 256 (8 bits), not {self.levels!r}.")
        for name in ("first_kernel", "kernel"):
            if getattr(self, name) % 2 == 0:
                raise ValueError(f"{name} must be odd, so that it has a centre; {getattr(self, name)} is even.")
        if min(self.features, self.head_features) < self.channels:
            raise ValueError(
                f"features and head_features must be at least channels ({self.channels}): every colour needs a group."
            )
        if not 0 <= self.dropout < 1:
            raise ValueError(f"dropout must lie in [0, 1), not {self.dropout!r}.")

    @property
    def shape(self) -> tuple[int, int, int]:
        """(C, H, W) of one image."""
        return self.channels, self.height, self.width

    @property
    def dimensions(self) -> int:
        """How many values one image has: C·H·W, the "dim" in bits/dim."""
        return self.channels * self.height * self.width


@dataclass(frozen=True, kw_only=True)
class PixelCNNConfiguration(Configuration):
    """PixelCNN (PixelRNN paper, section 3.5 and Table 1): 7x7 mask A, then residual blocks 2h -> h -> h -> 2h."""

    architecture: ClassVar[str] = "pixelcnn"
    presets: ClassVar[dict[str, dict[str, object]]] = {
        "small": {},
        "paper": {"features": 128, "layers": 15, "head_features": 1024},
    }


@dataclass(frozen=True, kw_only=True)
class PixelRNNConfiguration(Configuration):
    """What Row LSTM and Diagonal BiLSTM have in common (PixelRNN paper, sections 3.3 and 3.4).

    Attributes:
        residual: whether the input of each layer is added to its output.
        skip: whether the layers before the softmax also read the states of every layer.
    """

    residual: bool = True
    skip: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("residual", "skip"):
            if not isinstance(getattr(self, name), bool):
                raise ValueError(f"{name} must be true or false, not {getattr(self, name)!r}.")


@dataclass(frozen=True, kw_only=True)
class RowLSTMConfiguration(PixelRNNConfiguration):
    """Row LSTM (PixelRNN paper, section 3.1 and Table 1): 7x7 mask A, then LSTM layers that run down the rows.

    ``kernel`` is the width of both components: input-to-state along the row, state-to-state along the row above.
    """

    architecture: ClassVar[str] = "row_lstm"
    presets: ClassVar[dict[str, dict[str, object]]] = {
        "small": {},
        "paper": {"features": 128, "layers": 12, "head_features": 1024},
    }


@dataclass(frozen=True, kw_only=True)
class DiagonalBiLSTMConfiguration(PixelRNNConfiguration):
    """Diagonal BiLSTM (PixelRNN paper, section 3.2 and Table 1): 7x7 mask A, then LSTMs over the diagonals.

    The preset "mnist" is the paper's best on binarised MNIST (Table 4). ``kernel`` has no meaning here: input-to-state
    is 1x1, and state-to-state has two taps of a column of the skewed map.
    """

    architecture: ClassVar[str] = "diagonal_bilstm"
    presets: ClassVar[dict[str, dict[str, object]]] = {
        "small": {},
        "paper": {"features": 128, "layers": 12, "head_features": 1024},
        "mnist": {"features": 16, "layers": 7, "head_features": 32},
    }


@dataclass(frozen=True, kw_only=True)
class GatedPixelCNNConfiguration(Configuration):
    """Gated PixelCNN (Gated paper, section 2): a vertical and a horizontal stack of gated convolutions.

    ``layers`` counts all gated layers, the first included. The vertical stack is shifted down one row once, at its
    input, and every vertical layer then reads whole rows up to its own: nothing of the past stays hidden.

    Attributes:
        condition_size: length of the vector h that enters both gates of every layer (equation 4); 0 for none.
            For class-conditional models it is the number of classes and h is one-hot.
        spatial_features: features of the map s = m(h) that enters the gates instead, made of h by deconvolutions: h may
            then say *where* as well (section 2.3). 0: h itself, the same at every pixel.
    """

    architecture: ClassVar[str] = "gated_pixelcnn"
    presets: ClassVar[dict[str, dict[str, object]]] = {
        "small": {"features": 48, "layers": 10},
        "paper": {"features": 128, "layers": 15, "head_features": 1024},
    }

    condition_size: int = 0
    spatial_features: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.condition_size, int) or self.condition_size < 0:
            raise ValueError(f"condition_size must be 0 (none) or the length of h, not {self.condition_size!r}.")
        if not isinstance(self.spatial_features, int) or self.spatial_features < 0:
            raise ValueError(f"spatial_features must be 0 (none) or a whole number, not {self.spatial_features!r}.")
        if self.spatial_features and not self.condition_size:
            raise ValueError("spatial_features makes a map of h: it needs condition_size.")


@dataclass(frozen=True, kw_only=True)
class MultiScaleConfiguration(PixelRNNConfiguration):
    """Multi-Scale PixelRNN (PixelRNN paper, section 3.6): a small picture first, then the large one, given the small.

    Both networks have the same h; ``layers`` are those of the conditional one. The paper gives no sizes of its own for
    this model: the preset "paper" takes those of its Row LSTM and Diagonal BiLSTM.

    Attributes:
        lstm: the layers of both networks, "row_lstm" or "diagonal_bilstm".
        factor: n/s, 2, 4 or 8: the small picture is every so-manieth pixel of every so-manieth row.
        small_layers: layers of the unconditional network.
        conditioning_features: c, of the map that is made of the small picture and biases every conditional layer.
    """

    architecture: ClassVar[str] = "multi_scale"
    presets: ClassVar[dict[str, dict[str, object]]] = {
        "small": {"layers": 5},
        "paper": {
            "features": 128,
            "layers": 12,
            "small_layers": 12,
            "head_features": 1024,
            "conditioning_features": 128,
        },
    }

    lstm: str = "diagonal_bilstm"
    factor: int = 4
    small_layers: int = 3
    conditioning_features: int = 32

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.lstm not in ("row_lstm", "diagonal_bilstm"):
            raise ValueError(f'lstm must be "row_lstm" or "diagonal_bilstm", not {self.lstm!r}.')
        if self.factor not in (2, 4, 8):
            raise ValueError(f"factor must be 2, 4 or 8, not {self.factor!r}.")
        for name in ("small_layers", "conditioning_features"):
            if not isinstance(getattr(self, name), int) or getattr(self, name) < 1:
                raise ValueError(f"{name} must be a whole number of at least 1, not {getattr(self, name)!r}.")

    @property
    def small_size(self) -> tuple[int, int]:
        """(height, width) of the small picture."""
        return -(-self.height // self.factor), -(-self.width // self.factor)


ARCHITECTURES: dict[str, type[Configuration]] = {
    c.architecture: c
    for c in (
        PixelCNNConfiguration,
        RowLSTMConfiguration,
        DiagonalBiLSTMConfiguration,
        GatedPixelCNNConfiguration,
        MultiScaleConfiguration,
    )
}


def architectures() -> tuple[str, ...]:
    """The names that `build` knows, in the order of the papers.

    >>> architectures()[0]
    'pixelcnn'
    """
    return tuple(ARCHITECTURES)


def configuration(architecture: str, preset: str = "small", **overrides: object) -> Configuration:
    """The configuration of an architecture: a preset ("small", "paper") with single values replaced.

    Raises:
        ValueError: for a name, preset or value that does not exist or fit; the message says which do.

        >>> paper = configuration("row_lstm", "paper", channels=3, levels=256)
        >>> paper.layers, paper.features, paper.channels
        (12, 128, 3)
    """
    if architecture not in ARCHITECTURES:
        raise ValueError(f"No architecture is called {architecture!r}; choose one of {', '.join(ARCHITECTURES)}.")
    kind = ARCHITECTURES[architecture]
    if preset not in kind.presets:
        raise ValueError(f"{architecture} has no preset {preset!r}; choose one of {', '.join(kind.presets)}.")
    known = {f.name for f in fields(kind)}
    if unknown := sorted(set(overrides) - known):
        raise ValueError(f"{architecture} has no {', '.join(unknown)}; it takes {', '.join(sorted(known))}.")
    return kind(**{**kind.presets[preset], **overrides})


def to_dict(given: Configuration) -> dict[str, object]:
    """A configuration as plain values, with its architecture's name; `from_dict` reads it back.

    >>> values = to_dict(configuration("pixelcnn", layers=3))
    >>> values["architecture"], values["layers"], from_dict(values) == configuration("pixelcnn", layers=3)
    ('pixelcnn', 3, True)
    """
    return {"architecture": given.architecture, **asdict(given)}


def from_dict(values: dict[str, object]) -> Configuration:
    """The configuration that `to_dict` wrote.

    Raises:
        ValueError: when a name or a value does not fit.
    """
    rest = dict(values)
    architecture = str(rest.pop("architecture", ""))
    if architecture not in ARCHITECTURES:
        raise ValueError(f"No architecture is called {architecture!r}; choose one of {', '.join(ARCHITECTURES)}.")
    kind = ARCHITECTURES[architecture]
    if unknown := sorted(set(rest) - {f.name for f in fields(kind)}):
        raise ValueError(f"{architecture} has no {', '.join(unknown)}.")
    return kind(**rest)
