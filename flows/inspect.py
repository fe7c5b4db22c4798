"""``passerelle inspect``: a page of a PDF as a picture, with its blocks, their kinds and their order drawn on it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from schemas.errors import UnreadableDocument


def inspect(
    file: Annotated[Path, typer.Argument(help="PDF à regarder.", exists=True, dir_okay=False)],
    page: Annotated[int, typer.Option(help="Page, comptée à partir de 1.", min=1)] = 1,
    out: Annotated[Path | None, typer.Option(help="Image à écrire ; à défaut FICHIER-pN.png, ici.")] = None,
    dpi: Annotated[int, typer.Option(help="Finesse de l'image.", min=40, max=300)] = 110,
) -> None:
    """Dessine les blocs lus sur une page, avec leur nature et leur ordre, et écrit l'image (PNG)."""
    from extractors.pdf import read_pdf
    from extractors.picture import draw_blocks, render_page, to_png

    content = file.read_bytes()
    try:
        document = read_pdf(content)
        drawn = draw_blocks(render_page(content, page, dpi), document, page, dpi)
    except UnreadableDocument as error:
        raise typer.BadParameter(error.message, param_hint="FILE") from error
    except IndexError as error:
        raise typer.BadParameter(f"le document a {len(document.pages)} pages", param_hint="--page") from error
    target = out or Path(f"{file.stem}-p{page}.png")
    target.write_bytes(to_png(drawn))
    ledger = document.pages[page - 1]
    typer.echo(
        f"{target} : {ledger.words_read} mots lus = {ledger.words_in_blocks} dans le texte"
        f" + {ledger.words_furniture} à part + {ledger.words_lost} perdus ; {ledger.quality}"
    )
