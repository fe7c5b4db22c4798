"""Evaluation on disk and on the terminal: tables, gold and floors are read, measures and faults shown."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, astuple, dataclass, fields
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from extractors.evaluation import (
    MEASURES,
    Evaluation,
    Fault,
    Floors,
    GoldPage,
    Measure,
    Rate,
    RuleScore,
    Score,
    evaluate,
    gold_hash,
    new_floors,
    read_gold,
    under_floor,
)
from extractors.evaluation.found import COLUMNS
from flows import storage
from flows.errors import UsageError
from flows.terminal import number, printable, shorten

LABELS: dict[Measure, str] = {
    "countries": "Pays",
    "institutions_exact": "Institutions, mot pour mot",
    "institutions_partial": "Institutions, en partie",
    "institution_type": "Type d'institution",
    "institution_entities": "Institutions jointes",
    "recommendations": "Recommandations",
    "recommendations_strict": "Recommandations, strict",
    "addressees": "Destinataires",
}
SHORT_LABELS: dict[Measure, str] = {
    "countries": "Pays",
    "institutions_exact": "Inst. exactes",
    "institutions_partial": "Inst. partielles",
    "institution_type": "Type",
    "institution_entities": "Inst. jointes",
    "recommendations": "Recomm.",
    "recommendations_strict": "Rec. strict",
    "addressees": "Destin.",
}
DOCUMENT_WIDTH = 30
FORMULA = ("=", "+", "-", "@", "\t")
"""What a spreadsheet would take for a formula at the beginning of a cell."""


@dataclass(frozen=True, slots=True)
class Measured:
    """An evaluation and the hash of the gold that it rests on."""

    evaluation: Evaluation
    gold: str


def measure(tables: Path, gold: Path) -> Measured:
    """Evaluate the published tables of a folder.

    Raises:
        UsageError: when a table or the gold is not there.
        GoldError: when the gold is not in the format of the guidelines.
    """
    pages = read_gold_folder(gold)
    return Measured(evaluate(read_tables(tables), pages), gold_hash(pages))


def read_gold_folder(gold: Path) -> list[GoldPage]:
    """The pages of a JSONL file, or of all those of a folder."""
    files = sorted(gold.glob("*.jsonl")) if gold.is_dir() else [gold]
    if not files or not files[0].is_file():
        raise UsageError(f"Aucune annotation (*.jsonl) dans « {gold} » : vérifiez --gold.")
    pages = [page for file in files for page in read_gold(file.read_text(encoding="utf-8"), file.name)]
    if not pages:
        raise UsageError(f"Les annotations de « {gold} » sont vides.")
    return pages


def read_tables(folder: Path) -> dict[str, pd.DataFrame]:
    """The tables that are evaluated."""
    missing = [name for name in COLUMNS if not (folder / f"{name}.parquet").is_file()]
    if missing:
        raise UsageError(
            f"Il manque à « {folder} » la table {missing[0]}.parquet : indiquez le dossier tables d'une "
            "exécution, par exemple processed/tables."
        )
    return {
        name: pd.read_parquet(folder / f"{name}.parquet", columns=list(columns))
        for name, columns in COLUMNS.items()
    }


# -- Floors --------------------------------------------------------------------------------------------------


def read_floors(path: Path) -> Floors:
    """The floors kept in a file."""
    kept = json.loads(path.read_text(encoding="utf-8"))
    return Floors(kept["gold"], {name: kept["f1"][name] for name in MEASURES if name in kept["f1"]})


def write_floors(path: Path, measured: Measured, *, may_lower: bool) -> None:
    """Raise the floors kept in a file to today's figures; lower them too if asked for."""
    before = read_floors(path) if path.is_file() else None
    floors = new_floors(measured.evaluation, measured.gold, before, may_lower=may_lower)
    storage.write_json(path, asdict(floors))


def under_floors(measured: Measured, path: Path | None) -> list[str]:
    """What is under the floors of a file, in French: one message for each measure."""
    if path is None:
        return []
    if not path.is_file():
        raise UsageError(f"Le fichier de planchers « {path} » n'existe pas.")
    floors = read_floors(path)
    if floors.gold != measured.gold:
        return ["Les annotations ne sont plus celles des planchers : mesurez, puis --write-floors."]
    return [
        f"{LABELS[name]} : F1 de {percent(value)} %, sous le plancher de {percent(floor)} %."
        for name, (value, floor) in under_floor(measured.evaluation, floors).items()
    ]


# -- Faults --------------------------------------------------------------------------------------------------


