"""A Lab and a real child process (without torch): what arrives, and what happens when something dies."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import fake_worker
import numpy as np
import pytest

from pixellab.worker import client
from pixellab.worker.client import Completion, Distributions, Job, Lab, generation

PATIENCE_S = 60.0  # never waited for in full where all is well
MakeLab = Callable[..., Lab]


def until(condition: Callable[[], bool]) -> None:
    """Wait for a condition, with patience."""
    limit = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < limit, "waited in vain"
        time.sleep(0.01)


def gone(pid: int) -> bool:
    """Whether a process has ended; a zombie has: whoever should bury it may be missing in a container."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except ProcessLookupError:
        return True
    except FileNotFoundError:
        return Path("/proc/self").exists()  # it went in between; or there is no /proc


def assert_drawn(job: Job) -> None:
    """It is done, and holds what the fake engine draws."""
    assert job.wait(timeout=PATIENCE_S)
    assert (job.state, job.error, job.done) == ("done", "", job.total)
    values, probabilities = fake_worker.expected(job.request)
    np.testing.assert_array_equal(job.values, values)
    if job.probabilities is not None:
        np.testing.assert_array_equal(job.probabilities, probabilities.astype(np.float16))
    wide = probabilities.astype(np.float64)
    np.testing.assert_allclose(job.entropy, -(wide * np.log(wide)).sum(-1), rtol=1e-4)


def test_it_draws_what_the_engine_draws(lab: Lab) -> None:
    hidden = np.zeros((6, 9), bool)
    hidden[2:5, 1:7] = True
    job = lab.submit(Completion("binary", np.ones((1, 6, 9), np.uint8), hidden, n=4, seed=3))
    assert job.total == 18
    assert_drawn(job)


def test_colours_conditions_and_distributions(lab: Lab) -> None:
    image = np.arange(60, dtype=np.uint8).reshape(3, 4, 5)
    jobs = [
        lab.submit(Completion("colour", image, np.ones((4, 5), bool), n=2, keep_probabilities=True, condition=3)),
        lab.submit(generation("colour", seed=1, condition=np.zeros(10, np.float32))),
        lab.submit(Distributions("colour", image, condition=9)),
    ]
    for job in jobs:
        assert_drawn(job)
    assert jobs[1].probabilities is None
    assert jobs[2].probabilities.shape == (20, 1, 3, 256)


def test_sessions_side_by_side(lab: Lab) -> None:
    jobs = [lab.submit(generation("binary", n=2, seed=seed), session=f"{seed % 3}") for seed in range(12)]
    for job in jobs:
        assert_drawn(job)


def test_one_sessions_cancel_is_its_own(lab: Lab) -> None:
    mine, theirs = (lab.submit(generation("slow"), session=name) for name in ("mine", "theirs"))
    assert mine.wait(pixels=1, timeout=PATIENCE_S)
    mine.cancel()
    assert (mine.state, mine.error) == ("cancelled", "")
    kept = mine.done
    before = theirs.done
    assert theirs.wait(pixels=before + 20, timeout=PATIENCE_S)
    assert theirs.state == "running"
    assert mine.done == kept
    theirs.cancel()
    assert_drawn(lab.submit(generation("binary")))


def test_what_cannot_be_met_is_refused_at_once(lab: Lab) -> None:
    with pytest.raises(ValueError, match="no model 'unknown'"):
        lab.submit(generation("unknown"))
    with pytest.raises(ValueError, match="temperature"):
        lab.submit(generation("binary", temperature=-1))


def test_a_job_that_nobody_looked_at_goes_on_where_it_was(make_lab: MakeLab) -> None:
    lab = make_lab(heartbeat_s=0.3)
    job = lab.submit(generation("slow"))
    assert job.wait(pixels=10, timeout=PATIENCE_S)
    until(lambda: job.ended)
    assert job.abandoned
    kept, values = job.done, job.values.copy()
    assert 10 <= kept < job.total
    lab.resume(job)
    assert job.wait(pixels=kept + 10, timeout=PATIENCE_S)
    np.testing.assert_array_equal(job.values[:kept], values[:kept])
    np.testing.assert_array_equal(job.values[: job.done], fake_worker.expected(job.request)[0][: job.done])
    job.cancel()
    lab.resume(job)
    assert job.state == "cancelled"


def test_nothing_to_draw_needs_no_process(make_lab: MakeLab) -> None:
    lab = make_lab()
    job = lab.submit(Completion("binary", np.ones((1, 6, 9), np.uint8), np.zeros((6, 9), bool)))
    assert (job.state, job.total, lab.pid) == ("done", 0, None)


@pytest.mark.parametrize(
    ("model", "sentence"), [("corrupt", "is damaged; download"), ("broken", "weights and picture do not fit")]
)
def test_a_failure_concerns_one_job(lab: Lab, model: str, sentence: str) -> None:
    bad, good = lab.submit(generation(model)), lab.submit(generation("binary"))
    assert bad.wait(timeout=PATIENCE_S)
    assert bad.state == "failed"
    assert sentence in bad.error
    assert_drawn(good)


def test_printing_does_not_disturb_the_pipe(lab: Lab) -> None:
    pid = lab.pid
    assert_drawn(lab.submit(generation("noisy")))
    assert pid in (None, lab.pid)


def test_a_job_that_nobody_looks_at_ends_itself(make_lab: MakeLab) -> None:
    lab = make_lab(heartbeat_s=2)
    watched, forgotten = lab.submit(generation("slow")), lab.submit(generation("slow"))
    until(lambda: watched.done > 0 and forgotten.ended)
    assert forgotten.state == "cancelled"
    assert forgotten.error == "Nobody looked for 2 seconds, so drawing stopped."
    assert forgotten.done < forgotten.total
    assert watched.state == "running"


