"""Countries in sentences: the confusable ones, the pitfalls, roles, groupings, and properties of any text."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

import extractors.countries  # noqa: F401 - registers the factory
from extractors.context import Definition, PassageContext, StudyContext, register_extensions
from extractors.countries.vocabulary import DEMONYM_FORMS, iso2_of, read_vocabulary
from schemas.document import Cell

CONFUSABLES = list(
    csv.DictReader((Path(__file__).parent / "confusables" / "countries.csv").read_text("utf-8").splitlines())
)
"""Sentences of ours: theme, text, the study's country, the countries in order (? is ambiguous)."""


@lru_cache(maxsize=1)
def pipeline() -> Language:
    register_extensions()
    blank = spacy.blank("fr")
    blank.add_pipe("countries")
    return blank


def analyse(text: str, context: PassageContext | None = None) -> Doc:
    doc = pipeline().make_doc(text)
    doc._.context = context or PassageContext()
    return pipeline().get_pipe("countries")(doc)


def countries(text: str, study: str = "") -> str:
    found = analyse(text, PassageContext(study=StudyContext(country=study or None)))._.country_mentions
    return " ".join(f.iso3 or "?" for f in found)


def roles(text: str, study: str = "") -> dict[str | None, str | None]:
    found = analyse(text, PassageContext(study=StudyContext(country=study or None)))._.country_mentions
    return {f.iso3: f.role for f in found}


@pytest.mark.parametrize("row", CONFUSABLES, ids=lambda row: f"{row['theme']}: {row['text']}")
def test_confusable(row: dict[str, str]) -> None:
    assert countries(row["text"], row["study"]) == row["expected"]


def test_there_are_enough_confusables() -> None:
    assert len({(row["text"], row["study"]) for row in CONFUSABLES}) >= 300


# The sentences of pitfalls.md §6. Where it counts cities or groupings apart, GUIDELINES.md decides: neither
# is a mention. A printed address is one, with its zone; a historical state (Soudan français) is none.
PITFALL_SENTENCES = [
    ("Les travailleurs nigériens partent vers le Nigéria.", "", "NER NGA"),
    ("Les Nigérianes et les Nigériennes suivent la même formation.", "", "NGA NER"),
    ("L'Office du Niger emploie des saisonniers burkinabè à Ségou.", "", "BFA"),
    ("Dans le delta du Niger, les entreprises pétrolières recrutent.", "", ""),
    ("La RD Congo et le Congo-Brazzaville partagent le fleuve Congo.", "", "COD COG"),
    ("Les deux Congo ont signé.", "", "COD COG"),
    ("L'État congolais", "COD", "COD"),
    ("Le golfe de Guinée borde la Guinée équatoriale.", "", "GNQ"),
    ("Les migrants bissau-guinéens et guinéens au Sénégal", "", "GNB GIN SEN"),
    ("Les travailleuses équato-guinéennes", "", "GNQ"),
    ("vers les pays du Golfe", "", ""),
    ("la Haute-Volta, devenue Burkina Faso", "", "BFA BFA"),
    ("le Soudan français, actuel Mali", "", "MLI"),
    ("La CEDEAO et la CEMAC", "", ""),
    ("COTE D'IVOIRE – SENEGAL", "", "CIV SEN"),
    ("en Côte d’Ivoire et en Cote d Ivoire", "", "CIV CIV"),
    ("Fédération des entreprises du Congo (FEC)", "", "COD"),
    ("Agence congolaise pour l'emploi (ACPE)", "", "COG"),
    ("au Mali, en Somalie", "", "MLI SOM"),
    ("le lac Tchad, au Tchad", "", "TCD"),
    ("Bureau international du Travail, CH-1211 Genève 22, Suisse", "", "CHE"),
    ("Maurice et la Mauritanie", "", "MUS MRT"),
    ("la République togolaise et la République gabonaise", "", "TGO GAB"),
    ("migrants de retour de Libye, du Liban et du Libéria", "", "LBY LBN LBR"),
    ("le Processus de Rabat", "", ""),
    ("Benin City, au Nigéria", "", "NGA"),
]


@pytest.mark.parametrize(("text", "study", "expected"), PITFALL_SENTENCES)
def test_pitfall_sentence(text: str, study: str, expected: str) -> None:
    assert countries(text, study) == expected


