"""Names grown from a head noun: the grammar proposes, the marks of a proper name decide."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from spacy.tokens import Doc

from extractors.folding import fold, text_of
from extractors.institutions.acronyms import acronyms_in_place
from extractors.institutions.candidates import Candidate
from extractors.institutions.english import english_names
from extractors.institutions.governments import governments
from extractors.institutions.grammar import Found, find_ministries, find_ministry_lists, find_names
from extractors.institutions.kinds import type_of
from extractors.institutions.marks import Grown, Marks, is_indefinite, is_name, marks_of
from extractors.institutions.tokens import Letters, is_proper, normal
from extractors.institutions.vocabulary import Head, excluded, heads, words

OWNER = re.compile(r"(?:dl?|D)S")
"""The letters of ``du CNPM``."""

JOINED_NAME = re.compile(r"ul?(?P<name>[YN](?:j?[YN])*)$")
"""``la Compagnie sucrière et Perenco``: the last is a company of its own."""

OFFICE = re.compile(
    r"\b(?:[Dd]irecteur|[Dd]irectrice|[Cc]hef|[Rr]esponsable|[Cc]onseill(?:er|ère)|[Cc]hargée?)\b[^.;:()]{0,80}"
    r"(?:de la |de l['’]|du |des |à la |à l['’])$"
)
"""``Directeur de la Méthodologie, de la ``: the words that follow tell an office."""

FORMER = "ex-"

IN_CHARGE = re.compile(r" chargee? |^secretariat general (?:a|au|aux) ")
"""``comité interministériel chargé de la migration``, ``Secrétariat général à l'Emploi``: a mandate of its own."""

OWNED_BY_HEAD = re.compile(r"(?:dl?|D)[HhMm]")

OWNED = re.compile(r"(?:dl?|D)S(?!j)")

STATE_COMPLEMENT = frozenset({"ministry", "public_body", "employment_service"})
"""Types whose final ``du Mali`` only says where."""


def grow_names(doc: Doc, letters: Letters, known: list[Candidate]) -> Iterator[Candidate]:
    """Every name that the grammar and the marks agree on; ``known`` are the names known beforehand."""
    yield from ministries(doc, letters)
    for found in find_names(letters.text):
        candidate = named(doc, letters, found, known)
        if candidate is not None:
            yield candidate
    yield from governments(doc, letters)
    yield from english_names(doc, letters)
    yield from acronyms_in_place(doc, letters, known)


def ministries(doc: Doc, letters: Letters) -> Iterator[Candidate]:
    """Ministries by their portfolios: ``les ministères de la Santé et de l'Éducation`` are two."""
    for start, end in find_ministries(letters.text):
        if not is_indefinite(doc, start) and not is_class(doc, start, end):
            yield Candidate(
                first_character(doc, start), doc[start:end].end_char, "pattern:ministry", "ministry"
            )
    for parts in find_ministry_lists(letters.text):
        if is_class(doc, *parts[0]):
            continue
        for rank, (start, end) in enumerate(parts):
            span = doc[start:end]
            portfolio = doc[start + 1 : end].text if rank == 0 else f"de {span.text}"
            name = f"Ministère {portfolio}"
            yield Candidate(span.start_char, span.end_char, "pattern:ministries", "ministry", name)


def is_class(doc: Doc, start: int, end: int) -> bool:
    """Whether a portfolio tells a class of ministries: ``les ministères de tutelle``."""
    folded = f"{fold(doc[start:end].text)} "
    return any(folded.startswith(f"{phrase} ") for phrase in excluded("phrase") if phrase[:9] == "ministere")


def named(doc: Doc, letters: Letters, found: Found, known: list[Candidate]) -> Candidate | None:
    """The candidate of a name that the grammar found, or None when nothing tells it from a class."""
    head = heads()[fold(normal(doc[found.head]))]
    if letters.text[found.head + 1 : found.head + 2] in ("u", "v") or is_plural_fund(doc, head, found.start):
        return None
    name = Grown(doc, letters, found, head, end_of_name(doc, found, head, letters))
    marks = marks_of(name)
    if head.role in ("label", "company"):
        name = replace(name, end=end_of_capitals(name))
    if head.role == "label" or (head.role == "company" and name.is_lower and found.has_proper):
        return proper_alone(name)
    if is_inner_unit(name):
        span = doc[found.start : found.first]
        return Candidate(span.start_char, span.end_char, "pattern:inner_unit", is_part=True)
    if (
        is_of_office(name)
        or is_common(name, marks)
        or governs_another(name, known)
        or not is_name(name, marks)
    ):
        return None
    if name.is_lower and not found.has_complement and ends_known(name, known):
        return None
    rule = f"pattern:{head.words}"
    return Candidate(
        first_character(doc, found.start), name.span.end_char, rule, is_part=head.role in ("unit", "organ")
    )


def end_of_name(doc: Doc, found: Found, head: Head, letters: Letters) -> int:
    """Where the name ends: before the organisation it stands beside, and before another one joined to it."""
    if stands_beside_owner(doc, found, letters):
        return found.first
    end = end_of_grown(doc, found, head, letters)
    other = next((at for at in joints(letters, found.head + 1, end) if is_other_thing(doc, at)), None)
    if other is not None:
        return other
    joined = JOINED_NAME.search(letters.text, found.head + 1, end)
    if joined is None or not all(
        is_proper(token.text) for token in doc[joined.start("name") : end] if token.is_alpha
    ):
        return end
    return joined.start()


