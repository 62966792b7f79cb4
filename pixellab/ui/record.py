"""Record what the pages show before any model is awake: `python -m pixellab.ui.record [MODEL] [--only PART …]`.

Everything is drawn by our own model through the sampling process, from fixed seeds; no picture of a data set
is among it. To be run again whenever the shipped model changes; it takes some seconds.
"""

from __future__ import annotations

import argparse
import sys

import numpy as np

from pixellab import zoo
from pixellab.errors import PixelLabError
from pixellab.ui import dials, generation, guess, sources, studio
from pixellab.ui.frames import FIRST_FRAMES, Frames
from pixellab.worker import client

GALLERY = 10
"""How many samples the completion studio offers."""

CANDIDATES = 64
"""How many samples are drawn to choose the gallery from."""

ORDINARY = 4
"""Of how many of the most ordinary digits the one with the most different endings is shown first."""


def main() -> None:
    """Draw and write all recordings."""
    arguments = argparse.ArgumentParser(prog="python -m pixellab.ui.record", description=__doc__)
    arguments.add_argument("model", nargs="?", help="a shipped model of digits (default: what pages begin with)")
    arguments.add_argument("--only", nargs="+", choices=list(PARTS), default=list(PARTS), help="what to record")
    chosen = arguments.parse_args()
    FIRST_FRAMES.mkdir(exist_ok=True)
    lab = client.connect()
    try:
        for part in chosen.only:
            PARTS[part](lab, chosen.model or studio.models()[0])
    except PixelLabError as fault:
        sys.exit(str(fault))
    finally:
        lab.close()


def _endings(lab: client.Lab, model: str) -> None:
    chosen = studio.Settings(model)
    for name, view in generation.VIEWS.items():
        jobs = tuple(_drawn(lab, request) for request in view.requests(chosen))
        _save(f"generation-{name.lower()}", generation.joined(jobs, zoo.card(model).configuration))
    gallery = _gallery(_drawn(lab, client.generation(model, n=CANDIDATES, seed=1)))
    lower_half = np.zeros(gallery.shape[2:], bool)
    lower_half[len(lower_half) // 2 :] = True
    endings = [
        _drawn(lab, client.Completion(model, image=picture, hidden=lower_half, n=studio.ENDINGS))
        for picture in gallery[:ORDINARY]
    ]
    shown = int(np.argmax([_variety(job) for job in endings]))
    first, gallery = endings[shown], np.concatenate([gallery[[shown]], np.delete(gallery, shown, axis=0)])
    bits = np.packbits(gallery.reshape(len(gallery), -1), axis=1)
    np.savez_compressed(FIRST_FRAMES / "gallery.npz", bits=bits)
    _save("studio", Frames.of(first, gallery[0], lower_half, 2))
    four = _drawn(lab, client.Completion(model, image=gallery[0], hidden=lower_half, n=4))
    _save("start", Frames.of(four, gallery[0], lower_half, 2))
    sources.gallery.cache_clear()


def _drawn(lab: client.Lab, request: client.Completion) -> client.Job:
    job = lab.submit(request)
    job.wait()
    if job.state != "done":
        sys.exit(f"Nothing was recorded: {job.error or job.state}")
    return job


def _pictures(job: client.Job) -> np.ndarray:
    """The finished pictures of a job that drew every pixel: (n, C, H, W) uint8."""
    rows, columns = job.order.astype(int).T
    pictures = np.zeros((*job.values.shape[1:], rows.max() + 1, columns.max() + 1), np.uint8)
    pictures[:, :, rows, columns] = job.values.transpose(1, 2, 0)
    return pictures


def _gallery(job: client.Job) -> np.ndarray:
    """The pictures that look most like digits, (n, C, H, W): one stroke that reaches into both halves."""
    pictures = _pictures(job)
    ink = pictures.sum(axis=(1, 3))
    half = ink.shape[1] // 2
    both = (ink[:, :half].sum(axis=1) > 30) & (ink[:, half:].sum(axis=1) > 30)
    whole = np.array([_is_connected(picture[0] > 0) for picture in pictures])
    nats = job.nats.sum(axis=(0, 2))  # among those, what the model finds most ordinary
    return pictures[np.argsort(np.where(both & whole, nats, np.inf))[: min(GALLERY, int((both & whole).sum()))]]


def _is_connected(ink: np.ndarray) -> bool:
    """Whether all ink (H, W) bool hangs together, diagonal neighbours included."""
    reached = np.zeros_like(ink)
    reached.flat[ink.argmax()] = True
    while True:
        padded = np.pad(reached, 1)
        grown = np.lib.stride_tricks.sliding_window_view(padded, (3, 3)).any(axis=(2, 3)) & ink
        if np.array_equal(grown, reached):
            return bool(np.array_equal(reached, ink))
        reached = grown


def _variety(job: client.Job) -> float:
    """How much the endings of a job differ, from 0 to 1/4."""
    share = job.values.mean(axis=1)
    return float((share * (1 - share)).mean())


def _save(name: str, frames: Frames) -> None:
    path = FIRST_FRAMES / f"{name}.npz"
    frames.save(path)
    print(f"{path.name}: {frames.n} pictures, {path.stat().st_size / 1024:.0f} kB")


PARTS = {"endings": _endings, "guess": guess.record, "dials": dials.record}
"""Generation, start and studio, with the gallery that they share; then the lessons that look into it."""


if __name__ == "__main__":
    main()
