"""What ``passerelle review`` does: files in, files out, and what is told on the terminal."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from extractors.corrections import NONE, Corrections
from extractors.corrections.corpus import Tables, corrected_rows, studies_of
from extractors.corrections.gold import to_gold
from extractors.corrections.proposals import Proposal, propose
from extractors.corrections.quotes import StudyText
from flows import storage
from flows.corrections import path_of, read_corrections, with_decisions, write_corrections
from flows.errors import UsageError
from flows.published import read_tables
from flows.review_import import Imported, Known, read_sheet
from flows.review_pictures import Pictures
from flows.review_sheet import About, write_sheet
from flows.summary import WAITING
from flows.terminal import number, printable, shorten
from schemas.corrections import DECISIONS
from schemas.tables import CorrectionOutcome, Institution, Run

COUNTED = {
    "studies": "études",
    "country_mentions": "mentions de pays",
    "corridors": "couloirs",
    "institutions": "institutions",
    "institution_mentions": "mentions d'institutions",
    "recommendations": "recommandations",
    "recommendation_addressees": "destinataires",
    "recommendation_themes": "thèmes de recommandations",
    "recommendation_countries": "pays concernés",
    "recommendation_groups": "recommandations récurrentes",
}
QUOTE_WIDTH = 70


@dataclass(frozen=True, slots=True)
class ImportDone:
    """What an import took and refused, the counts before and after, and the files written."""

    imported: Imported
    before: Mapping[str, int]
    after: Mapping[str, int]
    changed: Mapping[str, int]
    files: Sequence[Path]


def tables_of(processed: Path) -> Tables:
    """The rows of the published version."""
    return read_tables(processed / "tables")


def outcomes_of(tables: Tables) -> list[CorrectionOutcome]:
    """What became of the decisions that the published version knew."""
    return [row for row in tables["correction_outcomes"] if isinstance(row, CorrectionOutcome)]


def export_sheet(file: Path, raw: Path, processed: Path, limit: int) -> int:
    """Write the workbook of the weightiest proposals; how many there are.

    Raises:
        UsageError: when nothing is published, corrections are faulty or the name is that of no workbook.
    """
    if file.suffix.lower() != ".xlsx":
        raise UsageError(f"« {file} » : le classeur s'écrit au format XLSX ; donnez un nom en .xlsx.")
    tables, corrections = tables_of(processed), read_corrections(raw)
    proposals = propose(tables, corrections, limit)
    waiting = sum(row.outcome in WAITING for row in outcomes_of(tables))
    runs = [row for row in tables["runs"] if isinstance(row, Run)]
    latest = max(runs, key=lambda row: row.finished_at)
    about = About(latest.run_id, latest.finished_at.date().isoformat(), waiting)
    storage.write_atomically(file, write_sheet(proposals, about, Pictures(raw)))
    return len(proposals)


def import_sheet(file: Path, raw: Path, processed: Path, by: str, *, dry_run: bool) -> ImportDone:
    """Take the decisions of a workbook, and write them unless it is only to see.

    Raises:
        UsageError: when the file is not there or no workbook of ours, or nobody decided.
    """
    if not by.strip():
        raise UsageError("--by : dites qui a décidé.")
    if not file.is_file():
        raise UsageError(f"« {file} » n'existe pas : vérifiez le chemin.")
    tables, corrections = tables_of(processed), read_corrections(raw)
    imported = read_sheet(
        file.read_bytes(),
        known_of(tables),
        decided_by=by.strip(),
        decided_on=date.today(),
    )
    new = [taken.decision for taken in imported.taken]
    studies = studies_of(tables)
    before = corrected_rows(studies, NONE)
    after = corrected_rows(studies, Corrections.of(new))
    files: list[Path] = []
    if new and not dry_run:
        write_corrections(raw, with_decisions(corrections, new))
        touched = {decision.decided_table for decision in new}
        files = [path_of(raw, table) for table in DECISIONS if table in touched]
    changed = {name: changed_rows(before, after, name) for name in COUNTED}
    return ImportDone(imported, counts_of(before), counts_of(after), changed, files)


def known_of(tables: Tables) -> Known:
    """What decisions may refer to."""
    texts = {rows.studies[0].study_id: StudyText.of(rows.passages) for rows in studies_of(tables)}
    rows = (row for row in tables["institutions"] if isinstance(row, Institution))
    return Known(texts, {row.institution_id: row for row in rows})


def counts_of(tables: Tables) -> dict[str, int]:
    """Rows by table."""
    return {name: len(tables.get(name, ())) for name in COUNTED}


def changed_rows(before: Tables, after: Tables, name: str) -> int:
    """How many rows of a table are other rows than before, or gone."""
    old, new = (Counter(row.model_dump_json() for row in tables.get(name, ())) for tables in (before, after))
    return (old - new).total()


# -- On the terminal -------------------------------------------------------------------------------------------------


def show_import(done: ImportDone, *, dry_run: bool) -> None:
    """Show what was taken, why the rest was not, and the effect."""
    console = Console(highlight=False, soft_wrap=True)
    imported = done.imported
    for taken in imported.taken:
        decision = taken.decision
        what = printable(
            decision.exact or str(getattr(decision, "name", "")) or str(getattr(decision, "field", ""))
        )
        told = f"{decision.action_code} · {shorten(what, QUOTE_WIDTH)}"
        new = f" → {shorten(printable(decision.new), QUOTE_WIDTH)}" if decision.new else ""
        console.print(Text.assemble(("✓ ", "bold green"), f"{taken.place} : {told}{new}"))
    for refusal in imported.refused:
        console.print(
            Text.assemble(("✗ ", "bold red"), f"{refusal.place} : ", (printable(refusal.message), "red"))
        )
    console.print(
        f"\n{number(len(imported.taken))} décisions reprises, {number(len(imported.refused))} refusées, "
        f"{number(imported.undecided)} lignes laissées sans décision."
    )
    if imported.taken:
        console.print(effect_table(done))
    if done.files:
        console.print("Écrit : " + ", ".join(str(path) for path in done.files))
        console.print("La prochaine exécution (passerelle run) rejouera ces décisions.")
    elif dry_run:
        console.print("Rien n'a été écrit (--dry-run).")


def effect_table(done: ImportDone) -> Table:
    """The counts that change, before and after."""
    table = Table(title="Effet sur les tables publiées", title_justify="left", title_style="bold", box=None)
    table.add_column("Table")
    for heading in ("avant", "après", "lignes touchées"):
        table.add_column(heading, justify="right")
    for name, label in COUNTED.items():
        if done.before[name] != done.after[name] or done.changed[name]:
            cells = (done.before[name], done.after[name], done.changed[name])
            table.add_row(label, *map(number, cells))
    return table


def show_waiting(raw: Path, processed: Path, limit: int) -> None:
    """Show what waits: decisions that no longer fit, those not replayed yet, and the first proposals."""
    tables, corrections = tables_of(processed), read_corrections(raw)
    console = Console(highlight=False, soft_wrap=True)
    outcomes = outcomes_of(tables)
    known = {row.decision_id for row in outcomes}
    waiting = [row for row in outcomes if row.outcome in WAITING]
    new = [decision for decision in corrections if decision.decision_id not in known]
    console.print(f"{number(len(waiting))} décisions à revoir :", style="bold")
    for row in waiting:
        place = f"{row.study_id or 'toutes les études'}" + (f", p. {row.page}" if row.page else "")
        quote = shorten(printable(row.quote), QUOTE_WIDTH)
        console.print(
            Text(f"  ! {place} : {row.action} « {quote} » — {printable(row.message)}", style="yellow")
        )
    console.print(f"{number(len(new))} décisions à rejouer par la prochaine exécution.", style="bold")
    proposals = propose(tables, corrections, limit)
    console.print(
        f"Premières propositions (passerelle review export) : {number(len(proposals))}", style="bold"
    )
    for proposal in proposals:
        console.print(Text("  " + proposal_line(proposal)))


def proposal_line(proposal: Proposal) -> str:
    """A proposal in one line."""
    page = f", p. {proposal.quote.page}" if proposal.quote is not None else ""
    told = shorten(printable(" · ".join(value for value in proposal.now.values() if value)), QUOTE_WIDTH)
    weight = number(proposal.weight, 2)
    return f"{weight:>6}  {proposal.table:<15} {proposal.study_id}{page} : {told}"


# -- Gold ------------------------------------------------------------------------------------------------------------


def write_gold(folder: Path, raw: Path, processed: Path, read_whole: Sequence[str]) -> None:
    """Write the pages that decisions make gold, a file for each document, and tell what is left to decide.

    Raises:
        UsageError: when a page is not written ``étude:page``, or decisions are not replayed yet.
    """
    tables, corrections = tables_of(processed), read_corrections(raw)
    known = {row.decision_id for row in outcomes_of(tables)}
    new = sum(decision.decision_id not in known for decision in corrections)
    if new:
        raise UsageError(f"{new} décisions n'ont pas encore été rejouées : lancez d'abord passerelle run.")
    gold = to_gold(tables, corrections, {page_of(told) for told in read_whole})
    files: defaultdict[str, list[str]] = defaultdict(list)
    for page_read in gold.pages:
        files[page_read["document"]].append(json.dumps(page_read, ensure_ascii=False))
    for document, lines in files.items():
        name = f"{Path(document).stem}.jsonl"
        storage.write_atomically(folder / name, ("\n".join(lines) + "\n").encode())
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"{number(len(gold.pages))} pages de référence dans {folder} ({len(files)} fichiers).")
    for (study, page), left in gold.unfinished.items():
        console.print(
            f"  {study}, p. {page} : il reste {number(left)} lignes à décider (ou --page {study}:{page})."
        )


def page_of(told: str) -> tuple[str, int]:
    """The page that ``mali:12`` names.

    Raises:
        UsageError: for anything else.
    """
    study, _, page = told.rpartition(":")
    if not study or not page.isdigit():
        raise UsageError(f"« {told} » : écrivez --page étude:page, par exemple --page mali:12.")
    return study, int(page)