def joints(letters: Letters, start: int, end: int) -> Iterator[int]:
    """The tokens ``et`` before an article between two tokens."""
    return (match.start() for match in re.finditer("ul", letters.text[:end]) if match.start() > start)


def is_other_thing(doc: Doc, joint: int) -> bool:
    """Whether ``et`` and an article join something else than a field: ``et le Programme``, ``et le Village``."""
    return joint + 2 < len(doc) and fold(normal(doc[joint + 2])) in words("other_thing")


def end_of_grown(doc: Doc, found: Found, head: Head, letters: Letters) -> int:
    """Where the grown words end as a name: without a country that only says where, or the owner of a unit."""
    end = found.end if head.words in words("seated") else found.seat
    if found.first < end and letters.text[found.first] in "bB" and head.words not in words("takes_to"):
        noun = letters.text[found.first : end].lstrip("bBldD")[:1]
        if noun.islower():
            return found.first
    if head.words in words("with_country") | words("seated"):
        return end
    parted = head.role == "unit" or head.words in words("parted")
    if parted and found.owner < found.place:
        return found.owner
    if parted and found.has_proper and OWNER.fullmatch(letters.text[found.first : end]):
        return found.first
    if (type_of(doc[found.start : end].text) or head.type) not in STATE_COMPLEMENT:
        return end
    unique = any(fold(token.text) in words("unique") for token in doc[found.start : found.place])
    if found.place < end and (unique or found.has_proper or head.role in ("unit", "organ")):
        return found.place
    return end if head.words in words("placed") else without_town(doc, letters, found, end)


def stands_beside_owner(doc: Doc, found: Found, letters: Letters) -> bool:
    """Whether a full name stands beside the university or ministry it belongs to.

    ``École supérieure polytechnique de l'université Cheikh-Anta-Diop`` is two names.
    """
    match = OWNED_BY_HEAD.match(letters.text, found.first, found.end)
    if match is None or found.first <= found.head + 1:
        return False
    return fold(normal(doc[match.end() - 1])) in words("owner")


def without_town(doc: Doc, letters: Letters, found: Found, end: int) -> int:
    """Where a national body's name ends without the town of its branch: ``Agence nationale … de Cotonou``."""
    national = any(fold(token.text).startswith("national") for token in doc[found.start : end])
    return end - 2 if national and letters.text[end - 2 : end] == "dY" and end - 2 > found.first else end


def end_of_capitals(name: Grown) -> int:
    """Where the capitalised words and acronyms after a company's name end: ``le cabinet Sahel CONSULT``."""
    end = name.end
    while end < len(name.doc) and name.letters.text[end] in "YNAS" and end > name.found.head + 1:
        end += 1
    return end


def first_character(doc: Doc, start: int) -> int:
    """Where a name begins: after ``ex-``, which tells that it is a former one."""
    token = doc[start]
    offset: int = token.idx
    return offset + len(FORMER) if token.lower_.startswith(FORMER) else offset


def is_plural_fund(doc: Doc, head: Head, start: int) -> bool:
    """Whether ``fonds``, the same in both numbers, is a plural: ``des fonds d'investissement``."""
    return head.words == "fonds" and start > 0 and normal(doc[start - 1]) in ("les", "des", "aux")


def is_of_office(name: Grown) -> bool:
    """Whether the words tell somebody's office: ``Directeur de l'Administration générale``, not a body of that name."""
    before = text_of(name.doc)[: name.doc[name.found.start].idx]
    return name.head.words in words("field_of_office") and OFFICE.search(before) is not None


def is_common(name: Grown, marks: Marks) -> bool:
    """Whether the words are those of a class or of an organ, whatever their capitals."""
    folded = fold(name.span.text)
    if folded in excluded("phrase"):
        return True
    if marks.acronym_follows or IN_CHARGE.search(folded):
        return False
    return any(folded == organ or folded.startswith(f"{organ} ") for organ in excluded("organ"))


def ends_known(name: Grown, known: list[Candidate]) -> bool:
    """Whether the name only announces a known one: ``l'agence mauritanienne Techghil``."""
    return any(c.end == name.span.end_char and c.start > name.doc[name.found.head].idx for c in known)


def governs_another(name: Grown, known: list[Candidate]) -> bool:
    """Whether it is only a unit or organ of an institution named right after it: ``Direction de l'ANPE``."""
    if name.head.role not in ("unit", "organ"):
        return False
    text, after = name.letters.text, name.found.head + 1
    first = next((i for i in range(after, name.end) if text[i] not in "dDlAa"), name.end)
    if first >= name.end:
        return False
    if text[first] == "S" and text[first + 1 : first + 2] == "j":
        return False
    return text[first] == "S" or any(c.start == name.doc[first].idx for c in known)


def is_inner_unit(name: Grown) -> bool:
    """Whether an adjective tells a unit right before the acronym it belongs to: ``inspection interne du MPEM``."""
    letters, found = name.letters.text, name.found
    if name.head.words not in words("inner_unit") or is_indefinite(name.doc, found.start):
        return False
    adjectives = letters[found.head + 1 : found.first]
    return (
        set(adjectives) <= {"a", "A"} and adjectives != "" and OWNED.match(letters, found.first) is not None
    )


def proper_alone(name: Grown) -> Candidate | None:
    """The proper name after a label: ``l'ONG Forum civil``."""
    if not name.found.has_proper:
        return None
    span = name.doc[name.found.head + 1 : name.end]
    return Candidate(span.start_char, span.end_char, "pattern:label", name.head.type)
