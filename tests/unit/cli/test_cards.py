"""`pixellab cards`: the README says what the cards say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pixellab import compare, zoo
from pixellab.commands import cards

Command = Callable[..., tuple[int, str, str]]
ROOT = Path(__file__).parents[3]


def test_readme_and_cards_agree() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = text.partition(cards.BEGIN)[2].partition(cards.END)[0]
    assert shown == cards.tables(), "`pixellab cards --update README.md` brings it up to date"


def test_every_model_stands_there_once_with_its_figure(pixellab_command: Command) -> None:
    status, text, _ = pixellab_command("cards")
    assert status == 0
    for name in zoo.pretrained():
        lines = [line for line in text.splitlines() if f"| `{name}`:" in line]
        assert len(lines) == 1
        figure = zoo.card(name).figure("test")
        if figure:
            assert f"**{figure.value:.2f}** on " in lines[0]


def test_published_figures_come_with_their_source() -> None:
    for entry in compare.entries():
        for figure in entry.published:
            assert f"{figure.value:.2f} ({figure.source})" in cards.tables() or figure is not entry.published[0]


def test_update_changes_only_what_lies_between_the_marks(pixellab_command: Command, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{cards.BEGIN}old\n{cards.END}after\n", encoding="utf-8")
    assert pixellab_command("cards", "--update", page)[0] == 0
    assert page.read_text(encoding="utf-8") == f"before\n{cards.BEGIN}{cards.tables()}{cards.END}after\n"
    page.write_text("no marks", encoding="utf-8")
    status, _, error = pixellab_command("cards", "--update", page)
    assert status == 2
    assert "does not have the marks" in error
    assert page.read_text(encoding="utf-8") == "no marks"
