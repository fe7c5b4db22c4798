"""Bare names, which no head noun announces: ``Perenco``, ``Total Gabon``, ``Tin Tua``.

Four places show that a bare name is an organisation's: right before a country (``Shell Gabon``) or a legal form
(``Sahel Motors SARL``), in a list that a class of organisations introduces (``des entreprises comme Perenco et
Olam``), and in a list beside a company already found. Towns, countries and common words are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from spacy.tokens import Doc

from extractors.folding import fold, text_of
from extractors.institutions.candidates import Candidate, longest
from extractors.institutions.kinds import type_of
from extractors.institutions.tokens import Letters, is_proper
from extractors.institutions.vocabulary import checked_type, excluded, read_rows, words
from schemas.tables import InstitutionType

CAPITAL_WORD = r"[A-ZÀ-Ý][\w&+.'’-]*"
NAME = re.compile(
    r"(?:l['’]|la |le |les |du |de la |de l['’])?(?!(?:M|MM|Mme|Mmes|Mlle|Dr|Pr|Me)\b)"
    rf"(?P<name>{CAPITAL_WORD}(?: (?:& )?{CAPITAL_WORD}){{0,4}})"
)
"""A member of a list: capitalised words, perhaps after an article."""

JOINT = re.compile(
    r"\s*+(?:,\s*(?:et|ou|puis)?|;|/|\bet\b|\bou\b|\bainsi que\b)\s*(?:aussi |par |de |d['’]|avec |à )?"
)
"""What stands between two members."""

LEGAL_FORM = re.compile(
    rf"(?<![\w'’-])(?P<name>{CAPITAL_WORD}(?: (?:& )?{CAPITAL_WORD}){{0,4}}) "
    r"(?:SA|Sa|S\.A\.|SARL|Sarl|SAS|SUARL|Ltd|Limited|PLC|plc|Inc|GmbH)(?!\w)"
)
"""A company with its legal form: ``Sahel Motors SARL``."""

BRAND = re.compile(rf"(?<![\w'’-])(?:{CAPITAL_WORD} ){{1,3}}$")
"""The capitalised words right before a country."""

MOST_MEMBERS = 20
MOST_BEFORE_COUNTRY = 60
LEAST_LETTERS = 3


@dataclass(frozen=True, slots=True)
class Member:
    """The characters ``[start, end)`` of one name of a list, and the candidate already found there."""

    start: int
    end: int
    known: Candidate | None


def brands_of_countries(doc: Doc) -> Iterator[Candidate]:
    """Every company named by a brand and its country: ``Total Gabon``, ``Shell Nigeria``."""
    for mention in doc._.country_mentions:
        if mention.kind != "name" or mention.iso3 is None:
            continue
        before = text_of(doc)[max(0, mention.start - MOST_BEFORE_COUNTRY) : mention.start]
        match = BRAND.search(before)
        start = mention.start - len(match.group()) if match else 0
        alone = all(m.end <= start or m.start >= mention.start for m in doc._.country_mentions)
        if match is not None and alone and all(is_brand(word) for word in match.group().split()):
            yield Candidate(start, mention.end, "pattern:brand_country", "company", country=mention.iso3)


def with_legal_form(doc: Doc) -> Iterator[Candidate]:
    """Every company named with its legal form."""
    for match in LEGAL_FORM.finditer(text_of(doc)):
        if any(is_proper(word) for word in match.group("name").split()):
            yield Candidate(match.start(), match.end(), "pattern:legal_form", "company")


def is_brand(word: str) -> bool:
    """Whether a capitalised word can be a brand: no common word, town or acronym of another thing."""
    folded = fold(word)
    if folded in words("brand"):
        return True
    if word.isupper() and len(word) > 1:
        return False
    return is_proper(word)


def with_bare_names(doc: Doc, letters: Letters, chosen: list[Candidate]) -> list[Candidate]:
    """The chosen candidates, and the bare names that their list shows to be organisations, in order of place."""
    if letters.shouting:
        return chosen
    added: dict[int, Candidate] = {}
    for start, kind in introduced_lists(text_of(doc)):
        members = members_from(doc, start, chosen)
        if text_of(doc)[start - 1] == "(" and (
            len(members) == 1 or not any(is_sure(doc, m) for m in members)
        ):
            continue  # a definition, ``des sociétés coopératives (FENASCOOP)``, or the columns of a table
        for member in members:
            add(doc, member, kind, "pattern:introduced", added)
    for candidate in chosen:
        if kind_of(candidate) == "company":
            for member in members_beside(doc, candidate, chosen):
                add(doc, member, "company", "pattern:beside_company", added)
    apart = [c for c in added.values() if all(c.end <= o.start or c.start >= o.end for o in chosen)]
    fresh = longest(apart)
    return sorted([*chosen, *fresh], key=lambda c: c.start) if fresh else chosen


def is_sure(doc: Doc, member: Member) -> bool:
    """Whether a member is known, or holds a word that is no common one."""
    return member.known is not None or any(map(is_proper, text_of(doc)[member.start : member.end].split()))


def add(doc: Doc, member: Member, kind: InstitutionType, rule: str, added: dict[int, Candidate]) -> None:
    """Keep a member that nothing has found yet and that is a proper name."""
    text = text_of(doc)[member.start : member.end]
    if member.known is None and is_bare_name(doc, member, text):
        found_kind = type_of(text) or kind
        added.setdefault(member.start, Candidate(member.start, member.end, rule, found_kind))


def is_bare_name(doc: Doc, member: Member, text: str) -> bool:
    """Whether a member's words can be a name by themselves."""
    if sum(c.isalpha() for c in text) < LEAST_LETTERS or text in excluded("acronym"):
        return False
    if text in doc._.context.study.definitions:
        return False
    if any(
        m.start < member.end and member.start < m.end and m.kind == "name" and m.end - m.start == len(text)
        for m in doc._.country_mentions
    ):
        return False
    parts = text.split()
    return any(is_proper(part) or fold(part) in words("brand") for part in parts) and fold(text) not in words(
        "town"
    )


