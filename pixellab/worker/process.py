"""The worker as a child process: started, written to, read from, and its end explained in one sentence."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
import weakref
from collections.abc import Sequence
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Protocol

import pixellab
from pixellab.worker import protocol
from pixellab.worker.protocol import Message

_TAIL = 4000  # bytes of stderr that are kept
_GOODBYE_S = 2.0


class Owner(Protocol):
    """Who is told what the process does; always from one of its threads."""

    def received(self, process: Process, message: Message) -> None:
        """A message has come."""

    def died(self, process: Process) -> None:
        """It ended without being asked to; `process.reason` says why."""

    def beat(self) -> Message | None:
        """What to send at each beat, if anything."""


class Process:
    """One run of the worker.

    Three threads serve it, so that no page ever waits for a pipe: one writes (and beats), one reads, one
    keeps the last words on stderr. They hold the owner weakly: when it is forgotten, or the interpreter ends,
    the process ends too. Where even that cannot be, because the web process was killed, the worker sees the
    end of its stdin and goes.

    Raises `OSError` where it cannot be started.
    """

    def __init__(self, command: Sequence[str], owner: Owner, *, beat_s: float) -> None:
        self.greeted = False  # the owner has seen its hello
        self.reason = ""
        self._stopping = False
        self._beat_s = beat_s
        self._outbox: SimpleQueue[bytes | None] = SimpleQueue()
        self._owner = weakref.ref(owner)
        self._stderr_tail = b""
        # Unbuffered: the lock of a buffered pipe, held by a daemon thread at exit, makes that exit fatal.
        self._popen = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            env=_environment(),
        )
        self._at_exit = weakref.finalize(owner, self.close)
        listening = Thread(target=self._keep_stderr, name="worker-stderr", daemon=True)
        listening.start()
        Thread(target=self._write, name="worker-write", daemon=True).start()
        Thread(target=self._read, args=(listening,), name="worker-read", daemon=True).start()

    @property
    def pid(self) -> int:
        return self._popen.pid

    def send(self, message: Message) -> None:
        """Send soon; never waits. Whatever a dead process was sent is lost."""
        self._outbox.put(protocol.encode(message))

    def stop(self) -> None:
        """Have it end soon, by closing its stdin; never waits."""
        self._stopping = True
        self._outbox.put(None)

    def close(self) -> None:
        """End it and wait until it has; by force where asking does not help."""
        self.stop()
        try:
            self._popen.wait(_GOODBYE_S)
        except subprocess.TimeoutExpired:
            self._popen.kill()
            self._popen.wait()

    def _write(self) -> None:
        next_beat = time.monotonic() + self._beat_s
        # An OSError is a pipe without a reader: the reading thread finds out why.
        with self._popen.stdin as pipe, contextlib.suppress(OSError):
            while True:
                try:
                    frame = self._outbox.get(timeout=max(0.0, next_beat - time.monotonic()))
                except Empty:
                    next_beat = time.monotonic() + self._beat_s
                    owner = self._owner()
                    message = owner.beat() if owner else None
                    frame = protocol.encode(message) if message else b""
                    del owner
                if frame is None:
                    return
                protocol.write(pipe, frame)

    def _read(self, listening: Thread) -> None:
        complaint = ""
        try:
            with self._popen.stdout as pipe:
                while message := protocol.read(pipe):
                    if owner := self._owner():
                        owner.received(self, message)
                    del owner
        # Whatever goes wrong here, jobs are waiting to hear of it.
        except Exception as error:
            complaint = f"it sent what cannot be understood: {error}"
            self._popen.kill()
        code = self._popen.wait()
        self._outbox.put(None)  # nothing is left to write to
        self._at_exit.detach()
        listening.join(_GOODBYE_S)
        self.reason = complaint or _explain(code, self._stderr_tail)
        if not self._stopping and (owner := self._owner()):
            owner.died(self)

    def _keep_stderr(self) -> None:
        with self._popen.stderr as pipe:
            while piece := pipe.read(1 << 12):
                self._stderr_tail = (self._stderr_tail + piece)[-_TAIL:]


def _environment() -> dict[str, str]:
    """The worker must import the package that runs here, installed or not, whatever the working directory."""
    here = str(Path(pixellab.__file__).parents[1])
    paths = [here, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


def _explain(code: int, stderr: bytes) -> str:
    if code < 0:
        with contextlib.suppress(ValueError):
            return f"it was ended by {signal.Signals(-code).name}"
    lines = [line.strip() for line in stderr.decode(errors="replace").splitlines() if line.strip()]
    return lines[-1].rstrip(".") if lines else f"it ended with code {code}"
