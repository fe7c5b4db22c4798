"""Names grown from a head noun: the grammar proposes, the marks of a proper name decide.

A class of organisations is worded as a name is (``les centres de formation professionnelle``). What tells a
name: a capital that the place in the sentence does not explain, an adjective of which there is one
(``nationale``), a proper name, a portfolio; an indefinite article speaks against it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from spacy.tokens import Doc, Span

from extractors.folding import fold
from extractors.institutions.candidates import Candidate
from extractors.institutions.english import english_names
from extractors.institutions.grammar import Found, find_ministries, find_ministry_lists, find_names
from extractors.institutions.kinds import type_of
from extractors.institutions.tokens import Letters, normal
from extractors.institutions.vocabulary import Head, checked_type, excluded, heads, read_rows
from schemas.tables import InstitutionType

INDEFINITE = frozenset(
    "un une tout toute chaque ce cet cette ces notre nos votre leur leurs son sa ses aucun aucune quelque "
    "plusieurs certain certaine certains certaines différents différentes autre autres même quel quelle".split()
)
UNIQUE = frozenset(
    "national nationale nationales nationaux general generale generales superieur superieure supreme central centrale "
    "constitutionnel constitutionnelle international internationale mondial mondiale autonome armees "
    "interprofessionnel interprofessionnelle africain africaine europeen europeenne panafricain panafricaine "
    "federal federale interarmees penitentiaire patronale episcopale".split()
)
"""Folded adjectives of which a country has one."""

TAKES_TO = frozenset({"delegation", "commissariat", "haut commissariat", "secretariat"})
"""Heads that take ``à`` before a common noun: ``Délégation à l'entrepreneuriat rapide``."""

POINTING = frozenset(
    "conseil comite commission assemblee cabinet mission communaute delegation societe union "
    "organisation institution administration secretariat coordination representation office agence autorite".split()
)
"""Heads that stand for an organisation named before: ``le Conseil``, ``l'Office``."""

PLACED = frozenset({"civil_society", "training_provider", "sectoral_body", "workers_organisation"})
"""Types of which a place makes a name in lower case: ``association des jeunes de Kitshanga``."""

PLACED_HEADS = frozenset({"hopital", "mairie", "universite", "gouvernorat"})

FORCES = frozenset({"police", "gendarmerie", "armee", "forces", "douane", "parlement", "croix", "radiotelevision"})

SEATED = frozenset({"ambassade", "consulat"})
"""Heads whose name says where they sit: ``ambassade de France au Niger``."""

COUNTRY_IN_NAME = frozenset({"forces", "armee", "banque"})
"""State bodies whose name holds the country: ``Forces armées de la RDC``, ``Banque centrale de Mauritanie``."""

STATE_COMPLEMENT = frozenset({"ministry", "public_body", "employment_service"})
"""Types whose final ``du Mali`` only says where."""

OWNED = re.compile(r"(?P<head>[Hh])[Aa]?(?:dl?|D)$")
"""A head, perhaps an adjective, and ``de`` before an acronym."""

WHOLE_BLOCK = 0.7
"""Share of a short block that a name fills when the block is that name."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What tells a name from a class of organisations."""

    capital_head: bool
    capital_inside: bool
    unique: bool
    indefinite: bool
    initial: bool
    fills_block: bool
    acronym_follows: bool


def grow_names(doc: Doc, letters: Letters, known: list[Candidate]) -> Iterator[Candidate]:
    """Every name that the grammar and the marks agree on."""
    for start, end in find_ministries(letters.text):
        if not is_indefinite(doc, start):
            yield candidate_at(doc, start, end, "pattern:ministry", "ministry")
    for parts in find_ministry_lists(letters.text):
        yield from list_candidates(doc, parts)
    for found in find_names(letters.text):
        candidate = named(doc, letters, found, known)
        if candidate is not None:
            yield candidate
    yield from governments(doc, letters)
    yield from english_names(doc, letters)
    yield from acronyms_in_place(doc, letters, known)


