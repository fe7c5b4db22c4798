"""The published tables: one class per table, one described column per line, in dependency order.

Names and meanings are a contract: columns may be added, never renamed. ``TABLES`` lists every table; the
frames, the DDL, ``datapackage.json`` and the data dictionary derive from it (``schemas.export``).
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from schemas.document import BlockKind, TextQuality, Zone
from schemas.row import Row, described

Level = Literal["national", "sub_regional", "other"]
StudyStatus = Literal["extracted", "partial", "other_language", "no_text"]
MentionKind = Literal["name", "acronym", "demonym"]
Role = Literal["study", "origin", "destination", "transit", "partner", "donor", "comparison"]
Resolution = Literal["exact", "context", "ambiguous"]
Direction = Literal["known", "unknown"]
GroupingKind = Literal["community", "alliance", "basin", "region"]
InstitutionType = Literal[
    "ministry",
    "training_provider",
    "employment_service",
    "sectoral_body",
    "employers_organisation",
    "workers_organisation",
    "public_body",
    "international_organisation",
    "regional_body",
    "development_partner",
    "civil_society",
    "research_body",
    "company",
]
Actor = Literal[
    "government",
    "ministry",
    "training_provider",
    "employment_service",
    "sectoral_body",
    "employers_organisation",
    "workers_organisation",
    "social_partners",
    "international_organisation",
    "regional_body",
    "development_partner",
    "civil_society",
    "private_sector",
    "research_body",
    "migrants",
    "other",
]
ThemeCode = Literal[
    "skills_recognition",
    "vocational_training",
    "employment_services",
    "skills_anticipation",
    "social_protection",
    "labour_market_information",
    "recruitment_mobility",
    "reintegration",
    "governance_coordination",
    "financing",
    "data_statistics",
    "gender_youth",
    "diaspora",
    "social_dialogue",
    "other",
]
NameKind = Literal["full", "acronym", "variant", "former"]
CandidateReason = Literal["same_acronym", "spelling", "longer_name", "shared_words"]
Modality = Literal["must", "should", "could", "invite", "infinitive", "nominal"]
FetchCode = Literal[
    "address_invalid",
    "address_refused",
    "robots_disallowed",
    "robots_unavailable",
    "host_unknown",
    "connection_failed",
    "tls_failed",
    "too_slow",
    "too_large",
    "too_many_redirects",
    "truncated",
    "access_denied",
    "not_found",
    "server_error",
    "unexpected_answer",
    "host_waiting",
    "login_wall",
    "empty_answer",
    "wrong_type",
    "missing_document",
    "not_refreshed",
]
"""Why a document could not be had from the web; ``not_refreshed`` where the copy kept before is used."""
ReadCode = Literal[
    "empty_file",
    "not_a_document",
    "broken",
    "encrypted",
    "image_only",
    "garbled",
    "other_language",
    "page_unreadable",
    "resource_limit",
    "crashed",
    "duplicate",
    "internal_error",
]
RejectCode = Literal[ReadCode, FetchCode]
Outcome = Literal["done", "done_with_losses", "withheld", "failed", "interrupted"]
DecidedTable = Literal["institutions", "recommendations", "countries", "studies"]
CorrectionState = Literal["applied", "moved", "source_changed", "orphan", "not_in_run"]
QualityScope = Literal["pooled", "document", "rule"]
QualityMeasure = Literal[
    "countries",
    "institutions_exact",
    "institutions_partial",
    "institution_type",
    "institution_entities",
    "recommendations",
    "recommendations_strict",
    "addressees",
]

STUDY = ("studies", "study_id")
DOCUMENT = ("documents", "document_id")
PASSAGE = ("passages", "passage_id")
COUNTRY = ("countries", "iso3")
INSTITUTION = ("institutions", "institution_id")
RECOMMENDATION = ("recommendations", "recommendation_id")

GROUPING = ("groupings", "code")

ISO3 = r"^[A-Z]{3}$"
DAY = r"^\d{4}-\d{2}-\d{2}$"
SHA256 = r"^[0-9a-f]{64}$"


class Code(Row):
    """A code and its labels."""

    primary_key = ("code",)
    code: str = described("Code used in the tables.", "Code employé dans les tables.")
    label_fr: str = described("Label in French.", "Libellé en français.")
    label_en: str = described("Label in English.", "Libellé en anglais.")


class Country(Row):
    """One row per country or territory of ISO 3166-1."""

    table = "countries"
    title_fr = "Pays et territoires (ISO 3166-1)"
    primary_key = ("iso3",)
    iso3: str = described("ISO 3166-1 alpha-3 code.", "Code ISO 3166-1 alpha-3.", pattern=ISO3)
    iso2: str = described("ISO 3166-1 alpha-2 code.", "Code ISO 3166-1 alpha-2.", pattern=r"^[A-Z]{2}$")
    name_fr: str = described("Short name in French (CLDR).", "Nom court en français (CLDR).")
    name_en: str = described("Short name in English (CLDR).", "Nom court en anglais (CLDR).")
    region: str | None = described("UN M49 region, in English.", "Région M49 de l'ONU, en anglais.")
    sub_region: str | None = described(
        "UN M49 sub-region, in English.", "Sous-région M49 de l'ONU, en anglais."
    )


class Grouping(Row):
    """One row per grouping of countries: a community, an alliance, a river basin or a region."""

    table = "groupings"
    title_fr = "Groupements de pays"
    primary_key = ("code",)
    code: str = described("Usual acronym in French, or our code.", "Sigle usuel, ou notre code.")
    name_fr: str = described("Name in French.", "Nom en français.")
    name_en: str = described("Name in English.", "Nom en anglais.")
    kind: GroupingKind = described(
        "Kind of grouping; a region has no members here.",
        "Nature du groupement ; une région n'a pas de membres ici.",
    )


class GroupingMember(Row):
    """One row per membership of a country in a grouping: a text of 2019 means the members of 2019."""

    table = "grouping_members"
    title_fr = "Membres des groupements, avec leurs dates"
    primary_key = ("grouping_code", "iso3", "since")
    foreign_keys = {"grouping_code": GROUPING, "iso3": COUNTRY}
    grouping_code: str = described("Grouping.", "Groupement.")
    iso3: str = described("Member.", "Membre.", pattern=ISO3)
    since: str = described("First day (ISO 8601).", "Premier jour (ISO 8601).", pattern=DAY)
    until: str | None = described(
        "Last day (ISO 8601); empty for a present member.",
        "Dernier jour (ISO 8601) ; vide si toujours membre.",
        pattern=DAY,
    )


class Study(Row):
    """One row per study (a work)."""

    table = "studies"
    title_fr = "Études"
    primary_key = ("study_id",)
    foreign_keys = {"country_iso3": COUNTRY}
    study_id: str = described(
        "Stable identifier, from the file name.", "Identifiant stable, tiré du nom du fichier."
    )
    file_name: str = described(
        "Name of the file given by the user.", "Nom du fichier donné par l'utilisateur."
    )
    title: str = described(
        "Title as printed, else the file's own, else its name.", "Titre imprimé, à défaut celui du fichier."
    )
    level: Level = described("National, sub-regional or other.", "Nationale, sous-régionale ou autre.")
    country_iso3: str | None = described(
        "Country that the study is about.", "Pays sur lequel porte l'étude.", pattern=ISO3
    )
    region: str | None = described(
        "Region that a sub-regional study is about.", "Région d'une étude sous-régionale."
    )
    year: int | None = described("Year of publication.", "Année de publication.", ge=1900, le=2100)
    language: str | None = described("Main language (ISO 639-1).", "Langue principale (ISO 639-1).")
    publisher: str | None = described(
        "Publisher, where the document says it.", "Éditeur, si le document le dit."
    )
    source_url: str | None = described("Address it was fetched from.", "Adresse d'où elle a été prise.")
    page_count: int = described("Pages of the document.", "Nombre de pages du document.", ge=0)
    status: StudyStatus = described("What extraction could do.", "Ce que l'extraction a pu faire.")


class SourceDocument(Row):
    """One row per file or web page taken in."""

    table = "documents"
    title_fr = "Documents (fichiers et pages web)"
    primary_key = ("document_id",)
    document_id: str = described("SHA-256 of the bytes.", "SHA-256 des octets.", pattern=SHA256)
    study_id: str | None = described(
        "Study; empty when it could not be read.", "Étude ; vide si le fichier est illisible."
    )
    file_name: str = described(
        "Name of the file given by the user.", "Nom du fichier donné par l'utilisateur."
    )
    sha256: str = described("SHA-256 of the bytes.", "SHA-256 des octets.", pattern=SHA256)
    media_type: str = described("Media type found in the bytes.", "Type de média reconnu dans les octets.")
    bytes: int = described("Size in bytes.", "Taille en octets.", ge=0)
    url: str | None = described("Address it was fetched from.", "Adresse d'où il a été pris.")
    retrieved_at: datetime | None = described(
        "When it was fetched (UTC); empty for local files.",
        "Date de collecte (UTC) ; vide pour un fichier local.",
    )
    text_source: str = described(
        "text, ocr:<engine> or none.", "text, ocr:<moteur> ou none.", pattern=r"^(text|ocr:.+|none)$"
    )
    foreign_keys = {"study_id": STUDY}


class DocumentPage(Row):
    """One row per page and what became of its words."""

    table = "pages"
    title_fr = "Pages et sort de leurs mots"
    primary_key = ("document_id", "page")
    foreign_keys = {"document_id": DOCUMENT}
    document_id: str = described("Document.", "Document.")
    page: int = described("Page, counted from 1.", "Page, comptée à partir de 1.", ge=1)
    width_pt: float = described("Width as displayed, in points.", "Largeur affichée, en points.")
    height_pt: float = described("Height as displayed, in points.", "Hauteur affichée, en points.")
    words_read: int = described("Words that the engine saw.", "Mots vus par le moteur.", ge=0)
    words_in_blocks: int = described(
        "Words placed in blocks of text.", "Mots placés dans des blocs de texte.", ge=0
    )
    words_furniture: int = described(
        "Words set aside (running headers, page numbers).", "Mots mis à part (titres courants, folios).", ge=0
    )
    words_lost: int = described("Words in neither.", "Mots perdus.", ge=0)
    text_quality: TextQuality = described("Verdict on the page's text.", "Verdict sur le texte de la page.")
    language: str | None = described("Language of the page (ISO 639-1).", "Langue de la page (ISO 639-1).")
    engine: str = described("Engine that read the page.", "Moteur qui a lu la page.")
    note: str = described("What to know about the page.", "Ce qu'il faut savoir de la page.")
    defects: int = described(
        "Characters that were no text (control codes, glyphs without a letter, overrides of direction), replaced or "
        "removed.",
        "Caractères qui n'étaient pas du texte (codes de commande, glyphes sans lettre, inversions du sens), "
        "remplacés ou retirés.",
        ge=0,
    )


class Passage(Row):
    """One row per block of text, in reading order (page furniture included, as such)."""

    table = "passages"
    title_fr = "Passages de texte"
    primary_key = ("passage_id",)
    foreign_keys = {"study_id": STUDY, "document_id": DOCUMENT}
    passage_id: str = described("Document, page and position.", "Document, page et position.")
    study_id: str = described("Study.", "Étude.")
    document_id: str = described("Document.", "Document.")
    page: int = described("Page where it begins.", "Page où il commence.", ge=1)
    position: int = described(
        "Rank in reading order, from 0.", "Rang dans l'ordre de lecture, à partir de 0.", ge=0
    )
    kind: BlockKind = described("Kind of block.", "Nature du bloc.")
    zone: Zone = described("Part of the document.", "Partie du document.")
    level: int | None = described(
        "Level of a heading or list item.", "Niveau d'un titre ou d'un élément de liste.", ge=1
    )
    section: str = described("Headings above, joined by ' > '.", "Titres au-dessus, joints par ' > '.")
    lead_in: str = described("Words that introduce a list item.", "Phrase qui introduit un élément de liste.")
    marker: str = described(
        "Bullet or number taken off a list item or a note.",
        "Puce ou numéro retiré d'un élément de liste ou d'une note.",
    )
    note_of: str | None = described(
        "Passage that calls a footnote, where it is known.",
        "Passage où une note est appelée, s'il est connu.",
    )
    note_offset: int | None = described(
        "Character of that passage before which the call stands.",
        "Caractère de ce passage devant lequel se trouve l'appel.",
        ge=0,
    )
    table_number: int | None = described(
        "Table, from 0, for a cell.", "Tableau, à partir de 0, pour une cellule.", ge=0
    )
    row: int | None = described("Row of a cell, from 0.", "Ligne d'une cellule, à partir de 0.", ge=0)
    column: int | None = described("Column of a cell, from 0.", "Colonne d'une cellule, à partir de 0.", ge=0)
    language: str | None = described("Language (ISO 639-1).", "Langue (ISO 639-1).")
    xpath: str | None = described("Place in the web page.", "Place dans la page web.")
    text: str = described("Clean text.", "Texte nettoyé.")


class CountryMention(Row):
    """One row per place where a country is named."""

    table = "country_mentions"
    title_fr = "Mentions de pays"
    primary_key = ("mention_id",)
    foreign_keys = {"study_id": STUDY, "passage_id": PASSAGE, "iso3": COUNTRY}
    mention_id: str = described("Passage, offsets and country.", "Passage, position et pays.")
    study_id: str = described("Study.", "Étude.")
    page: int = described("Page where it is printed.", "Page où elle est imprimée.", ge=1)
    passage_id: str = described("Passage.", "Passage.")
    start_char: int = described("First character in the passage.", "Premier caractère dans le passage.", ge=0)
    end_char: int = described("Character after the last.", "Caractère suivant le dernier.", ge=1)
    surface: str = described("Words as printed, cleaned.", "Mots imprimés, nettoyés.")
    iso3: str | None = described(
        "Country; empty where the text does not say which.",
        "Pays ; vide si le texte ne permet pas de le dire.",
        pattern=ISO3,
    )
    kind: MentionKind = described("Name, acronym or demonym.", "Nom, sigle ou gentilé.")
    role: Role | None = described(
        "Role in the text; empty where it does not say.", "Rôle dans le texte ; vide s'il ne le dit pas."
    )
    zone: Zone = described("Part of the document.", "Partie du document.")
    resolution: Resolution = described("How the country was decided.", "Comment le pays a été décidé.")
    reason: str = described("What decided it, or the candidates.", "Ce qui l'a décidé, ou les candidats.")


class Corridor(Row):
    """One row per pair of countries between which a study says that people move, origin to destination.

    Where no passage of the study says who moves where (``le couloir Algérie – Mali``), ``direction`` is
    ``unknown`` and the two countries stand as the study first prints them: the order then means nothing.
    """

    table = "corridors"
    title_fr = "Couloirs migratoires"
    primary_key = ("corridor_id",)
    foreign_keys = {"study_id": STUDY, "origin_iso3": COUNTRY, "destination_iso3": COUNTRY}
    corridor_id: str = described("Study, origin and destination.", "Étude, origine et destination.")
    study_id: str = described("Study.", "Étude.")
    origin_iso3: str = described("Origin.", "Origine.", pattern=ISO3)
    destination_iso3: str = described("Destination.", "Destination.", pattern=ISO3)
    direction: Direction = described(
        "Whether a passage says the direction; if unknown, the order of the two countries means nothing.",
        "Un passage dit-il le sens ? Sinon (unknown), l'ordre des deux pays ne veut rien dire.",
    )
    mention_count: int = described("Passages that say so.", "Nombre de passages qui le disent.", ge=1)


class CorridorMention(Row):
    """One row per passage that names a corridor.

    A passage that names two countries without a direction is a mention of each corridor between them to which
    the study gives one elsewhere, else of a corridor of unknown direction.
    """

    table = "corridor_mentions"
    title_fr = "Passages sur les couloirs"
    primary_key = ("mention_id",)
    foreign_keys = {"corridor_id": ("corridors", "corridor_id"), "study_id": STUDY, "passage_id": PASSAGE}
    mention_id: str = described("Corridor and passage.", "Couloir et passage.")
    corridor_id: str = described("Corridor.", "Couloir.")
    study_id: str = described("Study.", "Étude.")
    page: int = described("Page.", "Page.", ge=1)
    passage_id: str = described("Passage.", "Passage.")
    start_char: int = described("First character in the passage.", "Premier caractère dans le passage.", ge=0)
    end_char: int = described("Character after the last.", "Caractère suivant le dernier.", ge=1)
    text: str = described("Words that say so.", "Mots qui le disent.")
    direction: Direction = described(
        "Whether this passage says the direction.", "Ce passage dit-il le sens du couloir ?"
    )
    rule: str = described("Rule that found it.", "Règle qui l'a trouvée.")


class Institution(Row):
    """One row per institution."""

    table = "institutions"
    title_fr = "Institutions"
    primary_key = ("institution_id",)
    foreign_keys = {"country_iso3": COUNTRY, "type": ("institution_types", "code")}
    institution_id: str = described("inst:<iso2 or xx>:<type>:<slug>.", "inst:<iso2 ou xx>:<type>:<nom>.")
    name: str = described("Full name, else the form found.", "Nom complet, à défaut la forme trouvée.")
    acronym: str | None = described("Acronym.", "Sigle.")
    type: InstitutionType = described(
        "Type, by the organisation's own nature.", "Type, selon la nature de l'organisation."
    )
    country_iso3: str | None = described(
        "State it belongs to; empty for international ones.",
        "État dont elle relève ; vide si internationale.",
        pattern=ISO3,
    )
    registry: bool = described("Whether it is in our registry.", "Figure-t-elle dans notre registre ?")
    study_count: int = described("Studies that name it.", "Nombre d'études qui la nomment.", ge=0)
    mention_count: int = described("Places where it is named.", "Nombre de mentions.", ge=0)


class InstitutionName(Row):
    """One row per name that an institution goes by."""

    table = "institution_names"
    title_fr = "Noms des institutions"
    primary_key = ("institution_id", "name", "kind")
    foreign_keys = {"institution_id": INSTITUTION}
    institution_id: str = described("Institution.", "Institution.")
    name: str = described("Name.", "Nom.")
    kind: NameKind = described(
        "Full name, acronym, variant or former name.", "Nom complet, sigle, variante ou ancien nom."
    )


class InstitutionCandidate(Row):
    """One row per pair of institutions that may be one: for a person to decide, never merged by likeness."""

    table = "institution_candidates"
    title_fr = "Institutions à rapprocher"
    primary_key = ("institution_id", "other_id")
    foreign_keys = {"institution_id": INSTITUTION, "other_id": INSTITUTION}
    institution_id: str = described("Institution.", "Institution.")
    other_id: str = described("The one it may be.", "Celle qu'elle est peut-être.")
    score: float = described("Likeness, from 0 to 1.", "Ressemblance, de 0 à 1.", ge=0, le=1)
    reason: CandidateReason = described(
        "Same acronym, a slip of spelling, one name longer than the other, or words in common.",
        "Même sigle, faute d'orthographe, nom plus long que l'autre, ou mots communs.",
    )


class InstitutionMention(Row):
    """One row per place where an institution is named."""

    table = "institution_mentions"
    title_fr = "Mentions d'institutions"
    primary_key = ("mention_id",)
    foreign_keys = {"study_id": STUDY, "passage_id": PASSAGE, "institution_id": INSTITUTION}
    mention_id: str = described("Passage and offsets.", "Passage et position.")
    study_id: str = described("Study.", "Étude.")
    page: int = described("Page where it is printed.", "Page où elle est imprimée.", ge=1)
    passage_id: str = described("Passage.", "Passage.")
    start_char: int = described("First character in the passage.", "Premier caractère dans le passage.", ge=0)
    end_char: int = described("Character after the last.", "Caractère suivant le dernier.", ge=1)
    surface: str = described("Words as printed, cleaned.", "Mots imprimés, nettoyés.")
    institution_id: str = described("Institution.", "Institution.")
    zone: Zone = described("Part of the document.", "Partie du document.")
    rule: str = described("Rule that found it.", "Règle qui l'a trouvée.")


class Recommendation(Row):
    """One row per recommendation: the smallest unit that tells somebody what should be done."""

    table = "recommendations"
    title_fr = "Recommandations"
    primary_key = ("recommendation_id",)
    foreign_keys = {"study_id": STUDY, "passage_id": PASSAGE}
    recommendation_id: str = described("Passage and offset.", "Passage et position.")
    study_id: str = described("Study.", "Étude.")
    page: int = described("Page where it begins.", "Page où elle commence.", ge=1)
    passage_id: str = described("Passage.", "Passage.")
    start_char: int = described("First character in the passage.", "Premier caractère dans le passage.", ge=0)
    end_char: int = described("Character after the last.", "Caractère suivant le dernier.", ge=1)
    text: str = described("Its words.", "Ses mots.")
    section: str = described("Headings above, joined by ' > '.", "Titres au-dessus, joints par ' > '.")
    lead_in: str = described("Words that introduce it.", "Phrase qui l'introduit.")
    modality: Modality = described("How it is worded.", "Sa tournure.")
    reported: bool = described(
        "Whether the document only reports it.", "Le document ne fait-il que la rapporter ?"
    )
    horizon: str | None = described("When, as worded.", "Échéance, telle qu'écrite.")
    confidence: float = described("From 0 to 1.", "De 0 à 1.", ge=0, le=1)
    rule: str = described("Rule that found it.", "Règle qui l'a trouvée.")
    repeats: str | None = described(
        "First recommendation of the study that it says again; empty where it is new. Count the new ones.",
        "Première recommandation de l'étude qu'elle redit ; vide si nouvelle. Ne compter que celles-ci.",
    )


class RecommendationAddressee(Row):
    """One row per addressee of a recommendation."""

    table = "recommendation_addressees"
    title_fr = "Destinataires des recommandations"
    primary_key = ("recommendation_id", "position")
    foreign_keys = {
        "recommendation_id": RECOMMENDATION,
        "institution_id": INSTITUTION,
        "actor": ("actors", "code"),
    }
    recommendation_id: str = described("Recommendation.", "Recommandation.")
    position: int = described("Rank, from 0.", "Rang, à partir de 0.", ge=0)
    surface: str = described("Who is to act, as worded.", "Qui doit agir, tel qu'écrit.")
    actor: Actor = described("Kind of actor.", "Catégorie d'acteur.")
    institution_id: str | None = described("Institution, where it is one.", "Institution, si c'en est une.")
    source: str = described(
        "subject, agent, lead_in, heading or column.", "subject, agent, lead_in, heading ou column."
    )


class RecommendationTheme(Row):
    """One row per theme of a recommendation."""

    table = "recommendation_themes"
    title_fr = "Thèmes des recommandations"
    primary_key = ("recommendation_id", "theme")
    foreign_keys = {"recommendation_id": RECOMMENDATION, "theme": ("themes", "code")}
    recommendation_id: str = described("Recommendation.", "Recommandation.")
    theme: ThemeCode = described(
        "Theme; 'other' where it has no theme of the scheme.", "Thème ; « other » s'il n'en a aucun autre."
    )


class RecommendationGroup(Row):
    """One row per recommendation that another study makes too: those of one group ask for the same thing.

    Members share a theme and do not name different actors; their words are alike. Groups depend on the studies
    of the run.
    """

    table = "recommendation_groups"
    title_fr = "Recommandations récurrentes"
    primary_key = ("recommendation_id",)
    foreign_keys = {
        "recommendation_id": RECOMMENDATION,
        "theme": ("themes", "code"),
        "actor": ("actors", "code"),
    }
    recommendation_id: str = described("Recommendation.", "Recommandation.")
    group_id: str = described("Group, by its first member.", "Groupe, d'après son premier membre.")
    theme: ThemeCode = described("Theme of most members.", "Thème de la plupart des membres.")
    actor: Actor | None = described(
        "Actor that most members address; empty where none does.",
        "Acteur auquel s'adressent la plupart des membres ; vide si aucun n'est nommé.",
    )
    likeness: float = described(
        "Likeness of its words to those of the first member, from 0 to 1.",
        "Ressemblance de ses mots avec ceux du premier membre, de 0 à 1.",
        ge=0,
        le=1,
    )


class RecommendationCountry(Row):
    """One row per country that a recommendation concerns."""

    table = "recommendation_countries"
    title_fr = "Pays concernés par les recommandations"
    primary_key = ("recommendation_id", "iso3")
    foreign_keys = {"recommendation_id": RECOMMENDATION, "iso3": COUNTRY}
    recommendation_id: str = described("Recommendation.", "Recommandation.")
    iso3: str = described("Country.", "Pays.", pattern=ISO3)


class Theme(Code):
    """One row per theme."""

    table = "themes"
    title_fr = "Thèmes"


class InstitutionTypeCode(Code):
    """One row per type of institution."""

    table = "institution_types"
    title_fr = "Types d'institution"


class ActorCode(Code):
    """One row per kind of actor."""

    table = "actors"
    title_fr = "Catégories d'acteurs"


class Evidence(Row):
    """One row per box on a page that a row rests on: one box per printed line."""

    table = "evidence"
    title_fr = "Preuves (rectangles sur les pages)"
    primary_key = ("table_name", "row_id", "position")
    table_name: str = described("Table of the row.", "Table de la ligne.")
    row_id: str = described("Key of the row.", "Clé de la ligne.")
    position: int = described("Rank of the box, from 0.", "Rang du rectangle, à partir de 0.", ge=0)
    document_id: str = described("Document.", "Document.")
    page: int = described("Page.", "Page.", ge=1)
    x0: float = described("Left edge, in points.", "Bord gauche, en points.")
    top: float = described("Top edge, in points from the top.", "Bord haut, en points depuis le haut.")
    x1: float = described("Right edge, in points.", "Bord droit, en points.")
    bottom: float = described("Bottom edge, in points from the top.", "Bord bas, en points depuis le haut.")
    foreign_keys = {"document_id": DOCUMENT}


class Reject(Row):
    """One row per document or page that could not be used."""

    table = "rejects"
    title_fr = "Documents et pages écartés"
    primary_key = ("document_id", "file_name", "stage", "page", "code")
    document_id: str = described(
        "SHA-256 of the bytes; of the address for what could not be fetched.",
        "SHA-256 des octets ; de l'adresse pour ce qui n'a pas pu être collecté.",
        pattern=SHA256,
    )
    file_name: str = described(
        "Name of the file given by the user.", "Nom du fichier donné par l'utilisateur."
    )
    page: int | None = described(
        "Page; empty for the whole document.", "Page ; vide pour tout le document.", ge=1
    )
    stage: Literal["fetch", "ingest", "read", "analyse"] = described(
        "Where it stopped.", "Étape où cela s'est arrêté."
    )
    code: RejectCode = described("Why, as a code.", "Pourquoi, en code.")
    message: str = described("Why and what to do (French).", "Pourquoi, et que faire.")
    url: str | None = described(
        "Address that could not be fetched; empty for files.",
        "Adresse qui n'a pas pu être collectée ; vide pour un fichier.",
    )


class Run(Row):
    """One row per run."""

    table = "runs"
    title_fr = "Exécutions"
    primary_key = ("run_id",)
    run_id: str = described("Identifier of the run.", "Identifiant de l'exécution.")
    started_at: datetime = described("Start (UTC).", "Début (UTC).")
    finished_at: datetime = described("End (UTC).", "Fin (UTC).")
    code_version: str = described(
        "Version of the code and of its vocabularies.", "Version du code et de ses vocabulaires."
    )
    model: str = described("Model name and version.", "Nom et version du modèle.")
    documents: int = described("Documents taken in.", "Documents pris en compte.", ge=0)
    rows: int = described("Rows published.", "Lignes publiées.", ge=0)
    outcome: Outcome = described("How it ended.", "Comment elle s'est terminée.")


class CorrectionOutcome(Row):
    """One row per human decision (``raw/corrections/*.csv``) and what became of it in this run.

    ``source_changed`` and ``orphan`` were not applied and wait for a person; ``not_in_run`` is about studies that
    this run does not hold.
    """

    table = "correction_outcomes"
    title_fr = "Sort des corrections humaines"
    primary_key = ("decision_id",)
    decision_id: str = described(
        "File and hash of what was decided where.", "Fichier et empreinte de ce qui a été décidé, et où."
    )
    decided_table: DecidedTable = described("What it is about.", "Ce sur quoi elle porte.")
    action: str = described("Decision, as a code.", "Décision, en code.")
    outcome: CorrectionState = described(
        "applied; moved (applied on another page); source_changed or orphan (not applied); not_in_run.",
        "applied ; moved (appliquée, sur une autre page) ; source_changed ou orphan (non appliquée) ; not_in_run.",
    )
    message: str = described("What became of it (French).", "Ce qu'elle est devenue.")
    study_id: str | None = described(
        "Study where it was made; empty if it holds for all.", "Étude où elle a été prise ; vide si générale."
    )
    page: int | None = described("Page where it was made.", "Page où elle a été prise.", ge=1)
    found_page: int | None = described(
        "Page where its words are now.", "Page où sont ses mots à présent.", ge=1
    )
    row_id: str | None = described("Key of the row that it is about now.", "Clé de la ligne visée à présent.")
    quote: str = described("Words that it is about.", "Mots sur lesquels elle porte.")
    old: str = described("What the table said.", "Ce que disait la table.")
    new: str = described("What was decided.", "Ce qui a été décidé.")
    reason: str = described("Why.", "Pourquoi.")
    decided_by: str = described("Who decided.", "Qui a décidé.")
    decided_on: str = described("When (ISO 8601).", "Quand (ISO 8601).", pattern=DAY)


class Quality(Row):
    """One row per measure of ``passerelle evaluate``, with the version of the code it was measured on.

    Kept by later runs until it is measured again. Rates are from 0 to 1, with 95 % bootstrap intervals over
    pages. A rule has a precision only.
    """

    table = "quality"
    title_fr = "Qualité mesurée sur des pages annotées"
    primary_key = ("gold", "scope", "name", "measure")
    gold: str = described("SHA-256 of the annotated pages.", "SHA-256 des pages annotées.", pattern=SHA256)
    scope: QualityScope = described(
        "All pages, one document or one rule.", "Toutes les pages, un document ou une règle."
    )
    name: str = described(
        "File name or rule; empty for all pages.",
        "Nom du fichier ou de la règle ; vide pour toutes les pages.",
    )
    measure: QualityMeasure = described("What is measured.", "Ce qui est mesuré.")
    strict: bool = described(
        "Whether words must agree to the letter.", "Les mots doivent-ils concorder à la lettre ?"
    )
    pages: int = described("Pages annotated.", "Pages annotées.", ge=0)
    right: int = described("Found and right.", "Trouvées et justes.", ge=0)
    expected: int | None = described("In the annotations.", "Dans les annotations.", ge=0)
    found: int = described("Found.", "Trouvées.", ge=0)
    precision: float = described("Precision.", "Précision.", ge=0, le=1)
    precision_low: float = described("Its lower end.", "Sa borne basse.", ge=0, le=1)
    precision_high: float = described("Its upper end.", "Sa borne haute.", ge=0, le=1)
    recall: float | None = described("Recall.", "Rappel.", ge=0, le=1)
    recall_low: float | None = described("Its lower end.", "Sa borne basse.", ge=0, le=1)
    recall_high: float | None = described("Its upper end.", "Sa borne haute.", ge=0, le=1)
    f1: float | None = described("F1.", "F1.", ge=0, le=1)
    f1_low: float | None = described("Its lower end.", "Sa borne basse.", ge=0, le=1)
    f1_high: float | None = described("Its upper end.", "Sa borne haute.", ge=0, le=1)
    code_version: str = described(
        "Version of the code and vocabularies it was measured on.",
        "Version du code et des vocabulaires sur laquelle elle a été mesurée.",
    )
    model: str = described("Model it was measured on.", "Modèle sur lequel elle a été mesurée.")


TABLES: dict[str, type[Row]] = {
    table.table: table
    for table in (
        Country,
        Grouping,
        GroupingMember,
        Theme,
        InstitutionTypeCode,
        ActorCode,
        Study,
        SourceDocument,
        DocumentPage,
        Passage,
        CountryMention,
        Corridor,
        CorridorMention,
        Institution,
        InstitutionName,
        InstitutionCandidate,
        InstitutionMention,
        Recommendation,
        RecommendationAddressee,
        RecommendationTheme,
        RecommendationGroup,
        RecommendationCountry,
        Evidence,
        Reject,
        CorrectionOutcome,
        Quality,
        Run,
    )
}
"""Every published table by name, each after those that it refers to."""
