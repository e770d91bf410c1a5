"""The part of a font that the book uses, small enough to lie in a style sheet.

A font inside the sheet is there when the text is drawn, so nothing jumps when it comes; it costs no
request; and Firefox, which reads no font from another folder of a disk, draws it too.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont


def face(family: str, font: Path, characters: Iterable[str], **descriptors: str) -> str:
    """Return the rule ``@font-face`` that holds a font's `characters` as WOFF2.

    The pieces of tall brackets and long braces come along.

    Raises
    ------
    ValueError
        If the font lacks one of the characters.
    """
    source, wanted = TTFont(font), {ord(character) for character in characters}
    if missing := sorted(map(chr, wanted - source.getBestCmap().keys())):
        raise ValueError(f"{font.name} lacks {', '.join(map(ascii, missing))}")
    subsetter = Subsetter(Options(layout_features=[], hinting=False, notdef_outline=True))
    subsetter.populate(unicodes=wanted)
    subsetter.subset(source)
    source.flavor = "woff2"
    source.save(buffer := io.BytesIO())

    data = base64.b64encode(buffer.getvalue()).decode()
    extra = "".join(f"{name.replace('_', '-')}:{value};" for name, value in descriptors.items())
    return (
        f'@font-face{{font-family:"{family}";{extra}src:url(data:font/woff2;base64,{data})format("woff2")}}'
    )
