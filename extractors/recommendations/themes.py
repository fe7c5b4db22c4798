"""What a recommendation is about: the themes of a published scheme, by a reviewed vocabulary over lemmas.

A term of themes.csv is a few content words: ``reconnaissance competence`` is in ``la reconnaissance mutuelle des
compétences``. Its own words decide; where they hold no term, those of its lead-in, then those of the innermost
heading. Who is to act says nothing of the theme: the names of ministries and addressees are set aside.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import get_args

from spacy.tokens import Span, Token

from extractors.folding import fold
from extractors.recommendations.vocabulary import read_rows, words
from schemas.errors import UnknownTerm
from schemas.tables import ThemeCode

IGNORED = "ignored"
"""The label of terms that hide what stands in them: ``partenaires techniques et financiers`` is no financing."""

GAP = 2
"""Content words that may stand between two words of a term: ``reconnaissance mutuelle des compétences``."""

MAXIMAL_HEADING = 12
"""Words of a heading or lead-in beyond which it speaks of too much to tell the theme of what it introduces."""

Forms = frozenset[str]
"""The forms of one word of a text: folded, without the plural, and its lemma."""


@dataclass(frozen=True, slots=True)
class Term:
    """A term: its theme (or None where it hides) and its words, ``x*`` for a beginning, ``=x`` for a form."""

    theme: ThemeCode | None
    words: tuple[str, ...]


@dataclass(slots=True)
class ThemeFinder:
    """Finds the themes of texts by the terms of themes.csv."""

    terms: Mapping[str, Sequence[Term]] = field(default_factory=lambda: terms_by_initial())

    def of_span(self, span: Span, hidden: Iterable[tuple[int, int]] = ()) -> tuple[ThemeCode, ...]:
        """The themes that a text names, in the order of the scheme; ``hidden`` characters do not count."""
        ranges = list(hidden)
        tokens = [t for t in span if not any(a <= t.idx < b for a, b in ranges)]
        told = list(content_words(tokens))
        found, covered = set[ThemeCode](), set[int]()
        for term, places in sorted(self.occurrences(told), key=lambda pair: pair[0].theme is not None):
            if term.theme is None:
                covered.update(places)
            elif not covered.intersection(places):
                found.add(term.theme)
        return tuple(theme for theme in get_args(ThemeCode) if theme in found)

    def occurrences(self, told: Sequence[Forms]) -> Iterator[tuple[Term, list[int]]]:
        """Every place where a term stands: the term, and the ranks of its words."""
        for position, forms in enumerate(told):
            for initial in {form[0] for form in forms}:
                for term in self.terms.get(initial, ()):
                    places = places_of(term, told, position)
                    if places:
                        yield term, places


def terms_by_initial() -> dict[str, list[Term]]:
    """The terms of themes.csv by the first letter of their first word.

    Raises:
        UnknownTerm: for a theme that the tables do not know.
    """
    found: defaultdict[str, list[Term]] = defaultdict(list)
    known = {code: code for code in get_args(ThemeCode)}
    for row in read_rows("themes.csv"):
        if row["theme"] not in {IGNORED, *known}:
            raise UnknownTerm(f"themes.csv: theme {row['theme']!r} is none of {sorted(known)}")
        found[row["term"].lstrip("=")[0]].append(Term(known.get(row["theme"]), tuple(row["term"].split())))
    return dict(found)


def content_words(tokens: Iterable[Token]) -> Iterator[Forms]:
    """The forms of each word that means something, in order: no articles, prepositions, figures."""
    for token in tokens:
        parts = fold(token.text).split()
        lemma = fold(token.lemma_) if len(parts) == 1 else ""
        for word in parts:
            if word.isalpha() and len(word) > 1 and word not in words("function_words"):
                yield frozenset({word, singular(word), lemma or word})


def singular(word: str) -> str:
    """A folded word without the mark of the plural: ``regionaux`` gives ``regional``, ``metiers`` ``metier``."""
    if word.endswith("aux"):
        return word[:-3] + "al"
    return word[:-1] if word[-1] in "sx" and len(word) > 3 else word


def places_of(term: Term, told: Sequence[Forms], start: int) -> list[int]:
    """The ranks of the words of a term that begins at ``start``; empty where it does not stand there."""
    places: list[int] = []
    position = start
    for rank, wanted in enumerate(term.words):
        reach = range(position, min(position + (GAP if rank else 0) + 1, len(told)))
        found = next((i for i in reach if has_form(told[i], wanted)), None)
        if found is None:
            return []
        places.append(found)
        position = found + 1
    return places


def has_form(forms: Forms, wanted: str) -> bool:
    """Whether one form of a word is the wanted one, or begins as it."""
    if wanted.endswith("*"):
        return any(form.startswith(wanted[:-1]) for form in forms)
    return wanted.lstrip("=") in forms
