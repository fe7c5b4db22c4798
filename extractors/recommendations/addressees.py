"""Who is to act: the actors named where the grammar or the layout puts the addressee.

An actor is an institution that the passage names (its kind follows from the institution's type), a phrase of
actors.csv, or a country's name. It is an addressee as the subject of the act, its agent, the one to whom it
is recommended, or the one to whom a heading or a lead-in speaks; an actor elsewhere in the sentence is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from spacy.tokens import Doc, Span, Token
from spacy.vocab import Vocab

from extractors.findings import Addressee
from extractors.folding import folded_twin
from extractors.recommendations.cues import Cue
from extractors.recommendations.phrases import Phrase, PhraseFinder
from extractors.recommendations.vocabulary import checked_actor, phrases, words
from schemas.tables import Actor, InstitutionType

ACTOR_OF_TYPE: Mapping[InstitutionType, Actor] = {
    "ministry": "ministry",
    "training_provider": "training_provider",
    "employment_service": "employment_service",
    "sectoral_body": "sectoral_body",
    "employers_organisation": "employers_organisation",
    "workers_organisation": "workers_organisation",
    "public_body": "government",
    "international_organisation": "international_organisation",
    "regional_body": "regional_body",
    "development_partner": "development_partner",
    "civil_society": "civil_society",
    "research_body": "research_body",
    "company": "private_sector",
}

THAT = frozenset({"que", "qu'", "qu’"})
ARTICLE = re.compile(r"(?:les?|la|l['’])?\s*", re.IGNORECASE)

INTENDED = (
    r"\bà\s+l['’]\s?(?:attention|intention|endroit|adresse|égard)\s+"
    r"(?:de\s+l['’]\s?|des?\s+(?:la\s+)?|du\s+|d['’]\s?)"
)
TO = r"\b(?:au|aux|à\s+la|à\s+l['’]|a\s+la|a\s+l['’])\s?"
ADDRESS = re.compile(rf"(?:{INTENDED}|{TO})$", re.IGNORECASE)
"""The words before one who is addressed: ``à l'attention des``, ``aux``, ``à la``."""

HEADING_OPENING = re.compile(
    r"^[\W\d]*(?:[ivxlc]+[.)\-–]\s*|[a-h][.)]\s*)?[\d.\-–)\s]*"
    r"(?:recommandations?\s+|suggestions?\s+|propositions?\s+)?(?:(?:adressées?|destinées?|formulées?)\s+)?"
    r"(?:(?:(?:pour|envers|au\s+niveau|niveau|du\s+côté|concernant)\s*)?(?:des|du|de\s+la|le|la|les|l['’])?"
    rf"|{TO})\s*$",
    re.IGNORECASE,
)
"""What may come before the actor in a heading that names nobody else: ``2.3 Pour les``."""

OWN_HEADING = re.compile(r"recommandations?\s+(?:des|du|de\s+la|de\s+l['’])\s*$", re.IGNORECASE)
"""``Recommandations de la``: what follows are those who recommend."""

INTENDED_END = re.compile(rf"{INTENDED}$", re.IGNORECASE)

PLACED = re.compile(
    r"\b(?:au\s+sein|sous\s+(?:la|l['’])\s?(?:responsabilité|égide|conduite|coordination|tutelle|direction)"
    r"|sous\s+le\s+pilotage)\s+(?:[\w'’]+\s+){0,6}?(?:de\s+la|de\s+l['’]|du|des|de|d['’])\s?$"
    r"|\bde\s+la\s+part\s+(?:de\s+la|de\s+l['’]|du|des|de|d['’])\s?$"
    r"|\bc['’]est\s+(?:au|aux|à\s+la|à\s+l['’])\s?$",
    re.IGNORECASE,
)
"""Where an act is to be done, which is by whom: ``au sein de``, ``sous la responsabilité de``, ``de la part de``."""

ROLE = re.compile(r"\br[ôo]les?\s+(?:de\s+la\s+|de\s+l['’]\s?|des?\s+|du\s+|d['’]\s?)$", re.IGNORECASE)
"""The words before one whose role is told: ``Le rôle de la``."""

