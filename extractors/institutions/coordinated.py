"""Acronyms joined to institutions already found: ``CNP, CNES, MDES, UNACOIS``, ``le ministère … et la SOGEPA``."""

from __future__ import annotations

from collections import Counter

from spacy.tokens import Doc

from extractors.institutions.acronyms import acronym_at
from extractors.institutions.candidates import Candidate
from extractors.institutions.tokens import Letters
from extractors.institutions.vocabulary import excluded
from schemas.tables import InstitutionType

LEAST_LETTERS = 3
ARTICLES = frozenset("lDB")
LEAST_KNOWN = 2
"""A list of bare acronyms counts from this many known members on."""


def with_coordinated(doc: Doc, letters: Letters, chosen: list[Candidate]) -> list[Candidate]:
    """The chosen candidates, and the unknown acronyms that a comma or ``et`` joins to them."""
    added: list[Candidate] = []
    for run in runs_of_acronyms(letters.text):
        known = [index for index in run if is_covered(doc, index, chosen)]
        for index in run:
            if index not in known and can_be(doc, letters, index):
                listed = len(known) >= LEAST_KNOWN and 2 * len(known) >= len(run)
                told = (
                    bool(known) and letters.text[index - 1 : index] in ARTICLES and doc[index].text[0] != "P"
                )
                if listed or told or follows_institution(doc, letters, index, chosen):
                    kind = shared_type(doc, known, chosen)
                    added.append(acronym_at(doc, index, "pattern:acronym_enumeration", kind))
                elif owns_institution(doc, letters, index, chosen):
                    added.append(acronym_at(doc, index, "pattern:acronym_owner", "public_body"))
    return sorted([*chosen, *added], key=lambda candidate: candidate.start) if added else chosen


def runs_of_acronyms(text: str) -> list[list[int]]:
    """The tokens of each run of acronyms joined by commas, ``et`` and articles."""
    runs: list[list[int]] = []
    for index, letter in enumerate(text):
        if letter != "S":
            continue
        last = runs[-1][-1] if runs else None
        if last is not None and is_joint(text[last + 1 : index]):
            runs[-1].append(index)
        else:
            runs.append([index])
    return runs


def is_joint(between: str) -> bool:
    """Whether the letters between two names are a comma or ``et``, with articles or ``de``."""
    return between.lstrip("vu") != between and between.strip("vudDlbB") == "" and len(between) <= 4


def can_be(doc: Doc, letters: Letters, index: int) -> bool:
    """Whether a token can be an organisation's acronym that nothing defines."""
    text = doc[index].text
    return (
        not letters.shouting
        and len(text) >= LEAST_LETTERS
        and text.isalpha()
        and text not in excluded("acronym")
        and text not in doc._.context.study.definitions
    )


def is_covered(doc: Doc, index: int, chosen: list[Candidate]) -> bool:
    """Whether a chosen candidate holds the token."""
    start = doc[index].idx
    return any(c.start <= start < c.end for c in chosen)


def shared_type(doc: Doc, known: list[int], chosen: list[Candidate]) -> InstitutionType:
    """The type that most known members of a list have."""
    starts = {doc[index].idx for index in known}
    types = Counter(c.entry.type if c.entry else c.type for c in chosen if c.start in starts)
    types.pop(None, None)
    best = min(types, key=lambda kind: (-types[kind], str(kind)), default=None)
    return best or "public_body"


def owns_institution(doc: Doc, letters: Letters, index: int, chosen: list[Candidate]) -> bool:
    """Whether a named unit right before belongs to the acronym: ``Institut de démographie de l'UCL``."""
    before = index - 1
    while before >= 0 and letters.text[before] in "dDl":
        before -= 1
    if before < 0 or before == index - 1:
        return False
    end = doc[before].idx + len(doc[before])
    return any(c.end == end and c.rule.startswith("pattern:") and c.form != "acronym" for c in chosen)


def follows_institution(doc: Doc, letters: Letters, index: int, chosen: list[Candidate]) -> bool:
    """Whether ``et`` and an article join the acronym to a name before it: ``le Trésor public et la SOGEPA``."""
    before = index - 1
    while before >= 0 and letters.text[before] in "dDlbB":
        before -= 1
    if before < 1 or before == index - 1 or letters.text[before] != "u":
        return False
    end = doc[before - 1].idx + len(doc[before - 1])
    return any(c.end == end for c in chosen)
