"""The spaCy component ``institutions``: every place where an organisation is named.

Four sources of candidates, then the longest of those that overlap: names of the registry, names and acronyms
that the document defines, names grown from a head noun by the grammar, governments by their country. Each
finding says which rule found it.
"""

from __future__ import annotations

import re
from functools import lru_cache

from spacy.language import Language
from spacy.tokens import Doc

from extractors.context import StudyContext
from extractors.findings import InstitutionFinding, show_as_spans
from extractors.folding import fold, folded_twin, text_of
from extractors.institutions.bare import brands_of_countries, classes, with_bare_names, with_legal_form
from extractors.institutions.candidates import Candidate, longest
from extractors.institutions.coordinated import with_coordinated
from extractors.institutions.definitions import DefinedNames
from extractors.institutions.english import english_heads
from extractors.institutions.kinds import country_of, type_of
from extractors.institutions.neighbours import adjust
from extractors.institutions.patterns import grow_names
from extractors.institutions.registered import RegisteredNames, main_country
from extractors.institutions.registry import Registry, packaged_registry
from extractors.institutions.tokens import letters_of
from extractors.institutions.vocabulary import heads, plural_heads

ACRONYM_OF_TOWN = re.compile(r"[^\W\d_a-z]{2,}\S* d(?:e |['’])[^\W\d_a-z]")
"""What may be an acronym with its town: ``IUT de Douala``."""

COUNTRY_FOLLOWS = re.compile(r" \(| en ")


@Language.factory("institutions")
def make_institutions(nlp: Language, name: str) -> InstitutionRecogniser:
    """The component with the packaged registry."""
    return InstitutionRecogniser(nlp, packaged_registry())


class InstitutionRecogniser:
    """Sets ``doc._.institution_mentions`` and ``doc.spans["institutions"]`` (label: type)."""

    def __init__(self, nlp: Language, registry: Registry) -> None:
        self.vocab = nlp.vocab
        self.registered = RegisteredNames(nlp.vocab, registry)
        self.defined = DefinedNames(nlp.vocab, StudyContext(), registry)

    def __call__(self, doc: Doc) -> Doc:
        """The passage, with its institutions set."""
        study = self.read_definitions(doc)
        letters = letters_of(doc)
        known = [
            *self.defined.find(doc, letters.shouting),
            *self.registered.find(doc, letters.shouting, self.defined),
        ]
        candidates = [
            *known,
            *grow_names(doc, letters, known),
            *(() if letters.shouting else (*brands_of_countries(doc), *with_legal_form(doc))),
        ]
        chosen = with_coordinated(doc, letters, adjust(doc, letters, longest(candidates)))
        chosen = with_bare_names(doc, letters, chosen)
        found = [finding_of(doc, candidate, study) for candidate in chosen]
        doc._.institution_mentions = tuple(found)
        show_as_spans(doc, "institutions", [(f.start, f.end, f.type) for f in found])
        return doc

    def read_definitions(self, doc: Doc) -> StudyContext:
        """The study of a passage, whose definitions are read where they are not yet."""
        study: StudyContext = doc._.context.study
        if self.defined.study is not study:
            self.defined = DefinedNames(self.vocab, study, self.registered.registry)
        return study

    def may_find(self, doc: Doc) -> bool:
        """Whether a passage holds what an institution is known by: a head noun, an acronym, a known name.

        Without any of them nothing is found, whatever the model says of its words.
        """
        self.read_definitions(doc)
        if any(sum(c.isupper() for c in token.text) > 1 for token in doc) or has_head(doc):
            return True
        if any(True for _ in brands_of_countries(doc)) or any(True for _ in with_legal_form(doc)):
            return True
        return any(True for names in (self.registered.names, self.defined.names) for _ in names.find(doc))

    @staticmethod
    def asks_model(doc: Doc) -> bool:
        """Whether what is found in a passage can depend on parts of speech.

        Names that grow from a head noun do, and acronyms with a town; known names, companies with a legal form and
        acronyms in an enumeration do not.
        """
        return has_head(doc) or ACRONYM_OF_TOWN.search(text_of(doc)) is not None


def has_head(doc: Doc) -> bool:
    """Whether a passage holds a word that begins a head noun."""
    return not beginnings_of_heads().isdisjoint(token.text for token in folded_twin(doc).doc)


@lru_cache(maxsize=1)
def beginnings_of_heads() -> frozenset[str]:
    """The first folded words of the nouns that head or introduce institutions, in French and English."""
    nouns = (*heads(), *plural_heads(), *english_heads(), *classes())
    return frozenset(fold(noun).split()[0] for noun in nouns)


def finding_of(doc: Doc, candidate: Candidate, study: StudyContext) -> InstitutionFinding:
    """What a chosen candidate says of an institution."""
    surface = text_of(doc)[candidate.start : candidate.end]
    entry = candidate.entry
    if entry is not None:
        return InstitutionFinding(
            candidate.start,
            candidate.end,
            surface,
            entry.name,
            entry.acronym,
            entry.type,
            entry.country,
            candidate.form,
            candidate.rule,
            f"{entry.country or ''}:{fold(entry.name)}",
        )
    name = candidate.name or surface
    kind = candidate.type or type_of(name) or "public_body"
    in_name = candidate.country or country_in(doc, candidate) or country_after(doc, candidate)
    return InstitutionFinding(
        candidate.start,
        candidate.end,
        surface,
        name,
        candidate.acronym,
        kind,
        country_of(name, kind, in_name, main_country(study)),
        candidate.form,
        candidate.rule,
    )


def country_after(doc: Doc, candidate: Candidate) -> str | None:
    """The country that the words after a name say it is in: ``École centrale de Paris (France)``."""
    match = COUNTRY_FOLLOWS.match(text_of(doc), candidate.end)
    if match is None:
        return None
    starts = {mention.start: mention for mention in doc._.country_mentions if mention.kind != "demonym"}
    mention = starts.get(match.end())
    return None if mention is None else mention.iso3


def country_in(doc: Doc, candidate: Candidate) -> str | None:
    """The first country named inside a candidate."""
    for mention in doc._.country_mentions:
        if mention.iso3 is not None and candidate.start <= mention.start and mention.end <= candidate.end:
            return str(mention.iso3)
    return None
