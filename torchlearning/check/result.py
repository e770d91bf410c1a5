"""What a check has found, for programs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """What a check has found.

    Attributes
    ----------
    exercise : str
        The name of the check.
    right : bool
        Whether every statement holds.
    statement : str or None
        The statement that failed, such as "large logits".
    mistake : str or None
        The hint, if it names a known mistake and is not only a description of the difference.
    advice : str or None
        What a right answer could do better.
    """

    exercise: str
    right: bool
    statement: str | None = None
    mistake: str | None = None
    advice: str | None = None

    def _ipython_display_(self) -> None:
        """Show nothing in a notebook: the check has printed it all."""
