"""The words of the report, in French and English: ``texts.csv``, one line a text, with French spacing.

In the file, ordinary spaces stand before ``: ; ! ?`` and ``%``, inside « guillemets » and between the digits of
thousands; here they become the spaces that French printing uses, none of which breaks a line.
"""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib import resources

NARROW, FIXED = "\u202f", "\u00a0"
SPACING = (
    (" ;", f"{NARROW};"),
    (" !", f"{NARROW}!"),
    (" ?", f"{NARROW}?"),
    (" %", f"{NARROW}%"),
    (" :", f"{FIXED}:"),
    ("« ", f"«{NARROW}"),
    (" »", f"{NARROW}»"),
    ("'", "’"),
)


@lru_cache(maxsize=1)
def texts() -> dict[str, dict[str, str]]:
    """Language → key → text."""
    content = resources.files("flows.report").joinpath("texts.csv").read_text(encoding="utf-8")
    lines = list(csv.DictReader(content.splitlines()))
    return {
        "fr": {line["key"]: french(line["fr"]) for line in lines},
        "en": {line["key"]: english(line["en"]) for line in lines},
    }


def english(text: str) -> str:
    """A text with the apostrophes of English typography."""
    return text.replace("'", "’")


def french(text: str) -> str:
    """A text with the spaces and apostrophes of French typography."""
    for plain, printed in SPACING:
        text = text.replace(plain, printed)
    return text


def rule_label(rule: str, language: str = "fr") -> str:
    """What a rule means; the rule itself where it is an institution's pattern that says its own word.

    ``registry:full`` is found as ``rule.registry``; ``lead_in`` as ``rule.lead_in``.
    """
    known = texts()[language]
    return known.get(f"rule.{rule}") or known.get(f"rule.{rule.partition(':')[0]}") or rule
