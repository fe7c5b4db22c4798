"""Names of the registry in a passage, held to the country they belong to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from spacy.tokens import Doc
from spacy.vocab import Vocab

from extractors.context import StudyContext
from extractors.folding import fold, text_of
from extractors.institutions.beside import country_beside
from extractors.institutions.candidates import Candidate
from extractors.institutions.known import KnownName, KnownNames, is_written_as_acronym
from extractors.institutions.registry import Form, Registry, RegistryEntry
from extractors.institutions.vocabulary import checked_type, excluded, read_rows
from schemas.tables import InstitutionType

if TYPE_CHECKING:
    from extractors.institutions.definitions import DefinedNames

NATIONAL: frozenset[InstitutionType] = frozenset(
    {
        "ministry",
        "public_body",
        "employment_service",
        "training_provider",
        "sectoral_body",
        "employers_organisation",
        "workers_organisation",
    }
)
"""Types whose names recur from country to country: they need their country beside them."""

DEFINITE = re.compile(r"(?:\b(?:la|le|au|du)\s|\bl['’])$", re.IGNORECASE)

MAIN_SHARE = 0.5
"""Share of a document's country mentions from which it is taken to be about that country."""

FREQUENT_SHARE = 0.1

DISTINCT_ACRONYM = 5
"""An acronym of this length is taken for the only institution that bears it, in a study of any country."""

USUAL_COUNTRIES = 3
"""An acronym that institutions of one type bear in so many countries tells the type where it tells no institution."""


class RegisteredNames:
    """Finds the registry's names."""

    def __init__(self, vocab: Vocab, registry: Registry) -> None:
        self.registry = registry

        self.state_bodies = {
            fold(row["name"]): checked_type(row["type"]) for row in read_rows("institution_state_bodies.csv")
        }
        self.names = KnownNames(vocab, [*registry.by_name, *self.state_bodies])

    def find(self, doc: Doc, shouting: bool, defined: DefinedNames) -> Iterator[Candidate]:
        """Every place where a name of the registry stands for its institution."""
        for place in self.names.find(doc):
            surface = text_of(doc)[place.start : place.end]
            if place.key in self.state_bodies and is_definite(doc, place, surface):
                kind = self.state_bodies[place.key]
                yield Candidate(place.start, place.end, "registry:state_body", type=kind)
            named = [
                (entry, form)
                for entry, name, form in self.registry.by_name.get(place.key, ())
                if is_written_as(surface, name, form, shouting)
            ]
            if not named or (named[0][1] == "acronym" and defined.decides(surface)):
                continue
            candidate = choose(doc, place, surface, named)
            if candidate is not None:
                yield candidate


def is_definite(doc: Doc, place: KnownName, surface: str) -> bool:
    """Whether a state body is named: with a capital, or after a definite article."""
    return surface[0].isupper() or DEFINITE.search(text_of(doc)[: place.start]) is not None


def is_written_as(surface: str, name: str, form: Form, shouting: bool) -> bool:
    """Whether the printed form can be that name: acronyms and single words need their capitals."""
    if form == "acronym" or (form == "former" and name.isupper()):
        return surface not in excluded("acronym") and is_written_as_acronym(surface, name, shouting)
    if len(surface.split()) <= 2:
        return any(c.isupper() for c in surface) and not (shouting and " " not in surface)
    return True


def choose(
    doc: Doc, place: KnownName, surface: str, named: list[tuple[RegistryEntry, Form]]
) -> Candidate | None:
    """The institution meant among those of that name, or its type alone where no country fits, or several do."""
    whereabouts = Whereabouts.of(doc, place)
    ranked = sorted(named, key=lambda row: whereabouts.fit(row[0]), reverse=True)
    entry, form = ranked[0]
    score = whereabouts.fit(entry)
    if whereabouts.is_elsewhere(entry for entry, _ in named):
        return elsewhere(place, surface, named, whereabouts.stated)
    alone = len({other.country for other, _ in ranked if whereabouts.fit(other) == score}) == 1
    if alone and (score > 1 or (score == 1 and (form != "acronym" or entry.type != "company"))):
        return Candidate(place.start, place.end, f"registry:{form}", form=form, entry=entry)
    if form == "acronym":
        if len(named) == 1 and sum(c.isalpha() for c in surface) >= DISTINCT_ACRONYM:
            return Candidate(place.start, place.end, "registry:acronym", form=form, entry=entry)
        if is_usual(entry for entry, form in named if form == "acronym"):
            return Candidate(
                place.start, place.end, "registry:usual_acronym", entry.type, acronym=surface, form=form
            )
        return None
    return Candidate(place.start, place.end, "registry:homonym", type=entry.type, form="full")


def elsewhere(
    place: KnownName, surface: str, named: list[tuple[RegistryEntry, Form]], country: str | None
) -> Candidate | None:
    """An institution of a country that the registry does not know by that name: its type, where all have one."""
    entry, form = named[0]
    if len({other.type for other, _ in named}) > 1:
        return None
    acronym = surface if form == "acronym" else ""
    rule = "registry:usual_acronym" if acronym else "registry:homonym"
    return Candidate(place.start, place.end, rule, entry.type, acronym=acronym, form=form, country=country)


def is_usual(entries: Iterable[RegistryEntry]) -> bool:
    """Whether an acronym is the usual one of a type of institution in the region: ``ANPE``, ``CNSS``."""
    borne = {(entry.country, entry.type) for entry in entries}
    return len({kind for _, kind in borne}) == 1 and len(borne) >= USUAL_COUNTRIES


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """The countries that a name may be of: the one that the words beside it tell, the study's, those named nearby."""

    stated: str | None
    study: str | None
    passage: frozenset[str | None]
    frequent: frozenset[str]

    @classmethod
    def of(cls, doc: Doc, place: KnownName) -> Whereabouts:
        """Those of a place in a passage."""
        study = doc._.context.study
        return cls(
            country_beside(doc, place.start, place.end),
            main_country(study),
            frozenset(mention.iso3 for mention in doc._.country_mentions),
            frequent_countries(study),
        )

    def fit(self, entry: RegistryEntry) -> int:
        """How well an entry's country fits: 0 when nothing speaks for it."""
        if entry.country is None:
            return 2
        fitting = (entry.country in self.frequent, entry.country in self.passage, entry.country == self.study)
        best = max((3 + rank for rank, fits in enumerate(fitting) if fits), default=0)
        if entry.country == self.stated:
            return 6
        return best or (1 if entry.type not in NATIONAL else 0)

    def is_elsewhere(self, entries: Iterable[RegistryEntry]) -> bool:
        """Whether a name of national bodies of several countries is that of another one: ``la CNSS du Togo``."""
        known = list(entries)
        countries = {entry.country for entry in known}
        national = all(entry.type in NATIONAL for entry in known) and None not in countries
        return national and len(countries) > 1 and self.stated is not None and self.stated not in countries


def frequent_countries(study: StudyContext) -> frozenset[str]:
    """The countries that a study without a country of its own speaks of most."""
    if study.country is not None:
        return frozenset()
    total = sum(study.countries.values())
    return frozenset(iso3 for iso3, count in study.countries.items() if count > FREQUENT_SHARE * total)


def main_country(study: StudyContext) -> str | None:
    """The country of a study, else the one that most of its country mentions name."""
    if study.country is not None or not study.countries:
        return study.country
    country, count = max(study.countries.items(), key=lambda row: (row[1], row[0]))
    return country if count > MAIN_SHARE * sum(study.countries.values()) else None