def test_too_many_jobs(make_lab: MakeLab) -> None:
    lab = make_lab(most_jobs=3)
    jobs = [lab.submit(generation("slow")) for _ in range(4)]
    assert [job.ended for job in jobs] == [False, False, False, True]
    assert jobs[3].state == "failed"
    assert "try again in a minute" in jobs[3].error
    jobs[0].cancel()
    assert_drawn(lab.submit(generation("binary")))


def test_killed_in_the_middle_it_goes_on(make_lab: MakeLab, tmp_path: Path) -> None:
    lab = make_lab()
    lab.warm("binary")
    first = lab.pid
    job, other = lab.submit(generation(f"mortal:{tmp_path / 'died'}", n=2)), lab.submit(generation("binary"))
    assert_drawn(job)
    assert_drawn(other)
    assert lab.pid not in (None, first)
    assert gone(first)


def test_killed_from_outside_it_goes_on(make_lab: MakeLab) -> None:
    lab = make_lab()
    job = lab.submit(generation("slow"))
    assert job.wait(pixels=5, timeout=PATIENCE_S)
    first = lab.pid
    os.kill(first, signal.SIGKILL)
    until(lambda: lab.pid not in (None, first))
    shown = job.done
    assert job.wait(pixels=shown + 20, timeout=PATIENCE_S)
    assert job.state == "running"
    values, _ = fake_worker.expected(job.request)
    done = job.done
    np.testing.assert_array_equal(job.values[:done], values[:done])


def test_killed_twice_it_gives_up(make_lab: MakeLab) -> None:
    lab = make_lab()
    job = lab.submit(generation("deadly"))
    assert job.wait(timeout=PATIENCE_S)
    assert job.state == "failed"
    assert job.error == "The sampling process ended twice while drawing this picture: it was ended by SIGKILL."
    until(lambda: lab.pid is None)
    assert_drawn(lab.submit(generation("binary")))


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ((sys.executable, "-c", "import nothing_of_this_name"), "No module named 'nothing_of_this_name'."),
        ((sys.executable, "-c", "raise SystemExit(3)"), "it ended with code 3."),
        ((sys.executable, "-c", "print('a greeting of some length')"), "cannot be understood: foreign bytes"),
        (("/nowhere/python",), "No such file"),
    ],
)
def test_what_cannot_start_says_why_and_stays_down(make_lab: MakeLab, command: tuple[str, ...], reason: str) -> None:
    lab = make_lab(command)
    job = lab.submit(generation("binary"))
    assert job.wait(timeout=PATIENCE_S)
    assert job.state == "failed"
    assert job.error.startswith("The sampling process could not start: ")
    assert reason in job.error
    lab.warm("binary")
    assert lab.pid is None


def test_an_engine_that_cannot_be_made(make_lab: MakeLab) -> None:
    code = "from pixellab.worker.__main__ import main\ndef make(threads): import no_torch\nmain(make)"
    job = make_lab((sys.executable, "-c", code)).submit(generation("binary"))
    assert job.wait(timeout=PATIENCE_S)
    assert job.error == ("The sampling process could not start: ModuleNotFoundError: No module named 'no_torch'.")


def test_another_version_is_refused(make_lab: MakeLab) -> None:
    code = (
        "from pixellab.worker import protocol; protocol.VERSION = 99\n"
        f"import runpy; runpy.run_path({fake_worker.__file__!r}, run_name='__main__')"
    )
    job = make_lab((sys.executable, "-c", code)).submit(generation("binary"))
    assert job.wait(timeout=PATIENCE_S)
    assert "speaks version 99" in job.error
    assert "restart the server" in job.error


def test_closing_ends_the_process_and_the_next_job_starts_another(make_lab: MakeLab) -> None:
    lab = make_lab()
    job = lab.submit(generation("slow"))
    assert job.wait(pixels=1, timeout=PATIENCE_S)
    pid = lab.pid
    lab.close()
    assert gone(pid)
    assert job.state == "cancelled"
    assert_drawn(lab.submit(generation("binary")))


def test_a_forgotten_lab_takes_its_process_along() -> None:
    lab = Lab((sys.executable, fake_worker.__file__), configuration=fake_worker.configuration)
    lab.submit(generation("slow"))
    pid = lab.pid
    del lab
    gc.collect()
    until(lambda: gone(pid))


PARENT = """
import sys, time
sys.path.insert(0, {folder!r})
import fake_worker
from pixellab.worker.client import Lab, generation
lab = Lab((sys.executable, fake_worker.__file__), configuration=fake_worker.configuration)
job = lab.submit(generation("slow"))
assert job.wait(pixels=1, timeout=60)
print(lab.pid, flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("end", ["killed", "at its end"])
def test_no_orphan_stays_behind(end: str) -> None:
    code = PARENT.format(folder=str(Path(__file__).parent))
    pipes = {name: subprocess.PIPE for name in ("stdin", "stdout", "stderr")}
    with subprocess.Popen([sys.executable, "-c", code], **pipes) as parent:
        pid = int(parent.stdout.readline())
        assert not gone(pid)
        if end == "killed":
            parent.kill()
        else:
            parent.stdin.close()
            assert parent.wait(PATIENCE_S) == 0
        until(lambda: gone(pid))
        assert parent.stderr.read() == b""  # its own exit is no accident: no complaint, no second start


def test_one_lab_for_the_whole_process() -> None:
    assert client.connect() is client.connect()
    assert client.connect().pid is None


def test_the_client_imports_no_torch() -> None:
    code = (
        "import sys; from pixellab.worker import client; client.connect(); client.generation('mnist-gated');"
        "sys.exit('torch' in sys.modules or 'streamlit' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=PATIENCE_S).returncode == 0
