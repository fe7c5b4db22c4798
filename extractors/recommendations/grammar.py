"""What a cue really says: an advice, or a prediction, a remark, a legal duty, a wish of somebody else.

``Le taux devrait atteindre 5 %`` predicts, ``il convient de noter`` remarks, ``l'employeur doit déclarer``
states a duty: the words are those of an advice, and what tells them apart is the subject, the verb of the act
and the clause in which they stand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from spacy.tokens import Span, Token

from extractors.recommendations.addressees import ActorMention, is_passive, subject_heads
from extractors.recommendations.cues import Cue, is_infinitive
from extractors.recommendations.forms import form_of, has_finite_verb
from extractors.recommendations.vocabulary import action_lemmas, words

RELATIVES = frozenset({"acl:relcl"})
CONDITIONAL = frozenset({"si", "s'", "s’", "comme", "lorsque", "lorsqu'", "quand", "puisque", "puisqu'"})
YEAR_DIGITS = 4
FIRM = frozenset({"doit", "doivent", "devra", "devront"})
"""Forms of ``devoir`` that foresee less than they ask: ``les projets devront contribuer à``."""

REACH_OF_REMARK = 6
"""Tokens after a cue in which the verb of a remark comes: ``il convient toutefois de bien noter``."""

REACH_OF_STRESS = 3
"""Tokens after ``la nécessité de`` in which the act comes: ``de mieux former``."""

REACH_OF_COLON = 8
"""Tokens between ``devrait`` and the colon of a lead-in without an act: ``devrait donc, dès 2021 :``."""

REPORTING_OPENERS = ("selon ", "d'après ", "d’après ")
OF_OTHERS = frozenset({"recommend_by", "invite_by", "wish_of_others", "instruct", "stress", "wished_act"})
"""Rules of wordings in which somebody else than the document usually speaks."""

PREAMBLES = frozenset({"considérant", "vu", "attendu"})
THAT = frozenset({"qu'", "qu’", "que"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a cue turned out to say."""

    accepted: bool
    reported: bool = False


REFUSED = Verdict(False)


def judge(cue: Cue, sentence: Span, actors: list[ActorMention], *, lenient: bool) -> Verdict:
    """Whether a cue prescribes; ``lenient`` where the setting already announces recommendations."""
    if sentence.text.rstrip(" »\"'").endswith(("?", ":")) or sentence[0].lower_ in PREAMBLES:
        return REFUSED
    return weigh(cue, sentence, actors, lenient=lenient)


def weigh(cue: Cue, sentence: Span, actors: list[ActorMention], *, lenient: bool) -> Verdict:
    """Whether a cue prescribes, in a sentence or in a lead-in."""
    if (
        is_remark(cue, sentence, actors, lenient=lenient)
        or in_brackets(cue, sentence)
        or has_first_person(cue)
    ):
        return REFUSED
    if is_universal(cue) or is_technical(cue, sentence):
        return REFUSED
    subordinate = clause_of(cue, sentence)
    if subordinate == "refused" or not FITS[cue.rule](cue, sentence, actors, lenient):
        return REFUSED
    return Verdict(True, subordinate == "reported" or is_reported(cue, sentence))


def is_remark(cue: Cue, sentence: Span, actors: list[ActorMention], *, lenient: bool) -> bool:
    """Whether the act asked for is only one of the author's own: noting, or analysing outside advice."""
    if cue.act is not None and is_passive_act(cue):
        return cue.act.lemma_.lower() in words("noted_participles")
    act = next(
        (t for t in sentence.doc[cue.end : min(cue.end + REACH_OF_REMARK, sentence.end)] if is_infinitive(t)),
        None,
    )
    if act is None:
        return False
    lemma = act.lemma_.lower()
    if {lemma, act.lower_} & words("discourse_verbs"):
        return not (cue.rule == "duty" and subject_is_actor(cue, actors))
    if cue.rule in {"duty", "could", "gain", "instruct"}:
        return False
    if {lemma, act.lower_} & words("ambiguous_discourse"):
        return act.i + 1 < sentence.end and act.nbor(1).lower_ in THAT | {
            ":",
            "ici",
            "également",
            "aussi",
            "toutefois",
        }
    direct = sentence.doc[cue.end - 1].lower_ not in THAT and not is_followed_by_that(cue, sentence)
    return not lenient and direct and is_analysis(act, sentence)


