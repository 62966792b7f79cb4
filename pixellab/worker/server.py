"""The loop of the worker: every picture that is waited for is advanced in turn, by a few milliseconds."""

from __future__ import annotations

import time
import traceback
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from queue import Empty, SimpleQueue
from typing import Protocol

from pixellab.errors import PixelLabError
from pixellab.worker import records
from pixellab.worker.protocol import Message
from pixellab.worker.records import Event
from pixellab.worker.requests import Request, unpack

AT_ONCE = 6
SLICE_S = 0.015
FLUSH_S = 0.05


class Engine(Protocol):
    """Who holds the models and draws. May raise anything; `PixelLabError` and `ValueError` are sentences."""

    def warm(self, model: str) -> None:
        """Load a model ahead of time."""

    def open(self, request: Request) -> Iterator[Event]:
        """Draw: one event a pixel of `request.order()`, in that order."""


class Task:
    """A picture on the way: its stream, and the pixels that are drawn and not yet sent."""

    def __init__(self, number: int, session: str, request: Request, now: float) -> None:
        self.number = number
        self.session = session
        self.request = request
        self.total = len(request.order())
        self.seen = now  # when somebody was last known to look
        self.flush_at = now  # the first pixel goes out at once
        self.turn = -1  # the last turn it had
        self.sent = 0
        self._drawn: list[Event] = []
        self._stream: Iterator[Event] | None = None

    @property
    def done(self) -> int:
        return self.sent + len(self._drawn)

    def draw(self, engine: Engine) -> bool:
        """Draw one more pixel; False when there is none. The first one may load a model."""
        if self._stream is None:
            self._stream = engine.open(self.request)
        pixel = next(self._stream, None)
        if pixel is not None:
            self._drawn.append(pixel)
        return pixel is not None

    def take(self) -> Message | None:
        """What was drawn since the last time, if anything, as a message."""
        if not self._drawn:
            return None
        start, pixels = self.sent, self._drawn
        self.sent, self._drawn = self.done, []
        arrays = records.arrays(pixels, self.request)
        return Message("pixels", {"job": self.number, "start": start}, arrays)

    def close(self) -> None:
        """Let go of the stream's caches at once."""
        if isinstance(self._stream, Generator):
            self._stream.close()


class Server:
    """Takes messages and turns; sends what comes of them. One thread.

    At most `at_once` pictures are drawn side by side, so memory is bounded, and the others queue. Turns go
    to sessions evenly and, within a session, to its pictures evenly; a new session comes first. `send` may
    block: when nobody reads, nothing is drawn.
    """

    def __init__(
        self,
        engine: Engine,
        send: Callable[[Message], None],
        *,
        heartbeat_s: float,
        at_once: int = AT_ONCE,
        slice_s: float = SLICE_S,
        flush_s: float = FLUSH_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine = engine
        self._send = send
        self._heartbeat_s = heartbeat_s
        self._at_once = at_once
        self._slice_s = slice_s
        self._flush_s = flush_s
        self._clock = clock
        self._turns = 0
        self._queued: dict[int, Task] = {}
        self._running: dict[int, Task] = {}

    def serve(self, inbox: SimpleQueue[Message]) -> None:
        """Go on for ever."""
        while True:
            self.handle_all(inbox)
            self.turn()

    def handle_all(self, inbox: SimpleQueue[Message]) -> None:
        """Handle what has come in; wait for something only when there is nothing to draw."""
        try:
            if not self._running and not self._queued:
                self.handle(inbox.get())
            while True:
                self.handle(inbox.get_nowait())
        except Empty:
            return

    def handle(self, message: Message) -> None:
        """Take one message of the web process."""
        fields = message.fields
        if message.kind == "open":
            request = unpack(fields["request"], message.arrays)
            task = Task(fields["job"], fields["session"], request, self._clock())
            self._queued[task.number] = task
        elif message.kind == "cancel":
            if task := self._find(fields["job"]):
                self._end(task, "cancelled")
        elif message.kind == "seen":
            for task in filter(None, map(self._find, fields["jobs"])):
                task.seen = self._clock()
        elif message.kind == "warm":
            self._warm(fields["model"])

    def turn(self) -> None:
        """Let go of what nobody looks at, fill up from the queue, and draw for one slice."""
        self._drop_abandoned()
        while self._queued and len(self._running) < self._at_once:
            self._start(self._next_queued())
        if self._running:
            self._draw(self._next_running())

    def _drop_abandoned(self) -> None:
        latest = self._clock() - self._heartbeat_s
        for task in [*self._queued.values(), *self._running.values()]:
            if task.seen < latest:
                patience = f"{self._heartbeat_s:g} seconds"
                self._end(task, "cancelled", f"Nobody looked for {patience}, so drawing stopped.")

    def _next_queued(self) -> Task:
        """The oldest of the session that has the fewest pictures running."""
        running = Counter(task.session for task in self._running.values())
        return min(self._queued.values(), key=lambda task: running[task.session])

    def _next_running(self) -> Task:
        """The picture that waited longest, of the session that waited longest."""
        latest: dict[str, int] = {}
        for task in self._running.values():
            latest[task.session] = max(task.turn, latest.get(task.session, -1))
        return min(self._running.values(), key=lambda task: (latest[task.session], task.turn))

    def _start(self, task: Task) -> None:
        self._running[task.number] = self._queued.pop(task.number)
        self._send(Message("started", {"job": task.number}))

    def _draw(self, task: Task) -> None:
        self._turns += 1
        task.turn = self._turns
        stop = self._clock() + self._slice_s
        while True:
            try:
                more = task.draw(self._engine)
            except Exception as error:
                self._end(task, "failed", _sentence(error))
                return
            if not more:
                self._finish(task)
                return
            now = self._clock()
            if now >= task.flush_at:
                self._flush(task)
            if now >= stop:
                break
        # The others come first now: what would be late by the next turn goes out before.
        if now + self._slice_s * len(self._running) >= task.flush_at:
            self._flush(task)

    def _flush(self, task: Task) -> None:
        if message := task.take():
            self._send(message)
        task.flush_at = self._clock() + self._flush_s

    def _finish(self, task: Task) -> None:
        if task.done == task.total:
            self._end(task, "done")
        else:
            self._end(task, "failed", f"The sampler ended after {task.done} of {task.total} pixels.")

    def _end(self, task: Task, state: str, error: str = "") -> None:
        self._flush(task)
        task.close()
        self._queued.pop(task.number, None)
        self._running.pop(task.number, None)
        self._send(Message("ended", {"job": task.number, "state": state, "error": error}))

    def _find(self, number: int) -> Task | None:
        return self._running.get(number) or self._queued.get(number)

    def _warm(self, model: str) -> None:
        try:
            self._engine.warm(model)
        except Exception:
            traceback.print_exc()  # whoever asks for a picture of this model will be told


def _sentence(error: Exception) -> str:
    if isinstance(error, PixelLabError | ValueError):
        return str(error)
    traceback.print_exception(error)
    return f"Drawing failed ({type(error).__name__}: {error})."
