"""The command ``passerelle show``: everything known of one row, and a picture of its words on the page.

It reads the published database and one PDF; no model, no Prefect, no pandas is imported, so that it answers at once.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from flows.report.facts import Facts, Source

EXIT_USAGE = 2
DPI = 130
AROUND_POINTS, WHOLE_PAGE = 30, 1e5
"""Points shown above and below the words; more than any page has."""

NAME_LENGTH = 60


def show(
    identifier: Annotated[
        str,
        typer.Argument(
            metavar="ID", help="Recommandation, mention, institution, couloir, étude, passage, ou étude:page."
        ),
    ],
    processed: Annotated[
        Path, typer.Option(metavar="DOSSIER", envvar="PASSERELLE_PROCESSED", help="Dossier publié.")
    ] = Path("processed"),
    raw: Annotated[
        Path, typer.Option(metavar="DOSSIER", envvar="PASSERELLE_RAW", help="Dossier des sources conservées.")
    ] = Path("raw"),
    image: Annotated[
        Path | None, typer.Option(metavar="FICHIER", help="Image (PNG) à écrire ; à défaut ID.png, ici.")
    ] = None,
    draw: Annotated[
        bool, typer.Option("--draw/--no-draw", help="Dessiner les mots sur la page, ou non.")
    ] = True,
    open_image: Annotated[bool, typer.Option("--open", help="Ouvrir l'image une fois écrite.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Écrire un document JSON sur la sortie standard.")
    ] = False,
) -> None:
    """Dit tout ce que l'on sait d'une ligne : source, règle, versions ; et dessine ses mots sur la page."""
    from rich.console import Console

    from flows.errors import UsageError
    from flows.report.facts import facts_of
    from flows.report.printed import print_facts
    from flows.report.reading import opened, version_folder
    from flows.terminal import printable

    errors = Console(stderr=True, highlight=False, soft_wrap=True)
    try:
        with opened(version_folder(processed)) as reading:
            facts = facts_of(reading, identifier)
        written = write_picture(facts, raw, image or Path(picture_name(identifier))) if draw else None
    except UsageError as error:
        errors.print(printable(str(error)), style="bold red", markup=False)
        raise typer.Exit(EXIT_USAGE) from None
    kept = source_file(facts.source, raw)
    if as_json:
        extra = {"image": written and str(written), "file": kept and str(kept)}
        print(json.dumps(facts.as_dict() | extra, ensure_ascii=False, indent=2))
    else:
        print_facts(Console(highlight=False, soft_wrap=True), facts, kept, written)
    if open_image and written is not None:
        typer.launch(str(written))


def picture_name(identifier: str) -> str:
    """A file name for an identifier: its letters and digits."""
    plain = "".join(char if char.isascii() and char.isalnum() else "-" for char in identifier)
    return f"{plain[:NAME_LENGTH].strip('-') or 'page'}.png"


def source_file(source: Source | None, raw: Path) -> Path | None:
    """Where the PDF of a row is kept, if it is there."""
    from flows.storage import source_path

    if source is None or source.media_type != "application/pdf":
        return None
    path = source_path(raw, source.document_id, "application/pdf")
    return path if path.exists() else None


def write_picture(facts: Facts, raw: Path, path: Path) -> Path | None:
    """Draw the words of a row on its page (a page whole, another row cropped); None where nothing can be drawn."""
    kept = source_file(facts.source, raw)
    if kept is None or not (facts.boxes or facts.kind == "page"):
        return None
    from extractors.picture import crop_page, render_page, to_png
    from flows.errors import UsageError
    from schemas.document import Box

    page = facts.boxes[0]["page"] if facts.boxes else facts.row["page"]
    here = [box for box in facts.boxes if box["page"] == page]
    boxes = [Box(box["x0"], box["top"], box["x1"], box["bottom"]) for box in here]
    picture = render_page(kept.read_bytes(), page, DPI)
    if boxes:
        around = WHOLE_PAGE if facts.kind == "page" else AROUND_POINTS
        picture = crop_page(picture, boxes, DPI, around_pt=around, width_pt=WHOLE_PAGE)
    try:
        path.write_bytes(to_png(picture))
    except OSError as error:
        raise UsageError(
            f"L'image ne peut pas être écrite ({error}) : donnez un autre fichier avec --image."
        ) from error
    return path