def is_analysis(act: Token, sentence: Span) -> bool:
    """Whether an act is the analyst's own: ``analyser``, or ``définir`` said of concepts."""
    lemma = act.lemma_.lower()
    if lemma in words("ambiguous_analysis"):
        following = sentence.doc[act.i + 1 : min(act.i + 1 + REACH_OF_REMARK, sentence.end)]
        return any(token.lemma_.lower() in words("analysis_objects") for token in following)
    return lemma in words("analysis_verbs")


def subject_is_actor(cue: Cue, actors: list[ActorMention]) -> bool:
    """Whether the subject of a cue is an actor."""
    return bool(acting(cue, actors))


def is_followed_by_that(cue: Cue, sentence: Span) -> bool:
    """Whether ``que`` comes right after a cue: ``il faut que``."""
    return bool(cue.end < sentence.end and sentence.doc[cue.end].lower_ in THAT)


def in_brackets(cue: Cue, sentence: Span) -> bool:
    """Whether a cue stands inside brackets that open after the beginning of its sentence."""
    text = sentence.doc.text[sentence.start_char : sentence.doc[cue.start].idx]
    return bool(text.rfind("(") > text.rfind(")"))


def has_first_person(cue: Cue) -> bool:
    """Whether the subject is ``je``."""
    return any(head.lower_ in {"je", "j'", "j’"} for head in subject_heads(cue.verb))


def is_universal(cue: Cue) -> bool:
    """Whether a duty is that of everybody, as in a law: ``toute demande doit être accompagnée``."""
    return cue.rule == "duty" and any(
        child.lower_ in words("universal") for head in subject_heads(cue.verb) for child in head.children
    )


def is_technical(cue: Cue, sentence: Span) -> bool:
    """Whether what is asked for is a property of figures: ``il faut que le taux soit faible``."""
    if sentence.doc[cue.end - 1].lower_ not in THAT and not is_followed_by_that(cue, sentence):
        return False
    following = sentence.doc[cue.end : min(cue.end + 5, sentence.end)]
    return any(token.lemma_.lower() in words("technical_subjects") for token in following)


def clause_of(cue: Cue, sentence: Span) -> str:
    """``main``, ``reported`` (what somebody says should be done) or ``refused`` (relative, condition)."""
    previous = sentence.doc[cue.start - 1].lower_ if cue.start > sentence.start else ""
    head = clause_head(cue.verb)
    if previous in words("subordinators") and previous not in THAT and cue.rule not in {"duty", "could"}:
        return "refused"
    if cue.rule == "gain":
        return "reported" if head.dep_ == "ccomp" and said_by(head, sentence, cue) == "reported" else "main"
    if cue.rule in OF_OTHERS and sentence[0].lower_ in {"c'", "c’"}:  # ``C'est dans ce sens qu'il a demandé``
        return "main"
    if head.dep_ in RELATIVES or any(c.lower_ in {"qui", "dont"} for c in head.children):
        return "refused"
    if any(c.dep_ == "mark" and c.lower_ in CONDITIONAL for c in head.children):
        return "refused"
    marked = any(c.dep_ == "mark" and c.lower_ in THAT for c in head.children)
    if head.dep_ == "advcl" and marked:
        return "refused"
    if previous in THAT or (head.dep_ == "ccomp" and marked):
        return said_by(head, sentence, cue)
    return "main"


def clause_head(verb: Token) -> Token:
    """The head of the clause of a verb: up through auxiliaries and coordination."""
    for _ in range(5):
        if verb.dep_ not in {"aux", "aux:pass", "aux:tense", "cop", "conj", "expl:subj"} or verb.head is verb:
            return verb
        if verb.dep_ == "conj" and any(c.dep_.startswith("nsubj") for c in verb.children):
            return verb
        verb = verb.head
    return verb