# One example or more for each of the 22 rules of pitfalls.md §2, in our words.
RULES = [
    (1, "Nos partenaires du Congo sont venus.", "COG", "COG"),
    (1, "Nos partenaires du Congo sont venus.", "", "?"),
    (1, "L'ONEM conseille les chômeurs congolais.", "", "COD"),
    (2, "Une Nigérienne, une Nigériane, le Niger, le Nigéria", "", "NER NGA NER NGA"),
    (3, "La Guinée, la Guinée-Bissau et le golfe de Guinée", "", "GIN GNB"),
    (3, "Les femmes guinéennes cultivent le cacao.", "GNQ", "GNQ"),
    (4, "Au Soudan du Sud puis au Soudan, hors de la zone soudano-sahélienne", "", "SSD SDN"),
    (5, "Une anomalie : le Somaliland, le malinké, mais aussi le Mali", "", "MLI"),
    (6, "De Benin City au Bénin par le golfe du Bénin", "", "BEN"),
    (7, "Mauritanie, Maurice, Libye, Liban, Libéria, Gambie, Zambie", "", "MRT MUS LBY LBN LBR GMB ZMB"),
    (8, "En Sénégambie et au Sénégal oriental", "SEN", ""),
    (9, "La Confédération patronale gabonaise forme des jeunes.", "GAB", "GAB"),
    (10, "Abidjan et Ouagadougou ont signé à Genève.", "", ""),
    (11, "Imprimé en Suisse", "", "CHE"),
    (12, "Ce travail a été financé par la Norvège.", "", "NOR"),
    (13, "EAU POTABLE, car le NE et le TG ne sont pas des pays ici", "", ""),
    (14, "GUINEE EQUATORIALE, SENEGAL, REPUBLIQUE DU NIGER", "", "GNQ SEN NER"),
    (15, "Côte d'Ivoire, Côte d’Ivoire, Côte d Ivoire, Côte d`Ivoire", "", "CIV CIV CIV CIV"),
    (16, "Gabon Mali Mauritanie Niger", "", "GAB MLI MRT NER"),
    (17, "Le Came oun et le Nige", "", ""),
    (18, "Cameroon, Chad, Equatorial Guinea, Ivory Coast, Mauritania", "", "CMR TCD GNQ CIV MRT"),
    (18, "Nigerien, Nigerian, Senegalese, Togolese, Beninese", "", "NER NGA SEN TGO BEN"),
    (19, "Guinea Ecuatorial, Camerún, Gabón, España y Malí", "", "GNQ CMR GAB ESP MLI"),
    (20, "Les Haoussas, les Peuls, les Bambaras et les Mossis", "", ""),
    (21, "500 000 francs guinéens pour Air Sénégal", "", "SEN"),
    (22, "Contrairement au Ghana, à l'instar du Bénin", "", "GHA BEN"),
]


@pytest.mark.parametrize(("rule", "text", "study", "expected"), RULES)
def test_rule_of_the_pitfalls(rule: int, text: str, study: str, expected: str) -> None:
    assert countries(text, study) == expected


def test_reasons_are_kept() -> None:
    (finding,) = analyse("L'État congolais")._.country_mentions
    assert (finding.iso3, finding.resolution, finding.reason) == (None, "ambiguous", "COD or COG")
    study = PassageContext(study=StudyContext(country="COD"))
    (finding,) = analyse("L'État congolais", study)._.country_mentions
    assert (finding.iso3, finding.resolution, finding.reason) == ("COD", "context", "study country")
    former, today = analyse("la Haute-Volta, devenue Burkina Faso")._.country_mentions
    assert (former.reason, today.reason) == ("former name", "name")


def test_the_document_decides_where_the_passage_does_not() -> None:
    counted = PassageContext(study=StudyContext(countries={"COD": 12, "RWA": 3}))
    assert [f.iso3 for f in analyse("Les Congolais attendent.", counted)._.country_mentions] == ["COD"]
    many = PassageContext(study=StudyContext(countries={"SEN": 40, "FRA": 20}))
    assert [f.iso3 for f in analyse("Congo", many)._.country_mentions] == [None]


def test_a_country_named_apart_leaves_the_short_name_to_the_other() -> None:
    study = StudyContext(country="CMR", countries={"CMR": 90, "COD": 2})
    (finding,) = analyse("Congo", PassageContext(study=study))._.country_mentions
    assert (finding.iso3, finding.reason) == ("COG", "named apart from COD")


def test_the_nearest_clue_decides_where_clues_disagree() -> None:
    text = "L'Agence congolaise pour l'emploi (ACPE) et l'Office (ONEM) de la RDC se sont vus à Kinshasa."
    assert countries(text) == "COG COD"


def test_a_compound_gives_both_countries_with_its_whole_surface() -> None:
    one, other = analyse("l'amitié franco-malienne")._.country_mentions
    assert (one.surface, other.surface) == ("franco-malienne", "franco-malienne")
    assert (one.iso3, other.iso3) == ("FRA", "MLI")


