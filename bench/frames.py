"""Time the redraw of the labs in the built book: from a slider's move to the end of painting.

Each move is made inside an animation frame; the clock stops in the first task after that frame,
so the time holds scripting, style, layout and painting. Usage: python bench/frames.py
"""

from __future__ import annotations

import shutil
import statistics
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

MOVES = 300
BOOK = Path(__file__).resolve().parent.parent / "_build" / "html" / "book"
MOVE = """async (lab, moves) => {
    const sliders = [...lab.querySelectorAll("input[type=range]")], times = [];
    const channel = new MessageChannel();
    for (let i = 0; i < moves; i++) {
        const slider = sliders[i % sliders.length];
        await new Promise(requestAnimationFrame);
        const start = performance.now();
        slider.value = Math.floor(Math.random() * (+slider.max + 1));
        slider.dispatchEvent(new Event("input"));
        const after = new Promise((done) => { channel.port1.onmessage = done; });
        channel.port2.postMessage(0);
        await after;
        times.push(performance.now() - start);
    }
    return times;
}"""


def main() -> int:
    """Print a line for each lab of the book."""
    program = shutil.which("chromium")
    if program is None:
        print("frame times: none, there is no chromium on this machine (apt install chromium)")
        return 0
    print(f"{'ms from a slider move to the end of painting':46}{'median':>8}{'95th':>8}{'worst':>8}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--disable-gpu"])
        for path in sorted(BOOK.glob("[0-9][0-9]_*.html")):
            page = browser.new_page(viewport={"width": 1280, "height": 900}, device_scale_factor=2)
            page.goto(path.as_uri())
            for lab in page.locator(".torchlearning-lab").all():
                lab.scroll_into_view_if_needed()
                times = sorted(lab.evaluate(MOVE, MOVES))
                figures = (statistics.median(times), times[int(0.95 * MOVES)], times[-1])
                name = lab.get_attribute("data-lab") or ""
                print(f"{name:46}" + "".join(f"{figure:8.1f}" for figure in figures))
            page.close()
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