def said_by(head: Token, sentence: Span, cue: Cue) -> str:
    """Whether a clause in ``que`` is what somebody says (``reported``), or a consequence or purpose."""
    governor = head.head
    before = {t.lemma_.lower() for t in sentence.doc[max(sentence.start, cue.start - 6) : cue.start]}
    if governor.lemma_.lower() in words("speech_verbs") or before & words("speech_verbs"):
        own = any(h.lemma_.lower() in words("document_nouns") for h in subject_heads(governor))
        return "main" if own else "reported"
    return "refused" if sentence.doc[cue.start - 1].lower_ in THAT else "main"


def is_reported(cue: Cue, sentence: Span) -> bool:
    """Whether a sentence tells what somebody else recommended: in the past, in quotes, ``selon``."""
    lowered = {t.lower_ for t in sentence.doc[cue.start : cue.end]}
    past = cue.rule == "recommend" and bool(lowered & {"a", "avait", "ont"})
    before = sentence.doc.text[: sentence.doc[cue.start].idx]
    quoted = before.count("«") > before.count("»")
    earlier = cue.verb.lower_ in words("past_reports")
    third = cue.rule in OF_OTHERS and (earlier or not is_own(cue))
    return past or quoted or third or sentence.text.lower().startswith(REPORTING_OPENERS)


def is_own(cue: Cue) -> bool:
    """Whether the document itself is the one who recommends: ``l'étude recommande``."""
    return any(h.lemma_.lower() in words("document_nouns") for h in subject_heads(cue.verb))


def always(cue: Cue, sentence: Span, actors: list[ActorMention], lenient: bool) -> bool:
    """A wording that is an advice whoever is its subject."""
    return True


def introduces(cue: Cue, sentence: Span, actors: list[ActorMention], lenient: bool) -> bool:
    """A wording that prescribes only as the introduction of a list: ``nécessite donc de :``."""
    return bool(sentence.text.rstrip().endswith(":") and sentence.end - cue.end <= REACH_OF_COLON)


def need_is_asked(cue: Cue, sentence: Span, actors: list[ActorMention], lenient: bool) -> bool:
    """``Il faut`` with an act or a thing; not a duration or a sum (``il faut deux heures``)."""
    following = sentence.doc[cue.end : min(cue.end + 3, sentence.end)]
    if cue.act is None and any(t.lower_ == "être" for t in following[:1]) and not lenient:
        return False
    return not any((t.pos_ == "NUM" and t.lower_ not in {"un", "une"}) or t.is_digit for t in following)


def is_recommended(cue: Cue, sentence: Span, actors: list[ActorMention], lenient: bool) -> bool:
    """Something is recommended here, not only said to be the recommended one."""
    lemmas = {t.lower_ for t in sentence.doc[cue.start : cue.end]}
    if lemmas & words("recommend_we"):
        return is_followed_by_act(
            cue, sentence, strong=bool(lemmas & {"recommandons", "préconisons", "suggérons"})
        )
    if lemmas & words("weakly_recommended"):
        after = sentence.doc[cue.end : min(cue.end + 3, sentence.end)]
        return sentence.doc[cue.end - 1].lower_ in THAT or any(is_infinitive(t) for t in after)
    if "il" in lemmas or "à" in lemmas or "on" in lemmas:
        return True
    heads = subject_heads(cue.verb) or subject_heads(sentence.doc[cue.end - 1])
    return lenient or any(is_policy(h) for h in heads)


def is_followed_by_act(cue: Cue, sentence: Span, *, strong: bool) -> bool:
    """Whether what follows ``nous recommandons`` is an act (``de``, ``que``) or, after a strong verb, a thing."""
    after = sentence.doc[cue.end].lower_ if cue.end < sentence.end else ""
    return strong or after in {"de", "d'", "d’", "que", "qu'", "qu’", "à", "au", "aux", ":"}