def list_candidates(doc: Doc, parts: list[tuple[int, int]]) -> Iterator[Candidate]:
    """Ministries that share one plural head: ``les ministères de la Santé et de l'Éducation`` are two."""
    for rank, (start, end) in enumerate(parts):
        portfolio = doc[start + 1 : end].text if rank == 0 else "de " + doc[start:end].text
        candidate = candidate_at(doc, start, end, "pattern:ministries", "ministry")
        yield Candidate(
            candidate.start, candidate.end, candidate.rule, type="ministry", name=f"Ministère {portfolio}"
        )


def candidate_at(doc: Doc, start: int, end: int, rule: str, kind: str | None = None) -> Candidate:
    """The candidate of some tokens."""
    span = doc[start:end]
    return Candidate(span.start_char, span.end_char, rule, type="ministry" if kind == "ministry" else None)


def named(doc: Doc, letters: Letters, found: Found, known: list[Candidate]) -> Candidate | None:
    """The candidate of a name that the grammar found, or None when nothing tells it from a class."""
    head = heads()[fold(normal(doc[found.head]))]
    if letters.text[found.head + 1 : found.head + 2] in ("u", "v") or is_plural_fund(doc, head, found.start):
        return None
    end = end_of_name(doc, found, head, letters)
    folded = fold(doc[found.start : end].text)
    marks = marks_of(doc, letters, found, end)
    if head.role == "label" or (head.role == "company" and letters.text[found.head].islower() and found.has_proper):
        return proper_alone(doc, head, found, end)
    if is_common(folded, marks) or governs_another(doc, letters, found, end, head, known):
        return None
    if not is_name(doc, head, marks, found, end, letters):
        return None
    if letters.text[found.head].islower() and not found.has_complement and ends_known(doc, found, end, known):
        return None
    candidate = candidate_at(doc, found.start, end, f"pattern:{head.words}")
    return replace(candidate, is_part=head.role in ("unit", "organ"))


def end_of_name(doc: Doc, found: Found, head: Head, letters: Letters) -> int:
    """Where the name ends: without a country that only says where, or an owner of a unit."""
    end = found.end if head.words in SEATED else found.seat
    if found.first < end and letters.text[found.first] in "bB" and head.words not in TAKES_TO:
        noun = letters.text[found.first : end].lstrip("bBldD")[:1]
        if noun.islower():
            return found.first
    kind = type_of(doc[found.start : end].text) or head.type
    unique = any(fold(t.text) in UNIQUE for t in doc[found.start : found.place])
    if head.words in COUNTRY_IN_NAME | SEATED:
        return end
    if kind in STATE_COMPLEMENT and head.words != "hopital":
        end = without_town(doc, letters, found, end)
    if found.place < end and kind in STATE_COMPLEMENT and (unique or head.role in ("unit", "organ")):
        end = found.place
    if found.owner < found.place and head.role == "unit":
        end = found.owner
    return end


def without_town(doc: Doc, letters: Letters, found: Found, end: int) -> int:
    """Where a national body's name ends without the town of its branch: ``Agence nationale … de Cotonou``."""
    national = any(fold(token.text).startswith("national") for token in doc[found.start : end])
    return end - 2 if national and letters.text[end - 2 : end] == "dY" and end - 2 > found.first else end


def marks_of(doc: Doc, letters: Letters, found: Found, end: int) -> Marks:
    """The marks of a name on tokens ``[found.start, end)``."""
    inside = letters.text[found.head + 1 : end]
    loud = letters.shouting
    span = doc[found.start : end]
    before = doc[found.start - 1] if found.start else None
    return Marks(
        capital_head=doc[found.start].text[0].isupper() and not loud,
        capital_inside=not loud and any(letter in "NYRAPHFSC" for letter in inside),
        unique=any(fold(token.text) in UNIQUE for token in span)
        or (has_demonym(doc, span.start_char, span.end_char) and (found.has_complement or is_force(span))),
        indefinite=is_indefinite(doc, found.start),
        initial=before is None or not (before.is_alpha or normal(before).endswith("'")),
        fills_block=len(span.text) >= WHOLE_BLOCK * len(doc.text),
        acronym_follows=letters.text[end + 1 : end + 2] == "S" and doc[end].text == "(",
    )


def is_force(span: Span) -> bool:
    """Whether a name is that of a force, of which a country has one: ``police burkinabè``."""
    return fold(span[0].text) in FORCES


