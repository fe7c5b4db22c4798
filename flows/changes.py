"""What a run changed, compared with the publication before it: Markdown in French, for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError

from flows.summary import DocumentReport, RunSummary

SHOWN = 50
OUTCOMES = {
    "done": "terminée",
    "done_with_losses": "terminée, avec des pertes",
    "failed": "échouée",
    "interrupted": "interrompue",
}
MARKDOWN = str.maketrans({char: f"\\{char}" for char in "\\`*_{}[]<>#|"})


def published_summary(processed: Path) -> RunSummary | None:
    """The summary of what is published in a folder; None where there is none that we can read."""
    with suppress(OSError, ValidationError):
        return RunSummary.model_validate_json((processed / "run.json").read_bytes())
    return None


def changes(before: RunSummary | None, after: RunSummary) -> str:
    """Studies that came, changed, went or are missing, and the rows of each table before and after."""
    return "\n".join(_lines(before, after))


def _lines(before: RunSummary | None, after: RunSummary) -> Iterator[str]:
    yield f"## Exécution {OUTCOMES.get(after.outcome, after.outcome)}\n"
    yield f"Code {plain(after.code_version)}, modèle {plain(after.model)}.\n"
    known = _studies(before)
    now = _studies(after)
    yield from _section("Études nouvelles", (now[key] for key in now if key not in known))
    yield from _section(
        "Études lues à nouveau", (now[key] for key in now if key in known and not now[key].reused)
    )
    yield from _section("Études qui ne sont plus publiées", (known[key] for key in known if key not in now))
    yield from _section("Études qui manquent", (d for d in after.details if d.status == "missing"))
    yield from _section("Fichiers écartés", (d for d in after.details if d.status == "rejected"))
    yield "### Lignes par table\n"
    yield "| table | avant | après | écart |\n| --- | ---: | ---: | ---: |"
    for table, rows in after.tables.items():
        earlier = before.tables.get(table, 0) if before else 0
        yield f"| {table} | {earlier} | {rows} | {rows - earlier:+d} |"


def _studies(summary: RunSummary | None) -> dict[str, DocumentReport]:
    details = summary.details if summary else []
    return {detail.study_id: detail for detail in details if detail.study_id is not None}


def _section(title: str, details: Iterable[DocumentReport]) -> Iterator[str]:
    listed = list(details)
    if not listed:
        return
    yield f"### {title} ({len(listed)})\n"
    for detail in listed[:SHOWN]:
        problems = f" : {plain(' '.join(detail.problems))}" if detail.problems else ""
        yield f"- {plain(detail.file_name)}{problems}"
    if len(listed) > SHOWN:
        yield f"- et {len(listed) - SHOWN} autres"
    yield ""


def plain(text: str) -> str:
    """A text that Markdown shows as it is, on one line."""
    return " ".join(text.split()).translate(MARKDOWN)