def somebody_recommends(cue: Cue, sentence: Span, actors: list[ActorMention], lenient: bool) -> bool:
    """``X recommande de/que/à Y de``: with an act, and a subject that can recommend."""
    window = sentence.doc[cue.end : min(cue.end + 6, sentence.end)]
    after = [t.lower_ for t in window if t.pos_ != "ADV" or t.lower_ in words("quantities")]
    verb = sentence.doc[cue.start]
    if verb.pos_ != "VERB" or "Part" in verb.morph.get("VerbForm") or not after:
        return False
    if verb.i > sentence.start and verb.nbor(-1).lower_ in {
        "vous",
        "nous",
    }:  # ``il vous invite à vous joindre``
        return False
    strong = verb.lower_.startswith(("recommand", "préconis", "exhort", "pri", "invit"))
    if after[0] in {"de", "d'", "d’", "que", "qu'", "qu’"}:
        return bool(strong)
    told = after[0] in {"à", "au", "aux", "le", "la", "les", "l'"} and cue.act is not None
    return bool(strong and told)


def is_policy(noun: Token) -> bool:
    """Whether a noun is a policy, a measure or an action."""
    return noun.lemma_.lower() in words("policy_nouns") or is_action(noun)


def is_action(noun: Token) -> bool:
    """Whether a noun is one of action: ``renforcement``."""
    return noun.lemma_.lower() in action_lemmas()[1] or noun.lower_ in action_lemmas()[1]


def policy_is_essential(cue: Cue, sentence: Span, actors: list[ActorMention], lenient: bool) -> bool:
    """``Une approche adaptée est essentielle pour réduire``: a policy, and an end said by a verb."""
    heads = subject_heads(cue.verb) or subject_heads(clause_head(cue.verb))
    act = sentence.doc[cue.end : min(cue.end + 4, sentence.end)]
    known = any(c.lower_ in {"ce", "cet", "cette", "ces"} for h in heads for c in h.children)
    named = any(is_action(h) or h.lemma_.lower() in words("essential_nouns") for h in heads)
    if sentence.doc[cue.start].lower_ in {"serait", "seraient"}:
        return named
    return named and not known and any(is_infinitive(t) for t in act)


def is_invited(cue: Cue, sentence: Span, actors: list[ActorMention], lenient: bool) -> bool:
    """Somebody is invited, not something bound to happen (``est appelé à croître``)."""
    lowered = {t.lower_ for t in sentence.doc[cue.start : cue.end]}
    if lowered & {"nous", "prière"} or lowered & words("launch"):
        return True
    if cue.act is not None and cue.act.lemma_.lower() in words("always_prediction"):
        return False
    called = any(word.startswith("appelé") for word in lowered)
    heads = subject_heads(cue.verb)
    named = not called and cue.act is not None and any(h.pos_ == "PROPN" or h.text.isupper() for h in heads)
    return bool(acting(cue, actors)) or named or (lenient and not called)


def is_wished(cue: Cue, sentence: Span, actors: list[ActorMention], lenient: bool) -> bool:
    """Somebody wishes it: not what data ``suggèrent``, nor what the author asks in passing."""
    asking = next((t for t in sentence.doc[cue.start : cue.end] if t.pos_ in {"VERB", "AUX"}), cue.verb)
    heads = subject_heads(asking) or subject_heads(cue.verb) or nouns_before(cue, sentence)
    last = sentence.doc[cue.end - 1]
    passive = any(c.dep_ == "aux:pass" for c in asking.children)
    if passive or (
        last.lower_ in THAT and last.i > 0 and last.nbor(-1).lower_ in {"ce", "plus", "alors", "tel"}
    ):
        return False
    return are_persons(heads, actors)


def nouns_before(cue: Cue, sentence: Span) -> list[Token]:
    """The noun right before a cue whose verb was not parsed as one: ``Le consultant suggère``."""
    return [t for t in sentence.doc[max(cue.start - 1, sentence.start) : cue.start] if t.pos_ == "NOUN"]


def are_persons(nouns: list[Token], actors: list[ActorMention]) -> bool:
    """Whether one of the nouns is an actor or a person."""
    named = any(a.start <= h.idx < a.end for h in nouns for a in actors)
    return named or any({h.lemma_.lower(), h.lower_} & words("persons") or h.pos_ == "PROPN" for h in nouns)


