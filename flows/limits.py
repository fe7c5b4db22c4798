"""The limits that apply to a run, as one table: what ``run.json`` records, so that a loss can be told from a change.

They are those of this run; a document whose earlier result still held was read under those of the run that read it.
"""

from __future__ import annotations

from dataclasses import asdict

from extractors import limits, splitting
from flows import confinement, ocr, results, tries, watch
from flows.settings import Settings
from flows.web.limits import Limits


def limits_of(settings: Settings) -> dict[str, float]:
    """Each limit by name, with its unit in the name where it has one; those of fetching begin with ``fetch_``.

    Seconds are of the clock but ``cpu_grace_seconds``: the CPU that a document may use beyond its time.
    """
    return {
        "file_megabytes": settings.max_megabytes,
        "memory_megabytes": settings.memory_megabytes,
        "reading_seconds": settings.reading_seconds,
        "seconds_a_page": watch.SECONDS_A_PAGE,
        "document_seconds": settings.document_seconds,
        "share_of_time_for_reading": watch.READING_SHARE,
        "step_seconds": watch.STALL_SECONDS,
        "passage_seconds": watch.PASSAGE_SECONDS,
        "cpu_grace_seconds": watch.CPU_GRACE_SECONDS,
        "ocr_seconds": settings.ocr_seconds,
        "ocr_page_seconds": ocr.PAGE_SECONDS,
        "pages": limits.MAX_PAGES,
        "characters": limits.MAX_CHARACTERS,
        "page_characters": limits.MAX_PAGE_CHARACTERS,
        "characters_a_byte": limits.MAX_EXPANSION,
        "characters_a_byte_from": limits.FREE_CHARACTERS,
        "passage_characters": splitting.LONGEST,
        "result_bytes": results.LARGEST_IMAGE,
        "written_file_bytes": confinement.LARGEST_FILE,
        "open_files": confinement.OPEN_FILES,
        "losses_of_a_document": tries.MOST_LOSSES,
        "tries_in_a_run": tries.MOST_TRIES,
        "starts_in_a_run": tries.MOST_STARTS,
        "failed_runs": tries.MOST_FAILURES,
        **{f"fetch_{name}": value for name, value in asdict(Limits()).items()},
    }
