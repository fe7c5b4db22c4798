"""The catalogue on a small web that imitates the old and the new site of the ILO, and the inbox beside it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from loopback import Asked, Send, Site, answer, head, serving
from typer.testing import CliRunner

from flows import cli, collect
from flows.collect import collect as gather_all
from flows.entries import Entry, append, read_catalogue
from flows.errors import UsageError
from flows.ingest import Intake
from flows.settings import Settings
from flows.summary import Silence
from flows.web.limits import Limits

MakePdf = Callable[[Sequence[Sequence[str]]], bytes]

SERIES = "Étude de pays - Potentiel de partenariats pour les compétences et la migration"
LANDING = "/skills/projects/skill-up/WCMS_746170/lang--fr/index.htm"
OLD_FOLDER = "/wcmsp5/groups/public/---ed_emp/---ifp_skills/documents/publication"
NEW_FOLDER = "/sites/default/files/wcmsp5/groups/public/%40ed_emp/%40ifp_skills/documents/publication"
LANDING_PAGE = f"""<!doctype html><html><head><meta charset="utf-8"><title>Partenariats</title></head><body>
<div class="menu"><a href="/skills/index.htm">Compétences</a></div>
<h1>Partenariats pour les compétences et la migration</h1>
<p><strong>Etudes sous régionales</strong></p>
<ul><li><a href="/skills/pubs/WCMS_746201/lang--fr/index.htm">Afrique centrale</a></li></ul>
<h3>Etudes nationales</h3>
<table><tr><th>Pays</th><th>Français</th><th>English</th></tr>
<tr><td>Mali</td><td><a href="{OLD_FOLDER}/wcms_746301.pdf">Télécharger</a></td><td></td></tr>
<tr><td>Gabon</td><td><a href="{OLD_FOLDER}/wcms_746302.pdf">Télécharger</a></td><td></td></tr>
<tr><td>Sénégal</td><td><a href="/fr/publications/etude-senegal">Lire</a></td><td></td></tr></table>
</body></html>"""
OLD_PUBLICATION = f"""<html><head><meta charset="utf-8"></head><body><h1>Étude sous-régionale : Afrique centrale</h1>
<p><a href="{OLD_FOLDER.replace("---", "@")}/wcms_746201.pdf">Télécharger : pdf - 1.2 MB</a></p></body></html>"""
NEW_PUBLICATION = """<html lang="fr"><head><meta charset="utf-8"></head><body><nav><a href="/fr/x.pdf">x</a></nav>
<main><h1>Étude de pays : Sénégal</h1><a href="/media/4242/download">Télécharger</a></main></body></html>"""


def lines(place: str) -> list[str]:
    return [
        f"{SERIES} {place}",
        "Il est recommandé au ministère de l'Emploi de renforcer l'Agence nationale de l'emploi du Mali.",
    ]


@pytest.fixture
def site(make_pdf: MakePdf) -> Iterator[Site]:
    ilo = Site()
    ilo.serve(LANDING, LANDING_PAGE.encode(), ETag='"1"')
    ilo.serve("/skills/pubs/WCMS_746201/lang--fr/index.htm", OLD_PUBLICATION.encode())
    ilo.serve("/fr/publications/etude-senegal", NEW_PUBLICATION.encode())
    pdfs = {
        f"{OLD_FOLDER}/wcms_746301.pdf": "au Mali",
        f"{OLD_FOLDER.replace('---', '@')}/wcms_746201.pdf": "en Afrique centrale",
        "/media/4242/download": "au Sénégal",
    }
    for path, place in pdfs.items():
        ilo.serve(path, make_pdf([lines(place)]), "application/pdf")
    ilo.routes[f"{OLD_FOLDER}/wcms_746302.pdf"] = lambda _, send: send(answer(b"", status="403 Forbidden"))
    with serving(ilo):
        yield ilo


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(collect, "LIMITS", Limits(pace=0, attempts=1, read=5, back_off=0))
    (tmp_path / "raw").mkdir()
    return Settings(raw=tmp_path / "raw", processed=tmp_path / "processed", allow_private=True, workers=1)


def entry(site: Site, entry_id: str, **facts: str | int) -> Entry:
    given = {"id": entry_id, "kind": "landing_page", "url": site.url(LANDING)} | facts
    return Entry.model_validate(given)


@pytest.fixture
def catalogue(site: Site, settings: Settings) -> list[Entry]:
    entries = [
        entry(site, "mli", country="MLI", title=f"{SERIES} au Mali", publisher="OIT", year=2020),
        entry(site, "gab", country="GAB", title=f"{SERIES} au Gabon"),
        entry(site, "sen", country="SEN", expected_title=f"{SERIES} au Sénégal"),
        entry(site, "centre", region="Afrique centrale", level="sub_regional"),
    ]
    append(settings.raw, entries)
    return entries


def counts(intake: Intake) -> dict[str, int]:
    return dict(intake.collected)


def test_each_study_is_found_by_its_own_way(site: Site, settings: Settings, catalogue: list[Entry]) -> None:
    """A link in a table, a publication page of the old site, one of the new, a refusal; two hops at most."""
    intake = gather_all(settings, Silence())
    assert {source.study_id: source.file_name for source in intake.sources} == {
        "mli": "wcms_746301.pdf",
        "centre": "wcms_746201.pdf",
        "sen": "media-4242",
    }
    mali = next(source for source in intake.sources if source.study_id == "mli")
    assert (mali.url, mali.page_url) == (site.url(f"{OLD_FOLDER}/wcms_746301.pdf"), site.url(LANDING))
    assert mali.retrieved_at is not None
    assert mali.stated.publisher == "OIT"
    (missing,) = intake.missing
    assert (missing.file_name, missing.stage, missing.code) == ("gab.pdf", "fetch", "access_denied")
    assert missing.url == site.url(f"{OLD_FOLDER}/wcms_746302.pdf")
    assert "au Gabon » manque" in missing.message
    assert str(settings.raw / "inbox" / "gab.pdf") in missing.message
    assert site.paths().count(LANDING) == 1
    assert "/skills/index.htm" not in site.paths()
    assert counts(intake) == {"new": 6, "access_denied": 1}


def test_a_second_time_asks_whether_anything_changed(
    site: Site, settings: Settings, catalogue: list[Entry], make_pdf: MakePdf
) -> None:
    """Same bytes, same words in other bytes, other words: only other words make another document."""
    first = gather_all(settings, Silence())
    documents = {source.study_id: source.document_id for source in first.sources}

    def conditional(asked: Asked, send: Send) -> None:
        send(
            head("304 Not Modified", {})
            if asked.headers.get("if-none-match") == '"1"'
            else answer(b"<p>x</p>")
        )

    site.routes[LANDING] = conditional
    site.serve("/fr/publications/etude-senegal", NEW_PUBLICATION.replace("<nav>", "<nav>10:02").encode())
    site.serve(f"{OLD_FOLDER}/wcms_746301.pdf", make_pdf([lines("au Mali"), ["Une page de plus."]]))
    site.serve(
        "/media/4242/download",
        make_pdf([lines("au Sénégal")]) + b"\n% saved again\n%%EOF\n",
        "application/pdf",
    )
    second = gather_all(settings, Silence())
    assert counts(second) == {"same_bytes": 3, "same_text": 2, "changed_text": 1, "access_denied": 1}
    again = {source.study_id: source.document_id for source in second.sources}
    assert {study for study in again if again[study] != documents[study]} == {"mli"}
    third = gather_all(settings, Silence())
    assert counts(third) == {"same_bytes": 6, "access_denied": 1}


def test_a_site_that_is_away_leaves_what_was_kept(
    site: Site, settings: Settings, catalogue: list[Entry]
) -> None:
    first = gather_all(settings, Silence())
    for path in site.routes:
        site.routes[path] = lambda _, send: send(answer(b"", status="500 x"))
    second = gather_all(settings, Silence())
    assert [source.document_id for source in second.sources] == [s.document_id for s in first.sources]
    assert {row.code for row in second.notes} == {"not_refreshed"}
    assert {row.file_name for row in second.notes} == {"mli.pdf", "sen.pdf", "centre.pdf"}
    assert [row.file_name for row in second.missing] == ["gab.pdf"]


def test_the_inbox_goes_first_and_is_known_by_name_or_title_page(
    site: Site, settings: Settings, catalogue: list[Entry], make_pdf: MakePdf
) -> None:
    inbox = settings.raw / "inbox"
    inbox.mkdir()
    (inbox / "Téléchargement (3).pdf").write_bytes(make_pdf([lines("au Gabon")]))
    (inbox / "centre.pdf").write_bytes(make_pdf([["Un titre tout autre"]]))
    (inbox / "autre.pdf").write_bytes(make_pdf([["Une étude que le catalogue ne connaît pas"]]))
    intake = gather_all(settings, Silence())
    found = {source.study_id: source.file_name for source in intake.sources}
    assert found == {
        "gab": "Téléchargement (3).pdf",
        "centre": "centre.pdf",
        "autre": "autre.pdf",
        "mli": "wcms_746301.pdf",
        "sen": "media-4242",
    }
    assert intake.missing == ()
    gabon = next(source for source in intake.sources if source.study_id == "gab")
    assert (gabon.page_url, gabon.url, gabon.stated.country_iso3) == (site.url(LANDING), None, "GAB")
    assert not [path for path in site.paths() if "746302" in path or "746201" in path]


def test_alternates_are_tried_in_order(site: Site, settings: Settings) -> None:
    dead = site.url("/gone")
    alive = site.url(f"{OLD_FOLDER}/wcms_746301.pdf")
    append(settings.raw, [Entry(id="mli", kind="pdf", url=dead, alternates=[alive])])
    (source,) = gather_all(settings, Silence()).sources
    assert source.url == alive


def test_mirrors_of_one_number_are_fetched_once(site: Site, settings: Settings) -> None:
    forms = [site.url(f"{folder}/wcms_746301.pdf") for folder in (OLD_FOLDER, NEW_FOLDER, "/mirror")]
    site.routes |= {
        url.partition(str(site.port))[2]: site.routes[f"{OLD_FOLDER}/wcms_746301.pdf"] for url in forms
    }
    append(settings.raw, [Entry(id=f"x{n}", kind="pdf", url=url) for n, url in enumerate(forms)])
    intake = gather_all(settings, Silence())
    assert len(intake.sources) == 1
    assert len(site.paths()) == 1


def test_a_mirror_serves_where_the_first_address_fails(site: Site, settings: Settings) -> None:
    urls = [site.url("/gone/wcms_746301.pdf"), site.url(f"{OLD_FOLDER}/wcms_746301.pdf")]
    append(settings.raw, [Entry(id=f"x{n}", kind="pdf", url=url) for n, url in enumerate(urls)])
    intake = gather_all(settings, Silence())
    assert (len(intake.sources), intake.missing) == (1, ())


def test_nothing_to_do_says_what_to_do(settings: Settings) -> None:
    with pytest.raises(UsageError, match="passerelle add"):
        gather_all(settings, Silence())


# -- The file ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[source]\n", "TOML"),
        ('[[source]]\nid = "a"\nkind = "pdf"\n', "demande url"),
        ('[[source]]\nid = "a"\nkind = "pdf"\nurl = "file:///x"\n', "ni http ni https"),
        ('[[source]]\nid = "a"\nkind = "book"\nurl = "https://a.org"\n', "kind"),
        ('[[source]]\nid = "a"\nkind = "pdf"\nurl = "https://a.org"\ncountry = "Mali"\n', "country"),
        ('[[source]]\nid = "a"\nkind = "file"\npath = "x"\n' * 2, "double : a"),
        ('[[source]]\nid = "a"\nkind = "file"\npath = "x"\npays = "y"\n', "pays"),
    ],
)
def test_faults_of_the_catalogue_are_told(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "catalogue.toml").write_text(text)
    with pytest.raises(UsageError, match=said):
        read_catalogue(tmp_path)


def test_the_catalogue_of_the_project_holds_the_fifteen_studies() -> None:
    entries = read_catalogue(Path(__file__).resolve().parent.parent / "raw").source
    assert [entry.level for entry in entries].count("national") == 13
    assert [entry.level for entry in entries].count("sub_regional") == 2
    assert len({entry.country or entry.region for entry in entries}) == 15
    assert len({entry.url for entry in entries}) == 1


# -- passerelle add ------------------------------------------------------------------------------------------


def add(*arguments: str, raw: Path) -> tuple[int, str]:
    done = CliRunner().invoke(cli.app, ["add", *arguments, "--raw", str(raw), "--allow-private"])
    return done.exit_code, done.output


def test_add_keeps_comments_and_knows_what_is_there(
    site: Site, settings: Settings, make_pdf: MakePdf, tmp_path: Path
) -> None:
    before = '# Mes études\n\n[[source]] # la première\nid = "x"\nkind = "page"\nurl = "https://a.org/x"\n'
    (settings.raw / "catalogue.toml").write_text(before)
    (tmp_path / "Étude Niger.pdf").write_bytes(make_pdf([["Niger"]]))
    (tmp_path / "notes.pdf").write_text("rien")
    pdf = site.url(f"{OLD_FOLDER}/wcms_746301.pdf")
    code, said = add(
        str(tmp_path / "Étude Niger.pdf"), pdf, "--country", "MLI", "--year", "2019", raw=settings.raw
    )
    assert code == 0, said
    assert "2 sources ajoutées" in said
    text = (settings.raw / "catalogue.toml").read_text()
    assert text.startswith(before)
    niger, mali = read_catalogue(settings.raw).source[1:]
    assert (niger.id, niger.kind, niger.country) == ("etude-niger", "file", "MLI")
    assert (mali.id, mali.kind, mali.url, mali.year) == ("wcms-746301", "pdf", pdf, 2019)
    code, said = add(pdf.replace("---", "@"), str(tmp_path / "Étude Niger.pdf"), raw=settings.raw)
    assert said.count("déjà au catalogue") == 2
    assert (settings.raw / "catalogue.toml").read_text() == text
    code, said = add(str(tmp_path / "notes.pdf"), site.url("/absent.pdf"), raw=settings.raw)
    assert code == 3
    assert "écarté" in said
    assert "404" in said
    (tmp_path / "Étude Niger.pdf").unlink()  # what was added stays, even when the file goes
    (site_less,) = [
        source for source in gather_all(settings, Silence()).sources if source.study_id == "etude-niger"
    ]
    assert site_less.file_name == "Étude Niger.pdf"


def test_add_follows_the_links_of_a_landing_page(site: Site, settings: Settings) -> None:
    code, said = add(site.url(LANDING), "--follow-links", raw=settings.raw)
    assert code == 3, said  # one of its documents is refused
    entries = read_catalogue(settings.raw).source
    assert {entry.url for entry in entries} == {
        site.url(f"{OLD_FOLDER}/wcms_746301.pdf"),
        site.url(f"{OLD_FOLDER}/wcms_746302.pdf"),
        site.url(f"{OLD_FOLDER.replace('---', '@')}/wcms_746201.pdf"),
        site.url("/media/4242/download"),
    }
    assert {entry.kind for entry in entries} == {"pdf"}
    assert {entry.found_on for entry in entries} == {site.url(LANDING)}
    assert "Télécharger — Mali" in {entry.label for entry in entries}


@pytest.mark.parametrize("source", ["absent.pdf", "ftp://a.org/x", "https://u:p@a.org/"])
def test_add_refuses_what_makes_no_sense(source: str, settings: Settings) -> None:
    code, _ = add(source, raw=settings.raw)
    assert code == 2
    assert not (settings.raw / "catalogue.toml").exists()


# -- The whole way -------------------------------------------------------------------------------------------


@pytest.mark.model
def test_a_run_without_paths_publishes_the_catalogue(
    site: Site, settings: Settings, catalogue: list[Entry]
) -> None:
    done = CliRunner().invoke(
        cli.app,
        [
            *("run", "--no-prefect", "--raw", str(settings.raw), "--processed", str(settings.processed)),
            *("--workers", "1", "--allow-private", "--json"),
        ],
    )
    assert done.exit_code == 3, done.output
    summary = json.loads(done.stdout)
    assert summary["documents"]["missing"] == 1
    assert summary["documents"]["collected"] == {"access_denied": 1, "new": 6}
    tables = settings.processed / "tables"
    studies = {row["study_id"]: row for row in pq.read_table(tables / "studies.parquet").to_pylist()}
    documents = {row["study_id"]: row for row in pq.read_table(tables / "documents.parquet").to_pylist()}
    (reject,) = pq.read_table(tables / "rejects.parquet").to_pylist()
    assert set(studies) == {"mli", "sen", "centre"}
    mali, centre = studies["mli"], studies["centre"]
    assert (mali["title"], mali["country_iso3"], mali["publisher"]) == (f"{SERIES} au Mali", "MLI", "OIT")
    assert (mali["year"], mali["level"], mali["source_url"]) == (2020, "national", site.url(LANDING))
    assert (centre["level"], centre["region"], centre["country_iso3"]) == (
        "sub_regional",
        "Afrique centrale",
        None,
    )
    assert documents["mli"]["url"] == site.url(f"{OLD_FOLDER}/wcms_746301.pdf")
    assert documents["mli"]["retrieved_at"] is not None
    assert (reject["file_name"], reject["code"]) == ("gab.pdf", "access_denied")