def kind_of(candidate: Candidate) -> InstitutionType | None:
    """The type of a candidate."""
    return candidate.entry.type if candidate.entry else candidate.type


def introduced_lists(text: str) -> Iterator[tuple[int, InstitutionType]]:
    """Where each list of names that a class of organisations introduces begins, and the type of its members."""
    for match in introductions().finditer(text):
        yield match.end(), classes()[fold(match.group("class"))]


@lru_cache(maxsize=1)
def classes() -> dict[str, InstitutionType]:
    """Type of the members by folded class noun: ``entreprises``, ``centrales syndicales``."""
    return {fold(row["words"]): checked_type(row["type"]) for row in read_rows("institution_classes.csv")}


@lru_cache(maxsize=1)
def introductions() -> re.Pattern[str]:
    """``des entreprises comme …``, ``sociétés minières (…)``, ``les banques, notamment …``."""
    nouns = sorted((row["words"] for row in read_rows("institution_classes.csv")), key=lambda w: (-len(w), w))
    between = r"(?: (?!et |ou )[a-zà-ÿœ][\wà-ÿœ'’-]*){0,5}?"
    cue = (
        r"(?:\s*\(\s*(?:notamment |dont |comme |ex\.?:? )?|\s*:\s*|"
        r",?\s+(?:tel(?:le)?s? que|comme|notamment|dont|à savoir|"
        r"parmi lesquel(?:le)?s|y compris|à l['’]instar (?:de |des? |du )?|au rang desquel(?:le)?s)\s*:?\s*)"
    )
    return re.compile(rf"\b(?P<class>(?i:{'|'.join(map(re.escape, nouns))}))(?!\w){between}{cue}")


def members_from(doc: Doc, start: int, chosen: Sequence[Candidate]) -> list[Member]:
    """The names joined one after the other from a place of the text on."""
    found: list[Member] = []
    at = start
    while len(found) < MOST_MEMBERS:
        member = member_at(doc, at, chosen)
        if member is None:
            break
        found.append(member)
        at = after_acronym(text_of(doc), member.end)
        joint = JOINT.match(text_of(doc), at)
        if joint is None:
            break
        at = joint.end()
    return found


def member_at(doc: Doc, at: int, chosen: Sequence[Candidate]) -> Member | None:
    """The name that begins at a place, after its article; a name already found counts whole."""
    match = NAME.match(text_of(doc), at)
    begins = match.start("name") if match else at
    for candidate in chosen:
        if candidate.start < candidate.end and at <= candidate.start <= begins + 1 and candidate.end > at:
            return Member(candidate.start, candidate.end, candidate)
    if match is None:
        return None
    end = match.end("name")
    following = next((c.start for c in chosen if match.start("name") < c.start < end), end)
    text = text_of(doc)[match.start("name") : following].rstrip(" .,;'’")
    return Member(match.start("name"), match.start("name") + len(text), None) if text else None


def after_acronym(text: str, at: int) -> int:
    """The place after an acronym in brackets."""
    match = BRACKETS.match(text, at)
    return match.end() if match else at


BRACKETS = re.compile(r"\s*\([A-ZÀ-Ý][\w/-]{1,12}\)")


def members_beside(doc: Doc, candidate: Candidate, chosen: Sequence[Candidate]) -> list[Member]:
    """The names that a comma or ``et`` joins to a candidate: those after it, and the one right before it."""
    at = after_acronym(text_of(doc), candidate.end)
    joint = JOINT.match(text_of(doc), at)
    after = members_from(doc, joint.end(), chosen) if joint else []
    return [*after, *members_before(doc, candidate)]


BEFORE = re.compile(
    rf"(?:(?<=[\s('’])|^)(?P<name>{CAPITAL_WORD}(?: {CAPITAL_WORD}){{0,2}})(?:\s*,\s*|\s+et\s+)(?:la |le |l['’])?$"
)


def members_before(doc: Doc, candidate: Candidate) -> list[Member]:
    """The name that a comma or ``et`` joins to a candidate after it."""
    match = BEFORE.search(text_of(doc)[max(0, candidate.start - MOST_BEFORE_COUNTRY) : candidate.start])
    if match is None:
        return []
    offset = max(0, candidate.start - MOST_BEFORE_COUNTRY)
    return [Member(offset + match.start("name"), offset + match.end("name"), None)]
