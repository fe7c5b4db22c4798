"""What the words around a chosen name change: its extent, its acronym, its type.

``Croix-Rouge malienne``, ``Caritas Mali``, ``Réseau … leaders (RENAJELF)``, ``Division de la population du
Département … des Nations Unies``, ``Convention-cadre des Nations Unies``, ``CFPE de Douala``.
"""

from __future__ import annotations

import re
from dataclasses import replace

from spacy.tokens import Doc

from extractors.folding import common_letters, fold, text_of
from extractors.institutions.candidates import Candidate
from extractors.institutions.kinds import NO_STATE, type_of
from extractors.institutions.tokens import Letters
from extractors.institutions.vocabulary import excluded, words

OF = re.compile(r"\s*(?:de |du |de la |de l['’]|des |à la |, )\s*")
"""What stands between a unit and the organisation it belongs to."""

BRACKETED = re.compile(r"\s*\(([A-ZÀ-Ý][A-ZÀ-Ý0-9/-]+)\)")
LEAST_FOREIGN = 4
"""Letters of an acronym of another language than the name's."""

GOVERNING = re.compile(r"(\w+) (?:de la |de l['’]|du |des |de |d['’])$")
"""``Convention de l'Union africaine … (CUAPLC)``: the acronym is the convention's."""

CONVENTION = re.compile(
    r"(?:convention|convention[- ]cadre|charte|pacte|conférence|sommet|décennie|recensement|protocole)s? "
    r"(?:des|de l['’]) ?$",
    re.IGNORECASE,
)


def adjust(doc: Doc, letters: Letters, chosen: list[Candidate]) -> list[Candidate]:
    """The chosen candidates as their neighbours make them, in order of place."""
    kept = [with_demonym(doc, c) for c in chosen if not in_title_of_convention(doc, c)]
    typed = inherit_types(doc, with_acronyms(doc, letters, kept))
    return [branch(doc, letters, candidate) for candidate in typed]


def with_demonym(doc: Doc, candidate: Candidate) -> Candidate:
    """A registered name with the demonym after it, which makes it a national body: ``Croix-Rouge malienne``."""
    surface = text_of(doc)[candidate.start : candidate.end]
    if candidate.entry is None or (candidate.form == "acronym" and surface.isupper()):
        return candidate
    for mention in doc._.country_mentions:
        follows = mention.start == candidate.end + 1 and text_of(doc)[candidate.end] == " "
        if follows and (mention.kind == "demonym" or candidate.entry.type in ("civil_society", "company")):
            return replace(
                candidate,
                end=mention.end,
                rule=f"{candidate.rule}+demonym",
                type=candidate.entry.type,
                entry=None,
                form="full",
                country=mention.iso3,
            )
    return candidate


def in_title_of_convention(doc: Doc, candidate: Candidate) -> bool:
    """Whether ``Nations Unies`` only stands in the name of a convention, a census or a conference."""
    named = candidate.entry is not None and candidate.entry.acronym == "ONU"
    return named and CONVENTION.search(text_of(doc)[: candidate.start]) is not None


def with_acronyms(doc: Doc, letters: Letters, chosen: list[Candidate]) -> list[Candidate]:
    """The candidates, and the acronym in brackets after a full name (``Réseau … leaders (RENAJELF)``)."""
    by_start = {candidate.start: candidate for candidate in chosen}
    found: dict[int, Candidate] = {}
    for candidate in chosen:
        candidate = found.get(candidate.start, candidate)
        match = None if candidate.form == "acronym" else BRACKETED.match(text_of(doc), candidate.end)
        if match is None or letters.shouting or not fits(candidate, match.group(1), doc):
            found[candidate.start] = candidate
            continue
        known = by_start.get(match.start(1))
        full, short = paired(doc, candidate, match, known)
        found[full.start], found[short.start] = full, short
    return sorted(found.values(), key=lambda candidate: candidate.start)


def paired(
    doc: Doc, full: Candidate, match: re.Match[str], known: Candidate | None
) -> tuple[Candidate, Candidate]:
    """A full name and the acronym in brackets after it, as one institution.

    A known acronym lends its identity to a variant of its name (``institut nationale des statistiques
    (INS)``); a name of its own takes the acronym over.
    """
    surface = text_of(doc)[full.start : full.end]
    acronym = match.group(1)
    if known is not None and (full.entry is not None or (known.entry is full.entry and full.acronym)):
        return full, known
    if known is not None and is_variant(surface, known.entry.name if known.entry else known.name):
        identity = replace(
            full, type=known.type, name=known.name, acronym=known.acronym, entry=known.entry, form="variant"
        )
        return identity, known
    name = full.name or surface
    kind = full.type or type_of(name)
    short = Candidate(
        match.start(1), match.end(1), "pattern:bracketed_acronym", kind, name, acronym, "acronym", full.entry
    )
    return replace(full, acronym=acronym, name=name), short


def is_variant(name: str, other: str) -> bool:
    """Whether two names share most of their longer words, number aside."""
    first = {word.rstrip("s") for word in fold(name).split() if len(word) > 3}
    second = {word.rstrip("s") for word in fold(other).split() if len(word) > 3}
    return bool(first) and 2 * len(first & second) >= max(len(first), len(second))


def fits(candidate: Candidate, acronym: str, doc: Doc) -> bool:
    """Whether an acronym can be that of the name before it: no other thing's, with letters of its words.

    The first letters are the same, or the acronym is that of another language: ``Conseil économique, social et
    culturel (ECOSOCC)``.
    """
    folded = fold(text_of(doc)[candidate.start : candidate.end])
    letters = fold(acronym)
    if acronym in excluded("acronym"):
        return False
    if letters[:1] == folded[:1]:
        return True
    governing = GOVERNING.search(text_of(doc)[: candidate.start])
    if governing is not None and fold(governing.group(1))[:1] == letters[:1]:
        return False
    is_whole = candidate.rule.startswith("pattern:") and not candidate.is_part
    if governing is None and is_whole and len(letters) >= LEAST_FOREIGN:
        return True
    sounds = "".join(word[:2] for word in folded.split() if word not in words("small"))
    return len(letters) >= LEAST_FOREIGN and 2 * common_letters(letters, sounds) > len(letters)


def branch(doc: Doc, letters: Letters, candidate: Candidate) -> Candidate:
    """A training provider's acronym with the town of its branch: ``CFPE de Douala``."""
    kind = candidate.entry.type if candidate.entry else candidate.type
    if candidate.form != "acronym" or kind != "training_provider":
        return candidate
    span = doc.char_span(candidate.start, candidate.end)
    if span is None or letters.text[span.end : span.end + 2] != "dY":
        return candidate
    town = doc[span.end + 1]
    return replace(
        candidate,
        end=town.idx + len(town),
        rule=f"{candidate.rule}+town",
        type=kind,
        name="",
        acronym="",
        entry=None,
        form="full",
    )


def inherit_types(doc: Doc, chosen: list[Candidate]) -> list[Candidate]:
    """The candidates, a unit right before an international body being of its type."""
    typed = list(chosen)
    for rank in range(len(typed) - 2, -1, -1):
        unit, owner = typed[rank], typed[rank + 1]
        between = text_of(doc)[unit.end : owner.start]
        kind = (
            owner.entry.type if owner.entry else owner.type or type_of(text_of(doc)[owner.start : owner.end])
        )
        if unit.is_part and kind in NO_STATE and OF.fullmatch(between):
            typed[rank] = replace(unit, type=kind)
    return typed