def has_demonym(doc: Doc, start: int, end: int) -> bool:
    """Whether the characters hold a demonym: ``l'Institut togolais``."""
    return any(m.kind == "demonym" and start <= m.start and m.end <= end for m in doc._.country_mentions)


def is_indefinite(doc: Doc, start: int) -> bool:
    """Whether an indefinite or pointing word stands before the name."""
    return start > 0 and normal(doc[start - 1]) in INDEFINITE


def is_plural_fund(doc: Doc, head: Head, start: int) -> bool:
    """Whether ``fonds``, the same in both numbers, is a plural: ``des fonds d'investissement``."""
    return head.words == "fonds" and start > 0 and normal(doc[start - 1]) in ("les", "des", "aux")


def is_common(folded: str, marks: Marks) -> bool:
    """Whether the words are those of a class or of an organ, whatever their capitals."""
    if folded in excluded("phrase"):
        return True
    if marks.acronym_follows:
        return False
    return any(folded == organ or folded.startswith(f"{organ} ") for organ in excluded("organ"))


def ends_known(doc: Doc, found: Found, end: int, known: list[Candidate]) -> bool:
    """Whether the name only announces a known one: ``l'agence mauritanienne Techghil``."""
    last = doc[end - 1]
    return any(c.end == last.idx + len(last) and c.start > doc[found.head].idx for c in known)


def governs_another(
    doc: Doc, letters: Letters, found: Found, end: int, head: Head, known: list[Candidate]
) -> bool:
    """Whether the head is only a unit or organ of an institution named right after it (``Direction de l'ANPE``)."""
    if head.role not in ("unit", "organ"):
        return False
    first = next((i for i in range(found.head + 1, end) if letters.text[i] not in "dDlAa"), end)
    if first >= end:
        return False
    return letters.text[first] == "S" or any(c.start == doc[first].idx for c in known)


def is_name(doc: Doc, head: Head, marks: Marks, found: Found, end: int, letters: Letters) -> bool:
    """Whether the marks make it a name, by the strength of its head."""
    if end - found.head < 2:
        return head.strength == "alone" and marks.capital_head
    if head.strength in ("none", "country"):
        return False
    if marks.indefinite:
        sure = marks.capital_inside or marks.unique or marks.acronym_follows or head.strength == "strong"
        return marks.capital_head and sure
    if head.strength in ("name", "alone"):
        return True
    if head.words == "centre" and not marks.capital_head and names_something(doc, head, letters, found, end):
        return True
    if head.strength == "faint" and not (marks.capital_head and (marks.capital_inside or marks.unique)):
        return False
    if not found.has_complement and not found.has_proper and head.role == "unit" and not marks.capital_inside:
        return False
    if points_back(head, marks, found, letters):
        return False
    if marks.capital_head:
        return not marks.initial or marks.capital_inside or marks.unique or head.strength == "strong"
    if head.strength == "strong":
        return marks.unique or marks.capital_inside
    if letters.shouting:
        return marks.unique and marks.fills_block
    return names_something(doc, head, letters, found, end)


def points_back(head: Head, marks: Marks, found: Found, letters: Letters) -> bool:
    """Whether ``le Conseil`` with a common complement is an organisation named before: ``le Conseil de la décision``."""
    if marks.unique or marks.capital_inside or head.words not in POINTING:
        return False
    return not marks.initial and letters.text[found.head + 1 : found.head + 3] in ("dl", "Dn", "Dr")


def names_something(doc: Doc, head: Head, letters: Letters, found: Found, end: int) -> bool:
    """Whether a lower-case head is followed by a proper name or a capitalised field.

    ``hôpital Aristide le Dantec``, ``département des Investigations``; not ``service de Dakar``.
    """
    inside = letters.text[found.head + 1 : end]
    if found.has_proper or inside[:2] in ("DN", "DR", "DP") or inside[:3] in ("dlN", "dlR"):
        return True
    kind = type_of(doc[found.start : end].text) or head.type
    return (kind in PLACED or head.words in PLACED_HEADS) and ("dY" in inside or "dN" in inside)


