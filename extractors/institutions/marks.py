"""What tells a name from a class of organisations worded as one.

``les centres de formation professionnelle`` and ``le Centre de formation professionnelle de Sénou`` differ by a
capital that the place in the sentence does not explain, by an adjective of which there is one (``nationale``), by
a proper name or a field; an indefinite article speaks against a name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from spacy.tokens import Doc, Span

from extractors.folding import fold, text_of
from extractors.institutions.grammar import Found
from extractors.institutions.kinds import type_of
from extractors.institutions.tokens import Letters, normal
from extractors.institutions.vocabulary import Head, words

PLACED = frozenset({"civil_society", "training_provider", "sectoral_body", "workers_organisation"})
"""Types of which a place makes a name in lower case: ``association des jeunes de Kitshanga``."""

DEFINITE = frozenset("lDB")
PLURAL = frozenset({"les", "des", "aux"})

LEAST_CONTENT = 3
"""Words of a complement that make a name of a strong head in lower case."""

PROPER_END = re.compile("[naf][YN]+$")
"""``centre de formation professionnelle Don Bosco``."""

WHOLE_BLOCK = 0.7
"""Share of a short block that a name fills when the block is that name."""


CREATED = re.compile(
    r"\b[Ii]l (?:est|sera|a été) (?:institué|créé|instauré|mis en place|établi)e?\b[^.;:]{0,90}\bune? $"
)
"""``il est créé une commission …``: one body, named though still to be set up."""

SENTENCE_BREAKS = frozenset({".", ":", ";", "!", "?", "…", "•", "-", "–", "—", ")"})
"""Signs after which a capital tells nothing."""


@dataclass(frozen=True, slots=True)
class Grown:
    """A name that the grammar found, with its head and its end (a token, exclusive)."""

    doc: Doc
    letters: Letters
    found: Found
    head: Head
    end: int

    @property
    def span(self) -> Span:
        """The tokens of the name."""
        return self.doc[self.found.start : self.end]

    @property
    def inside(self) -> str:
        """The letters after the head."""
        return self.letters.text[self.found.head + 1 : self.end]

    @property
    def is_lower(self) -> bool:
        """Whether the head is in lower case."""
        return self.letters.text[self.found.head].islower()


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


def marks_of(name: Grown) -> Marks:
    """The marks of a name."""
    doc, end, loud = name.doc, name.end, name.letters.shouting
    before = doc[name.found.start - 1] if name.found.start else None
    return Marks(
        capital_head=name.letters.text[name.found.start].isupper() and not loud,
        capital_inside=not loud and any(letter in "NYRAPHFSC" for letter in name.inside),
        unique=is_unique(name),
        indefinite=is_indefinite(doc, name.found.start),
        initial=before is None or before.text in SENTENCE_BREAKS,
        fills_block=len(name.span.text) >= WHOLE_BLOCK * len(text_of(doc)),
        acronym_follows=name.letters.text[end + 1 : end + 2] == "S" and doc[end].text == "(",
    )


def is_unique(name: Grown) -> bool:
    """Whether an adjective says that there is one: ``nationale``, or a demonym beside a complement."""
    if any(fold(token.text) in words("unique") for token in name.span):
        return True
    return has_demonym(name) and (name.found.has_complement or name.head.words in words("force"))


def has_demonym(name: Grown) -> bool:
    """Whether the name holds a demonym: ``l'Institut togolais de …``."""
    span = name.span
    return any(
        mention.kind == "demonym" and span.start_char <= mention.start and mention.end <= span.end_char
        for mention in name.doc._.country_mentions
    )


def is_indefinite(doc: Doc, start: int) -> bool:
    """Whether an indefinite or pointing word stands before the name, and the text does not create the body."""
    if not start or fold(normal(doc[start - 1])) not in words("indefinite"):
        return False
    return not is_created(doc, start)


def is_created(doc: Doc, start: int) -> bool:
    """Whether the text sets the body up: ``il est institué auprès du ministre une commission nationale de …``."""
    return start > 0 and CREATED.search(text_of(doc)[: doc[start].idx]) is not None


def is_name(name: Grown, marks: Marks) -> bool:
    """Whether the marks make it a name, by the strength of its head."""
    head = name.head
    if head.strength in ("none", "country") or name.end - name.found.head < 2:
        return head.strength == "alone" and marks.capital_head
    if marks.indefinite:
        sure = marks.capital_inside or marks.unique or marks.acronym_follows or head.strength == "strong"
        return marks.capital_head and sure
    if head.strength in ("name", "alone"):
        return True
    if is_too_faint(name, marks) or points_back(name, marks):
        return False
    if marks.capital_head:
        return not marks.initial or marks.capital_inside or marks.unique or head.strength == "strong"
    return is_lower_name(name, marks)


