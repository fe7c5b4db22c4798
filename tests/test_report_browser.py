"""The report as a reader sees it: a real browser, without a window, opens it from the disk."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from flows.report.reading import Reading, opened
from flows.report.texts import texts
from flows.report.writing import VIEWS
from schemas.hygiene import clean

sync_api = pytest.importorskip("playwright.sync_api")
Page = sync_api.Page

WIDTHS = (1440, 390)
SERIOUS = {"serious", "critical"}


@pytest.fixture(scope="module")
def browser() -> Iterator[sync_api.Browser]:
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("no Chromium here")
    arguments = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        yield browser
        browser.close()


class Reader:
    """A page of the browser on a report, and what it complained of or asked the network for."""

    def __init__(self, browser: sync_api.Browser, folder: Path, width: int = 1440) -> None:
        self.folder = folder
        self.complaints: list[str] = []
        self.page: Page = browser.new_page(viewport={"width": width, "height": 900})
        self.page.on("console", lambda m: self._note(m.text) if m.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self._note(str(error)))
        self.page.on("dialog", lambda dialog: (self._note(f"dialog {dialog.message}"), dialog.dismiss()))
        self.page.on("request", self._requested)

    def _note(self, what: str) -> None:
        self.complaints.append(what)

    def _requested(self, request: sync_api.Request) -> None:
        if urlsplit(request.url).scheme not in ("file", "data", "blob"):
            self._note(f"asked for {request.url}")

    def open(self, place: str) -> Page:
        """Open a place of the report and wait for its title."""
        self.page.goto((self.folder / "report" / "index.html").as_uri() + f"#/{place}")
        self.page.wait_for_selector("main h1")
        return self.page


@pytest.fixture
def reader(browser: sync_api.Browser, published: Path) -> Iterator[Reader]:
    reader = Reader(browser, published)
    yield reader
    reader.page.close()
    assert reader.complaints == []


@pytest.fixture
def reading(published: Path) -> Iterator[Reading]:
    with opened((published / "current").resolve()) as reading:
        yield reading


def count_of(page: Page) -> int:
    """The number that the status line of the recommendations gives."""
    return int("".join(char for char in page.inner_text(".count").split(" sur ")[0] if char.isdigit()))


def choose(page: Page, key: str, value: str) -> None:
    named = page.get_by_text(texts()["fr"][key], exact=True)
    page.locator("label.choice", has=named).locator("select").select_option(value)


def wait_until(page: Page, condition: str) -> None:
    """Wait until an expression is true; evaluated from outside, since the page's policy allows no text as code."""
    for _ in range(200):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never true: {condition}")


def settle(page: Page) -> None:
    """Wait until the charts of the view are drawn."""
    wait_until(page, "[...document.querySelectorAll('.chart')].every((c) => c.querySelector('svg'))")