PARTNERSHIP = re.compile(
    r"\bavec\s+(?:l['’]\s?appui|le\s+soutien|le\s+concours|l['’]\s?aide)\s+(?:de\s+la|de\s+l['’]|du|des|de)\s?$|"
    r"\b(?:en|de)\s+(?:collaboration|partenariat|concertation|coopération|relation|rapport)\s+(?:étroite\s+)?avec\s+"
    r"(?:les?|la|l['’]|ses|leurs)?\s*$",
    re.IGNORECASE,
)

LABEL = "label"
"""The source of an addressee named before the colon of its own item."""

LABEL_WORDS = 14
"""A label before a colon has at most so many words."""

RECEIVED = frozenset(
    {"recommend", "recommend_by", "wish_of_others", "invite", "invite_by", "instruct"}
    | {"suit", "matter", "necessary", "need_verb"}
)
"""Rules whose wording may name to whom it is recommended."""

MINISTER = re.compile(r"(?:ministres?|secrétaires?\s+d['’][ée]tat)\b", re.IGNORECASE)
OF = r"(?:de\s+l['’]\s?|de\s+la\s+|du\s+|des\s+|d['’]\s?|de\s+)"
FIELD = r"[A-ZÉÈÎ][\w'’-]+(?:\s+[a-zéèêàâîôûç-]{5,})?"
PORTFOLIO = re.compile(rf"(?:\s+chargée?s?)?\s+{OF}{FIELD}(?:(?:\s*,|\s+et)?\s+{OF}{FIELD})*")
"""The fields of a minister: ``de l'Agriculture, de la Souveraineté alimentaire et de l'Elevage``."""

JOINED = re.compile(r"\s*(?:,|et|ou|ainsi\s+que)\s+(?:les?|la|l['’]|ses|leurs)?\s?", re.IGNORECASE)
"""What stands between two actors that are coordinated: ``les États et la CEDEAO``."""

INVOLVING = frozenset({"implication", "participation", "engagement", "contribution", "mobilisation"})
"""Nouns whose complement acts: ``l'implication des services de sécurité``."""


@dataclass(frozen=True, slots=True)
class ActorMention:
    """An actor named at characters ``[start, end)`` of a passage."""

    start: int
    end: int
    surface: str
    actor: Actor
    joint: bool = False
    """Whether it is one of two actors that one phrase names: ``organisations d'employeurs et de travailleurs``."""

    def addressed(self, source: str) -> Addressee:
        """The mention as an addressee."""
        return Addressee(self.surface, self.actor, source)


