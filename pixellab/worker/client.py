"""What pages use of the worker. One `Lab` serves all sessions of the web process; nothing here imports torch.

A page submits, looks as often as it likes, and cancels what it no longer wants:

    from pixellab.worker import client

    lab = client.connect()
    job = lab.submit(client.Completion(model="mnist-gated", image=image, hidden=hidden, n=9))
    job.wait(pixels=1, timeout=0.2)  # or look again later: job.state, job.done, job.values[: job.done]
    job.cancel()

A job draws only while somebody looks. If the process dies it is started again, and jobs go on where they
were: the same seed draws the same pixels.
"""

from __future__ import annotations

import itertools
import logging
import sys
from collections.abc import Callable, Sequence
from threading import Lock, RLock

from pixellab import zoo
from pixellab.configurations import Configuration
from pixellab.errors import PixelLabError
from pixellab.worker import protocol
from pixellab.worker.jobs import Job
from pixellab.worker.process import Process
from pixellab.worker.protocol import Message
from pixellab.worker.requests import Completion, Dials, Distributions, LookBelow, Request, generation, pack

__all__ = ["Completion", "Dials", "Distributions", "Job", "Lab", "LookBelow", "connect", "generation"]

HEARTBEAT_S = 10.0
MOST_JOBS = 64

_log = logging.getLogger(__name__)
_connect_lock = Lock()
_connected: Lab | None = None


def connect() -> Lab:
    """The Lab of this process, shared by all sessions. Nothing is started before the first need."""
    global _connected
    with _connect_lock:
        if _connected is None:
            _connected = Lab()
        return _connected


def _configuration_of(model: str) -> Configuration:
    return zoo.card(model).configuration


