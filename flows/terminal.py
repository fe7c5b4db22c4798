"""What a researcher sees of a run: a progress bar, a line per document, a summary. French, on rich.

The bar, the lines and the faults go to standard error; the summary to standard output (or, with ``--json``,
one JSON document there). Text from documents and file names is shown with its control characters removed.
"""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

if TYPE_CHECKING:  # their modules load a model's libraries: `passerelle show` has no time for that
    from flows.summary import Corrected, DocumentReport, RunSummary
    from schemas.tables import CorrectionState

SHOWN_TABLES = {
    "studies": "études",
    "pages": "pages",
    "passages": "passages",
    "country_mentions": "mentions de pays",
    "institutions": "institutions",
    "institution_mentions": "mentions d'institutions",
    "recommendations": "recommandations",
    "evidence": "rectangles de preuve",
    "rejects": "documents ou pages écartés",
}
OUTCOMES: dict[CorrectionState, str] = {
    "applied": "appliquées",
    "moved": "appliquées sur une autre page",
    "source_changed": "texte changé, à revoir",
    "orphan": "sans objet, à revoir",
    "not_in_run": "hors de cette exécution",
}
VERDICTS = {
    "new": ("[bold green]↓[/]", "nouveau       "),
    "changed_text": ("[bold green]↓[/]", "texte changé  "),
    "same_text": ("[green]=[/]", "même texte    "),
    "same_bytes": ("[green]=[/]", "inchangé      "),
    "not_refreshed": ("[bold yellow]![/]", "copie gardée  "),
}
"""How what came of a fetch is shown; failures are shown by their code."""
ADDRESS_WIDTH = 100
NAME_WIDTH = 40
NUMBER_WIDTH = 9


