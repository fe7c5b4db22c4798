"""The spaCy component ``institutions``: every place where an organisation is named.

Four sources of candidates, then the longest of those that overlap: names of the registry, names and acronyms
that the document defines, names grown from a head noun by the grammar, governments by their country. Each
finding says which rule found it.
"""

from __future__ import annotations

import re
from dataclasses import replace

from spacy.language import Language
from spacy.tokens import Doc

from extractors.context import StudyContext
from extractors.findings import InstitutionFinding, show_as_spans
from extractors.folding import fold
from extractors.institutions.candidates import Candidate, longest
from extractors.institutions.definitions import DefinedNames
from extractors.institutions.kinds import NO_STATE, country_of, type_of
from extractors.institutions.patterns import grow_names
from extractors.institutions.registered import RegisteredNames, main_country
from extractors.institutions.registry import Registry, packaged_registry
from extractors.institutions.tokens import Letters, letters_of
from extractors.institutions.vocabulary import excluded

OF = re.compile(r"\s*(?:de |du |de la |de l['’]|des |à la |, )\s*")
"""What stands between a unit and the organisation it belongs to."""

BRACKETED = re.compile(r"\s*\(([A-ZÀ-Ý][A-ZÀ-Ý0-9/-]+)\)")
CONVENTION = re.compile(
    r"(?:convention|convention[- ]cadre|charte|pacte|conférence|sommet|décennie|recensement|protocole)s? "
    r"(?:des|de l['’]) ?$",
    re.IGNORECASE,
)


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
        study = doc._.context.study
        if self.defined.study is not study:
            self.defined = DefinedNames(self.vocab, study, self.registered.registry)
        letters = letters_of(doc)
        known = [
            *self.defined.find(doc, letters.shouting),
            *self.registered.find(doc, letters.shouting, self.defined),
        ]
        candidates = [*known, *grow_names(doc, letters, known)]
        chosen = [with_demonym(doc, c) for c in longest(candidates) if not in_title_of_convention(doc, c)]
        chosen = inherit_types(doc, with_acronyms(doc, letters, chosen))
        chosen = [branch(doc, letters, candidate) for candidate in chosen]
        found = [finding_of(doc, candidate, study) for candidate in chosen]
        doc._.institution_mentions = tuple(found)
        show_as_spans(doc, "institutions", [(f.start, f.end, f.type) for f in found])
        return doc


def with_demonym(doc: Doc, candidate: Candidate) -> Candidate:
    """A registered name with the demonym after it, which makes it a national body: ``Croix-Rouge malienne``."""
    surface = doc.text[candidate.start : candidate.end]
    if candidate.entry is None or (candidate.form == "acronym" and surface.isupper()):
        return candidate
    for mention in doc._.country_mentions:
        follows = mention.start == candidate.end + 1 and doc.text[candidate.end] == " "
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
    return named and CONVENTION.search(doc.text[: candidate.start]) is not None


def with_acronyms(doc: Doc, letters: Letters, chosen: list[Candidate]) -> list[Candidate]:
    """The candidates, and the acronym in brackets after a full name (``Réseau … leaders (RENAJELF)``)."""
    by_start = {candidate.start: candidate for candidate in chosen}
    found: dict[int, Candidate] = {}
    for candidate in chosen:
        candidate = found.get(candidate.start, candidate)
        match = None if candidate.form == "acronym" else BRACKETED.match(doc.text, candidate.end)
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
    surface = doc.text[full.start : full.end]
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
    """Whether an acronym can be that of the name before it: no other thing's, with the same first letter."""
    first = fold(doc.text[candidate.start : candidate.end])[:1]
    return acronym not in excluded("acronym") and fold(acronym)[:1] == first


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
        between = doc.text[unit.end : owner.start]
        kind = owner.entry.type if owner.entry else owner.type or type_of(doc.text[owner.start : owner.end])
        if unit.is_part and kind in NO_STATE and OF.fullmatch(between):
            typed[rank] = replace(unit, type=kind)
    return typed


def finding_of(doc: Doc, candidate: Candidate, study: StudyContext) -> InstitutionFinding:
    """What a chosen candidate says of an institution."""
    surface = doc.text[candidate.start : candidate.end]
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
    in_name = candidate.country or country_in(doc, candidate)
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


def country_in(doc: Doc, candidate: Candidate) -> str | None:
    """The first country named inside a candidate."""
    for mention in doc._.country_mentions:
        if mention.iso3 is not None and candidate.start <= mention.start and mention.end <= candidate.end:
            return str(mention.iso3)
    return None
