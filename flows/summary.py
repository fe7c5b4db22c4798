"""What a run says of itself: a line per document, and a summary that is also ``run.json`` and ``--json``.

The JSON document of ``--json`` (also ``processed/run.json``) is :class:`RunSummary`: its fields are the keys.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, get_args

from pydantic import BaseModel, ConfigDict, Field

from flows import results
from flows.ingest import Intake, Source
from flows.ranges import page_ranges
from schemas.tables import CorrectionOutcome, CorrectionState, Outcome, Reject, Run, StudyStatus

HARMLESS = frozenset({"duplicate", "not_refreshed"})
"""Codes of ``rejects`` that lose nothing."""

WAITING = frozenset({"source_changed", "orphan"})
"""Outcomes of human decisions that were not applied."""


class Facts(BaseModel):
    """A frozen record of what happened."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True, slots=True)
class DocumentReport:
    """What became of one file; one is held for each document of a run, so it is small.

    ``study_id`` is null when the file could not be used. ``seconds`` is what reading took, 0 when nothing had to be
    done anew; ``reused`` says whether the result of an earlier run still held. ``problems`` say what is missing and
    what to do, in French.
    """

    file_name: str
    study_id: str | None
    status: StudyStatus | Literal["rejected", "missing"]
    pages: int
    country_mentions: int
    institution_mentions: int
    recommendations: int
    seconds: float
    reused: bool
    problems: tuple[str, ...]


class Words(Facts):
    """What became of the words of all pages: ``read = in_blocks + furniture + lost``."""

    read: int
    in_blocks: int
    furniture: int
    lost: int


class Counts(Facts):
    """What became of the files given: ``files = documents + duplicates``; ``documents = read + rejected``."""

    files: int = Field(description="Files given.")
    ignored: int = Field(description="Files of other kinds seen in folders.")
    documents: int = Field(description="Different documents.")
    duplicates: int = Field(description="Files with the bytes of another.")
    read: int = Field(description="Documents that gave a study.")
    reused: int = Field(description="Of these and the rejected, those whose earlier result still held.")
    rejected: int = Field(description="Documents that could not be used.")
    missing: int = Field(description="Studies of the catalogue whose document could not be had.")
    collected: dict[str, int] = Field(description="What the fetches came to, by verdict.")


class WaitingCorrection(Facts):
    """A human decision that no longer fits, and what to do."""

    decision_id: str
    outcome: CorrectionState
    study_id: str | None
    page: int | None
    quote: str
    decided_by: str
    message: str


class Corrected(Facts):
    """What became of the human decisions, and those that a person must look at again."""

    outcomes: dict[CorrectionState, int] = Field(description="Decisions by what became of them.")
    waiting: list[WaitingCorrection] = Field(description="Decisions that were not applied, to be made anew.")


class RunSummary(Facts):
    """A run: how it ended, what it published and where, and what it could not use."""

    run_id: str
    outcome: Outcome
    code_version: str
    model: str
    started_at: str
    finished_at: str
    documents: Counts
    pages: int
    words: Words
    tables: dict[str, int] = Field(description="Rows published, by table.")
    published: bool = Field(
        description="Whether a new version was published; not where the published one already held all this."
    )
    paths: dict[str, str] = Field(description="Where the tables, database, package and summary stand.")
    rejects: list[dict[str, str | int | None]] = Field(description="The rows of the table of that name.")
    corrections: Corrected = Field(description="What became of the human decisions.")
    parts: dict[str, str] = Field(
        default_factory=dict,
        description="What rows depend on besides documents, as hashes: code, model, vocabulary, review.",
    )
    limits: dict[str, float] = Field(
        default_factory=dict,
        description="The limits that applied, by name (``flows.limits``, docs/reliability.md).",
    )
    details: list[DocumentReport] = Field(description="One entry per document, by study.")


