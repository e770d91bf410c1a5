"""Time the playground while it plays: the work of each frame, and an epoch of training.

A frame's work is scripting from the first animation callback to the end of it ("script"), and on to
the first task afterwards, which comes when style, layout and painting are done ("all"). A blank frame
is 16.7 ms long, so intervals say little. Usage: python bench/playground.py
"""

from __future__ import annotations

import base64
import itertools
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from torchlearning.labs import PlaygroundLab
from torchlearning.labs.base import HERE

SECONDS, WIDTHS = 6, (360, 1280)
SETTINGS: dict[str, dict[str, Any]] = {
    "a step a frame": {},
    "an epoch a frame": {"pace": "epoch"},
    "an epoch a frame, squares": {"pace": "epoch", "model": "squares", "lr": 0.003},
    "an epoch a frame, probabilities": {"pace": "epoch", "shade": "probability"},
}
WATCH = """async (seconds) => {
    const frames = [], before = requestAnimationFrame, channel = new MessageChannel();
    window.requestAnimationFrame = (act) => before((time) => {
        const start = performance.now();
        act(time);
        const script = performance.now() - start;
        channel.port1.onmessage = () => frames.push([script, performance.now() - start, time]);
        channel.port2.postMessage(0);
    });
    const [play] = document.querySelectorAll(".buttons button");
    play.click();
    await new Promise((done) => setTimeout(done, 1000 * seconds));
    play.click();
    return frames.slice(10); // the first compile the code
}"""
EPOCH = """async (module) => {
    const { training } = await import(module), times = [];
    const X = Float64Array.from({ length: 4500 }, (_, i) => (i % 3 === 2 ? 1 : Math.sin(i) * 10));
    const y = Uint8Array.from({ length: 1500 }, (_, i) => i % 3);
    const run = training(9, { random: true, seed: 1 });
    for (let i = 0; i < 200; i++) {
        const start = performance.now();
        run.epoch(X, y, 3, 0.03, 10);
        times.push(performance.now() - start);
    }
    return times.reduce((a, b) => a + b) / times.length; // a browser's clock has steps of 0.1 ms
}"""


def row(page: Page, name: str) -> str:
    """Return a line of the table: 95th percentiles of a frame's work, and the frames missed."""
    frames = page.evaluate(WATCH, SECONDS)
    late = [sorted(frame[i] for frame in frames)[int(0.95 * len(frames))] for i in (0, 1)]
    gaps = [(b[2] - a[2]) / (1000 / 60) for a, b in itertools.pairwise(frames)]
    missed = sum(max(round(gap) - 1, 0) for gap in gaps) / max(sum(gaps), 1)
    return f"{name:48}{len(frames):8}{late[0]:12.1f}{late[1]:12.1f}{100 * missed:10.1f}"


def main() -> int:
    """Print a line for each setting and width."""
    program = shutil.which("chromium")
    if program is None:
        print("frame times of the playground: none, there is no chromium (apt install chromium)")
        return 0
    print(f"{'playing':48}{'frames':>8}{'script p95':>12}{'all p95':>12}{'missed %':>10}")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=program, args=["--disable-gpu"])
        path = Path(folder, "lab.html")
        for name, settings in SETTINGS.items():
            lab = PlaygroundLab(**settings)
            path.write_text("<!doctype html><meta charset=utf-8>" + lab.to_html(), encoding="utf-8")
            for width in WIDTHS:
                page = browser.new_page(viewport={"width": width, "height": 800}, device_scale_factor=2)
                page.goto(path.as_uri())
                print(row(page, f"{name}, {width} px"), flush=True)
                if width == WIDTHS[-1] and not settings:
                    source = base64.b64encode((HERE / "playground_train.js").read_bytes()).decode()
                    epoch = page.evaluate(EPOCH, f"data:text/javascript;base64,{source}")
                    print(f"an epoch at batch 10 over 1,500 points: {epoch:.2f} ms, mean of 200")
                page.close()
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
