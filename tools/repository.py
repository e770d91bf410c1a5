"""Sphinx extension: what pages offer once `repository_url` in _config.yml says where the course lives.

That is buttons to Colab and Binder, and one to report an error in the section that is being read
(book.js names it). Without the address there is none of them. It is on GitHub, for Colab too.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from sphinx.application import Sphinx
from sphinx.config import Config

LAUNCH = {
    "notebook_interface": "jupyterlab",
    "colab_url": "https://colab.research.google.com",
    "binderhub_url": "https://mybinder.org",
}
WORDS = "Something wrong here?"
FORM = "errata.yml"  # in .github/ISSUE_TEMPLATE


def launch(app: Sphinx, config: Config) -> None:
    """Ask the theme for its buttons."""
    options = config.html_theme_options
    if options.get("repository_url"):
        config.html_theme_options = {"repository_branch": "main", "launch_buttons": LAUNCH, **options}


def report(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
    """Put the button that reports an error into the bar of a page."""
    address = app.config.html_theme_options.get("repository_url")
    if address and doctree is not None:
        query = urlencode({"template": FORM, "title": f"{context['title']}: ", "where": context["title"]})
        link = {"type": "link", "url": f"{address}/issues/new?{query}", "text": WORDS, "tooltip": WORDS}
        context["header_buttons"].append({**link, "icon": "fas fa-flag", "label": "errata-button"})


def setup(app: Sphinx) -> dict[str, bool]:
    """Offer it before the theme reads its options, and after it has made its buttons."""
    app.connect("config-inited", launch, priority=100)
    app.connect("html-page-context", report, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