def is_lower_name(name: Grown, marks: Marks) -> bool:
    """Whether a head without a capital of its own heads a name."""
    if name.head.strength == "strong":
        return marks.unique or marks.capital_inside or has_complement_of(name, LEAST_CONTENT)
    if name.letters.shouting:
        return marks.unique and marks.fills_block
    if is_of_country(name) or is_field_unit(name):
        return True
    if name.head.type == "training_provider" and has_complement_of(name, LEAST_CONTENT + 1):
        return True
    return names_something(name) or is_of_state(name) or (marks.unique and name.head.words in words("force"))


def is_of_state(name: Grown) -> bool:
    """Whether a definite article and an adjective of the state make a body in lower case one.

    ``le conseil national du dialogue social``, as laws write it; not ``les conseils``, ``un conseil national``.
    """
    if not name.found.has_complement or name.head.role == "organ" or name.head.words in words("physical"):
        return False
    if not follows_definite(name):
        return False
    adjectives = name.doc[name.found.head + 1 : name.found.first]
    return any(fold(token.text) in words("of_state") for token in adjectives)


def follows_definite(name: Grown) -> bool:
    """Whether a definite article in the singular stands before the name."""
    start = name.found.start
    if not start:
        return False
    if name.letters.text[start - 1] in DEFINITE:
        return normal(name.doc[start - 1]) not in PLURAL
    return is_created(name.doc, start)


def has_complement_of(name: Grown, least: int) -> bool:
    """Whether a definite article and so many words of a complement tell a body: ``l'office de gestion de l'eau``."""
    content = sum(letter in "nrfahpNRFAHPY" for letter in name.inside)
    return name.found.has_complement and content >= least and follows_definite(name)


def is_of_country(name: Grown) -> bool:
    """Whether a demonym and a complement make one body of a country: ``l'association malienne des expulsés``.

    Not ``la communauté malienne de France``, which is no organisation.
    """
    if name.head.words in words("people") or name.head.role == "organ":
        return False
    return has_demonym(name) and name.found.has_complement and follows_definite(name)


def is_field_unit(name: Grown) -> bool:
    """Whether a unit in lower case is of a field of government: ``la direction de la main-d'œuvre``.

    Not ``la direction de l'école``, ``la direction des ressources humaines``.
    """
    if name.head.words not in words("field_direction") or not follows_definite(name):
        return False
    first = name.found.first
    if not name.letters.text.startswith(("dl", "D"), first):
        return False
    field = next((i for i in range(first, name.end) if name.letters.text[i] not in "dDl"), name.end)
    return field < name.end and fold(normal(name.doc[field])) in words("unit_field")


def is_too_faint(name: Grown, marks: Marks) -> bool:
    """Whether a faint head lacks a second capital, or a unit everything but an adjective."""
    if name.head.words == "centre" and not marks.capital_head:
        return not (names_something(name) or is_of_country(name))
    if name.head.strength == "faint" and is_placed(name):
        return False
    if name.head.strength == "faint" and not (is_of_country(name) and not marks.capital_head):
        sure = marks.capital_inside or marks.unique or (not marks.initial and has_complement_of(name, 2))
        return not (marks.capital_head and sure)
    bare = not name.found.has_complement and not name.found.has_proper
    return bare and name.head.role == "unit" and not marks.capital_inside


def points_back(name: Grown, marks: Marks) -> bool:
    """Whether ``le Conseil`` with a common complement is one named before: ``le Conseil de la décision``."""
    if marks.unique or marks.capital_inside or name.head.words not in words("pointing"):
        return False
    if marks.acronym_follows or marks.initial:
        return False
    return name.inside.startswith(("dl", "Dn", "Dr"))


def names_something(name: Grown) -> bool:
    """Whether a lower-case head is followed by a proper name or a capitalised field.

    ``hôpital Aristide le Dantec``, ``département des Investigations``; not ``service de Dakar``.
    """
    inside = name.inside
    if name.found.has_proper or inside.startswith(("DN", "DR", "DP", "dlN", "dlR")):
        return True
    if PROPER_END.search(inside) is not None:
        return True
    kind = type_of(name.span.text) or name.head.type
    return (kind in PLACED and ("dY" in inside or "dN" in inside)) or is_placed(name)


def is_placed(name: Grown) -> bool:
    """Whether a body of which each place has one has its place: ``la préfecture d'Abidjan``, ``tribunal de Goma``."""
    return name.head.words in words("placed") and ("dY" in name.inside or "dN" in name.inside)
