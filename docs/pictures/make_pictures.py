#!/usr/bin/env python3
"""Take the pictures of docs/ and README.md, in Chromium without a window, from the sample studies (``make pictures``).

    python docs/pictures/make_pictures.py [PROCESSED]

Without a folder the sample studies are published into a temporary one first. A picture is only taken once the words
that it is there to show are seen; each is reduced to 64 colours, so that it stays small.
"""

from __future__ import annotations

import io
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from nbformat import NotebookNode
    from playwright.sync_api import Browser, Page

PICTURES = Path(__file__).resolve().parent
ROOT = PICTURES.parent.parent
EXAMPLES = ROOT / "examples"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--lang=fr"]
COLOURS = 64
PATIENCE = 60.0
"""Seconds that a server or the words of a picture may take to come."""


# -- Servers and pages that a reader would open ---------------------------------------------------------------


@contextmanager
def serving(*command: str) -> Iterator[str]:
    """Start a Python program that serves HTTP on ``{port}``, wait until it answers, and end it; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryFile() as said:
        program = subprocess.Popen(
            [sys.executable, "-m", *(part.format(port=port) for part in command)],
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_for(program, port)
            yield f"http://127.0.0.1:{port}"
        except ConnectionError as error:
            said.seek(0)
            raise RuntimeError(f"{command[0]}: {error}\n{said.read().decode()}") from None
        finally:
            program.terminate()
            program.wait(20)


def _wait_for(program: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and program.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise ConnectionError("it does not answer")


def datasette(processed: Path) -> list[str]:
    """The command that serves a published folder with Datasette."""
    options = ["-m", f"{EXAMPLES}/datasette/metadata.yaml", "-h", "127.0.0.1", "-p", "{port}"]
    return ["datasette", "serve", "-i", f"{processed.resolve()}/passerelle.sqlite", *options]


def dashboard(processed: Path) -> list[str]:
    """The command that serves a published folder with the dashboard."""
    options = ["--server.port={port}", "--server.headless=true", "--server.fileWatcherType=none"]
    return ["streamlit", "run", f"{EXAMPLES}/dashboards/app.py", *options, "--", f"{processed.resolve()}"]


def executed(processed: Path) -> NotebookNode:
    """The notebook, executed on a published folder.

    Raises:
        nbclient.exceptions.CellExecutionError: when a cell fails.
    """
    import jupytext
    from nbclient import NotebookClient

    notebook = jupytext.read(EXAMPLES / "notebook" / "premiers_pas.py")
    where = {"metadata": {"path": str(EXAMPLES)}}
    with _environment(PASSERELLE_PROCESSED=str(processed.resolve())):
        NotebookClient(notebook, timeout=600, kernel_name="python3", resources=where).execute()
    return notebook


def page_of(notebook: NotebookNode) -> str:
    """A notebook as a page of HTML that fetches nothing."""
    from nbconvert import HTMLExporter

    page, _ = HTMLExporter(mathjax_url="", require_js_url="").from_notebook_node(notebook)
    return str(page)


@contextmanager
def _environment(**values: str) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


# -- What is photographed ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: its file, what is opened and where in it, words that must be seen, what is done before."""

    name: str
    door: str
    place: str
    shows: tuple[str, ...]
    width: int = 1100
    height: int = 720
    before: Callable[[Page], None] | None = None


def open_recommendation(page: Page) -> None:
    """Open a recommendation of the report to its evidence and bring it to the top of the window."""
    item = page.locator(".recommendations > li").nth(1)
    item.locator("summary").first.click()
    item.locator(".crop svg").first.wait_for()
    item.evaluate("item => item.scrollIntoView()")


def choose_ministries(page: Page) -> None:
    """Choose a kind of actor in the dashboard and wait until the number of recommendations is another."""
    count = page.get_by_text("Recommandations :")
    before = count.inner_text()
    page.get_by_label("Type d'acteur").click()
    page.get_by_role("option", name="Ministère", exact=True).click()
    page.get_by_text(before).wait_for(state="detached")


def open_corridors(page: Page) -> None:
    """Open the corridors of the dashboard."""
    page.get_by_role("tab", name="Couloirs").click()
    page.get_by_test_id("stVegaLiteChart").last.locator("canvas, svg").first.wait_for()


def scroll_to_duckdb(page: Page) -> None:
    """Bring the chapter on DuckDB of the notebook to the top of the window."""
    page.get_by_role("heading", name="DuckDB").evaluate("title => title.scrollIntoView()")