class Report(Protocol):
    """Who is told about a run while it goes on. Called from several threads."""

    def fetched(self, address: str, verdict: str) -> None:
        """An address was asked for, with this verdict (``flows.web``)."""

    def started(self, documents: int) -> None:
        """So many documents are to be gone through."""

    def document(self, report: DocumentReport) -> None:
        """A document is done."""


class Silence:
    """A report to nobody."""

    def fetched(self, address: str, verdict: str) -> None:
        """Say nothing."""

    def started(self, documents: int) -> None:
        """Say nothing."""

    def document(self, report: DocumentReport) -> None:
        """Say nothing."""


def report_document(source: Source, facts: results.Facts, seconds: float, *, reused: bool) -> DocumentReport:
    """The report on a document that was extracted, now or by an earlier run."""
    return DocumentReport(
        file_name=source.file_name,
        study_id=source.study_id if facts.status != "rejected" else None,
        status=facts.status,
        pages=facts.pages,
        country_mentions=facts.country_mentions,
        institution_mentions=facts.institution_mentions,
        recommendations=facts.recommendations,
        seconds=0 if reused else round(seconds, 2),
        reused=reused,
        problems=_problems(facts.rejects),
    )


def report_unusable(reject: Reject) -> DocumentReport:
    """The report on a file that was not taken in, or a study that could not be fetched."""
    return DocumentReport(
        file_name=reject.file_name,
        study_id=None,
        status="missing" if reject.stage == "fetch" else "rejected",
        pages=0,
        country_mentions=0,
        institution_mentions=0,
        recommendations=0,
        seconds=0,
        reused=False,
        problems=(reject.message,),
    )


def _problems(rejects: Iterable[Reject]) -> tuple[str, ...]:
    """One line per kind of loss, with the pages that it concerns."""
    pages: dict[str, list[int]] = {}
    for reject in rejects:
        pages.setdefault(reject.message, []).extend([reject.page] if reject.page else [])
    return tuple(
        f"p. {page_ranges(numbers)} : {text}" if numbers else text for text, numbers in pages.items()
    )


def counts_of(intake: Intake, reports: Sequence[DocumentReport]) -> Counts:
    """What became of the files given."""
    extracted = [report for report in reports if report.status != "rejected"]
    return Counts(
        files=intake.files,
        ignored=intake.ignored,
        documents=intake.documents,
        duplicates=intake.files - intake.documents,
        read=len(extracted),
        reused=sum(report.reused for report in reports),
        rejected=intake.documents - len(extracted),
        missing=len(intake.missing),
        collected=dict(intake.collected),
    )


def corrected_of(outcomes: Iterable[CorrectionOutcome]) -> Corrected:
    """What became of the human decisions of a run."""
    rows = list(outcomes)
    counts = Counter(row.outcome for row in rows)
    return Corrected(
        outcomes={state: counts[state] for state in get_args(CorrectionState) if counts[state]},
        waiting=[
            WaitingCorrection(**{name: getattr(row, name) for name in WaitingCorrection.model_fields})
            for row in rows
            if row.outcome in WAITING
        ],
    )


def outcome_of(rejects: Iterable[Reject]) -> Outcome:
    """Whether anything given is missing from the tables."""
    return "done" if all(reject.code in HARMLESS for reject in rejects) else "done_with_losses"


def summarise(
    run: Run,
    counts: Counts,
    words: Words,
    reports: Sequence[DocumentReport],
    rejects: Iterable[Reject],
    tables: Mapping[str, int],
    paths: Mapping[str, str],
    corrections: Iterable[CorrectionOutcome],
    *,
    published: bool,
) -> RunSummary:
    """The summary of a run."""
    return RunSummary(
        run_id=run.run_id,
        outcome=run.outcome,
        code_version=run.code_version,
        model=run.model,
        started_at=run.started_at.isoformat(),
        finished_at=run.finished_at.isoformat(),
        documents=counts,
        pages=tables["pages"],
        words=words,
        tables=dict(tables),
        published=published,
        paths=dict(paths),
        rejects=[reject.model_dump() for reject in rejects],
        corrections=corrected_of(corrections),
        details=list(reports),
    )