def write_faults(path: Path, evaluation: Evaluation, tables: Path) -> None:
    """Write every fault as a row of CSV, with the boxes of its row (``x0 top x1 bottom``, points) where it has one."""
    boxes = boxes_of(tables)
    content = io.StringIO()
    writer = csv.writer(content, lineterminator="\n")
    writer.writerow([*(column.name for column in fields(Fault)), "boxes"])
    for fault in evaluation.faults:
        places = [boxes.get((fault.table_name, key), "") for key in fault.row_id.split()]
        writer.writerow([_cell(value) for value in (*astuple(fault), " ; ".join(filter(None, places)))])
    storage.write_atomically(path, content.getvalue().encode())


def boxes_of(tables: Path) -> dict[tuple[str, str], str]:
    """The boxes of each row that has evidence, in one text; none where the table is not there."""
    path = tables / "evidence.parquet"
    if not path.is_file():
        return {}
    found: dict[tuple[str, str], str] = {}
    columns = ["table_name", "row_id", "page", "x0", "top", "x1", "bottom"]
    for table, key, page, *edges in pd.read_parquet(path, columns=columns).itertuples(index=False, name=None):
        box = f"p. {page} : {' '.join(str(edge) for edge in edges)}"
        found[table, key] = f"{found[table, key]} ; {box}" if (table, key) in found else box
    return found


def _cell(value: object) -> str:
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


# -- On the terminal -----------------------------------------------------------------------------------------


def show(measured: Measured, *, as_json: bool) -> None:
    """Show an evaluation on standard output: tables in French, or one JSON document."""
    if as_json:
        print(json.dumps(asdict(measured), ensure_ascii=False, indent=2))
        return
    console = Console(highlight=False)
    evaluation = measured.evaluation
    for part in (
        pooled_table(evaluation),
        documents_table(evaluation.documents),
        rules_table("Mentions d'institutions par règle", evaluation.institution_rules),
        rules_table("Recommandations par règle", evaluation.recommendation_rules),
        calibration_table(evaluation),
    ):
        console.print(part)
        console.print()
    for document in evaluation.absent:
        console.print(Text(f"{printable(document)} : absent des tables, compté comme vide.", style="yellow"))


def pooled_table(evaluation: Evaluation) -> Table:
    """Every measure over all pages, with its intervals."""
    title = f"Qualité sur {number(evaluation.pages)} pages annotées (%, intervalle à 95 %)"
    table = _table(title, "Mesure", "Précision", "Rappel", "F1", "justes", "attendues", "trouvées")
    for name, score in evaluation.pooled.items():
        rates = (with_interval(rate) for rate in (score.precision, score.recall, score.f1))
        table.add_row(LABELS[name], *rates, *map(number, (score.right, score.gold, score.found)))
    return table


def documents_table(documents: Mapping[str, Mapping[Measure, Score]]) -> Table:
    """F1 of every measure by document."""
    table = _table("F1 par document (%)", "Document", *SHORT_LABELS.values())
    for document, scores in documents.items():
        name = shorten(printable(document), DOCUMENT_WIDTH)
        table.add_row(name, *(_f1(scores[measure]) for measure in SHORT_LABELS))
    return table


def _f1(score: Score) -> str:
    """The F1, or a dash where there was nothing to find and nothing was found."""
    return percent(score.f1.value) if score.gold or score.found else "–"


def rules_table(title: str, rules: Iterable[RuleScore]) -> Table:
    """What each rule found and how much of it is right, in part and to the word."""
    table = _table(title, "Règle", "trouvées", "justes", "Précision", "mot pour mot", "Précision stricte")
    for rule in rules:
        counts = (number(rule.found), number(rule.right), with_interval(rule.precision))
        table.add_row(printable(rule.rule), *counts, number(rule.exact), with_interval(rule.strict))
    return table


def calibration_table(evaluation: Evaluation) -> Table:
    """Stated confidence against the part that is right, by bin."""
    error = number(evaluation.calibration.error, 3)
    table = _table(
        f"Confiance des recommandations (erreur de calibration {error})",
        "Confiance",
        "trouvées",
        "Confiance moyenne",
        "Part juste",
    )
    for b in evaluation.calibration.bins:
        span = f"{number(b.low, 1)} à {number(b.high, 1)}"
        table.add_row(span, number(b.found), percent(b.confidence), percent(b.right))
    return table


def _table(title: str, first: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    table.add_column(first, min_width=len(title) - sum(len(column) + 2 for column in columns))
    for column in columns:
        table.add_column(column, justify="right")
    return table


def percent(value: float) -> str:
    """A share in percent with one decimal: ``93,4``."""
    return number(100 * value, 1)


def with_interval(rate: Rate) -> str:
    """A rate in percent with its interval: ``93,4 [90,1–96,0]``."""
    return f"{percent(rate.value)} [{percent(rate.low)}–{percent(rate.high)}]"