class Lab:
    """Jobs on the way, and the process that draws them: started on first need, and again if it dies."""

    def __init__(
        self,
        command: Sequence[str] = (sys.executable, "-m", "pixellab.worker"),
        *,
        configuration: Callable[[str], Configuration] = _configuration_of,
        heartbeat_s: float = HEARTBEAT_S,
        most_jobs: int = MOST_JOBS,
    ) -> None:
        """A Lab of its own, for tests and tools; pages `connect()`.

        Args:
            command: what starts the worker; `--heartbeat` is appended.
            configuration: from a model's name, without torch; `PixelLabError` where there is none.
            heartbeat_s: a job that nobody looks at for so long ends itself.
            most_jobs: on the way at a time, in all sessions together.
        """
        self._command = (*command, "--heartbeat", str(heartbeat_s))
        self._configuration = configuration
        self._beat_s = heartbeat_s / 5
        self._most_jobs = most_jobs
        self._numbers = itertools.count(1)
        self._lock = RLock()  # guards the three below
        self._jobs: dict[int, tuple[Job, str]] = {}  # those that have not ended, with their session
        self._process: Process | None = None
        self._starts = True  # as far as is known

    @property
    def pid(self) -> int | None:
        """The worker's process, while there is one."""
        with self._lock:
            return self._process.pid if self._process else None

    def submit(self, request: Request, session: str = "") -> Job:
        """Ask for pictures; returns at once.

        Sessions share the worker evenly, however many jobs each has; a job without a session counts as one.

        Raises:
            ValueError: the request cannot be met: no such model, a shape or a value that does not fit.
        """
        try:
            configuration = self._configuration(request.model)
        except PixelLabError as error:
            raise ValueError(str(error)) from error
        number = next(self._numbers)
        job = Job(number, request.checked(configuration), configuration, self._cancel)
        if not job.ended:
            self._admit(job, session)
        return job

    def resume(self, job: Job, session: str = "") -> None:
        """Go on with a job that gave up because nobody looked; any other stays as it is."""
        if job.revive():
            self._admit(job, session)

    def warm(self, model: str) -> None:
        """Have a model loaded ahead of time, the process started if need be. Does not wait, and never fails.

        Where the process could not start, only a job tries it again.
        """
        with self._lock:
            if self._starts and (process := self._need()):
                process.send(Message("warm", {"model": model}))

    def close(self) -> None:
        """End the process and all jobs. The next request starts another one."""
        with self._lock:
            process, self._process = self._process, None
            self._end_all("cancelled", "The server is closing.")
        if process:
            process.close()

    # Called by the process, from its threads

    def received(self, process: Process, message: Message) -> None:
        """Take a message of the worker."""
        fields = message.fields
        with self._lock:
            if process is not self._process:
                return
            if message.kind == "hello":
                self._welcome(process, fields["version"])
                return
            job, _ = self._jobs.get(fields["job"], (None, ""))
            if message.kind == "ended":
                self._jobs.pop(fields["job"], None)
        if job is None:  # cancelled while this was on its way
            return
        if message.kind == "started":
            job.move("running")
        elif message.kind == "pixels":
            job.fill(fields["start"], message.arrays)
        elif message.kind == "ended":
            job.end(fields["state"], fields["error"])

    def died(self, process: Process) -> None:
        """Start again and go on with what was on the way, unless it seems to be the cause."""
        with self._lock:
            if process is not self._process:
                return
            self._process = None
            _log.warning("The sampling process ended: %s", process.reason)
            if not process.greeted:
                self._starts = False
                self._end_all("failed", f"The sampling process could not start: {process.reason}.")
                return
            self._blame(process.reason)
            if self._jobs and self._need():
                for number in self._jobs:
                    self._open(number)

    def beat(self) -> Message | None:
        """Tell the worker which jobs somebody has looked at."""
        with self._lock:
            seen = [number for number, (job, _) in self._jobs.items() if job.looked()]
        return Message("seen", {"jobs": seen}) if seen else None

    def _admit(self, job: Job, session: str) -> None:
        with self._lock:
            if len(self._jobs) >= self._most_jobs:
                job.end("failed", "Too many pictures are being drawn at once; try again in a minute.")
            else:
                self._jobs[job.number] = job, session or f"job {job.number}"
                self._open(job.number)

    # Under the lock

    def _need(self) -> Process | None:
        """The process, started if there is none; None, with every job failed, where it cannot be."""
        if self._process is None:
            try:
                self._process = Process(self._command, self, beat_s=self._beat_s)
            except OSError as error:
                self._starts = False
                self._end_all("failed", f"The sampling process could not start: {error}.")
        return self._process

    def _open(self, number: int) -> None:
        job, session = self._jobs[number]
        if process := self._need():
            job.move("queued" if process.greeted else "starting")
            plain, arrays = pack(job.request)
            process.send(Message("open", {"job": number, "session": session, "request": plain}, arrays))

    def _welcome(self, process: Process, version: int) -> None:
        if version != protocol.VERSION:
            # The code changed on disk under a running server.
            self._process = None
            process.stop()
            self._end_all(
                "failed",
                f"The sampling process speaks version {version} of the protocol and this server version "
                f"{protocol.VERSION}: restart the server.",
            )
            return
        process.greeted = self._starts = True
        for job, _ in self._jobs.values():
            job.move("queued")

    def _blame(self, reason: str) -> None:
        """Count the death for the jobs that were being drawn, and give up those that saw their second."""
        jobs = [job for job, _ in self._jobs.values()]
        for job in [job for job in jobs if job.running] or jobs:
            job.deaths += 1
            if job.deaths == 2:
                del self._jobs[job.number]
                job.end("failed", f"The sampling process ended twice while drawing this picture: {reason}.")

    def _end_all(self, state: str, error: str) -> None:
        for job, _ in self._jobs.values():
            job.end(state, error)
        self._jobs.clear()

    def _cancel(self, job: Job) -> None:
        with self._lock:
            if self._jobs.pop(job.number, None) and self._process:
                self._process.send(Message("cancel", {"job": job.number}))
        job.end("cancelled")