def is_instructed(cue: Cue, sentence: Span, actors: list[ActorMention], lenient: bool) -> bool:
    """``A demandé au Ministre de veiller``: an actor is told, or one just named (``lui a demandé de``), to act."""
    if cue.act is None or is_passive(cue.verb):
        return False
    if any(t.lower_ in {"lui", "leur"} for t in sentence.doc[cue.start : cue.end]):
        return True
    first = sentence.doc[cue.end].idx if cue.end < sentence.end else 0
    return any(a.start == first for a in actors)


def is_stressed(cue: Cue, sentence: Span, actors: list[ActorMention], lenient: bool) -> bool:
    """``A souligné la nécessité de renforcer``: with an act and somebody who says so.

    A need of something is a finding, and so is what trends and figures ``soulignent``.
    """
    heads = subject_heads(cue.verb)
    if heads and not (is_own(cue) or are_persons(heads, actors)):
        return False
    if {t.lower_ for t in sentence.doc[cue.start : cue.end]} & words("granting"):
        return True
    after = sentence.doc[cue.end : min(cue.end + REACH_OF_STRESS, sentence.end)]
    pressing = any(t.lower_ in {"impératif", "urgence"} for t in sentence.doc[cue.start : cue.end])
    return any(is_infinitive(token) or (pressing and is_policy(token)) for token in after)


def is_a_need(cue: Cue, sentence: Span, actors: list[ActorMention], lenient: bool) -> bool:
    """``L'adoption d'une stratégie devient une nécessité``: said of an act or a policy."""
    heads = subject_heads(cue.verb) or subject_heads(clause_head(cue.verb))
    named = any(is_action(h) or h.lemma_.lower() in words("essential_nouns") for h in heads)
    return named or form_of(sentence) == "nominal"


def act_is_needed(cue: Cue, sentence: Span, actors: list[ActorMention], lenient: bool) -> bool:
    """``La signature d'accords s'avère indispensable``: said of an act that was not told before.

    ``Une carte de séjour est indispensable`` and ``cette réforme est nécessaire`` ask for nothing new.
    """
    heads = subject_heads(cue.verb) or subject_heads(clause_head(cue.verb)) or subject_heads(sentence.root)
    known = any(c.lower_ in {"ce", "cet", "cette", "ces"} for h in heads for c in h.children)
    return (any(is_action(h) for h in heads) or form_of(sentence) == "nominal") and not known


def imposes_itself(cue: Cue, sentence: Span, actors: list[ActorMention], lenient: bool) -> bool:
    """``Une meilleure coordination s'impose``: a policy, and nobody or nothing that it is imposed on."""
    heads = subject_heads(cue.verb) or subject_heads(sentence.doc[cue.end - 1])
    after = sentence.doc[cue.end].lower_ if cue.end < sentence.end else "."
    open_ended = after not in {"à", "au", "aux", "comme", "de", "d'", "d’", "par"}
    return open_ended and any(is_policy(h) for h in heads)


def is_to_be_done(cue: Cue, sentence: Span, actors: list[ActorMention], lenient: bool) -> bool:
    """``Un mécanisme de suivi est à mettre en place``: a policy not yet made, by a verb of action.

    Not what is to be read in some way (``à interpréter``) nor set beside something (``à mettre en relation``).
    """
    act = sentence.doc[cue.end - 1]
    if not is_infinitive(act) or act.lemma_.lower() not in action_lemmas()[0]:
        return False
    after = [t.lower_ for t in sentence.doc[act.i + 1 : min(act.i + 3, sentence.end)]]
    heads = subject_heads(act) or subject_heads(cue.verb)
    explained = act.lemma_.lower() in words("explained") or bool(set(after) & words("put_in"))
    return not explained and any(is_policy(h) or lenient for h in heads)


def is_still_to_do(cue: Cue, sentence: Span, actors: list[ActorMention], lenient: bool) -> bool:
    """``Reste à harmoniser les procédures``: at the beginning of its sentence, with a verb of action."""
    act = sentence.doc[cue.end - 1]
    first = cue.start == sentence.start
    return first and is_infinitive(act) and act.lemma_.lower() in action_lemmas()[0]


