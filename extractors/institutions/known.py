"""Names known beforehand, found in the folded twin of a passage: the registry's and the document's own.

Cost does not grow with the number of names: spaCy's ``PhraseMatcher`` looks words up, it does not scan lists.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from extractors.folding import fold, folded_twin

LEAST_TITLE_CASE = 5
"""An acronym written with one capital is known from this length on: ``Monusco``, ``Cedeao``; not ``Pam``."""


@dataclass(frozen=True, slots=True)
class KnownName:
    """A place where a known name is printed: characters ``[start, end)``; ``key`` is the folded name."""

    start: int
    end: int
    key: str


class KnownNames:
    """Finds any of a set of names in passages."""

    def __init__(self, vocab: Vocab, names: Iterable[str]) -> None:
        self.matcher = PhraseMatcher(vocab)
        for key in sorted({fold(name) for name in names} - {""}):
            self.matcher.add(key, [Doc(vocab, words=key.split(" "))])

    def find(self, doc: Doc) -> Iterator[KnownName]:
        """Every place, overlapping ones included."""
        twin = folded_twin(doc)
        for span in self.matcher(twin.doc, as_spans=True):
            start, end = twin.characters(span)
            yield KnownName(start, end, span.label_)


def is_written_as_acronym(surface: str, acronym: str, shouting: bool) -> bool:
    """Whether a surface that folds to an acronym is written as one.

    ``OIT`` and ``Monusco`` are; ``pam``, ``Pam`` and, in a passage in capitals, ``CE`` are not.
    """
    letters = [c for c in surface if c.isalpha()]
    if shouting and len(letters) <= 3:
        return False
    if surface == acronym or (len(letters) >= 2 and all(c.isupper() for c in letters)):
        return True
    return len(letters) >= LEAST_TITLE_CASE and surface[0].isupper() and acronym.isupper()