@pytest.mark.parametrize(
    ("acronym", "name", "text", "expected"),
    [
        ("RIM", "République islamique de Mauritanie", "La RIM a signé.", ["MRT"]),
        ("RCA", "Responsabilité civile automobile", "La RCA est obligatoire.", []),
        ("RDC", "République démocratique du Congo", "La RDC a signé.", ["COD"]),
        ("CAR", "République centrafricaine", "Ils partent car la CAR est loin.", ["CAF"]),
    ],
)
def test_the_document_defines_its_acronyms(acronym: str, name: str, text: str, expected: list[str]) -> None:
    study = StudyContext(definitions={acronym: Definition(acronym, name)})
    assert [f.iso3 for f in analyse(text, PassageContext(study=study))._.country_mentions] == expected


ROLES = [
    ("des réfugiés en provenance du Soudan", "SDN", "origin"),
    ("les ressortissants de la Gambie", "GMB", "origin"),
    ("les migrants togolais", "TGO", "origin"),
    ("les Maliens établis à l'étranger", "MLI", "origin"),
    ("à destination de l'Arabie saoudite", "SAU", "destination"),
    ("ils partent vers l'Algérie", "DZA", "destination"),
    ("les jeunes installés en Espagne", "ESP", "destination"),
    ("Les principaux pays de destination sont la France", "FRA", "destination"),
    ("en transitant par le Niger", "NER", "transit"),
    ("le Maroc, pays de transit", "MAR", "transit"),
    ("un projet financé par la Norvège", "NOR", "donor"),
    ("avec l'appui financier du Luxembourg", "LUX", "donor"),
    ("un accord bilatéral avec la Tunisie", "TUN", "partner"),
    ("l'ambassade d'Italie", "ITA", "partner"),
    ("à l'instar du Ghana", "GHA", "comparison"),
    ("contrairement au Bénin", "BEN", "comparison"),
    ("Le Tchad a une population jeune.", "TCD", None),
]


@pytest.mark.parametrize(("text", "iso3", "role"), ROLES)
def test_role(text: str, iso3: str, role: str | None) -> None:
    assert roles(text) == {iso3: role}


def test_roles_in_one_sentence() -> None:
    text = "Du Mali, ils vont vers la France, l'Italie et l'Espagne via le Maroc."
    expected = {
        "MLI": "study",
        "FRA": "destination",
        "ITA": "destination",
        "ESP": "destination",
        "MAR": "transit",
    }
    assert roles(text, "MLI") == expected


def test_a_header_gives_the_role_of_its_cells() -> None:
    cell = Cell(
        table=0, row=3, column=1, is_header=False, column_header="Pays de destination", row_header="3"
    )
    (finding,) = analyse("Canada", PassageContext(kind="table_cell", cell=cell))._.country_mentions
    assert finding.role == "destination"
    item = PassageContext(kind="list_item", lead_in="Les pays d'origine sont :")
    (finding,) = analyse("le Bénin ;", item)._.country_mentions
    assert finding.role == "origin"


def test_groupings_are_spans_and_never_mentions() -> None:
    doc = analyse("La Cédéao, l'UEMOA et l'Union européenne, au Maghreb")
    assert [span.label_ for span in doc.spans["groupings"]] == ["CEDEAO", "UEMOA", "UE", "MAGHREB"]
    assert doc._.country_mentions == ()


def _surfaces() -> list[tuple[str, str]]:
    names = [
        (row["name"], row["iso3"])
        for row in read_vocabulary("country_names.csv")
        if row["kind"] == "name" and row["case"] in ("any", "capital")
    ]
    demonyms = [
        (row[form], row["iso3"])
        for row in read_vocabulary("demonyms.csv")
        for form in DEMONYM_FORMS
        if row["language"] == "fr"
    ]
    return names + demonyms


SURFACES = st.sampled_from(_surfaces())
FILLERS = st.sampled_from(
    ["Nous citons", "puis", "; ensuite", "(voir)", "« donc »", "12,5 %", "Ouagadougou", "l'", "–"]
)


@st.composite
def sentences(draw: st.DrawFn) -> str:
    parts = draw(st.lists(st.one_of(SURFACES.map(lambda s: s[0]), FILLERS), max_size=12))
    return " ".join(parts)


@settings(max_examples=200, deadline=None)
@given(st.one_of(sentences(), st.text(max_size=80)))
def test_offsets_slice_to_the_surface_and_runs_agree(text: str) -> None:
    found = analyse(text)._.country_mentions
    assert [text[f.start : f.end] for f in found] == [f.surface for f in found]
    assert [f.start for f in found] == sorted(f.start for f in found)
    assert all(f.iso3 is None or iso2_of(f.iso3) for f in found)
    assert analyse(text)._.country_mentions == found


def without_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


@settings(max_examples=300, deadline=None)
@given(SURFACES, st.sampled_from([str.upper, without_accents, lambda text: without_accents(text.upper())]))
def test_a_surface_is_the_same_country_in_capitals_and_without_accents(
    surface: tuple[str, str], change: Callable[[str], str]
) -> None:
    text = f"Nous citons {surface[0]} ici"
    assert countries(change(text)) == countries(text)
