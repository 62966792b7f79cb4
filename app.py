"""Start: four endings of one half-hidden digit finish themselves; what this is; the ways in."""

from __future__ import annotations

import streamlit as st

from pixellab.ui import chrome, course
from pixellab.ui.components import styles
from pixellab.ui.endings import endings
from pixellab.ui.frames import recorded

chrome.page(
    "One picture, four endings",
    "The lower half was hidden. A model guesses how it goes on.",
)
st.html(f"<style>{styles('start')}</style>")

frames = recorded("start")
if frames is not None:
    endings(frames, run="start", key="start", columns=4, closeup=False)

with st.container(key="way"):
    st.page_link("pages/12_Completion_studio.py", label="Hide a part yourself →", width="content")

about, ways = st.columns([54, 46], gap="large")
with about:
    st.markdown(
        """
#### What this is

Meet a network that never sees a whole picture. It is asked one question again and again: *these are the
pixels so far, what is the next one?* It answers with a probability for every value, a random number decides,
and the pixel is drawn. From 784 such answers a digit grows.

That is all a **PixelCNN** or a **PixelRNN** does. Here you can watch every answer, stop at any pixel, look at
what it could see and what it held likely, and hide whatever you like and let the network go on from there.
What you see is drawn by a real network on this machine, and nothing leaves it.
"""
    )
with ways:
    for title, sentence, stops in course.paths():
        with st.container(border=True):
            st.markdown(f"**{title}**  \n:gray[{sentence}]")
            for file, label in stops:
                st.page_link(file, label=label)
