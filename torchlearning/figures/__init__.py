"""Figures, and a figure in words; this file only says in one sentence why there can be none."""

import os

try:
    import matplotlib as matplotlib
except ValueError:  # matplotlib reads the variable while it is imported
    backend = os.environ.get("MPLBACKEND")
    raise ImportError(f"MPLBACKEND must name a backend of matplotlib, such as agg, got {backend!r}") from None
