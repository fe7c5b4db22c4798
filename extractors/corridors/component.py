"""The spaCy component ``corridors``: the pairs of countries between which a passage says that people move."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from spacy.language import Language
from spacy.tokens import Doc

from extractors.corridors.findings import CorridorFinding
from extractors.corridors.groups import Sentence, read_sentences
from extractors.corridors.linking import link, setting_of
from extractors.corridors.pairs import PairMatcher
from extractors.countries.cues import CueFinder, sentences
from extractors.findings import CountryFinding, show_as_spans
from extractors.folding import folded_twin
from schemas.document import Zone
from schemas.tables import Role

SKIPPED: frozenset[Zone] = frozenset({"contents", "acronyms", "bibliography"})
"""Zones that repeat the text or name other works."""


@Language.factory("corridors", requires=["doc._.country_mentions"])
def make_corridors(nlp: Language, name: str) -> CorridorFinder:
    """The component with the packaged vocabulary; it stands after ``countries``."""
    return CorridorFinder(nlp)


class CorridorFinder:
    """Sets ``doc._.corridors`` and ``doc.spans["corridors"]`` (label: ``MLI-FRA``, ``MLI--CIV`` if undirected).

    The countries of a corridor whose direction the passage says get their roles, where they had none.
    """

    def __init__(self, nlp: Language) -> None:
        if not Doc.has_extension("corridors"):
            Doc.set_extension("corridors", default=())
        self.cues = CueFinder()
        self.pairs = PairMatcher(nlp.vocab)

    def __call__(self, doc: Doc) -> Doc:
        """The passage with its corridors."""
        mentions, context = doc._.country_mentions, doc._.context
        if not mentions or context.zone in SKIPPED:
            return doc
        twin, setting = folded_twin(doc), setting_of(context)
        found: list[CorridorFinding] = []
        before: Sentence | None = None
        for sentence in read_sentences(twin, mentions, sentences(twin), self.cues):
            found += link(sentence, before, setting, self.pairs)
            before = sentence
        doc._.corridors = tuple(once(found))
        doc._.country_mentions = tuple(with_roles(mentions, found))
        show_as_spans(doc, "corridors", [(f.start, f.end, label_of(f)) for f in doc._.corridors])
        return doc


def once(found: Iterable[CorridorFinding]) -> list[CorridorFinding]:
    """Each corridor of a passage once: where its direction is said if it is, else the first time."""
    ordered = sorted(found, key=lambda f: (f.direction == "unknown", f.start))
    kept: dict[object, CorridorFinding] = {}
    directed = {f.pair for f in ordered if f.direction == "known"}
    for finding in ordered:
        if finding.direction == "known":
            kept.setdefault((finding.origin, finding.destination), finding)
        elif finding.pair not in directed:
            kept.setdefault(finding.pair, finding)
    return sorted(kept.values(), key=lambda f: (f.start, f.origin, f.destination))


def with_roles(mentions: Sequence[CountryFinding], found: Sequence[CorridorFinding]) -> list[CountryFinding]:
    """The mentions, those without a role being the end that their sentence's corridors make them."""
    return [
        mention
        if mention.role not in (None, "study")
        else replace(mention, role=role_in(mention, found) or mention.role)
        for mention in mentions
    ]


def role_in(mention: CountryFinding, found: Sequence[CorridorFinding]) -> Role | None:
    """The end of a corridor that a mention is in its sentence.

    A country that is both is an origin by its people's name and a destination by its own: ``les Mauritaniens
    au Sénégal et les Sénégalais en Mauritanie``.
    """
    here = [f for f in found if f.start <= mention.start < f.end and f.direction == "known"]
    leaves = any(f.origin == mention.iso3 for f in here)
    if mention.kind == "demonym":
        return "origin" if leaves else None
    if any(f.destination == mention.iso3 for f in here):
        return "destination"
    return "origin" if leaves else None


def label_of(finding: CorridorFinding) -> str:
    """``MLI-FRA``, or ``CIV--MLI`` where the direction is unknown."""
    return ("-" if finding.direction == "known" else "--").join((finding.origin, finding.destination))