class AddresseeFinder:
    """Finds the addressees of units, headings and lead-ins."""

    def __init__(self, vocab: Vocab) -> None:
        self.phrases = PhraseFinder(vocab, phrases("actors.csv", "actor", "phrase"))

    def actors(self, doc: Doc) -> list[ActorMention]:
        """Every actor that a passage names, in its order, the longest where they overlap."""
        named = [
            ActorMention(f.start, f.end, f.surface, ACTOR_OF_TYPE[f.type]) for f in doc._.institution_mentions
        ]
        for phrase in self.phrases.find(folded_twin(doc)):
            if is_noun_phrase(doc, phrase.start, phrase.end):
                named += phrase_mentions(doc.text, phrase)
        named += [
            ActorMention(f.start, f.end, f.surface, "government")
            for f in doc._.country_mentions
            if f.kind != "demonym"
        ]
        return longest_first(named)

    def of_unit(self, unit: Span, cues: Iterable[Cue]) -> list[Addressee]:
        """The addressees that a unit names itself."""
        actors = [a for a in self.actors(unit.doc) if unit.start_char <= a.start and a.end <= unit.end_char]
        if not actors:
            return []
        found: list[Addressee] = []
        for cue in cues:
            found += of_cue(cue, unit, actors)
        if not found:
            found += of_bare_act(unit, actors) or of_label(unit, actors)
        if not found:
            found += [a.addressed("agent") for a in actors if PLACED.search(before(unit, a))]
        found += [a.addressed("agent") for a in actors if PARTNERSHIP.search(before(unit, a)) and found]
        return unique(found)

    def of_heading(self, doc: Doc) -> list[Addressee]:
        """Those whom a heading addresses: ``À l'attention des partenaires sociaux``, ``Secteur privé``."""
        text = doc.text
        found: list[ActorMention] = []
        for actor in self.actors(doc):
            lead = text[: actor.start]
            tail = lead.rpartition(":")[2]
            follows = bool(found) and re.fullmatch(
                r"[\s,]*(?:et|ou|,|/)?\s*(?:aux?|les?|la|à la|l['’]|des?|du|de la|de l['’])?\s*",
                text[found[-1].end : actor.start],
                re.IGNORECASE,
            )
            if OWN_HEADING.search(lead):
                continue
            if INTENDED_END.search(lead) or HEADING_OPENING.match(tail) or follows:
                found.append(actor)
        return unique(a.addressed("heading") for a in found)

    def of_address(self, doc: Doc) -> list[Addressee]:
        """Those to whom a lead-in of nothing else speaks: ``Aux organisations d'employeurs :``."""
        return [Addressee(a.surface, a.actor, "lead_in") for a in self.of_heading(doc)]

    def of_duty(self, doc: Doc, cues: Iterable[Cue]) -> list[Addressee]:
        """Those whose duty a lead-in tells in passing: ``enjeux que le Sénégal devra maîtriser :``."""
        actors = self.actors(doc)
        found = [a for cue in cues if cue.rule == "duty" for a in subjects(cue.verb, actors)]
        return unique(Addressee(a.surface, a.actor, "lead_in") for a in found)

    def of_lead_in(self, doc: Doc, cues: Iterable[Cue] = ()) -> list[Addressee]:
        """Those to whom a lead-in speaks: ``Le ministère devrait :``, ``recommande au Gouvernement :``."""
        actors = self.actors(doc)
        found: list[Addressee] = []
        for cue in cues:
            found += of_cue(cue, doc[:], actors)
        found += [a.addressed("lead_in") for a in actors if ADDRESS.search(doc.text[: a.start])]
        found += [a.addressed("lead_in") for a in actors if ROLE.search(doc.text[: a.start])]
        return unique(Addressee(a.surface, a.actor, "lead_in") for a in found)


def is_noun_phrase(doc: Doc, start: int, end: int) -> bool:
    """Whether a phrase found on folded words is one of nouns here: not the adjective of ``grille commune``."""
    span = doc.char_span(start, end, alignment_mode="expand")
    return len(span) > 1 or span[0].pos_ not in {"ADJ", "VERB", "ADV", "DET", "PRON"}


def phrase_mentions(text: str, phrase: Phrase) -> list[ActorMention]:
    """The actors that a phrase of actors.csv names: one, or two joined by ``+``."""
    codes = phrase.label.split("+")
    portfolio = PORTFOLIO.match(text, phrase.end) if MINISTER.match(text, phrase.start) else None
    end = portfolio.end() if portfolio else phrase.end
    surface = text[phrase.start : end]
    return [ActorMention(phrase.start, end, surface, checked_actor(code), len(codes) > 1) for code in codes]


def longest_first(named: Iterable[ActorMention]) -> list[ActorMention]:
    """The mentions that no longer one overlaps, in the order of the text."""
    kept: list[ActorMention] = []
    for mention in sorted(named, key=lambda m: (m.start - m.end, m.start)):
        same = any(
            (k.start, k.end) == (mention.start, mention.end) and k.joint and mention.joint for k in kept
        )
        if same or all(mention.end <= k.start or mention.start >= k.end for k in kept):
            kept.append(mention)
    return sorted(kept, key=lambda m: m.start)


def unique(found: Iterable[Addressee]) -> list[Addressee]:
    """Addressees without repeated (surface, actor), in order."""
    return list({(a.surface.casefold(), a.actor): a for a in found}.values())


def before(unit: Span, actor: ActorMention) -> str:
    """The words of a unit before an actor."""
    return folded_twin(unit.doc).text[unit.start_char : actor.start]


