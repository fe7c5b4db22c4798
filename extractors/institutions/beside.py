"""The country that the words right beside a name say it is of: ``la CNSS du Togo``, ``au Mali, l'ANPE``."""

from __future__ import annotations

import re

from spacy.tokens import Doc

from extractors.folding import text_of

BRACKETED = r"(?: \([^()]{2,15}\))?"
"""An acronym may stand between a name and its country: ``Agence nationale pour l'emploi (ANPE) du Bénin``."""
OF = re.compile(BRACKETED + r" (?:du |de la |de l['’]|des |de |d['’]|au |aux |en |\()")
"""What joins a name to the country after it."""
SPACE = re.compile(BRACKETED + " ")
"""What joins it to a demonym: ``la CNSS togolaise``."""
IN = re.compile(r"(?:^|\W)(?:au|aux|en) $", re.IGNORECASE)
THEN = re.compile(r", (?:l['’]|la |le |les )?")
"""What stands before and after a country of which a name follows: ``au Mali, l'ANPE``."""


def country_beside(doc: Doc, start: int, end: int) -> str | None:
    """The country (ISO alpha-3) that the words right after the characters ``[start, end)``, else right before, tell."""
    text = text_of(doc)
    before = None
    for mention in doc._.country_mentions:
        if mention.iso3 is None:
            continue
        joined = SPACE if mention.kind == "demonym" else OF
        if mention.start >= end and joined.fullmatch(text, end, mention.start):
            return str(mention.iso3)
        told = mention.end <= start and mention.kind != "demonym" and THEN.fullmatch(text, mention.end, start)
        if told and IN.search(text[: mention.start]):
            before = str(mention.iso3)
    return before
