"""Weak names: ``Dominique``, ``Maurice``, ``Réunion`` are countries only where the text supports it."""

from __future__ import annotations

from collections.abc import Sequence

from extractors.countries.candidates import Candidate
from extractors.countries.enumerations import enumerations
from extractors.folding import FoldedText, fold

COUNTRY_HEADERS = frozenset({"pays", "nationalite", "nationalites", "destination", "origine", "provenance"})
"""Words of a table's header whose column or row holds countries."""


def supported(twin: FoldedText, candidates: Sequence[Candidate], header: str) -> list[Candidate]:
    """The candidates without the weak ones that nothing supports.

    Support is an article of the vocabulary before it (``la Dominique``), a country beside it in a list
    (``Maurice et la Mauritanie``), or a table's header that announces countries. A capitalised word right
    after it makes it a person's name (``Dominique Ouattara``).
    """
    if all(candidate.entry.case != "weak" for candidate in candidates):
        return list(candidates)
    in_table = not COUNTRY_HEADERS.isdisjoint(fold(header).split())
    kept = []
    for group in enumerations(twin.text, candidates):
        members = [candidates[index] for index in group]
        firm = in_table or any(is_firm(twin, candidate) for candidate in members)
        kept += [c for c in members if c.entry.case != "weak" or (firm and not is_first_name(twin, c))]
    return kept


def is_firm(twin: FoldedText, candidate: Candidate) -> bool:
    """Whether a candidate is a country's name without more support: it lends support to its list."""
    if candidate.entry.case != "weak":
        return candidate.entry.kind == "name"
    return has_article(twin, candidate) and not is_first_name(twin, candidate)


def has_article(twin: FoldedText, candidate: Candidate) -> bool:
    """Whether one of the supporting words of the vocabulary stands right before a candidate."""
    before = " ".join(reversed(candidate.words_before(twin)))
    return any(f" {before}".endswith(f" {words}") for words in candidate.entry.support)


def is_first_name(twin: FoldedText, candidate: Candidate) -> bool:
    """Whether a capitalised word follows at once."""
    rest = twin.text[candidate.end : candidate.end + 3]
    return len(rest) > 1 and rest[0] == " " and rest[1].isupper()