def is_better(cue: Cue, sentence: Span, actors: list[ActorMention], lenient: bool) -> bool:
    """``Mieux vaut consolider``: with an act right after it; ``mieux vaut un voleur`` is a saying."""
    after = sentence.doc[cue.end : min(cue.end + 2, sentence.end)]
    return any(is_infinitive(token) for token in after)


def option_is_offered(cue: Cue, sentence: Span, actors: list[ActorMention], lenient: bool) -> bool:
    """``Une piste consisterait à développer``: with an act, in the conditional or where advice is announced."""
    conditional = bool({t.lower_ for t in sentence.doc[cue.start : cue.end]} & words("conditional"))
    return cue.act is not None and (lenient or conditional)


def task_is_ahead(cue: Cue, sentence: Span, actors: list[ActorMention], lenient: bool) -> bool:
    """``Il s'agira de mettre en place``: an advice where advice is announced; elsewhere the plan of a project."""
    return lenient and cue.act is not None


def act_is_wished(cue: Cue, sentence: Span, actors: list[ActorMention], lenient: bool) -> bool:
    """``Les personnes interrogées souhaitent la création d'un centre``: persons, or the study, and an act."""
    heads = subject_heads(cue.verb) or subject_heads(sentence.doc[cue.start])
    following = sentence.doc[cue.end - 1 : min(cue.end + 3, sentence.end)]
    thing = next((t for t in following if t.pos_ == "NOUN"), None)
    who = are_persons(heads, actors) or any(h.lemma_.lower() in words("document_nouns") for h in heads)
    return who and thing is not None and is_action(thing)


def could_is_asked(cue: Cue, sentence: Span, actors: list[ActorMention], lenient: bool) -> bool:
    """``Pourrait`` counts only where recommendations are announced, and with somebody to act."""
    return lenient and (bool(acting(cue, actors)) or is_passive_act(cue))


def acting(cue: Cue, actors: list[ActorMention]) -> list[Token]:
    """The subjects of a cue that are actors."""
    return [h for h in subject_heads(cue.verb) if any(a.start <= h.idx < a.end for a in actors)]


def is_passive_act(cue: Cue) -> bool:
    """Whether the act is said in the passive: ``devrait être renforcé``, ``doit se faire``."""
    return cue.act is not None and any(
        c.lower_ == "être" and c.dep_ in {"aux:pass", "aux:tense", "aux", "cop"} for c in cue.act.children
    )


def duty_is_asked(cue: Cue, sentence: Span, actors: list[ActorMention], lenient: bool) -> bool:
    """``Devoir`` in the sense of advice: by its subject, its tense, its voice and the verb of the act."""
    subjects = subject_heads(cue.verb)
    if is_pending(cue, sentence):
        return False
    if cue.act is None:
        return introduces_list(cue, sentence, subjects) or is_to_be(cue, sentence, subjects)
    lemma = cue.act.lemma_.lower()
    if is_state(cue, sentence):
        return False
    if is_passive_act(cue):
        return passive_duty(cue, lemma, subjects, lenient=lenient)
    if {lemma, cue.act.lower_} & words("always_prediction"):
        return False
    if any({h.lemma_.lower(), h.lower_} & words("role_subjects") for h in subjects):
        return lenient
    return active_duty(cue, lemma, subjects, acted=subject_is_actor(cue, actors), lenient=lenient)


def active_duty(cue: Cue, lemma: str, subjects: list[Token], *, acted: bool, lenient: bool) -> bool:
    """A duty in the active: an actor's, ``nous``, or that of a policy to hold something; else a prediction."""
    certain = lenient or cue.modality == "must"
    if acted:
        return certain or lemma not in words("actor_predictions")
    if any(h.lemma_.lower() in words("collectives") for h in subjects):
        return certain or lemma not in words("prediction_verbs")
    if any(h.lower_ in {"nous", "on"} for h in subjects) or lemma in words("deontic_verbs"):
        return True
    if lenient:
        return lemma not in words("prediction_verbs") or cue.modality == "must"
    if cue.verb.lower_ in FIRM and any(is_policy(h) for h in subjects):
        return lemma in words("content_verbs") | words("supporting_verbs")
    return any(is_policy(h) for h in subjects) and lemma in words("content_verbs") - words("prediction_verbs")


