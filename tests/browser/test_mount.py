"""A component stays as long as its element does, however late a renderer of older data comes to its end."""

from __future__ import annotations

from playwright.sync_api import Page

from pixellab.ui.components import source

SCRIPT = """() => {
  const log = [];
  const component = { load: (data) => log.push(data), stop: () => log.push("stopped") };
  const render = mounts(() => log.push("made") && component);
  const host = document.body.appendChild(document.createElement("div"));
  const parentElement = host.attachShadow({ mode: "open" });
  const first = render({ parentElement, data: "old" });
  const second = render({ parentElement, data: "new" });
  first();  // overtaken by newer data, as Streamlit calls it on a busy machine
  render({ parentElement, data: "newer" });
  host.remove();
  second();
  return log;
}"""


def test_an_overtaken_renderer_leaves_the_component_alone(page: Page) -> None:
    page.set_content("<p>here</p>")
    page.add_script_tag(content=source("mount"))
    assert page.evaluate(SCRIPT) == ["made", "old", "new", "newer", "stopped"]