def proper_alone(doc: Doc, head: Head, found: Found, end: int) -> Candidate | None:
    """The proper name after a label: ``l'ONG Forum civil``."""
    if not found.has_proper:
        return None
    span = doc[found.head + 1 : end]
    return Candidate(span.start_char, span.end_char, "pattern:label", type=head.type)


def governments(doc: Doc, letters: Letters) -> Iterator[Candidate]:
    """Governments and states with their country: ``Gouvernement du Mali``, ``État burkinabè``."""
    for index, letter in enumerate(letters.text):
        if letter not in "Gg":
            continue
        after = index + 1
        while after < len(doc) and letters.text[after] in "dDl":
            after += 1
        if after == len(doc):
            continue
        for mention in doc._.country_mentions:
            if (
                mention.iso3 is not None
                and mention.start == doc[after].idx
                and (mention.kind == "demonym") == (after == index + 1)
            ):
                yield Candidate(
                    doc[index].idx,
                    mention.end,
                    "pattern:government",
                    type="public_body",
                    country=mention.iso3,
                )
                break


def acronyms_in_place(doc: Doc, letters: Letters, known: list[Candidate]) -> Iterator[Candidate]:
    """Acronyms that their place shows to be organisations.

    After the noun of their kind (``le centre ICP``), after one of their units (``l'Inspection interne du MPEM``)
    or with the beginning of a directorate or ministry (``DGID``, ``MINEFOP``).
    """
    for index, letter in enumerate(letters.text):
        surface = doc[index].text
        if letter != "S" or surface in excluded("acronym"):
            continue
        if surface in acronym_heads() and letters.text[index + 1 : index + 3] in ("dY", "dN"):
            town = doc[index + 2]
            yield replace(
                acronym_at(doc, index, "pattern:acronym_town", acronym_heads()[surface]),
                end=town.idx + len(town),
                acronym="",
                form="full",
            )
        kind = kind_by_beginning(surface)
        if kind is not None:
            yield acronym_at(doc, index, "pattern:acronym_beginning", kind)
        elif is_owner(doc, letters, index) or beside_known(doc, letters, index, known):
            yield acronym_at(doc, index, "pattern:acronym_owner", "public_body")
        elif index and letters.text[index - 1] in "hH":
            noun = heads()[fold(normal(doc[index - 1]))]
            if noun.role not in ("unit", "organ"):
                yield acronym_at(doc, index, "pattern:acronym_label", noun.type)


def is_owner(doc: Doc, letters: Letters, index: int) -> bool:
    """Whether a unit or organ right before belongs to the acronym: ``l'Inspection interne du MPEM``."""
    match = OWNED.search(letters.text[:index])
    return match is not None and heads()[fold(normal(doc[match.start("head")]))].role in ("unit", "organ")


def beside_known(doc: Doc, letters: Letters, index: int, known: list[Candidate]) -> bool:
    """Whether a stroke joins the acronym to a known one: ``BRD/DRCI``."""
    if index < 2 or doc[index - 1].text != "/":
        return False
    return any(c.start == doc[index - 2].idx and c.form == "acronym" for c in known)


def acronym_at(doc: Doc, index: int, rule: str, kind: InstitutionType) -> Candidate:
    """The candidate of one token that is an acronym."""
    token = doc[index]
    return Candidate(token.idx, token.idx + len(token), rule, type=kind, acronym=token.text, form="acronym")


@lru_cache(maxsize=1)
def acronym_heads() -> dict[str, InstitutionType]:
    """Type by acronym of a kind of establishment, a name with its town: ``IUT de Douala``."""
    return {row["acronym"]: checked_type(row["type"]) for row in read_rows("institution_acronym_heads.csv")}


def kind_by_beginning(acronym: str) -> InstitutionType | None:
    """The type that the first letters of an acronym imply."""
    for beginning, (kind, least) in acronym_beginnings().items():
        if acronym.startswith(beginning) and len(acronym) >= least and acronym.isalpha():
            return kind
    return None


@lru_cache(maxsize=1)
def acronym_beginnings() -> dict[str, tuple[InstitutionType, int]]:
    """Type and least length by beginning: ``DG`` (direction générale), ``MIN`` (ministère)."""
    return {
        row["prefix"]: (checked_type(row["type"]), int(row["least_length"]))
        for row in read_rows("institution_acronym_prefixes.csv")
    }
