"""What a check found, and what it means."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pixellab import fields
from pixellab.causality.findings import (
    Position,
    blind_spot,
    coverage_findings,
    coverage_findings_in_order,
    leak_findings,
    leak_findings_in_order,
)


@dataclass(frozen=True, eq=False)
class Report:
    """The answer of `pixellab.causality.check`.

    Attributes:
        shape: (C, H, W) of a picture.
        targets: (row, column) of each pixel whose logits were examined.
        influence: for each mode, "eval" and "train" (or "as given"): (T, C, C, H, W) bool, at [t, c, d, i, j] whether
            the logits of colour c at target t depend on colour d of pixel (i, j).
        mixing: the modes in which one picture of a batch influences the logits of another.
        order: (H·W,) the pixels, as indices in raster order, in the order in which they are drawn; None for the raster.
    """

    shape: tuple[int, int, int]
    targets: tuple[Position, ...]
    influence: dict[str, np.ndarray]
    mixing: tuple[str, ...] = ()
    order: np.ndarray | None = None

    @cached_property
    def allowed(self) -> np.ndarray:
        """(T, C, C, H, W) bool: what the logits may and should depend on (PixelRNN paper, equations 1 and 2)."""
        channels, height, width = self.shape
        order = np.arange(height * width) if self.order is None else self.order
        rank = order.argsort().reshape(height, width)
        earlier = np.stack([rank < rank[target] for target in self.targets])
        allowed = np.broadcast_to(earlier[:, None, None], (len(earlier), channels, *self.shape)).copy()
        for index, (row, column) in enumerate(self.targets):
            allowed[index, :, :, row, column] = np.tri(channels, k=-1, dtype=bool)
        return allowed

    @property
    def leaks(self) -> dict[str, np.ndarray]:
        """For each mode, the influences that must not be; shaped as `influence`."""
        return {mode: seen & ~self.allowed for mode, seen in self.influence.items()}

    @property
    def hidden(self) -> np.ndarray:
        """(T, C, C, H, W) bool: what the logits should depend on and never do, outside training mode."""
        return self.allowed & ~self._outside_training

    @property
    def causal(self) -> bool:
        """Whether nothing leaks in any mode, neither within a picture nor between pictures."""
        return not self.mixing and not any(leak.any() for leak in self.leaks.values())

    @property
    def share(self) -> float:
        """The share of the earlier pixels, 0 … 1, of which some colour is seen; over all targets."""
        past = self.allowed.all(axis=(1, 2))
        return float((past & self._outside_training.any(axis=(1, 2))).sum() / max(past.sum(), 1))

    @cached_property
    def findings(self) -> tuple[str, ...]:
        """What is wrong, or hidden, a sentence each: leaks first."""
        of_leaks, of_coverage = leak_findings, coverage_findings
        if self.order is not None:
            of_leaks, of_coverage = leak_findings_in_order, coverage_findings_in_order
        by_mode = {mode: of_leaks(leak, self.targets) for mode, leak in self.leaks.items()}
        common = [found for found in next(iter(by_mode.values())) if all(found in all_ for all_ in by_mode.values())]
        found = list(common)
        for mode, sentences in by_mode.items():
            found += [f"In {mode} mode: {s[0].lower()}{s[1:]}" for s in sentences if s not in common]
        if self.mixing:
            modes = " and ".join(self.mixing)
            found.append(f"In {modes} mode, the pictures of a batch influence each other, as by batch normalisation.")
        return (*found, *of_coverage(self._outside_training, self.allowed, self.targets))

    @property
    def sentence(self) -> str:
        """The answer in one sentence."""
        modes = " and ".join(self.influence) + " mode" * ("eval" in self.influence)
        leaking = np.any([leak.any(axis=(1, 2, 3, 4)) for leak in self.leaks.values()], axis=0).sum()
        if self.causal:
            seen = f"{self.share:.0%}".replace("%", " %")
            return f"Causal at all {len(self.targets)} targets ({modes}); they see {seen} of the earlier pixels."
        if not leaking:
            return f"Not causal: pictures of a batch influence each other ({' and '.join(self.mixing)} mode)."
        see = "sees what it" if leaking == 1 else "see what they"
        return f"Not causal: {leaking} of {len(self.targets)} targets {see} must not ({modes})."

    def __str__(self) -> str:
        return "\n".join([self.sentence, *(f"- {finding}" for finding in self.findings)])

    def agrees(self, given: object) -> bool:
        """Whether the influences are those of the geometry of a model, a configuration or a `fields.Network`."""
        return all(
            np.array_equal(fields.colours(given, *target, channel), seen[channel])
            for target, seen in zip(self.targets, self._outside_training, strict=True)
            for channel in range(self.shape[0])
        )

    def split(self, target: Position, channel: int | None = None) -> fields.Split:
        """The picture as one of the targets sees it, for one colour's logits or for all.

        What leaks does so in some mode. Geometry being unknown here, a pixel is called blind if it is not seen and one
        at least as far up and as far to the same side is, and out of reach otherwise; in another order than the
        raster, always out of reach.
        """
        index = self.targets.index(target)
        channels = slice(None) if channel is None else slice(channel, channel + 1)
        leak = np.any([one[index, channels].any(axis=(0, 1)) for one in self.leaks.values()], axis=0)
        field = self._outside_training[index, channels].any(axis=(0, 1))
        past = self.allowed[index].all(axis=(0, 1))
        hidden = past & ~field
        blind = blind_spot(*target, past, hidden) if self.order is None else np.zeros_like(hidden)
        future = ~past & ~leak
        future[target] = False
        roles = {"seen": past & field, "blind": blind, "out_of_reach": hidden & ~blind, "future": future, "leak": leak}
        return fields.Split("the model", *target, **roles)

    def drawing(self, target: Position, channel: int | None = None) -> str:
        """`split` in letters.

        # seen, ? hidden, . later and unseen, X leak, T the target; ! the target where it sees itself.
        """
        split = self.split(target, channel)
        letters = np.select([split.leak, split.seen, split.blind | split.out_of_reach], ["X", "#", "?"], ".")
        letters[target] = "!" if split.leak[target] else "T"
        return "\n".join(" ".join(row) for row in letters)

    def offsets(self, role: str, channel: int | None = None) -> set[Position]:
        """The pixels that have a role of `split` for some target: (rows down, columns to the right) from it."""
        found = set()
        for row, column in self.targets:
            pixels = np.argwhere(getattr(self.split((row, column), channel), role))
            found.update((int(i) - row, int(j) - column) for i, j in pixels)
        return found

    @property
    def _outside_training(self) -> np.ndarray:
        return next(iter(self.influence.values()))
