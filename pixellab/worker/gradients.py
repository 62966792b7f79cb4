"""Gradients of a network, computed in a process of its own: the page that asks never imports torch.

`python -m pixellab.worker.gradients` reads one question from stdin and answers with the bytes of a float64 array
(H, W). It is asked seldom, so that the process ends with its answer and leaves no memory behind.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache

import numpy as np

from pixellab import zoo
from pixellab.configurations import Configuration
from pixellab.errors import PixelLabError

PATIENCE_S = 120

_queue = ThreadPoolExecutor(1, "gradient")


def submit(network: str | Configuration, row: int, column: int) -> Future[np.ndarray]:
    """`gradient`, without waiting for it."""
    return _queue.submit(gradient, network, row, column)


@lru_cache(maxsize=128)
def gradient(network: str | Configuration, row: int, column: int) -> np.ndarray:
    """`pixellab.fields.gradient` at (row, column): how strongly each pixel moves the logits there.

    Args:
        network: the name of a shipped model, or a configuration, also one of `pixellab.teaching.learner`: then of a
            network with random weights.

    Returns:
        (H, W) float64; exactly zero where a pixel has no influence.

    Raises:
        PixelLabError: when the process did not answer.
    """
    configuration = zoo.card(network).configuration if isinstance(network, str) else network
    command = [sys.executable, "-m", __name__]
    # One thread: for matrices of this size a second one only stands in the way.
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    question = pickle.dumps((network, row, column))
    try:
        answer = subprocess.run(
            command, input=question, capture_output=True, timeout=PATIENCE_S, check=True, env=environment
        )
    except subprocess.TimeoutExpired as fault:
        raise PixelLabError(f"The gradient took longer than {PATIENCE_S} s; ask for a smaller network.") from fault
    except (OSError, subprocess.CalledProcessError) as fault:
        raise PixelLabError("The process that computes gradients ended without an answer; try again.") from fault
    return np.frombuffer(answer.stdout, "<f8").reshape(configuration.height, configuration.width)


def main() -> None:
    """Answer the question on stdin."""
    network, row, column = pickle.load(sys.stdin.buffer)  # written by `gradient`, by nobody else
    answers, sys.stdout = sys.stdout.buffer, sys.stderr  # a library that prints does not spoil the answer
    import torch

    import pixellab
    from pixellab import fields
    from pixellab.teaching import learner_models
    from pixellab.teaching.mistakes import TeachingConfiguration

    torch.manual_seed(0)
    if isinstance(network, str):
        model = pixellab.load(network)
    elif isinstance(network, TeachingConfiguration):
        model = learner_models.build(network)
    else:
        model = pixellab.build(network)
    answers.write(fields.gradient(model, row, column).astype("<f8").tobytes())


if __name__ == "__main__":
    main()