def of_cue(cue: Cue, unit: Span, actors: list[ActorMention]) -> list[Addressee]:
    """The addressees that stand at a cue: subject, agent, recipient."""
    found: list[Addressee] = []
    if cue.rule in {"duty", "gain", "could", "invite"} and not (cue.rule != "invite" and is_passive(cue.act)):
        found += subjects(cue.verb, actors) or (subjects(cue.act, actors) if cue.act else [])
    if cue.act is not None:
        found += agents(cue.act, actors)
        if cue.act.lemma_ in words("requests"):
            found += objects(cue.act, actors)
    if cue.rule in RECEIVED:
        found += recipients(cue, unit, actors)
    that = next((t.i for t in unit.doc[cue.end - 1 : min(cue.end + 3, unit.end)] if t.lower_ in THAT), None)
    if that is not None:
        found += clause_subjects(unit, that + 1, actors)
    return found or antecedents(cue, unit, actors)


def antecedents(cue: Cue, unit: Span, actors: list[ActorMention]) -> list[Addressee]:
    """Whom the pronoun means: ``Quant au ministère, il devrait``, ``les syndicats …, et qu'ils désignent``."""
    tokens = unit.doc[cue.start - 1 if cue.start > unit.start else cue.start : min(cue.end + 3, unit.end)]
    if cue.rule not in {"duty", "gain", "invite"} and not any(t.lower_ in {"ils", "elles"} for t in tokens):
        return []
    heads = subject_heads(cue.verb) or list(tokens)
    if not any(t.lower_ in {"il", "elle", "ils", "elles"} for t in heads) or is_passive(cue.act):
        return []
    earlier = [a for a in actors if a.end <= unit.doc[cue.start].idx]
    leading = [
        a
        for a in earlier
        if re.fullmatch(r"(?:quant\s+)?(?:aux?|à\s+la|à\s+l['’]|les?|la|l['’])?\s?", before(unit, a), re.I)
    ]
    return [a.addressed("subject") for a in leading[:1]]


def of_label(unit: Span, actors: list[ActorMention]) -> list[Addressee]:
    """The actors before the colon of ``Commission de la CEMAC : publier la liste``."""
    label, colon, _ = unit.text.partition(":")
    if not colon or len(label.split()) > LABEL_WORDS:
        return []
    return [a.addressed(LABEL) for a in actors if a.end <= unit.start_char + len(label)]


def is_passive(verb: Token | None) -> bool:
    """Whether a verb is in the passive: its subject is then not who acts."""
    return verb is not None and any(child.dep_ == "aux:pass" for child in verb.children)


def subjects(verb: Token, actors: list[ActorMention]) -> list[Addressee]:
    """The actors that are the active subject of a verb, coordinated ones included."""
    found = covering(subject_heads(verb), actors)
    return [a.addressed("subject") for a in with_neighbours(found, actors, verb.doc.text)]


def with_neighbours(found: list[ActorMention], actors: list[ActorMention], text: str) -> list[ActorMention]:
    """Actors with those that stand beside them, joined by ``et``, ``ou`` or a comma."""
    kept = list(found)
    for left, right in [*pairwise(actors), *reversed(list(pairwise(actors)))]:
        if (left in kept) != (right in kept) and JOINED.fullmatch(text[left.end : right.start]):
            kept = [a for a in actors if a in kept or a in (left, right)]
    return kept


def subject_heads(verb: Token) -> list[Token]:
    """The nouns that are subject of a verb: its own, or that of the verb it is coordinated with or serves."""
    for _ in range(4):
        heads = [child for child in verb.children if child.dep_ in {"nsubj", "nsubj:pass", "expl:subj"}]
        if heads:
            return [noun for head in heads for noun in (head, *coordinated(head))]
        if verb.dep_ not in {"conj", "aux", "cop", "aux:pass", "xcomp", "aux:tense"}:
            return []
        verb = verb.head
    return []


def coordinated(noun: Token) -> list[Token]:
    """The nouns coordinated with a noun."""
    found: list[Token] = []
    for child in noun.children:
        if child.dep_ == "conj" and child.pos_ in {"NOUN", "PROPN", "X"}:
            found += [child, *coordinated(child)]
    return found


def covering(nouns: Iterable[Token], actors: list[ActorMention]) -> list[ActorMention]:
    """The actors whose words include one of the nouns."""
    return [a for noun in nouns for a in actors if a.start <= noun.idx < a.end]


