"""``passerelle add``: sources are written into the catalogue, and fetched."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from flows.additions import Added

EXIT_USAGE, EXIT_LOSSES = 2, 3


def add(
    sources: Annotated[
        list[str], typer.Argument(metavar="SOURCE…", help="Fichiers, dossiers ou adresses (http, https).")
    ],
    follow_links: Annotated[
        bool,
        typer.Option("--follow-links", help="Ajouter les documents auxquels mène chaque page, un à un."),
    ] = False,
    title: Annotated[str | None, typer.Option(metavar="TITRE", help="Titre de l'étude.")] = None,
    level: Annotated[
        str | None, typer.Option(metavar="NIVEAU", help="national, sub_regional ou other.")
    ] = None,
    country: Annotated[str | None, typer.Option(metavar="ISO3", help="Pays de l'étude (code ISO3).")] = None,
    year: Annotated[int | None, typer.Option(metavar="ANNÉE", help="Année de publication.")] = None,
    publisher: Annotated[str | None, typer.Option(metavar="NOM", help="Éditeur.")] = None,
    language: Annotated[
        str | None, typer.Option(metavar="CODE", help="Version préférée (fr, en…). [défaut : fr]")
    ] = None,
    raw: Annotated[
        Path | None, typer.Option(metavar="DOSSIER", help="Dossier des sources conservées. [défaut : raw]")
    ] = None,
    allow_private: Annotated[
        bool | None,
        typer.Option("--allow-private", help="Lire aussi des adresses qui ne sont pas publiques (intranet)."),
    ] = None,
) -> None:
    """Ajoute des sources au catalogue (raw/catalogue.toml) et les collecte.

    Ce que les options disent de l'étude l'emporte sur ce que le document en dit. Les commentaires du catalogue
    restent. Codes de sortie : 0 terminé, 2 commande incorrecte, 3 une source n'a pas pu être collectée.
    """
    from pydantic import ValidationError

    from flows.additions import add_sources
    from flows.errors import UsageError
    from flows.settings import settings_of
    from flows.terminal import Terminal

    stated: dict[str, Any] = {
        "title": title,
        "level": level,
        "country": country,
        "year": year,
        "publisher": publisher,
        "language": language,
    }
    terminal = Terminal(as_json=False)
    try:
        settings = settings_of(raw=raw, allow_private=allow_private)
        added = add_sources(sources, stated, settings, terminal, follow_links=follow_links)
    except UsageError as error:
        _leave(terminal, str(error))
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc']))} = {e['input']!r}" for e in error.errors())
        _leave(terminal, f"Valeur incorrecte : {wrong}. Voyez passerelle add --help.")
    _tell(added)
    raise typer.Exit(EXIT_LOSSES if any(item.problem for item in added) else 0)


def _leave(terminal: Any, message: str) -> NoReturn:
    terminal.failed(message)
    raise typer.Exit(EXIT_USAGE) from None


def _tell(added: list[Added]) -> None:
    """One line per source: its identifier, what became of it, and what is wrong with it."""
    from rich.console import Console
    from rich.text import Text

    from flows.additions import NO_ENTRY
    from flows.terminal import printable

    console = Console(highlight=False, soft_wrap=True)
    for item in added:
        mark = ("! ", "bold yellow") if item.problem else ("✓ ", "bold green")
        said = "ajouté" if item.is_new else "écarté" if item.entry_id == NO_ENTRY else "déjà au catalogue"
        console.print(Text.assemble(mark, printable(f"{item.entry_id}  {said}  {item.source}")))
        if item.problem:
            console.print(Text(f"    {printable(item.problem)}", style="yellow"))
    new = sum(item.is_new for item in added)
    console.print(f"\n{new} source{'s' if new > 1 else ''} ajoutée{'s' if new > 1 else ''} au catalogue.")
