"""The registry and the word lists: valid, sourced, without contradictions."""

from __future__ import annotations

from collections import Counter

import pytest

from extractors.folding import fold
from extractors.institutions.kinds import type_of
from extractors.institutions.registry import RegistryEntry, packaged_registry
from extractors.institutions.vocabulary import excluded, heads, plural_heads, read_rows, type_words, words

ENTRIES = packaged_registry().entries
STATUSES = {"verified", "known", "unverified"}
LISTS = sorted({row["list"] for row in read_rows("institution_words.csv")})


def test_no_name_stands_twice_in_a_country() -> None:
    full = Counter((fold(name), e.country) for e in ENTRIES for name in {e.name, *e.aliases, *e.former_names})
    acronyms = {(fold(n), e.country) for e in ENTRIES for n, form in e.names if form == "acronym"}
    assert [key for key, count in full.items() if count > 1 and key not in acronyms] == []


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name[:40])
def test_entries_are_complete(entry: RegistryEntry) -> None:
    assert entry.name == entry.name.strip() != ""
    assert entry.status in STATUSES
    assert entry.source
    assert all(not date or date.isdigit() for date in (entry.valid_from, entry.valid_to))
    assert not any(mark in alias for alias in entry.aliases for mark in ("(", "…", ";"))


def test_countries_are_known() -> None:
    known = {row["iso3"] for row in read_rows("countries.csv")}
    assert {entry.country for entry in ENTRIES if entry.country} <= known


def test_worldwide_bodies_have_no_country() -> None:
    worldwide = ("international_organisation", "regional_body")
    assert [entry.name for entry in ENTRIES if entry.type in worldwide and entry.country] == []


def test_no_generic_channel_of_the_oecd_list() -> None:
    generic = {"autre", "autres", "gouvernement du donneur", "gouvernment central", "reseaux", "exportateurs"}
    assert not generic & {fold(entry.name) for entry in ENTRIES}


def test_acronyms_that_mean_something_else_first() -> None:
    """Small firms and millennium goals are meant; the institution is found by its name or a definition."""
    assert {e.acronym for e in ENTRIES if e.country is None and e.acronym in excluded("acronym")} == {
        "PME",
        "OMD",
    }


def test_heads_are_folded_and_apart() -> None:
    assert all(key == fold(key) for key in heads())
    assert not set(plural_heads()) & set(heads())


def test_type_words_have_known_heads() -> None:
    assert {rule.head for rule in type_words()} - {"*"} <= set(heads())


@pytest.mark.parametrize("name", LISTS)
def test_word_lists_are_not_empty(name: str) -> None:
    assert words(name)


def test_an_unknown_list_is_an_error() -> None:
    with pytest.raises(KeyError, match="nowhere"):
        words("nowhere")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Agence nationale pour l'emploi", "employment_service"),
        ("Agence nationale de formation professionnelle", "training_provider"),
        ("Agence d'électrification rurale", "public_body"),
        ("Conseil national du patronat", "employers_organisation"),
        ("Union nationale des travailleurs", "workers_organisation"),
        ("Union des producteurs de coton", "sectoral_body"),
        ("Chambre de commerce", "sectoral_body"),
        ("Chambre des députés", "public_body"),
        ("Institut national de la statistique", "public_body"),
        ("Institut supérieur de gestion", "training_provider"),
        ("Institut de recherche agricole", "research_body"),
        ("Centre de formation aux métiers", "training_provider"),
        ("Banque centrale du Mali", "public_body"),
        ("Banque de développement du Mali", "development_partner"),
        ("Banque atlantique", "company"),
        ("Commission de la CEDEAO", "regional_body"),
        ("Programme des Nations Unies", None),
        ("Harvard University", "training_provider"),
        ("Groupe d'études sahéliennes", "research_body"),
        ("Secrétariat d'État à l'Artisanat", "ministry"),
        ("Haut-Commissariat aux droits", "public_body"),
        ("Quelque chose", None),
    ],
)
def test_types_follow_from_words(name: str, kind: str | None) -> None:
    assert type_of(name) == kind
