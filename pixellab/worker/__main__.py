"""python -m pixellab.worker: the sampling process. The web process starts it; nothing to see here."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from threading import Thread
from typing import BinaryIO

from pixellab.worker import protocol
from pixellab.worker.protocol import Message
from pixellab.worker.server import Engine, Server


def main(make_engine: Callable[[int], Engine], arguments: Sequence[str] | None = None) -> None:
    """Serve until stdin ends. `make_engine(threads)` may take its time: requests wait, the end does not."""
    options = _parser().parse_args(arguments)
    # Ctrl-C in the terminal reaches this process too; but it is for the web process to decide, by closing
    # the pipe.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    requests, answers = _take_stdio()
    inbox: SimpleQueue[Message] = SimpleQueue()
    Thread(target=_listen, args=(requests, inbox), name="listen", daemon=True).start()
    try:
        engine = make_engine(options.threads)
    except Exception as error:
        traceback.print_exc()
        sys.exit(f"{type(error).__name__}: {error}")

    def send(message: Message) -> None:
        protocol.write(answers, protocol.encode(message))

    try:
        send(Message("hello", {"version": protocol.VERSION}))
        Server(engine, send, heartbeat_s=options.heartbeat).serve(inbox)
    except BrokenPipeError:
        sys.exit("The web process has gone.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m pixellab.worker", description=__doc__)
    parser.add_argument("--threads", type=int, default=1, help="threads of a matrix product (default: 1)")
    parser.add_argument("--heartbeat", type=float, default=10.0, help="seconds an unwatched picture goes on")
    return parser


def _take_stdio() -> tuple[BinaryIO, BinaryIO]:
    """The two pipes, out of reach of everybody else: a library that prints writes to stderr from here on."""
    requests = os.fdopen(os.dup(0), "rb", buffering=0)
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return requests, answers


def _listen(requests: BinaryIO, inbox: SimpleQueue[Message]) -> None:
    """Pass on what comes in. When it ends, nobody is left to draw for: go at once, whatever is under way."""
    try:
        while message := protocol.read(requests):
            inbox.put(message)
    finally:
        os._exit(0)


def _torch_engine(threads: int) -> Engine:
    from pixellab.worker.engine import TorchEngine

    return TorchEngine(threads)


if __name__ == "__main__":
    main(_torch_engine)
