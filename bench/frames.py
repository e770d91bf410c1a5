"""Time the redraw of the labs in the built book: from a slider's move to the end of painting.

Each move is made inside an animation frame; the clock stops in the first task after that frame, so
the time holds scripting, style, layout and painting, on a processor slowed down to a quarter, like
a phone's. Usage: python bench/frames.py [folder of built pages ...]
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

MOVES, SLOWER, WIDTHS = 200, 4, (360, 1280)
SETTLED = 1000  # ms until the page has loaded what comes into view
BOOK = Path(__file__).resolve().parent.parent / "_build" / "html" / "book"
MOVE = """async (lab, moves) => {
    const sliders = [...lab.querySelectorAll("input[type=range]")], times = [];
    const channel = new MessageChannel();
    for (let i = 0; i < moves; i++) {
        const slider = sliders[i % sliders.length];
        await new Promise(requestAnimationFrame);
        const start = performance.now();
        slider.value = Math.floor(Math.random() * (+slider.max + 1));
        slider.dispatchEvent(new Event("input", { bubbles: true }));
        const after = new Promise((done) => { channel.port1.onmessage = done; });
        channel.port2.postMessage(0);
        await after;
        times.push(performance.now() - start);
    }
    return times;
}"""


def main() -> int:
    """Print a line for each lab of the book and each width."""
    program = shutil.which("chromium")
    if program is None:
        print("frame times: none, there is no chromium on this machine (apt install chromium)")
        return 0
    folders = [Path(name) for name in sys.argv[1:]] or [BOOK]
    print(f"{f'ms from a move to the end of painting, CPU / {SLOWER}':56}{'median':>8}{'p90':>8}{'worst':>8}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--disable-gpu"])
        for path in sorted(path for folder in folders for path in folder.glob("[0-9][0-9]_*.html")):
            for width in WIDTHS:
                page = browser.new_page(viewport={"width": width, "height": 800}, device_scale_factor=2)
                page.goto(path.as_uri())
                tools = page.context.new_cdp_session(page)
                tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
                for lab in page.locator(".torchlearning-lab").all():
                    lab.scroll_into_view_if_needed()
                    page.wait_for_timeout(SETTLED)
                    times = sorted(lab.evaluate(MOVE, MOVES))
                    figures = (times[MOVES // 2], times[int(0.9 * MOVES)], times[-1])
                    name = f"{lab.get_attribute('data-lab')}, {width} px"
                    print(f"{name:56}" + "".join(f"{figure:8.1f}" for figure in figures), flush=True)
                page.close()
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