class Terminal:
    """A report on the terminal; implements :class:`flows.summary.Report`."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        self._errors = Console(stderr=True, highlight=False)
        self._output = Console(highlight=False, soft_wrap=True)
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self._errors,
            transient=True,
        )
        self._task = self._progress.add_task("Préparation", total=None)

    def preparing(self, what: str) -> None:
        """Show that something slow comes before the first document."""
        self._progress.update(self._task, description=what)
        if self._errors.is_terminal:
            self._progress.start()

    def fetched(self, address: str, verdict: str) -> None:
        """Show the line of an address."""
        mark, said = VERDICTS.get(verdict, ("[bold red]✗[/]", f"[red]{verdict:<14}[/]"))
        line = Text.from_markup(f"{mark} {said}")
        line.append(f"  {shorten(printable(address), ADDRESS_WIDTH)}", style="dim")
        self._progress.console.print(line, soft_wrap=True)

    def started(self, documents: int) -> None:
        """Show the bar."""
        self._progress.reset(self._task, total=documents, description="Lecture des documents")
        if self._errors.is_terminal:
            self._progress.start()

    def document(self, report: DocumentReport) -> None:
        """Show the line of a document and move the bar."""
        self._progress.console.print(document_line(report), soft_wrap=True)
        for problem in report.problems:
            self._progress.console.print(Padding(Text(printable(problem), style="yellow"), (0, 0, 0, 4)))
        self._progress.advance(self._task)

    def failed(self, message: str, error: BaseException | None = None) -> None:
        """Show what stopped the run, with its trace when it is a fault of ours."""
        self._progress.stop()
        if error is not None:
            trace = "".join(traceback.format_exception(error))
            self._errors.print(Text(printable_lines(trace), style="dim"), soft_wrap=True)
        self._errors.print(Text(printable(message), style="bold red"), soft_wrap=True)

    def finished(self, summary: RunSummary) -> None:
        """Show the summary."""
        self._progress.stop()
        if self._as_json:
            print(summary.model_dump_json(indent=2))
        else:
            self._output.print()
            self._output.print(balance(summary))
            if summary.corrections.outcomes:
                self._output.print(decisions(summary.corrections))
            self._output.print(closing(summary))


def document_line(report: DocumentReport) -> Text:
    """One line: mark, name, pages, what was found, time."""
    name = shorten(printable(report.file_name), NAME_WIDTH)
    if report.status in ("rejected", "missing"):
        said = "  écarté" if report.status == "rejected" else "  manque"
        return Text.assemble(("✗ ", "bold red"), name.ljust(NAME_WIDTH), (said, "red"))
    mark = ("✓ ", "bold green") if not report.problems else ("! ", "bold yellow")
    found = (
        f"{report.pages:>5} p. {report.country_mentions:>6} pays {report.institution_mentions:>6} inst. "
        f"{report.recommendations:>5} rec."
    )
    time = "  inchangé" if report.reused else f"{number(report.seconds, 1):>8} s"
    return Text.assemble(mark, name.ljust(NAME_WIDTH), found, (time, "dim"))


def balance(summary: RunSummary) -> Text:
    """The counts of what was published, and what became of files and words."""
    counts, words = summary.documents, summary.words
    lines = [
        (
            counts.files,
            f"fichiers donnés ; documents lus : {number(counts.read)}, dont inchangés : "
            f"{number(counts.reused)} ; écartés : {number(counts.rejected)} ; "
            f"en double : {number(counts.duplicates)}",
        ),
        *((summary.tables[name], label) for name, label in SHOWN_TABLES.items()),
        (
            words.read,
            f"mots lus = {number(words.in_blocks)} dans le texte + {number(words.furniture)} à part "
            f"(titres courants, folios) + {number(words.lost)} perdus",
        ),
    ]
    if counts.missing:
        lines.insert(1, (counts.missing, "études du catalogue dont le document manque"))
    if counts.ignored:
        lines.insert(1, (counts.ignored, "autres fichiers laissés de côté (ni .pdf ni .html)"))
    return Text("\n").join(
        Text.assemble((number(value).rjust(NUMBER_WIDTH), "bold"), "  ", label) for value, label in lines
    )


def decisions(corrected: Corrected) -> Text:
    """What became of the human decisions, and each of those that wait."""
    told = " ; ".join(f"{OUTCOMES[name]} : {number(count)}" for name, count in corrected.outcomes.items())
    total = number(sum(corrected.outcomes.values())).rjust(NUMBER_WIDTH)
    lines = [Text.assemble((total, "bold"), f"  décisions humaines ; {told}")]
    for row in corrected.waiting:
        place = f"{row.study_id or 'toutes les études'}" + (f", p. {row.page}" if row.page else "")
        quote = shorten(printable(row.quote), 2 * NAME_WIDTH)
        lines.append(
            Text(f"{'':>{NUMBER_WIDTH}}  ! {place} : « {quote} » {printable(row.message)}", style="yellow")
        )
    return Text("\n").join(lines)


def closing(summary: RunSummary) -> Text:
    """Where everything is, and how the run ended."""
    paths = summary.paths
    end = (
        Text("Terminé.", style="bold green")
        if summary.outcome == "done"
        else Text("Terminé avec des pertes : voyez la table rejects.", style="bold yellow")
    )
    return Text("\n").join(
        [
            Text(),
            *([Text(f"Rapport à ouvrir       {paths['report']}")] if "report" in paths else []),
            Text(f"Tables (Parquet, CSV)  {paths['tables']}"),
            Text(f"Base SQLite            {paths['database']}"),
            Text(f"Paquet de données      {paths['datapackage']}"),
            Text(f"Bilan de l'exécution   {paths['run']}"),
            Text(),
            end,
        ]
    )


def number(value: float, digits: int = 0) -> str:
    """A number as written in French: ``12 345,6``."""
    return f"{value:,.{digits}f}".replace(",", "\u202f").replace(".", ",")


def shorten(text: str, width: int) -> str:
    """A text cut in its middle to a width, so that its end still shows."""
    if len(text) <= width:
        return text
    head = (width - 1) // 2
    return f"{text[:head]}…{text[len(text) - (width - 1 - head) :]}"


def printable(text: str) -> str:
    """A text on one line, without characters that would act on a terminal."""
    return "".join(char if char.isprintable() or char == "\u202f" else " " for char in text)


def printable_lines(text: str) -> str:
    """Several lines, each made printable."""
    return "\n".join(printable(line) for line in text.splitlines())
