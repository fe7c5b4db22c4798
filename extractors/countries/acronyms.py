"""Acronyms as the document defines them: ``RIM`` may be Mauritania, and ``RCA`` something else."""

from __future__ import annotations

from collections.abc import Sequence

from extractors.context import StudyContext
from extractors.countries.candidates import Candidate, make_candidate
from extractors.countries.vocabulary import Entry, entries
from extractors.folding import FoldedText, fold, fold_word


class DefinedAcronyms:
    """What a study's own definitions say of acronyms that are, or look like, a country's."""

    def __init__(self, study: StudyContext) -> None:
        self.study = study
        self.countries: dict[str, Entry] = {}
        self.others: set[str] = set()
        for acronym, definition in study.definitions.items():
            words = fold_word(acronym)
            named = [e for e in entries().get(fold(definition.name), ()) if e.kind == "name"]
            if named and acronym.isupper():
                self.countries[words] = Entry(named[0].countries, "acronym", "upper", acronym)
            else:
                self.others.add(words)

    def apply(self, twin: FoldedText, candidates: Sequence[Candidate]) -> list[Candidate]:
        """The candidates without acronyms defined as something else, with those defined as a country."""
        kept = [c for c in candidates if c.entry.kind != "acronym" or c.words not in self.others]
        if not self.countries:
            return kept
        known = {candidate.first for candidate in kept}
        for index, token in enumerate(twin.doc):
            entry = self.countries.get(token.text)
            if entry is not None and index not in known and self.is_upper(twin, index):
                kept.append(make_candidate(twin, index, index + 1, entry))
        return sorted(kept, key=lambda c: (c.start, c.first))

    @staticmethod
    def is_upper(twin: FoldedText, index: int) -> bool:
        """Whether a word of the twin is printed in capitals."""
        return twin.text[twin.starts[index] : twin.ends[index]].isupper()
