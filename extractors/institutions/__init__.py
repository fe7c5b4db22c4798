"""Every place where a particular organisation is named: registry, the document's own names, patterns.

``component`` puts the parts together and registers the spaCy factory ``institutions``.
"""

from extractors.institutions.component import InstitutionRecogniser, make_institutions

__all__ = ["InstitutionRecogniser", "make_institutions"]
