"""Gold annotations: what a careful reader put in the tables for a page, one JSON object per page."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from schemas.errors import PipelineError
from schemas.tables import Actor, InstitutionType


class GoldError(PipelineError):
    """A line of gold that is not in the format of the guidelines."""


class GoldRecord(BaseModel):
    """Base of gold annotations; annotations of other kinds on the same page are left alone."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class GoldCountry(GoldRecord):
    """A country named on a page."""

    iso3: str
    surface: str = ""


class GoldInstitution(GoldRecord):
    """An institution named on a page; mentions of one institution carry the same ``name``."""

    surface: str
    name: str
    type: InstitutionType | None = None


class GoldAddressee(GoldRecord):
    """Who is to act."""

    actor: Actor
    surface: str = ""


class GoldRecommendation(GoldRecord):
    """A recommendation of a page."""

    text: str
    addressees: tuple[GoldAddressee, ...] = ()


class GoldPage(GoldRecord):
    """A page that was read whole: it holds these and nothing else. Pages count from 1."""

    document: str
    page: int = Field(ge=1)
    countries: tuple[GoldCountry, ...]
    institutions: tuple[GoldInstitution, ...]
    recommendations: tuple[GoldRecommendation, ...]


def read_gold(content: str, name: str) -> list[GoldPage]:
    """The pages of one JSONL file.

    Raises:
        GoldError: naming the file, the line and the field that is wrong.
    """
    pages = []
    for number, line in enumerate(content.splitlines(), 1):
        if not line.strip():
            continue
        try:
            pages.append(GoldPage.model_validate_json(line))
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"])) or "JSON"
            raise GoldError(f"{name}, ligne {number}, {place} : {first['msg']}") from error
    return pages


def gold_hash(pages: Iterable[GoldPage]) -> str:
    """The SHA-256 of what the pages say, whatever the order of files and pages."""
    said: Sequence[str] = sorted(
        json.dumps(page.model_dump(mode="json"), sort_keys=True, ensure_ascii=False) for page in pages
    )
    return hashlib.sha256("\n".join(said).encode()).hexdigest()
