"""Record what the pages show before any model is awake: `python -m pixellab.ui.record [MODEL]`.

Everything is drawn by our own model through the sampling process, from fixed seeds; no picture of a data set
is among it. To be run again whenever the shipped model changes; it takes some seconds.
"""

from __future__ import annotations

import argparse
import sys

import numpy as np

from pixellab import zoo
from pixellab.ui import generation, studio
from pixellab.ui.frames import FIRST_FRAMES, Frames
from pixellab.worker import client

GALLERY = 10
"""How many samples the completion studio offers."""

CANDIDATES = 48
"""How many samples are drawn to choose the gallery from."""


def main() -> None:
    """Draw and write all recordings."""
    arguments = argparse.ArgumentParser(prog="python -m pixellab.ui.record", description=__doc__)
    arguments.add_argument("model", nargs="?", help="a shipped model (default: the first)")
    model = arguments.parse_args().model or zoo.pretrained()[0]
    FIRST_FRAMES.mkdir(exist_ok=True)
    lab = client.connect()
    try:
        _record(lab, model)
    finally:
        lab.close()


def _record(lab: client.Lab, model: str) -> None:
    chosen = studio.Settings(model)
    for name, view in generation.VIEWS.items():
        jobs = tuple(_drawn(lab, request) for request in view.requests(chosen))
        _save(f"generation-{name.lower()}", generation.joined(jobs, zoo.card(model).configuration))
    samples = _drawn(lab, client.generation(model, n=CANDIDATES, seed=1))
    digits = _pictures(samples)
    gallery = digits[_plain(digits, samples)[:GALLERY]]
    np.savez_compressed(
        FIRST_FRAMES / "gallery.npz", bits=np.packbits(gallery.reshape(len(gallery), -1), axis=1)
    )
    lower_half = np.zeros(gallery.shape[2:], bool)
    lower_half[len(lower_half) // 2 :] = True
    for name, n in (("studio", studio.ENDINGS), ("start", 4)):
        job = _drawn(lab, client.Completion(model, image=gallery[0], hidden=lower_half, n=n))
        _save(name, Frames.of(job, gallery[0], lower_half, 2))


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


def _plain(pictures: np.ndarray, job: client.Job) -> np.ndarray:
    """The pictures with ink above and below the middle, those that the model finds most ordinary first."""
    ink = pictures.sum(axis=(1, 3))
    half = ink.shape[1] // 2
    both = (ink[:, :half].sum(axis=1) > 30) & (ink[:, half:].sum(axis=1) > 30)
    nats = job.nats.sum(axis=(0, 2))
    return np.argsort(np.where(both, nats, np.inf))[: int(both.sum())]


def _save(name: str, frames: Frames) -> None:
    path = FIRST_FRAMES / f"{name}.npz"
    frames.save(path)
    print(f"{path.name}: {frames.n} pictures, {path.stat().st_size / 1024:.0f} kB")


if __name__ == "__main__":
    main()
