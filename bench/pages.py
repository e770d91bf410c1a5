"""Load the pages of the built book as a phone on a slow line does, and print what that costs.

A screen of 360 px, 1.6 Mbit/s, 150 ms to the server and back, a processor four times slower, nothing
stored from before; the server compresses. For each page: requests and kilobytes until the page has
loaded, seconds to the largest paint and to the load event, and by how much the page has shifted.
Books to compare take turns page by page. Usage: python bench/pages.py [FOLDER ...]
"""

from __future__ import annotations

import gzip
import shutil
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

BOOK = Path(__file__).resolve().parent.parent / "_build" / "html"
LINE = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 94_000}
WATCH = """
    window.paint = window.shift = 0;
    new PerformanceObserver((list) => { for (const e of list.getEntries()) paint = e.startTime; })
        .observe({ type: "largest-contentful-paint", buffered: true });
    new PerformanceObserver((list) => { for (const e of list.getEntries()) shift += e.value; })
        .observe({ type: "layout-shift", buffered: true });
"""
READ = "[paint / 1000, performance.getEntriesByType('navigation')[0].loadEventEnd / 1000, shift]"


class Handler(SimpleHTTPRequestHandler):
    """Serve files compressed, as servers of books do."""

    def do_GET(self) -> None:
        """Answer with a whole file."""
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            self.send_error(404)
            return
        text = path.suffix in (".html", ".css", ".js", ".svg", ".txt")
        body = gzip.compress(path.read_bytes(), 6, mtime=0) if text else path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Length", str(len(body)))
        if text:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def load(browser: Browser, address: str) -> list[float]:
    """Return what loading a page costs: requests, kilobytes, seconds to paint, to load, and shift."""
    context = browser.new_context(viewport={"width": 360, "height": 640})
    page = context.new_page()
    wire = context.new_cdp_session(page)
    sizes: list[float] = []
    wire.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    wire.send("Network.enable")
    wire.send("Network.emulateNetworkConditions", LINE)
    wire.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.add_init_script(WATCH)
    page.goto(address, wait_until="load", timeout=120_000)
    page.wait_for_timeout(1000)
    requests, kilobytes = len(sizes), sum(sizes) / 1000
    paint, loaded, shift = page.evaluate(READ)
    context.close()
    return [requests, kilobytes, paint, loaded, shift]


def main(folders: list[Path]) -> int:
    """Print a line for each page of each book."""
    program = shutil.which("chromium")
    if program is None:
        print("pages: no times, there is no chromium on this machine (apt install chromium)")
        return 0
    servers = [
        ThreadingHTTPServer(("localhost", 0), partial(Handler, directory=str(folder))) for folder in folders
    ]
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"{'page':34}{'book':>6}{'requests':>9}{'kB':>7}{'paint s':>9}{'load s':>8}{'shift':>7}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--disable-gpu"])
        for path in sorted((folders[0] / "book").glob("*.html")):
            for i, server in enumerate(servers):
                address = f"http://localhost:{server.server_port}/book/{path.name}"
                requests, *costs = load(browser, address)
                line = "{:7.0f}{:9.2f}{:8.2f}{:7.3f}".format(*costs)
                print(f"{path.stem:34}{i + 1:6}{requests:9.0f}{line}", flush=True)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main([Path(name) for name in sys.argv[1:]] or [BOOK]))
