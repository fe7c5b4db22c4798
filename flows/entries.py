"""The catalogue ``raw/catalogue.toml``: the studies that a run gathers, one ``[[source]]`` each.

People write it by hand as well as ``passerelle add``, so comments and order stay (``tomlkit``), and what is wrong
in it is told with the entry and what to do.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

import tomlkit
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from extractors.addresses import InvalidAddress, source_key, tidy
from extractors.metadata import StatedFacts
from extractors.works import Work
from flows import storage
from flows.errors import UsageError
from schemas.tables import ISO3, SHA256, Level

SourceKind = Literal["landing_page", "page", "pdf", "file"]
CATALOGUE = "catalogue.toml"
INBOX = "inbox"
HEADER = (
    "# Catalogue des sources : une table [[source]] par étude. Voir docs/guide.fr.md, « Le catalogue ».\n"
)


class Entry(BaseModel):
    """One source. What it states of the study goes before what the document says."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", description="Identifier of the study (study_id).")
    kind: SourceKind
    url: str | None = Field(None, description="Address of the page, the PDF, or the page that leads to it.")
    alternates: list[str] = Field(default_factory=list, description="Addresses to try where the first fails.")
    path: str | None = Field(None, description="A file, from the folder raw.")
    sha256: str | None = Field(None, pattern=SHA256, description="A file kept in raw when it was added.")
    title: str | None = None
    level: Level | None = None
    country: str | None = Field(None, pattern=ISO3, description="ISO 3166-1 alpha-3 code.")
    region: str | None = None
    year: int | None = Field(None, ge=1900, le=2100)
    publisher: str | None = None
    language: str | None = Field(None, pattern=r"^[a-z]{2}$", description="Preferred language version.")
    expected_title: str | None = Field(
        None, description="Title to know the document by, where its exact title has not been seen."
    )
    found_on: str | None = Field(None, description="Page whose link led to it.")
    label: str | None = Field(None, description="What the link said.")
    note: str | None = None

    @model_validator(mode="after")
    def _has_a_place(self) -> Entry:
        if self.kind == "file":
            if self.path is None and self.sha256 is None:
                raise ValueError("une source « file » demande path")
        elif self.url is None:
            raise ValueError(f"une source « {self.kind} » demande url")
        for address in self.addresses:
            try:
                tidy(address)
            except InvalidAddress as error:
                raise ValueError(f"url « {address[:80]} » : {error}") from error
        return self

    @property
    def addresses(self) -> list[str]:
        """Where to look, in order."""
        return [] if self.url is None else [self.url, *self.alternates]

    @property
    def stated(self) -> StatedFacts:
        """What is stated of the study."""
        return StatedFacts(self.title, self.level, self.country, self.region, self.year, self.publisher)

    @property
    def work(self) -> Work:
        """What tells the study from others."""
        return Work(self.id, self.title or self.expected_title, self.country, self.region, self.language)

    @property
    def name(self) -> str:
        """What people call it."""
        return self.title or self.label or self.id


class Catalogue(BaseModel):
    """The entries, in the order of the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: tuple[Entry, ...] = ()

    @model_validator(mode="after")
    def _identifiers_differ(self) -> Catalogue:
        ids = [entry.id for entry in self.source]
        doubled = sorted({entry_id for entry_id in ids if ids.count(entry_id) > 1})
        if doubled:
            raise ValueError(f"id en double : {', '.join(doubled)}")
        return self


def read_catalogue(raw: Path) -> Catalogue:
    """The catalogue of a folder; an empty one where there is no file.

    Raises:
        UsageError: naming what is wrong and where.
    """
    path = raw / CATALOGUE
    try:
        return Catalogue.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return Catalogue()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"« {path} » n'est pas du TOML ({error}) : corrigez cette ligne.") from error
    except ValidationError as error:
        raise UsageError(f"« {path} » : {_faults(error)}. Corrigez le catalogue.") from error


def _faults(error: ValidationError) -> str:
    return " ; ".join(
        f"{'.'.join(str(part + 1) if isinstance(part, int) else part for part in fault['loc']) or 'sources'} : "
        f"{fault['msg'].removeprefix('Value error, ')}"
        for fault in error.errors()[:5]
    )


def append(raw: Path, entries: Sequence[Entry]) -> None:
    """Add entries at the end of the catalogue; what stands in it stays as it is written."""
    path = raw / CATALOGUE
    text = path.read_text(encoding="utf-8") if path.exists() else HEADER
    document = tomlkit.parse(text)
    tables = document.get("source")
    if tables is None:
        tables = tomlkit.aot()
        document.add("source", tables)
    for entry in entries:
        table = tomlkit.table()
        table.trivia.indent = "\n"  # a blank line before it
        for name, value in entry.model_dump(exclude_none=True, exclude_defaults=True).items():
            table.add(name, value)
        tables.append(table)
    storage.write_atomically(path, tomlkit.dumps(document).encode("utf-8"))


def known(entries: Iterable[Entry], new: Entry) -> Entry | None:
    """The entry that has the same source already, if there is one."""
    keys = {source_key(address) for address in new.addresses}
    for entry in entries:
        same_file = new.sha256 is not None and entry.sha256 == new.sha256
        if same_file or keys & {source_key(address) for address in entry.addresses if entry.kind == new.kind}:
            return entry
    return None


def free_id(wanted: str, taken: Iterable[str]) -> str:
    """An identifier that is not taken: the one wanted, or with a number."""
    names = set(taken)
    number = 2
    name = wanted
    while name in names:
        name, number = f"{wanted}-{number}", number + 1
    return name
