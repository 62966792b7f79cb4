"""What every page begins with: its name, the way to the other pages, and the look they share."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pixellab.ui.components import styles
from pixellab.ui.frames import FIRST_FRAMES

ROOT = Path(__file__).parents[2]
"""The folder of app.py and pages/."""


_NEEDS = {"Three dials": FIRST_FRAMES / "dials.npz"}
"""Pages that are listed once their recording is there: it takes a trained colour model to make it."""


def pages() -> list[tuple[str, str]]:
    """File and name of each page, in course order: the files of pages/ by their number.

    `3_Masks_and_leaks.py` is called "Masks and leaks" and has the address /Masks_and_leaks.
    """
    numbered = []
    for file in (ROOT / "pages").glob("*.py"):
        number, _, name = file.stem.partition("_")
        name = name.replace("_", " ")
        if name not in _NEEDS or _NEEDS[name].exists():
            numbered.append((int(number), f"pages/{file.name}", name))
    return [("app.py", "Start"), *((file, name) for _, file, name in sorted(numbered))]


def page(title: str, subtitle: str, *, icon: str = "🟦") -> None:
    """Begin a page; call it before any other Streamlit command.

    Args:
        title: one to three words, as in the navigation.
        subtitle: one sentence: what there is to see here.
        icon: an emoji (a Material icon would be fetched from another host).
    """
    st.set_page_config(page_title=f"{title} · pixellab", page_icon=icon, layout="wide")
    st.html(f"<style>{styles('page')}</style>")
    with st.sidebar:
        st.markdown("#### pixellab")
        for file, name in pages():
            st.page_link(file, label=name, width="stretch")
    with st.container(key="pixellab-title"):
        st.title(title, anchor=False)
        st.markdown(f":gray[{subtitle}]")
