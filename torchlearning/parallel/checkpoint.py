"""Where a run stands, on disk: written in one step, refused if it is of another run."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import torch


def save(path: Path, state: dict[str, Any]) -> None:
    """Replace the checkpoint in one step: whoever reads it, whenever, meets the old or the new one."""
    temporary = path.with_name(path.name + ".tmp")
    with temporary.open("wb") as file:
        torch.save(state, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)


def load(path: Path, settings: dict[str, Any]) -> dict[str, Any] | None:
    """Return a checkpoint, None if there is none yet.

    Raises
    ------
    ValueError
        If the file cannot be read as one, or is of a run with other settings.
    """
    try:
        state = torch.load(path, weights_only=True, map_location="cpu")
        theirs = state["settings"]
        state["epoch"], state["w"]
    except FileNotFoundError:
        return None
    except Exception as error:  # a foreign file can raise anything
        raise ValueError(
            f"{path.name} is no checkpoint of this program, or a damaged one ({type(error).__name__}); "
            "to start over, move it away"
        ) from None
    for name, value in settings.items():
        if theirs.get(name) != value:
            raise ValueError(
                f"{path.name} is of a run with {name} {theirs.get(name)}, this one has {name} {value}; "
                "to go on, take the same settings; to start over, move it away"
            )
    return state
