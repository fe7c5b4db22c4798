"""The doors of others to the tables: Datasette, Metabase's SQL, DuckDB, the dashboard, the notebook, their pictures."""

from __future__ import annotations

import io
import re
import shutil
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import make_doors
import make_pictures
import pytest
from PIL import Image

from schemas.tables import TABLES
from schemas.views import ALIASES, VIEWS

ROOT = Path(__file__).resolve().parent.parent
QUESTIONS = {question.name: question for question in make_doors.questions()}
VALUES = {
    "pays": "Mali",
    "theme": "Recrutement et mobilité",
    "acteur": "Ministère",
    "type": "Organisation internationale",
}
EMPTY_ON_SAMPLES = {"qualite"}
"""Nothing was measured on the samples; it is asked of the rows of hostile strings."""

MOST_BYTES = 150_000


def rows_of(database: Path, sql: str, values: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        return connection.execute(sql, values or {}).fetchall()


def values_for(question: make_doors.Question, database: Path) -> dict[str, str]:
    """A value that has rows for each variable of a question."""
    (line,) = rows_of(database, "SELECT recommendation_id FROM v_recommendations ORDER BY 1 LIMIT 1")[0]
    (theme,) = rows_of(database, "SELECT theme_fr FROM v_recurring_recommendations ORDER BY 1 LIMIT 1")[0]
    known = VALUES | {"ligne": line, "theme": theme}
    return {name: known[name] for name in question.variables()}


@pytest.fixture(scope="module")
def database(published: Path) -> Path:
    return (published / "passerelle.sqlite").resolve()


# -- Questions -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", make_doors.files(), ids=lambda path: path.name)
def test_committed_files_are_what_the_contract_gives(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == make_doors.files()[path], "run make doors"


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_has_rows_and_each_value_narrows_it(name: str, database: Path, hostile: Path) -> None:
    question = QUESTIONS[name]
    if name in EMPTY_ON_SAMPLES:
        database = hostile / "passerelle.sqlite"
    everything = rows_of(database, question.for_metabase({}))
    assert everything
    for variable, value in values_for(question, database).items():
        some = rows_of(database, question.for_metabase({variable: value}))
        assert 0 < len(some) <= len(everything), variable
        assert rows_of(database, question.for_metabase({variable: "nulle part"})) == []
        given = dict.fromkeys(question.variables(), "") | {variable: value}
        assert rows_of(database, question.for_datasette(), given) == some
    assert rows_of(database, question.for_datasette(), dict.fromkeys(question.variables(), "")) == everything
    assert question.title
    assert question.description.endswith(".")


def test_a_value_is_never_taken_for_sql(database: Path) -> None:
    question = QUESTIONS["recommandations"]
    assert rows_of(database, question.for_metabase({"pays": "x' OR '1' = '1"})) == []


def test_the_question_that_the_document_shows_is_one_of_ours() -> None:
    written = (ROOT / "docs" / "dashboards.md").read_text(encoding="utf-8")
    assert f"```sql\n{QUESTIONS['couloirs'].sql}\n```" in written


def test_every_view_for_dashboards_is_asked_something() -> None:
    asked = {name for question in QUESTIONS.values() for name in re.findall(r"\bv_\w+", question.sql)}
    wanted = {
        *("v_recommendations", "v_institutions", "v_corridors", "v_country_roles", "v_evidence"),
        *("v_recurring_recommendations", "v_quality", "v_freshness"),
    }
    assert wanted <= asked <= set(VIEWS)


# -- DuckDB --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def duck(database: Path) -> Iterator[Any]:
    """DuckDB on the Parquet files, shut off from all else, as docs/dashboards.md says."""
    duckdb = pytest.importorskip("duckdb")
    connection = duckdb.connect()
    connection.execute("SET VARIABLE passerelle = ?", [str(database.parent)])
    connection.execute("SET allowed_directories = [?]", [f"{database.parent}/"])
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    connection.execute(make_doors.DUCKDB.read_text(encoding="utf-8"))
    yield connection
    connection.close()


def comparable(rows: list[tuple[Any, ...]]) -> list[tuple[str, ...]]:
    """Rows in an order of their own, numbers to nine digits, times as SQLite holds them."""
    return sorted(tuple(_plain(value) for value in row) for row in rows)


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return f"{float(value):.9g}" if isinstance(value, int | float | Decimal) else str(value)


@pytest.mark.parametrize("name", [*TABLES, *VIEWS])
def test_duckdb_has_the_rows_of_sqlite(name: str, duck: Any, database: Path) -> None:
    names = ", ".join(f'"{column}"' for column in (TABLES | VIEWS)[name].column_names())  # type: ignore[operator]
    sql = f'SELECT {names} FROM "{name}"'  # noqa: S608 - our names
    found, expected = comparable(duck.execute(sql).fetchall()), comparable(rows_of(database, sql))
    assert found == expected


@pytest.mark.parametrize("name", QUESTIONS)
def test_duckdb_answers_the_questions(name: str, duck: Any, database: Path) -> None:
    sql = QUESTIONS[name].for_metabase({})
    assert comparable(duck.execute(sql).fetchall()) == comparable(rows_of(database, sql))


@pytest.mark.parametrize(
    "sql",
    [
        "FROM read_csv('{root}/pyproject.toml')",
        "COPY studies TO '{root}/studies.csv'",
        "FROM 'http://127.0.0.1:1/studies.parquet'",
        "ATTACH '{root}/other.duckdb'",
        "SET enable_external_access = true",
    ],
)
def test_duckdb_reaches_nothing_else(sql: str, duck: Any) -> None:
    refused = pytest.importorskip("duckdb").Error
    with pytest.raises(refused, match=r"disabled by configuration|configuration has been locked"):
        duck.execute(sql.format(root=ROOT))
    assert duck.execute("SELECT count(*) FROM studies").fetchone() == (3,)


# -- Datasette -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def datasette(published: Path) -> Iterator[str]:
    pytest.importorskip("datasette")
    with make_pictures.serving(*make_pictures.datasette(published)) as address:
        yield address


@pytest.fixture(scope="module")
def client(datasette: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=datasette, timeout=60) as client:
        yield client


def test_datasette_says_whose_words_they_are(client: httpx.Client) -> None:
    page = client.get("/").text
    assert "Passerelle : pays, institutions et recommandations" in page
    assert "Les mots cités restent à leurs auteurs" in page
    listed = client.get("/passerelle").text
    assert all(f"/passerelle/{name}" in listed for name in (*TABLES, *VIEWS, *ALIASES, *QUESTIONS))


@pytest.mark.parametrize("name", [*TABLES, *VIEWS, *ALIASES])
def test_datasette_describes_tables_views_and_columns(name: str, client: httpx.Client) -> None:
    described = make_doors.to_metadata()["databases"]["passerelle"]["tables"][name]
    answer = client.get(f"/passerelle/{name}", params={"_size": 1})
    assert answer.status_code == 200
    page = unescape(answer.text)
    assert described.get("title", described.get("description")) in page
    for column, text in described.get("columns", {}).items():
        assert f"<dt>{column}</dt><dd>{text}</dd>" in page
    for facet in described.get("facets", []):
        assert f'data-column="{facet}"' in page


@pytest.mark.parametrize("name", QUESTIONS)
def test_datasette_answers_the_questions(name: str, client: httpx.Client, database: Path) -> None:
    question = QUESTIONS[name]
    page = client.get(f"/passerelle/{name}")
    assert page.status_code == 200
    assert question.title in unescape(page.text)
    for values in ({}, *({one: value} for one, value in values_for(question, database).items())):
        answer = client.get(f"/passerelle/{name}.json", params={"_shape": "arrays", **values}).json()
        assert [tuple(row) for row in answer["rows"]] == rows_of(database, question.for_metabase(values))
        assert answer["rows"] or name in EMPTY_ON_SAMPLES


# -- Dashboard -----------------------------------------------------------------------------------------------


def opened(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Any:
    """The dashboard on a folder, run once without a browser."""
    testing = pytest.importorskip("streamlit.testing.v1")
    monkeypatch.setattr(sys, "argv", ["app.py", str(folder)])
    # AppTest puts the app in the place of this module, which the workers of later tests would then import
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    return testing.AppTest.from_file(str(ROOT / "examples/dashboards/app.py"), default_timeout=60).run()


def test_dashboard_filters_as_sql_does(
    monkeypatch: pytest.MonkeyPatch, published: Path, database: Path
) -> None:
    app = opened(monkeypatch, published)
    assert not app.exception
    (every,) = rows_of(database, "SELECT count(*) FROM v_recommendations")[0]
    table = app.dataframe[0].value
    assert len(table) == every
    assert list(table)[:2] == ["evidence", "text"]
    assert table["evidence"].str.contains("/index.html#/recommendations?", regex=False).all()
    question = QUESTIONS["recommandations"].sql.replace("NOT r.reported", "1 = 1")
    question = make_doors.Question("", "", "", question)
    for label, variable in (("Pays", "pays"), ("Type d'acteur", "acteur"), ("Thème", "theme")):
        box = next(box for box in app.selectbox if box.label == label)
        box.select(VALUES[variable]).run()
        found = app.dataframe[0].value["text"]
        expected = rows_of(database, question.for_metabase({variable: VALUES[variable]}))
        assert sorted(found) == sorted(row[2] for row in expected) != []
        assert 0 < len(found) < every
        box.select("Tous").run()
    app.text_input[0].set_value("RECRUTEMENT equitable").run()
    assert 0 < len(app.dataframe[0].value) < every
    app.text_input[0].set_value("zzzz").run()
    assert len(app.dataframe[0].value) == 0
    assert not app.exception


def test_dashboard_shows_hostile_texts_as_texts(monkeypatch: pytest.MonkeyPatch, hostile: Path) -> None:
    app = opened(monkeypatch, hostile)
    assert not app.exception
    stored = rows_of(hostile / "passerelle.sqlite", "SELECT text FROM v_recommendations")
    assert sorted(app.dataframe[0].value["text"]) == sorted(text for (text,) in stored)


def test_dashboard_without_tables_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    app = opened(monkeypatch, tmp_path)
    assert not app.exception
    assert "passerelle run" in app.error[0].value


# -- In a browser --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    pytest.importorskip("playwright.sync_api")
    if not any(map(shutil.which, make_pictures.CHROMIUM)):
        pytest.skip("no Chromium here")
    with make_pictures.chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def dashboard(published: Path) -> Iterator[str]:
    pytest.importorskip("streamlit")
    with make_pictures.serving(*make_pictures.dashboard(published)) as address:
        yield address


@pytest.mark.parametrize("width", [1440, 390])
def test_dashboard_in_a_browser(width: int, browser: Any, dashboard: str) -> None:
    asked: list[str] = []
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.on("request", lambda request: asked.append(request.url))
    page.goto(dashboard)
    make_pictures.settle(page, "dashboard")
    for tab in ("Thèmes récurrents", "Couloirs", "Recommandations"):
        page.get_by_role("tab", name=tab).click()
        page.get_by_test_id("stDataFrame").locator("visible=true").first.wait_for()
        page.wait_for_timeout(300)
        assert page.get_by_test_id("stMain").evaluate("main => main.scrollWidth") <= width, tab
    detail = page.get_by_role("link", name="Voir ces mots sur la page")
    page.get_by_test_id("stDataFrame").first.click(position={"x": 18, "y": 75})  # the tick of the first row
    assert "/index.html#/recommendations?" in (detail.get_attribute("href") or "")
    make_pictures.choose_ministries(page)
    detail.wait_for(state="detached")
    assert page.get_by_test_id("stException").count() == 0
    link = page.get_by_test_id("stDataFrame").first.locator("[role=gridcell]").first.text_content()
    page.goto(link)
    page.locator(".recommendations details[open] .crop rect.marked").first.wait_for()
    page.close()
    assert [url for url in asked if not url.startswith(("http://127.0.0.1:", "ws:", "data:", "blob:"))] == []


@pytest.fixture(scope="module")
def notebook(published: Path) -> Any:
    for name in ("jupytext", "nbclient", "nbconvert", "ipykernel", "duckdb"):
        pytest.importorskip(name)
    return make_pictures.executed(published)


def test_notebook_runs_and_counts_what_the_tables_hold(notebook: Any, database: Path) -> None:
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    shown = [output["data"] for output in outputs if "data" in output]
    assert any("image/svg+xml" in data for data in shown)
    texts = "\n".join(data["text/plain"] for data in shown)
    for file_name, count in rows_of(
        database,
        "SELECT file_name, count(*) FROM recommendations JOIN studies USING (study_id) "
        "WHERE repeats IS NULL AND NOT reported GROUP BY file_name",
    ):
        assert re.search(rf"^{re.escape(file_name)} +{count} ", texts, re.MULTILINE)
    cells = "".join(data["text/html"] for data in shown if "text/html" in data)
    assert re.search(r"<td>institutions</td>\s*<td>ANPE</td>\s*<td>employment_service</td>", cells)
    assert "Recrutement et mobilité" in texts


@pytest.fixture(scope="module")
def addresses(
    published: Path, dashboard: str, datasette: str, notebook: Any, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    page = tmp_path_factory.mktemp("notebook") / "page.html"
    page.write_text(make_pictures.page_of(notebook), encoding="utf-8")
    report = (published / "report" / "index.html").resolve().as_uri() + "#/"
    return {"report": report, "dashboard": dashboard, "datasette": datasette, "notebook": page.as_uri()}


@pytest.mark.parametrize("picture", make_pictures.PICTURES_TAKEN, ids=lambda picture: picture.name)
def test_picture_can_be_taken_anew(
    picture: make_pictures.Picture, browser: Any, addresses: dict[str, str]
) -> None:
    taken = make_pictures.take(browser, picture, addresses[picture.door])
    kept = (make_pictures.PICTURES / f"{picture.name}.png").read_bytes()
    sizes = {Image.open(io.BytesIO(content)).size for content in (taken, kept)}
    assert sizes == {(picture.width, picture.height)}
    assert max(len(taken), len(kept)) <= MOST_BYTES


def test_documents_show_every_picture_and_say_what_it_is() -> None:
    shown: dict[Path, str] = {}
    for path in (ROOT / "README.md", ROOT / "docs" / "guide.fr.md", ROOT / "docs" / "dashboards.md"):
        written = path.read_text(encoding="utf-8")
        tags = re.findall(r"!\[([^\]]*)\]\(([^)]+\.png)\)", written)
        tags += re.findall(r'<img alt="([^"]*)" src="([^"]+\.png)"', written)
        shown |= {(path.parent / target).resolve(): text for text, target in tags}
    made = {make_pictures.PICTURES / f"{picture.name}.png" for picture in make_pictures.PICTURES_TAKEN}
    assert set(shown) == made == set(make_pictures.PICTURES.glob("*.png"))
    assert all(len(text) > 20 for text in shown.values())
