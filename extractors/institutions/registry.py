"""The registry: institutions that a person has reviewed, with their names, acronyms, type and country.

Names are matched folded (case, accents and apostrophes do not count), acronyms as printed. One acronym may
belong to institutions of several countries (``ANPE``, ``INS``): the country decides, never the order.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from extractors.folding import fold
from extractors.institutions.vocabulary import checked_type, read_rows
from schemas.tables import InstitutionType

Form = Literal["full", "acronym", "variant", "former"]

ACRONYM = re.compile(r"(?:\d?[^\W\d_a-z]\w*[^\W\d_a-z]\w*|G5 Sahel)(?:[-/ ]\w+)*")
"""A name written as an acronym: two capitals at least (``OIT``, ``3FPT``, ``DER/FJ``, ``KfW``, ``UN Women``)."""


@dataclass(frozen=True, slots=True)
class RegistryEntry:
    """A reviewed institution. ``country`` is ISO alpha-3 or None; dates are years or empty."""

    name: str
    acronym: str
    type: InstitutionType
    country: str | None
    aliases: tuple[str, ...]
    former_names: tuple[str, ...]
    valid_from: str
    valid_to: str
    status: str
    source: str

    @property
    def names(self) -> tuple[tuple[str, Form], ...]:
        """Every name it goes by, with its kind."""
        named: list[tuple[str, Form]] = [(self.name, "full")]
        if self.acronym:
            named.append((self.acronym, "acronym"))
        named += [(alias, "acronym" if is_acronym(alias) else "variant") for alias in self.aliases]
        named += [(former, "former") for former in self.former_names]
        return tuple(named)


@dataclass(slots=True)
class Registry:
    """The entries, and the same by folded name."""

    entries: tuple[RegistryEntry, ...]
    by_name: dict[str, list[tuple[RegistryEntry, str, Form]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Index the entries by the folded form of each of their names."""
        for entry in self.entries:
            for name, form in entry.names:
                self.by_name.setdefault(fold(name), []).append((entry, name, form))

    def lookup(self, name: str, country: str | None) -> tuple[RegistryEntry, str, Form] | None:
        """The entry of that name: of ``country``, else of no country, else the only one there is."""
        found = self.by_name.get(fold(name), [])
        for wanted in (country, None):
            fitting = [row for row in found if row[0].country == wanted]
            if fitting:
                return fitting[0]
        return found[0] if len(found) == 1 else None


def is_acronym(name: str) -> bool:
    """Whether a name is written as an acronym or a brand of capitals: ``UNECA``, ``CSI-Afrique``."""
    words = name.split()
    return len(words) <= 2 and ACRONYM.fullmatch(name) is not None and sum(c.isupper() for c in name) >= 2


@lru_cache(maxsize=1)
def packaged_registry() -> Registry:
    """The registry of ``vocabularies/institutions.csv``."""
    return Registry(
        tuple(
            RegistryEntry(
                row["name"],
                row["acronym"],
                checked_type(row["type"]),
                row["country"] or None,
                tuple(filter(None, row["aliases"].split("|"))),
                tuple(filter(None, row["former_names"].split("|"))),
                row["valid_from"],
                row["valid_to"],
                row["status"],
                row["source"],
            )
            for row in read_rows("institutions.csv")
        )
    )