@pytest.mark.parametrize("width", WIDTHS)
def test_every_view_opens_without_complaint_network_or_overflow(
    browser: sync_api.Browser, published: Path, width: int
) -> None:
    reader = Reader(browser, published, width)
    for place in (*VIEWS, "studies/mali", "studies/mali/14", "studies/index/1", "nowhere", "studies/nobody"):
        page = reader.open(place)
        settle(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, place
    reader.page.close()
    assert reader.complaints == []


FILTERS: list[tuple[str, str, str]] = [
    (
        "filter.theme",
        "financing",
        "SELECT recommendation_id FROM recommendation_themes WHERE theme = 'financing'",
    ),
    (
        "filter.actor",
        "ministry",
        "SELECT recommendation_id FROM recommendation_addressees WHERE actor = 'ministry'",
    ),
    ("filter.study", "mali", "SELECT recommendation_id FROM recommendations WHERE study_id = 'mali'"),
    ("filter.reported", "yes", "SELECT recommendation_id FROM recommendations WHERE reported"),
    ("filter.horizon", "+", "SELECT recommendation_id FROM recommendations WHERE horizon IS NOT NULL"),
    (
        "filter.country",
        "MLI",
        "SELECT recommendation_id FROM recommendations JOIN studies USING (study_id) WHERE country_iso3 = 'MLI' "
        "UNION SELECT recommendation_id FROM recommendation_countries WHERE iso3 = 'MLI'",
    ),
]


def test_filters_show_what_the_tables_hold(reader: Reader, reading: Reading) -> None:
    page = reader.open("recommendations")
    new = "SELECT count(*) AS n FROM recommendations WHERE repeats IS NULL"
    assert count_of(page) == reading.rows(new)[0]["n"]
    for key, value, query in FILTERS:
        choose(page, key, value)
        expected = reading.rows(f"{new} AND recommendation_id IN ({query})")[0]["n"]
        assert count_of(page) == expected > 0, key
        page.get_by_text(texts()["fr"]["recs.reset"]).click()


def test_search_ignores_accents_and_stays_in_the_address(reader: Reader) -> None:
    page = reader.open("recommendations")
    page.get_by_label(texts()["fr"]["filter.search"]).fill("RECRUTEMENT equitable")
    wait_until(page, "location.hash.includes('q=')")
    found = count_of(page)
    assert 0 < found < 40
    page.reload()
    page.wait_for_selector(".count")
    assert count_of(page) == found
    page.get_by_label(texts()["fr"]["filter.search"]).fill("zzzz")
    page.get_by_text(texts()["fr"]["recs.none"]).wait_for()


def test_order_by_confidence(reader: Reader, reading: Reading) -> None:
    page = reader.open("recommendations")
    choose(page, "filter.sort", "confidence_up")
    first = page.locator(".recommendations > li").first.get_attribute("id")
    lowest = reading.rows("SELECT min(confidence) AS c FROM recommendations WHERE repeats IS NULL")[0]["c"]
    row = reading.one("recommendations", "recommendation_id", str(first).removeprefix("rec-"))
    assert row is not None
    assert row["confidence"] == lowest


def test_a_recommendation_opens_to_its_evidence_and_the_pdf_in_two_clicks(
    reader: Reader, reading: Reading
) -> None:
    page = reader.open("recommendations?study=mali")
    item = page.locator(".recommendations > li").first
    key = str(item.get_attribute("id")).removeprefix("rec-")
    item.locator("summary").first.click()
    item.locator(".crop svg").first.wait_for()
    row = reading.one("recommendations", "recommendation_id", key)
    assert row is not None
    boxes = reading.rows("SELECT * FROM evidence WHERE table_name = 'recommendations' AND row_id = ?", key)
    assert item.locator(".crop rect.marked").count() == len(boxes) > 0
    picture = reader.folder / "report" / str(item.locator(".crop image").first.get_attribute("href"))
    assert picture.read_bytes().startswith(b"\x89PNG")
    shown = item.inner_text()
    assert row["lead_in"] in shown
    assert f"{row['rule']}" in shown
    pdf = urlsplit(str(item.locator("a.button").first.get_attribute("href")))
    assert pdf.fragment == f"page={row['page']}"
    assert (reader.folder / "report" / unquote(pdf.path)).read_bytes().startswith(b"%PDF")
    assert item.locator("a.button").first.get_attribute("target") == "_blank"
    item.get_by_text(texts()["fr"]["evidence.open_page"]).click()
    page.wait_for_selector(".page-rows .chosen")
    assert page.locator(".page-rows .chosen").get_attribute("data-row") == key


def test_from_a_page_to_its_rows_in_one_click(reader: Reader) -> None:
    page = reader.open("studies/mali/14")
    box = page.locator(".page-picture g.institution_mentions").first
    box.locator("rect").first.click()
    chosen = page.locator(".page-rows li.chosen")
    assert chosen.get_attribute("data-row") == box.get_attribute("data-row")


def test_a_page_opened_from_its_address_shows_the_texts_of_its_rows(reader: Reader, reading: Reading) -> None:
    (row,) = reading.rows("SELECT * FROM recommendations WHERE study_id = 'mali' ORDER BY page LIMIT 1")
    page = reader.open(f"studies/mali/{row['page']}")
    shown = page.locator(f"[data-row='{row['recommendation_id']}'] button span").first.inner_text()
    assert shown == row["text"]


def test_on_a_phone_no_table_is_cut(browser: sync_api.Browser, published: Path) -> None:
    reader = Reader(browser, published, 390)
    for place in ("overview", "institutions", "studies", "quality"):
        page = reader.open(place)
        settle(page)
        cut = "[...document.querySelectorAll('main .table .scroll')].filter((t) => t.scrollWidth > t.clientWidth)"
        assert page.evaluate(f"{cut}.map((t) => t.getAttribute('aria-label'))") == [], place
    page.locator(".stacked button.sort").first.click()
    assert page.locator("[aria-sort]").count() == 1
    reader.page.close()
    assert reader.complaints == []


def test_a_web_page_shows_its_passages_with_the_words_marked(reader: Reader) -> None:
    page = reader.open("studies/index/1")
    assert page.locator(".page-text mark").count() > 5
    assert page.locator(".page-picture").count() == 0


def test_language_switch_stays(reader: Reader) -> None:
    page = reader.open("recommendations")
    page.get_by_text("English", exact=True).click()
    page.get_by_role("heading", name="Recommendations", level=1).wait_for()
    assert page.evaluate("document.documentElement.lang") == "en"
    page.goto(page.url.replace("recommendations", "map"))
    page.reload()
    page.get_by_role("heading", name="Map and migration corridors").wait_for()
    settle(page)
    assert "Côte d’Ivoire" in page.inner_text("main")
    page.get_by_text("Français", exact=True).click()
    page.get_by_role("heading", name="Carte et couloirs migratoires").wait_for()
    page.evaluate("localStorage.clear()")


def exported(page: Page) -> list[list[str]]:
    with page.expect_download() as download:
        page.get_by_text(texts()["fr"]["recs.export"]).click()
    content = Path(download.value.path()).read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_export_holds_the_filtered_rows(reader: Reader, reading: Reading) -> None:
    page = reader.open("recommendations?theme=financing")
    head, *rows = exported(page)
    keys = {row[0] for row in rows}
    assert len(rows) == len(keys) == count_of(page)
    stored = reading.rows("SELECT recommendation_id AS id, text FROM recommendations")
    known = {row["id"]: row["text"] for row in stored}
    at = head.index(texts()["fr"]["recs.title"])
    assert all(row[at].removeprefix("'") == known[row[0]] for row in rows)


def test_corridors_open_to_their_passages(reader: Reader, reading: Reading) -> None:
    page = reader.open("map")
    settle(page)
    corridor = page.locator(".map-columns table details").first
    corridor.locator("summary").click()
    corridor.locator("q").first.wait_for()
    total = reading.rows("SELECT count(*) AS n FROM corridor_mentions WHERE direction = 'known'")[0]["n"]
    assert (
        0
        < int(page.locator(".matrix tr").last.locator("td").last.inner_text())
        <= reading.count("corridor_mentions")
    )
    assert total > 0


def test_keyboard_alone_reaches_a_recommendation(reader: Reader) -> None:
    page = reader.open("recommendations")
    page.locator(".recommendations summary").first.focus()
    page.keyboard.press("Enter")
    page.locator(".recommendations details[open] .crop").first.wait_for()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.detail') !== null")


def test_skip_link_leads_to_the_content(reader: Reader) -> None:
    page = reader.open("quality")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    assert page.url.endswith("#/quality")


def test_prints_on_paper(reader: Reader) -> None:
    pypdf = pytest.importorskip("pypdf")
    page = reader.open("recommendations?study=mali")
    printed = pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    assert [round(float(side)) for side in printed.pages[0].mediabox[2:]] == [595, 842]
    text = "".join(sheet.extract_text() for sheet in printed.pages)
    assert texts()["fr"]["recs.title"] in text
    assert texts()["fr"]["filter.search"] not in text


def test_on_paper_no_table_is_cut(reader: Reader) -> None:
    """A4 without its margins is 680 pixels of CSS wide, and 1,009 across."""
    reader.page.emulate_media(media="print")
    reader.page.set_viewport_size({"width": 680, "height": 960})
    tables = "[...document.querySelectorAll('main table')]"
    for place in ("overview", "map", "institutions", "quality"):
        page = reader.open(place)
        settle(page)
        cut = f"{tables}.filter((t) => t.clientWidth > (t.matches('.wide') ? 1009 : t.parentElement.clientWidth + 1))"
        assert page.evaluate(f"{cut}.map((t) => t.innerText.slice(0, 40))") == [], place


@pytest.mark.parametrize("place", [*VIEWS, "studies/mali", "studies/mali/14", "recommendations?study=mali"])
def test_axe_finds_nothing_serious(reader: Reader, place: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = reader.open(place)
    settle(page)
    if "?" in place:
        page.locator(".recommendations summary").first.click()
        page.locator(".crop").first.wait_for()
    violations = axe.run(page, options={"preload": False}).response["violations"]
    serious = {
        v["id"]: [node["html"][:160] for node in v["nodes"][:3]] for v in violations if v["impact"] in SERIOUS
    }
    assert serious == {}


Publish = Callable[[list[str]], Path]


def test_hostile_strings_run_nothing(
    browser: sync_api.Browser, hostile: Path, hostile_strings: list[str]
) -> None:
    reader = Reader(browser, hostile)
    keys = [str(n) for n in range(len(hostile_strings))]
    for place in (
        *VIEWS,
        f"studies/{keys[0]}",
        f"studies/{keys[0]}/1",
        "recommendations?repeats=yes&open=r0",
    ):
        page = reader.open(place)
        settle(page)
        for summary in page.locator("main summary").all()[:60]:
            summary.click()
        page.wait_for_timeout(50)
        assert page.evaluate("window.hostile") is None, place
        scripts = page.evaluate("[...document.scripts].map((s) => s.getAttribute('src'))")
        assert all(src and src.startswith(("assets/", "data/")) for src in scripts), place
        addresses = page.evaluate(
            "[...document.querySelectorAll('a[href]')].map((a) => a.getAttribute('href'))"
        )
        assert all(a.startswith(("#", "https://", "http://", "documents/")) for a in addresses), place
    text = page.inner_text("main")
    assert "<script>" in text
    assert reader.complaints == []
    reader.open("recommendations?repeats=yes")
    _, *rows = exported(reader.page)
    assert len(rows) == len(hostile_strings)
    live = [
        cell
        for row in rows
        for cell in row
        if cell.strip("\t\r\n \u00a0\u200b\ufeff\x00")[:1] in tuple("=+-@＝＋－＠")
    ]
    assert live == []
    reader.page.close()


def test_data_of_hostile_strings_is_their_text(hostile: Path, hostile_strings: list[str]) -> None:
    script = (hostile / "report" / "data" / "recommendations.js").read_text(encoding="utf-8")
    assert "<" not in script
    rows = json.loads(script[len('store.give("recommendations",') : -3])
    assert {row["id"]: row["text"] for row in rows} == {
        f"r{n}": clean(text) for n, text in enumerate(hostile_strings)
    }
