"""The acronyms that the document defines, and what they stand for, as names to be found in its passages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from spacy.tokens import Doc
from spacy.vocab import Vocab

from extractors.context import Definition, StudyContext
from extractors.folding import fold, text_of
from extractors.institutions.beside import country_beside
from extractors.institutions.candidates import Candidate
from extractors.institutions.kinds import head_of, type_of
from extractors.institutions.known import KnownName, KnownNames, is_written_as_acronym
from extractors.institutions.registered import NATIONAL
from extractors.institutions.registry import Form, Registry, RegistryEntry
from extractors.institutions.vocabulary import excluded, plural_heads, read_rows
from schemas.tables import InstitutionType

LEAST_SHORT = 3
"""Letters of an acronym that is still one without its country."""


@dataclass(frozen=True, slots=True)
class DefinedInstitution:
    """A definition whose name is an institution's."""

    definition: Definition
    type: InstitutionType
    entry: RegistryEntry | None


class DefinedNames:
    """Finds the document's own acronyms and the names they stand for."""

    def __init__(self, vocab: Vocab, study: StudyContext, registry: Registry) -> None:
        self.study = study
        self.registry = registry
        self.institutions: dict[str, DefinedInstitution] = {}
        self.by_name: dict[str, DefinedInstitution] = {}
        for acronym, definition in study.definitions.items():
            institution = institution_defined(definition, study, registry)
            if institution is not None:
                self.institutions[acronym] = institution
                self.by_name[fold(definition.name)] = institution
        self.acronyms = {fold(acronym): acronym for acronym in self.institutions}
        for acronym in self.institutions:
            short = without_country(acronym)
            if short is not None and short not in study.definitions:
                self.acronyms.setdefault(fold(short), acronym)
        self.by_name |= {plural(key): institution for key, institution in self.by_name.items()}
        self.names = KnownNames(vocab, [*self.acronyms, *self.by_name])

    def decides(self, acronym: str) -> bool:
        """Whether the document itself says what an acronym stands for."""
        return acronym in self.study.definitions

    def find(self, doc: Doc, shouting: bool) -> Iterator[Candidate]:
        """Every place where a defined acronym or its full name is printed."""
        for place in self.names.find(doc):
            surface = text_of(doc)[place.start : place.end]
            acronym = self.acronyms.get(place.key)
            if acronym is not None and is_written_as_acronym(surface, acronym, shouting):
                yield self.candidate(doc, place, self.institutions[acronym], "acronym")
            elif place.key in self.by_name and (" " in surface or surface[0].isupper()):
                yield self.candidate(doc, place, self.by_name[place.key], "full")

    def candidate(self, doc: Doc, place: KnownName, institution: DefinedInstitution, form: Form) -> Candidate:
        """A place of a defined institution, or of its like in the country that the words beside it tell."""
        definition = institution.definition
        country, entry = None, institution.entry
        if institution.type in NATIONAL:
            country = country_beside(doc, place.start, place.end)
            entry = self.like(institution, country)
        return Candidate(
            place.start,
            place.end,
            f"definition:{form}",
            type=institution.type,
            name=definition.name,
            acronym=definition.acronym,
            form=form,
            entry=entry,
            country=country,
        )

    def like(self, institution: DefinedInstitution, country: str | None) -> RegistryEntry | None:
        """The institution of a country that goes by the acronym of a defined one: ``la CNSS du Togo``."""
        entry = institution.entry
        if country is None or (entry is not None and entry.country in (None, country)):
            return entry
        acronym = institution.definition.acronym
        return next(
            (
                other
                for other, name, form in self.registry.by_name.get(fold(acronym), ())
                if form == "acronym" and name == acronym and other.country == country
            ),
            None,
        )


def institution_defined(
    definition: Definition, study: StudyContext, registry: Registry
) -> DefinedInstitution | None:
    """The institution that a definition names, or None when it names none."""
    found = registered(definition, study, registry)
    if found is not None:
        return DefinedInstitution(definition, found.type, found)
    if is_no_institution(definition.name):
        return None
    by_acronym = [
        entry
        for entry, name, form in registry.by_name.get(fold(definition.acronym), [])
        if form == "acronym" and name == definition.acronym and entry.country in (None, study.country)
    ]
    kind = type_of(definition.name)
    if kind is None and not by_acronym:
        return None
    entry = next((e for e in by_acronym if shares_words(e, definition.name)), None)
    if kind is None and entry is None:
        return None
    return DefinedInstitution(definition, entry.type if entry else kind or "public_body", entry)


def registered(definition: Definition, study: StudyContext, registry: Registry) -> RegistryEntry | None:
    """The registry's institution of a definition: same name in the study's country, or same name and acronym."""
    same_acronym = {entry for entry, _, _ in registry.by_name.get(fold(definition.acronym), [])}
    same_name = [entry for entry, _, _ in registry.by_name.get(fold(definition.name), [])]
    for entry in same_name:
        if entry.country in (None, study.country) or entry.type not in NATIONAL:
            return entry
    both = [entry for entry in same_name if entry in same_acronym]
    if len(both) == 1 and (study.country is None or both[0].country in study.countries):
        return both[0]
    return same_name[0] if len(same_name) == 1 and study.country is None else None


def is_no_institution(name: str) -> bool:
    """Whether a defined name is a class, a plural, a project or another thing that is no institution."""
    folded = fold(name)
    words = folded.split()
    if not words or "(s)" in name or folded in excluded("phrase") or words[0] in plural_heads():
        return True
    if any(folded == organ or folded.startswith(f"{organ} ") for organ in excluded("organ")):
        return True
    head = head_of(name)
    if head is None:
        return words[0] in excluded("head")
    return head.strength == "none"


def without_country(acronym: str) -> str | None:
    """The acronym without the country at its end: ``SAPCO`` for ``SAPCO-Sénégal``; None where there is none."""
    short, _, country = acronym.rpartition("-")
    return short if len(short) >= LEAST_SHORT and fold(country) in country_words() else None


@lru_cache(maxsize=1)
def country_words() -> frozenset[str]:
    """The folded names of countries."""
    return frozenset(fold(row["name"]) for row in read_rows("country_names.csv"))


def shares_words(entry: RegistryEntry, name: str) -> bool:
    """Whether a definition's name is that entry's in other words: half of the longer words in common."""
    wanted = {word for word in fold(name).split() if len(word) > 3}
    return any(
        2 * len(wanted & {word for word in fold(known).split() if len(word) > 3}) >= max(1, len(wanted))
        for known, form in entry.names
        if form != "acronym"
    )


def plural(key: str) -> str:
    """A folded name with its last word in the other number: a common slip (``humanitarian initiatives``)."""
    return key.removesuffix("s") if key.endswith("s") else f"{key}s"
