"""The grammatical form of an act: infinitive, noun of action, wish, or an act addressed to somebody."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

from spacy.tokens import Span, Token

from extractors.recommendations.cues import is_infinitive
from extractors.recommendations.vocabulary import action_lemmas

Form = Literal["infinitive", "nominal", "wish", "addressed"]

REACH_OF_ADDRESS = 14
"""Tokens within which ``Aux églises et aux associations de …`` comes to its infinitive."""

REACH_OF_LABEL = 18
"""Tokens that the label before the colon of an item may have."""

OPENERS = frozenset({"de", "d'", "d’", "à", "ne", "pas", "s'", "s’", "se", "n'", "y", "en", "mieux", "bien"})


def form_of(sentence: Span) -> Form | None:
    """The form in which a sentence names an act, or None where it does not begin with one."""
    tokens = [token for token in sentence if not token.is_punct and not token.is_space]
    if not tokens:
        return None
    if tokens[0].lower_ in {"que", "qu'", "qu’"} and any(t.pos_ in {"VERB", "AUX"} for t in tokens):
        return "wish"
    if begins_with_infinitive(tokens):
        return "infinitive"
    if is_addressed(tokens):
        return "addressed"
    if begins_with_action(tokens):
        return "nominal"
    return "infinitive" if is_labelled(sentence) else None


def is_labelled(sentence: Span) -> bool:
    """Whether an infinitive comes right after a label: ``Commission de la CEMAC : publier la liste``."""
    colon = next((t.i for t in sentence if t.text == ":"), None)
    if colon is None or colon - sentence.start > REACH_OF_LABEL or colon + 1 >= sentence.end:
        return False
    label = sentence.doc[sentence.start : colon]
    return not has_finite_verb(list(label)) and looks_infinitive(sentence.doc[colon + 1], first=True)


def begins_with_infinitive(tokens: list[Token]) -> bool:
    """Whether an infinitive comes first, but for adverbs and ``de``, ``ne pas``, ``s'``."""
    for position, token in enumerate(tokens[:6]):
        if looks_infinitive(token, first=position == 0):
            return True
        if token.lower_ not in OPENERS and token.pos_ != "ADV":
            return False
    return False


def looks_infinitive(token: Token, *, first: bool) -> bool:
    """Whether a token is an infinitive; at the beginning a known verb of action is one however it is tagged."""
    return is_infinitive(token) or (first and token.lower_ in action_lemmas()[0])


def begins_with_action(tokens: list[Token]) -> bool:
    """Whether a noun of action comes first, but for its article and adjective: ``La mise en place``."""
    for token in tokens[:3]:
        if token.lower_ in action_lemmas()[1] or token.lemma_.lower() in action_lemmas()[1]:
            return True
        if token.pos_ not in {"DET", "ADJ", "NUM"}:
            return False
    return False


def is_addressed(tokens: list[Token]) -> bool:
    """Whether an act is addressed to somebody: ``Aux églises de prêcher``."""
    if tokens[0].lower_ not in {"à", "a", "au", "aux"}:
        return False
    window = tokens[1:REACH_OF_ADDRESS]
    return any(a.lower_ in {"de", "d'", "d’"} and is_infinitive(b) for a, b in pairwise(window))


def has_finite_verb(tokens: list[Token]) -> bool:
    """Whether one of the tokens is a finite verb."""
    return any("VerbForm=Fin" in str(token.morph) for token in tokens)