PROOF = ("Règle", "Confiance")
QUESTION = "/passerelle/recommandations?pays=Mali&theme=Recrutement+et+mobilit%C3%A9&acteur="

PICTURES_TAKEN = (
    Picture("rapport-vue", "report", "overview", ("recommandations", "institutions", "pays cités")),
    Picture(
        "rapport-preuve",
        "report",
        "recommendations?study=mali",
        PROOF,
        height=660,
        before=open_recommendation,
    ),
    Picture("rapport-couloirs", "report", "map", ("Carte et couloirs migratoires",), height=860),
    Picture("rapport-page", "report", "studies/mali/14", ("Mali",), height=860),
    Picture("datasette-base", "datasette", "/passerelle", ("Matrice des couloirs migratoires",)),
    Picture(
        "datasette-question", "datasette", QUESTION, ("Recommandations, par pays, thème et acteur", "Mali")
    ),
    Picture("tableau", "dashboard", "/", ("Type d'acteur", "Recommandations :"), before=choose_ministries),
    Picture(
        "tableau-couloirs", "dashboard", "/", ("Origine",), width=1320, height=1150, before=open_corridors
    ),
    Picture("tableau-telephone", "dashboard", "/", ("Type d'acteur",), width=390, height=844),
    Picture("carnet", "notebook", "", ("v_recurring_recommendations",), height=900, before=scroll_to_duckdb),
)


DRAWN = {
    "report": "main h1",
    "datasette": "footer",
    "dashboard": "[data-testid=stDataFrame] canvas",
    "notebook": "h1",
}
"""Door → what stands once its first view is drawn."""


# -- Taking them ---------------------------------------------------------------------------------------------


def take(browser: Browser, picture: Picture, address: str) -> bytes:
    """The PNG of a picture; ``address`` is that of its door.

    Raises:
        playwright.sync_api.TimeoutError: when its words do not come.
    """
    page = browser.new_page(
        viewport={"width": picture.width, "height": picture.height}, locale="fr-FR", device_scale_factor=1
    )
    try:
        page.goto(address + picture.place, timeout=1000 * PATIENCE)
        settle(page, picture.door)
        if picture.before:
            picture.before(page)
        for words in picture.shows:
            page.get_by_text(words).locator("visible=true").first.wait_for(timeout=1000 * PATIENCE)
        page.wait_for_timeout(250)
        return reduced(page.screenshot())
    finally:
        page.close()


def settle(page: Page, door: str) -> None:
    """Wait until the first view of a door is drawn."""
    page.locator(DRAWN[door]).first.wait_for(timeout=1000 * PATIENCE)
    page.wait_for_timeout(250)


def reduced(png: bytes) -> bytes:
    """A PNG of few colours, a fifth of its size."""
    out = io.BytesIO()
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    picture.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
        out, "PNG", optimize=True
    )
    return out.getvalue()


@contextmanager
def chromium() -> Iterator[Browser]:
    """The Chromium of the system, without a window.

    Raises:
        FileNotFoundError: when there is none.
    """
    from playwright.sync_api import sync_playwright

    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if program is None:
        raise FileNotFoundError("no Chromium here: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def doors(processed: Path, folder: Path) -> Iterator[dict[str, str]]:
    """Open every door to a published folder; door → address. ``folder`` takes the page of the notebook."""
    with ExitStack() as stack:
        page = folder / "carnet.html"
        page.write_text(page_of(executed(processed)), encoding="utf-8")
        yield {
            "report": (processed.resolve() / "report" / "index.html").as_uri() + "#/",
            "datasette": stack.enter_context(serving(*datasette(processed))),
            "dashboard": stack.enter_context(serving(*dashboard(processed))),
            "notebook": page.as_uri(),
        }


def publish_samples(folder: Path) -> Path:
    """Publish the sample studies below a folder."""
    from flows.pipeline import run
    from flows.settings import Settings

    settings = Settings(raw=folder / "raw", processed=folder / "processed", report="recommendations")
    run(settings, [EXAMPLES / "studies", EXAMPLES / "web"])
    return settings.processed


def main() -> None:
    """Take every picture into the folder of this script."""
    with tempfile.TemporaryDirectory() as name, chromium() as browser:
        folder = Path(name)
        processed = Path(sys.argv[1]) if len(sys.argv) > 1 else publish_samples(folder)
        with doors(processed, folder) as addresses:
            for picture in PICTURES_TAKEN:
                content = take(browser, picture, addresses[picture.door])
                (PICTURES / f"{picture.name}.png").write_bytes(content)
                print(f"{picture.name}.png  {len(content) / 1000:.0f} kB")


if __name__ == "__main__":
    main()
