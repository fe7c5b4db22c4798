"""Joining mentions into institutions, within a document and across documents."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from extractors.context import StudyContext
from extractors.findings import InstitutionFinding
from extractors.folding import fold
from schemas.tables import InstitutionType, NameKind


@dataclass(frozen=True, slots=True)
class Entity:
    """An institution as one document knows it. ``names`` holds the names seen, with their kind."""

    institution_id: str
    name: str
    acronym: str
    type: InstitutionType
    country: str | None
    registry: bool
    names: tuple[tuple[str, NameKind], ...]


def institution_id(name: str, kind: InstitutionType, iso2: str | None) -> str:
    """The stable identifier of an institution: ``inst:ml:employment_service:agence-nationale-emploi``."""
    return f"inst:{(iso2 or 'xx').lower()}:{kind}:{re.sub(' ', '-', fold(name))}"


def join_within_document(findings: Sequence[InstitutionFinding], study: StudyContext) -> list[Entity]:
    """The institution that each finding names, one per finding, in the same order."""
    return [
        Entity(
            institution_id(f.name or f.surface, f.type, f.country),
            f.name or f.surface,
            f.acronym,
            f.type,
            f.country,
            f.registry_id is not None,
            ((f.surface, f.form),),
        )
        for f in findings
    ]
