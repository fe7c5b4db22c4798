"""The words for the codes that no table of codes holds: (French, English) by code, one mapping for each closed set."""

from __future__ import annotations

from collections.abc import Mapping

Labels = Mapping[str, tuple[str, str]]

LEVEL: Labels = {
    "national": ("nationale", "national"),
    "sub_regional": ("sous-régionale", "sub-regional"),
    "other": ("autre", "other"),
}
STATUS: Labels = {
    "extracted": ("extraite", "extracted"),
    "partial": ("en partie", "partial"),
    "other_language": ("autre langue", "other language"),
    "no_text": ("sans texte", "no text"),
}
MENTION_KIND: Labels = {
    "name": ("nom", "name"),
    "acronym": ("sigle", "acronym"),
    "demonym": ("gentilé", "demonym"),
}
ROLE: Labels = {
    "study": ("pays étudié", "country studied"),
    "origin": ("origine", "origin"),
    "destination": ("destination", "destination"),
    "transit": ("transit", "transit"),
    "partner": ("partenaire", "partner"),
    "donor": ("bailleur", "donor"),
    "comparison": ("comparaison", "comparison"),
}
ZONE: Labels = {
    "body": ("corps du texte", "body"),
    "front_matter": ("pages liminaires", "front matter"),
    "contents": ("sommaire", "contents"),
    "acronyms": ("liste des sigles", "acronyms"),
    "footnote": ("note", "footnote"),
    "bibliography": ("bibliographie", "bibliography"),
    "annex": ("annexe", "annex"),
}
DIRECTION: Labels = {
    "known": ("le texte le dit", "said by the text"),
    "unknown": ("non précisé", "not said"),
}
MODALITY: Labels = {
    "must": ("doit", "must"),
    "should": ("devrait", "should"),
    "could": ("pourrait", "could"),
    "invite": ("invite à", "invites to"),
    "infinitive": ("infinitif", "infinitive"),
    "nominal": ("nom d'action", "noun of action"),
}
OUTCOME: Labels = {
    "done": ("terminée", "done"),
    "done_with_losses": ("terminée avec des pertes", "done with losses"),
    "failed": ("en échec", "failed"),
    "interrupted": ("interrompue", "interrupted"),
    "withheld": ("publication retenue", "publication withheld"),
}
MEASURE: Labels = {
    "countries": ("pays", "countries"),
    "institutions_exact": ("institutions, mot pour mot", "institutions, exact"),
    "institutions_partial": ("institutions, moitié des mots", "institutions, partial"),
    "institution_type": ("types d'institutions", "types of institutions"),
    "institution_entities": ("institutions jointes", "institutions joined"),
    "recommendations": ("recommandations", "recommendations"),
    "recommendations_strict": ("recommandations, mot pour mot", "recommendations, exact"),
    "addressees": ("destinataires", "addressees"),
}


def said(column: str, labels: Labels, language: str) -> str:
    """The SQL that says a code in a language (``fr`` or ``en``); a code without words stays as it is."""
    rank = ("fr", "en").index(language)
    quoted = ((code, words[rank].replace("'", "''")) for code, words in labels.items())
    cases = " ".join(f"WHEN '{code}' THEN '{word}'" for code, word in quoted)
    return f"CASE {column} {cases} ELSE {column} END"


def both(column: str, labels: Labels, name: str) -> str:
    """The SQL of the two label columns ``name_fr`` and ``name_en`` of a code."""
    return ", ".join(f'{said(column, labels, language)} AS "{name}_{language}"' for language in ("fr", "en"))
