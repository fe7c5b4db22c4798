"""What may stand in a text that is kept: the one rule of all readers and of all writers (RELIABILITY R6).

Control codes act on terminals and databases, overrides of direction make a text read as another, lone surrogates are
no text in any encoding, ``(cid:12)`` is the number of a glyph and no letter. Readers know more of their documents
(``extractors.text`` repairs ligatures before), writers let nothing else through.
"""

from __future__ import annotations

import re
import unicodedata

REPLACEMENT = "\ufffd"

LINE_END = re.compile("\r\n?|[\x0b\x0c\x85]")
"""Ends of lines that are no LF: CR, CR LF, and those that part lines and nothing else (Unicode Standard, 5.8)."""

DROPPED = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]")
"""Control codes (C0 and C1) but tabs and ends of lines, and overrides of the direction of writing."""

LOST = re.compile("[\ud800-\udfff\ufffe\uffff]|\\(cid:\\d{1,9}\\)")
"""Halves of a character, codes that are none, glyphs without one: each stands for a letter that cannot be known."""

SUSPECT = re.compile("|".join(rule.pattern for rule in (LINE_END, DROPPED, LOST)))


def clean(text: str) -> str:
    """The text as it may be kept: lines end with LF, NFC, without what is no text; clean text comes back as it is."""
    return cleaned(text)[0]


def cleaned(text: str) -> tuple[str, int]:
    """The clean text, and how many characters of it were no text."""
    if text.isascii() and text.isprintable() and "(cid:" not in text:
        return text, 0
    dropped = replaced = 0
    if SUSPECT.search(text):
        text, dropped = DROPPED.subn("", LINE_END.sub("\n", text))
        text, replaced = LOST.subn(REPLACEMENT, text)
    return unicodedata.normalize("NFC", text), dropped + replaced