def agents(verb: Token, actors: list[ActorMention]) -> list[Addressee]:
    """The actors by whom an act is to be done: ``doit être financé par l'État``."""
    heads = [child for child in verb.children if child.dep_ == "obl:agent"]
    nouns = [noun for head in heads for noun in (head, *coordinated(head))]
    return [a.addressed("agent") for a in covering(nouns, actors)]


def objects(verb: Token, actors: list[ActorMention]) -> list[Addressee]:
    """The actors that are to be brought to act: ``inciter le secteur privé à investir``."""
    heads = [child for child in verb.children if child.dep_ == "obj"]
    nouns = [noun for head in heads for noun in (head, *coordinated(head))]
    return [a.addressed("agent") for a in covering(nouns, actors)]


def recipients(cue: Cue, unit: Span, actors: list[ActorMention]) -> list[Addressee]:
    """Those to whom it is recommended: ``il est recommandé au Ministère de …``, ``prie le Gouvernement de``."""
    that = next((t.idx for t in unit.doc[cue.start : unit.end] if t.lower_ in THAT), unit.end_char)
    stop = cue.act.idx if cue.act is not None else that
    start = unit.doc[cue.start].idx
    found: list[ActorMention] = []
    for actor in actors:
        if not start < actor.start < stop:
            continue
        lead = unit.doc.text[start : actor.start]
        direct = cue.rule in {"invite_by", "invite", "instruct"} and re.search(
            r"\w+\s+(?:le|la|les|l['’])\s?$", lead
        )
        follows = bool(found) and re.fullmatch(
            r"[\s,]*(?:et|,)?\s*(?:aux?|les?|à la|l['’])?\s*", unit.doc.text[found[-1].end : actor.start]
        )
        if ADDRESS.search(lead) or direct or follows:
            found.append(actor)
    return [a.addressed("agent") for a in found]


def is_clause_verb(token: Token) -> bool:
    """Whether a token is the verb of a clause: finite, or a verb with a subject however it is tagged."""
    finite = "VerbForm=Fin" in str(token.morph)
    return finite or (token.pos_ == "VERB" and any(c.dep_ == "nsubj" for c in token.children))


def clause_subjects(unit: Span, start: int, actors: list[ActorMention]) -> list[Addressee]:
    """The actors that are subject of the first clause after a token: ``que les gouvernements … mettent``."""
    clause = unit.doc[start : unit.end]
    verb = next((t for t in clause if is_clause_verb(t)), None) or next(
        (t for t in clause if t.pos_ == "VERB"), None
    )
    if verb is None:  # a verb taken for a noun: ``que l'État subventionne les centres``
        first = unit.doc[start].idx if start < unit.end else unit.end_char
        after = [a for a in actors if a.start >= first]
        lead = [a for a in after if ARTICLE.fullmatch(unit.doc.text[first : a.start])]
        return [a.addressed("subject") for a in lead[:1]]
    act = verb.head if verb.dep_ in {"aux:pass", "cop", "aux", "aux:tense"} else verb
    if is_passive(act):
        return agents(act, actors)
    found = subjects(act, actors)
    if found:
        return found
    first = [a for a in actors if unit.doc[start].idx <= a.start < verb.idx]
    near = [
        a for a in first if not re.search(r"\b(?:de|des|du|d['’]|en|avec|par|pour|dans)\s?$", before(unit, a))
    ]
    return [a.addressed("subject") for a in near]


def of_bare_act(unit: Span, actors: list[ActorMention]) -> list[Addressee]:
    """The addressees of a unit without a cue: ``Que les autorités …``, ``Aux églises de …``."""
    first = unit[0].lower_
    if first in {"que", "qu'", "qu’"}:
        return clause_subjects(unit, unit.start + 1, actors)
    if first in {"à", "a", "au", "aux"}:
        return [a.addressed("agent") for a in actors[:1] if ADDRESS.search(before(unit, a))]
    root = unit.root
    noun = next((t for t in unit[:3] if t.pos_ == "NOUN"), None)
    if noun is not None and noun.lemma_.lower() in INVOLVING:
        heads = [c for c in noun.children if c.dep_ == "nmod"]
        return [a.addressed("subject") for a in covering(heads, actors)]
    if "VerbForm=Fin" in str(root.morph) and not is_passive(root):
        return subjects(root, actors)
    return []
