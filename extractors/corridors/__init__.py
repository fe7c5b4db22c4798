"""Which countries people move between, with the words that say so; see ``component`` and ``tables``."""

from extractors.corridors.component import CorridorFinder  # registers the spaCy factory

__all__ = ["CorridorFinder"]
