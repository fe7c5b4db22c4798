"""Governments and states, which are names only with their country: ``Gouvernement du Mali``, ``État burkinabè``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from spacy.tokens import Doc

from extractors.findings import CountryFinding
from extractors.folding import fold
from extractors.institutions.candidates import Candidate
from extractors.institutions.tokens import Letters, normal
from extractors.institutions.vocabulary import heads

SHARED = re.compile("ul?[nN][aA]")
"""``le gouvernement et le peuple haïtiens``: the demonym is plural."""


def is_plural_demonym(doc: Doc, mention: CountryFinding | None) -> bool:
    """Whether a mention is a demonym in the plural."""
    return mention is not None and mention.kind == "demonym" and mention.surface.endswith("s")


def governments(doc: Doc, letters: Letters) -> Iterator[Candidate]:
    """Every government or state followed by its country, as ``du Mali`` or as a demonym."""
    mentions = {mention.start: mention for mention in doc._.country_mentions if mention.iso3 is not None}
    for index, letter in enumerate(letters.text):
        if letter not in "Gg":
            continue
        after = index + 1
        while letters.text[after : after + 1] in ("d", "D", "l"):
            after += 1
        shared = SHARED.match(letters.text, index + 1)
        if shared is not None and is_plural_demonym(doc, mentions.get(doc[shared.end() - 1].idx)):
            country = mentions[doc[shared.end() - 1].idx].iso3
            end = doc[index].idx + len(doc[index])
            yield Candidate(doc[index].idx, end, "pattern:government", "public_body", country=country)
        mention = mentions.get(doc[after].idx) if after < len(doc) else None
        if mention is not None and (mention.kind == "demonym") == (after == index + 1):
            head = heads()[fold(normal(doc[index]))]
            rule = "pattern:government" if head.type == "public_body" else f"pattern:{head.words}"
            yield Candidate(doc[index].idx, mention.end, rule, head.type, country=mention.iso3)