def is_pending(cue: Cue, sentence: Span) -> bool:
    """What is only due to happen: ``doivent encore adopter``, ``doit rouvrir en 2021``."""
    after = sentence.doc[cue.end : min(cue.end + 5, sentence.end)]
    lowered = [token.lower_ for token in after]
    dated = any(token.is_digit and len(token) == YEAR_DIGITS for token in after)
    waiting = "encore" in lowered[:2] and not is_passive_act(cue)
    return waiting or (dated and bool(set(lowered) & words("openings")))


def introduces_list(cue: Cue, sentence: Span, subjects: list[Token]) -> bool:
    """``Le ministère devrait :``: no act of its own, and nobody's legal duty."""
    ends = sentence.text.rstrip().endswith(":") and sentence.end - cue.end <= REACH_OF_COLON
    return ends and not any(h.lemma_.lower() in words("role_subjects") for h in subjects)


def is_private_agent(cue: Cue) -> bool:
    """Whether the act is to be done by somebody bound by a law: ``doit être renouvelé par l'employeur``."""
    children = cue.act.children if cue.act is not None else ()
    return any(c.dep_ == "obl:agent" and c.lemma_.lower() in words("role_subjects") for c in children)


def is_to_be(cue: Cue, sentence: Span, subjects: list[Token]) -> bool:
    """What something should be: ``la formation doit être un droit``; never a person's duty or a figure."""
    after = [token.lower_ for token in sentence.doc[cue.end : min(cue.end + 3, sentence.end)]]
    roles = any({h.lemma_.lower(), h.lower_} & words("role_subjects") for h in subjects)
    return not roles and any(a == "être" and b in {"un", "une"} for a, b in pairwise(after))


def is_state(cue: Cue, sentence: Span) -> bool:
    """Whether the duty is a state foreseen: ``devrait être en mesure de``, ``devra être opérationnel``."""
    after = sentence.doc[cue.end : min(cue.end + 5, sentence.end)]
    lowered = [token.lower_ for token in after]
    return "être" in lowered and bool(set(lowered) & words("states"))


def passive_duty(cue: Cue, lemma: str, subjects: list[Token], *, lenient: bool) -> bool:
    """``Doit être renforcé``: an advice, unless the participle tells of a delivery or the subject of a law."""
    if lemma in words("planned_participles") or (not lenient and is_private_agent(cue)):
        return False
    roles = words("role_subjects") - {"il", "elle", "ils", "elles", "personne", "enfant", "femme", "jeune"}
    if any(h.lemma_.lower() in roles for h in subjects):
        return lenient
    return True


Test = Callable[[Cue, Span, list[ActorMention], bool], bool]

FITS: Mapping[str, Test] = {
    "recommend": is_recommended,
    "recommend_by": somebody_recommends,
    "invite_by": somebody_recommends,
    "suit": always,
    "need_verb": need_is_asked,
    "matter": always,
    "necessary": always,
    "necessity": always,
    "findings_ask": always,
    "essential_for": policy_is_essential,
    "gain": always,
    "invite": is_invited,
    "duty": duty_is_asked,
    "could": could_is_asked,
    "lead_only": introduces,
    "wish_of_others": is_wished,
    "instruct": is_instructed,
    "stress": is_stressed,
    "become_need": is_a_need,
    "act_needed": act_is_needed,
    "imposes_itself": imposes_itself,
    "to_be_done": is_to_be_done,
    "still_to_do": is_still_to_do,
    "better": is_better,
    "option": option_is_offered,
    "task_ahead": task_is_ahead,
    "wished_act": act_is_wished,
}
"""The test of each rule of recommendation_cues.csv."""


def is_finding(sentence: Span) -> bool:
    """Whether a sentence tells what was or is: its main verb is finite and in the past, or ``avoir`` + participle."""
    root = sentence.root
    past = {"Past", "Imp"}
    tense = set(root.morph.get("Tense"))
    auxiliary = any(c.dep_ == "aux:tense" for c in root.children)
    return has_finite_verb(list(sentence)) and (
        auxiliary or (bool(tense & past) and "VerbForm=Fin" in str(root.morph))
    )
