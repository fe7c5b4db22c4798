"""The wordings that prescribe, found in a parsed passage with spaCy's ``Matcher``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from spacy.matcher import Matcher
from spacy.tokens import Doc, Span, Token
from spacy.vocab import Vocab

from extractors.recommendations.units import sentences
from extractors.recommendations.vocabulary import TokenPattern, cue_patterns, words
from schemas.tables import Modality

REACH = 8
"""Tokens after a cue in which the act that it governs may begin: ``il convient, dans ce cadre, de créer``."""


REACH_OF_INSTRUCTION = 60
"""Tokens after ``a demandé au`` in which the act comes: names of ministries are long."""

INTRODUCING_ACT = frozenset({"de", "d'", "d’", "à"})


@dataclass(frozen=True, slots=True)
class Cue:
    """A wording that prescribes, at tokens ``[start, end)``.

    ``verb`` is its finite verb, ``act`` the verb of the act that it asks for, where it is said by a verb.
    """

    rule: str
    modality: Modality
    start: int
    end: int
    verb: Token
    act: Token | None


class CueFinder:
    """Finds the cues of recommendation_cues.csv; where two overlap, the earlier line of the file wins."""

    def __init__(self, vocab: Vocab) -> None:
        self.patterns = cue_patterns()
        self.matcher = Matcher(vocab)
        for rank, pattern in enumerate(self.patterns):
            self.matcher.add(str(rank), [list(pattern.tokens)], greedy="FIRST")
        self.required = [tuple(required_words(pattern.tokens)) for pattern in self.patterns]
        self.asking: dict[str, list[int]] = {}
        for rank, needed in enumerate(self.required):
            for word in min(needed, key=len):
                self.asking.setdefault(word, []).append(rank)

    def may_find(self, words: Doc | Span) -> bool:
        """Whether a passage or a sentence holds every word that some cue cannot do without."""
        printed = {token.lower_ for token in words}
        asked = {rank for word in printed for rank in self.asking.get(word, ())}
        return any(all(not needed.isdisjoint(printed) for needed in self.required[rank]) for rank in asked)

    def find(self, doc: Doc) -> list[Cue]:
        """The cues of a passage in its order, none overlapping."""
        spans = [
            found
            for sentence in sentences(doc)
            if self.may_find(sentence)
            for found in self.matcher(sentence, as_spans=True)
        ]
        taken: set[int] = set()
        cues = []
        for span in sorted(spans, key=lambda s: (int(s.label_), s.start)):
            if taken.isdisjoint(range(span.start, span.end)):
                taken.update(range(span.start, span.end))
                pattern = self.patterns[int(span.label_)]
                cues.append(
                    Cue(
                        pattern.rule,
                        pattern.modality,
                        span.start,
                        span.end,
                        finite_verb(span),
                        asked_act(span) if pattern.rule == "instruct" else governed_act(span),
                    )
                )
        return sorted(cues, key=lambda cue: cue.start)


def required_words(tokens: Sequence[TokenPattern]) -> Iterator[frozenset[str]]:
    """The sets of words, one of each of which a pattern needs."""
    for token in tokens:
        listed = token.get("LOWER", {}).get("IN")
        if listed is not None and "OP" not in token:
            yield frozenset(listed)


def finite_verb(span: Span) -> Token:
    """The finite verb of a cue: the first, else its first word."""
    for token in span:
        if "VerbForm=Fin" in str(token.morph) or token.lower_ in words("falloir") | words("suit"):
            return token
    return span[0]


def governed_act(span: Span) -> Token | None:
    """The verb of the act that a cue asks for: the first infinitive, participle or finite verb after it."""
    last = span[-1]
    for token in span.doc[span.end : span.end + REACH]:
        if token.text in {".", ";", ":"} or token.sent.start != last.sent.start:
            return None
        if is_infinitive(token) and token.lemma_ != "être":
            return token
        if token.pos_ in {"VERB", "ADJ"} and any(child.lower_ == "être" for child in token.children):
            return token
    return None


def asked_act(span: Span) -> Token | None:
    """The verb of the act that somebody is told to do, however long the name of the one who is told.

    ``a demandé au Ministre de l'Agriculture, de la Souveraineté alimentaire et de l'Élevage de veiller``.
    """
    for token in span.doc[span.end : span.end + REACH_OF_INSTRUCTION]:
        if token.text in {".", ";", ":"}:
            return None
        if is_infinitive(token) and token.nbor(-1).lower_ in INTRODUCING_ACT:
            return token
    return None


def is_infinitive(token: Token) -> bool:
    """Whether a word is an infinitive."""
    return "VerbForm=Inf" in str(token.morph)
