"""What a person decided on the tables: one class for each file of ``raw/corrections/``, one row one decision.

A decision says what is to be done, where, what was there before, what is right, why, who says so and when. Where:
a place in a study is a W3C text quote (the exact words, and up to 32 characters before and after them,
https://www.w3.org/TR/annotation-model/#text-quote-selector) with the page as a hint; an institution is known by
its identifier or its name, in whatever study. Document identifiers are in no decision: the same study saved anew
has others.
"""

from __future__ import annotations

import hashlib
import json
from typing import ClassVar, Literal

from schemas.row import Row, described
from schemas.tables import DAY, ISO3, DecidedTable

InstitutionAction = Literal[
    "confirm", "same_as", "different", "rename", "retype", "new", "not_an_institution"
]
RecommendationAction = Literal["confirm", "new", "edit_text", "addressees", "themes", "not_a_recommendation"]
CountryAction = Literal["confirm", "new", "other_country", "role", "not_a_country"]
StudyField = Literal[
    "title", "level", "country_iso3", "region", "year", "language", "publisher", "source_url"
]

FINAL = frozenset({"confirm", "not_a_recommendation", "not_an_institution", "not_a_country"})
"""Actions that leave nothing else to decide of a row: two of them, or one and another, contradict each other."""

SEPARATOR = " ; "
"""Between the values of a list: ``skills_recognition ; financing``."""


class Decision(Row):
    """A decision of a person. ``subject`` are the columns that say what is decided where: once in a file.

    ``target`` are those that say what row it is about, whatever is decided of it.
    """

    subject: ClassVar[tuple[str, ...]]
    where: ClassVar[tuple[str, ...]] = ("study_id", "exact", "prefix", "suffix", "page")
    target: ClassVar[tuple[str, ...]] = ("study_id", "exact", "prefix", "suffix")

    study_id: str | None = described(
        "Study where it was made; an institution may have none.",
        "Étude où elle a été prise ; facultative pour une institution.",
    )
    page: int | None = described("Page, as a hint.", "Page, comme indice.", ge=1)
    exact: str = described("Words that it is about.", "Mots sur lesquels elle porte.")
    prefix: str = described("Up to 32 characters before them.", "Jusqu'à 32 caractères avant eux.")
    suffix: str = described("Up to 32 characters after them.", "Jusqu'à 32 caractères après eux.")
    old: str = described("What the table said.", "Ce que disait la table.")
    new: str = described("What is right.", "Ce qui est juste.")
    reason: str = described("Why.", "Pourquoi.")
    decided_by: str = described("Who decided.", "Qui a décidé.", min_length=1)
    decided_on: str = described("When (ISO 8601).", "Quand (ISO 8601).", pattern=DAY)

    @property
    def action_code(self) -> str:
        """What is to be done, as a code."""
        return str(getattr(self, "action", "edit"))

    @property
    def about(self) -> tuple[object, ...]:
        """What is decided where: two decisions on the same contradict each other."""
        return tuple(getattr(self, name) for name in self.subject)

    @property
    def decision_id(self) -> str:
        """The file and a hash of what is decided where: it stays when the decision itself is changed."""
        said = json.dumps(self.about, ensure_ascii=False)
        return f"{self.table}:{hashlib.sha256(said.encode()).hexdigest()[:12]}"

    @property
    def decided_table(self) -> DecidedTable:
        """The table that it is about."""
        return self.table  # type: ignore[return-value]


class InstitutionDecision(Decision):
    """A decision on an institution; it holds for every study, those to come included.

    ``same_as``: it is the institution ``other_id`` / ``other_name``. ``different``: it is another one than that, or
    ``other_name`` is no name of it and becomes an institution of its own. ``rename``: ``new`` is its name.
    ``retype``: ``new`` is its type. ``new``: the words of the quote, wherever they stand, name an institution
    ``name`` of the type ``new``. ``not_an_institution``: it is none.
    """

    table = "institutions"
    title_fr = "Décisions sur les institutions"
    primary_key = ("action", "name", "country_iso3", "other_name", "other_country_iso3")
    subject = primary_key
    target = ("name", "country_iso3")
    action: InstitutionAction = described("Decision.", "Décision.")
    institution_id: str | None = described("Its identifier then.", "Son identifiant d'alors.")
    name: str = described("Its name.", "Son nom.", min_length=1)
    acronym: str | None = described("Its acronym, if new.", "Son sigle, si elle est nouvelle.")
    country_iso3: str | None = described("State it belongs to.", "État dont elle relève.", pattern=ISO3)
    other_id: str | None = described("Identifier of the other.", "Identifiant de l'autre.")
    other_name: str = described("Name of the other.", "Nom de l'autre.")
    other_country_iso3: str | None = described("State of the other.", "État de l'autre.", pattern=ISO3)


class RecommendationDecision(Decision):
    """A decision on a recommendation of a study.

    ``edit_text``: ``new`` is its text. ``addressees``: ``new`` lists them, ``ANPE [employment_service] ; …``.
    ``themes``: ``new`` lists their codes. ``new``: the words of the quote are a recommendation that was missed.
    ``not_a_recommendation``: it is none. ``confirm``: it is one, as it stands.
    """

    table = "recommendations"
    title_fr = "Décisions sur les recommandations"
    primary_key = ("action", *Decision.where)
    subject = primary_key
    action: RecommendationAction = described("Decision.", "Décision.")


class CountryDecision(Decision):
    """A decision on a mention of a country.

    ``other_country``: ``new`` is the ISO code of the country that is meant. ``role``: ``new`` is its role, or
    empty. ``new``: the words of the quote name the country ``new``. ``not_a_country``: they name none.
    """

    table = "countries"
    title_fr = "Décisions sur les mentions de pays"
    primary_key = ("action", *Decision.where)
    subject = primary_key
    action: CountryAction = described("Decision.", "Décision.")


class StudyDecision(Decision):
    """A decision on what is known of a study: ``new`` is the right value of ``field``, empty for none."""

    table = "studies"
    title_fr = "Décisions sur les études"
    primary_key = ("study_id", "field")
    subject = target = primary_key
    field: StudyField = described("Column of the table of studies.", "Colonne de la table des études.")


DECISIONS: dict[DecidedTable, type[Decision]] = {
    "institutions": InstitutionDecision,
    "recommendations": RecommendationDecision,
    "countries": CountryDecision,
    "studies": StudyDecision,
}
"""The kinds of decision by table; ``raw/corrections/<table>.csv`` holds each."""


def columns_of(kind: type[Decision]) -> list[str]:
    """The columns of a file, in order: what, where, old, new, reason, who, when."""
    names = kind.column_names()
    own = [name for name in names if name not in Decision.model_fields]
    return [*own, *Decision.model_fields]
