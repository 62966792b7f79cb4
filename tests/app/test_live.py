"""One place of a page and its jobs: kept, replaced, cancelled, started again."""

from __future__ import annotations

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from pixellab.ui import live
from pixellab.worker import client


class Job:
    """A job that ends only when it is told to."""

    total, done, error = 10, 5, ""

    def __init__(self) -> None:
        self.state = "running"

    @property
    def abandoned(self) -> bool:
        return self.state == "cancelled" and bool(self.error)

    @property
    def ended(self) -> bool:
        return self.state in ("done", "cancelled", "failed")

    def cancel(self) -> None:
        if not self.ended:
            self.state = "cancelled"

    def touch(self) -> None: ...

    def wait(self, pixels: int, timeout: float) -> bool:
        return True


class Lab:
    """Takes requests and remembers them."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []
        self.visits: list[str] = []

    def submit(self, request: client.Completion, session: str) -> Job:
        self.jobs.append(Job())
        self.visits.append(session)
        return self.jobs[-1]

    def resume(self, job: Job, session: str) -> None:
        job.state, job.error = "running", ""
        self.visits.append(session)


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch) -> Lab:
    made = Lab()
    monkeypatch.setattr(client, "connect", lambda: made)
    return made


def page() -> None:
    import streamlit as st

    from pixellab.ui import live
    from pixellab.worker import client

    seed = st.number_input("seed", 0, 9, 0)
    count = st.number_input("count", 1, 4, 1)
    live.jobs("here", [client.generation("any", seed=int(seed) + 100 * k) for k in range(int(count))])
    live.cancel_button("here")
    st.button("again", on_click=live.again, args=("here",))
    st.caption(live.run_name("here"))
    live.follow("here", lambda *found: st.text(f"{len(found)} jobs: {live.status('here')}"))


def test_a_job_is_kept_while_the_request_stays_the_same(lab: Lab) -> None:
    at = AppTest.from_function(page).run()
    at.run()
    assert len(lab.jobs) == 1
    assert at.text[0].value.startswith("1 jobs: Pixel 5 of 10")


def test_another_request_replaces_it(lab: Lab) -> None:
    at = AppTest.from_function(page).run()
    at.number_input[0].set_value(1).run()
    assert [job.state for job in lab.jobs] == ["cancelled", "running"]
    assert len(set(lab.visits)) == 1


def test_several_jobs_are_started_and_cancelled_together(lab: Lab) -> None:
    at = AppTest.from_function(page).run()
    at.number_input[1].set_value(3).run()
    assert [job.state for job in lab.jobs] == ["cancelled"] + ["running"] * 3
    at.button(key="here.cancel").click().run()
    assert {job.state for job in lab.jobs} == {"cancelled"}
    assert len(lab.jobs) == 4
    assert at.text[0].value == "3 jobs: Stopped at pixel 15 of 30."
    assert at.button(key="here.cancel").disabled


def test_what_was_abandoned_goes_on_as_the_same_run_but_not_what_was_cancelled(lab: Lab) -> None:
    at = AppTest.from_function(page).run()
    run = at.caption[0].value
    lab.jobs[0].state, lab.jobs[0].error = "cancelled", "Nobody looked."
    at.run()
    assert [job.state for job in lab.jobs] == ["running"]
    assert at.caption[0].value == run, "the animation must not begin again"
    assert len(set(lab.visits)) == 1
    at.button(key="here.cancel").click().run()
    at.run()
    assert [job.state for job in lab.jobs] == ["cancelled"]
    at.button[1].click().run()
    assert len(lab.jobs) == 2
    assert at.caption[0].value != run


def test_a_failed_job_says_why_and_can_be_tried_again(lab: Lab) -> None:
    at = AppTest.from_function(page).run()
    lab.jobs[0].state, lab.jobs[0].error = "failed", "The model is missing; restore it."
    at.run()
    assert at.error[0].value == "The model is missing; restore it."
    at.button(key="here.again").click().run()
    assert lab.jobs[-1].state == "running"
    assert not at.error


def test_equal_requests_have_equal_fingerprints() -> None:
    def request(**other: object) -> client.Completion:
        hidden = np.zeros((4, 4), bool)
        hidden[2:] = True
        return client.Completion("any", image=np.ones((1, 4, 4), np.uint8), **{"hidden": hidden, **other})

    assert live.fingerprint([request()]) == live.fingerprint([request()])
    others = [request(seed=1), request(temperature=0.5), request(hidden=np.ones((4, 4), bool))]
    assert len({live.fingerprint([r]) for r in [request(), *others]}) == 4


def ending_page() -> None:
    import streamlit as st

    from pixellab.ui import live
    from pixellab.worker import client

    def show(job: client.Job) -> None:
        job.state = "done"  # while it is looked at

    st.session_state["runs"] = st.session_state.get("runs", 0) + 1
    live.jobs("ending", [client.generation("any", seed=0)])
    live.follow("ending", show)
    live.cancel_button("ending")


def test_a_drawing_that_ends_while_the_page_runs_does_not_begin_the_page_anew(lab: Lab) -> None:
    """A run broken off there may be followed by a look at the job alone: the button below would never come."""
    test = AppTest.from_function(ending_page).run()
    assert not test.exception
    assert test.session_state["runs"] == 1
    assert test.button[0].disabled
