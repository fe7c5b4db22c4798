"""The spaCy component ``recommendations``: every unit that tells somebody what should be done.

A passage is read in four steps, one module each. ``setting`` says what the headings, the lead-in and the
table column announce: recommendations, aims, a law. ``units`` cuts the passage into the smallest things that
can be one recommendation. ``cues`` finds the wordings that prescribe (*il convient de*, *devrait*), and
``grammar`` refuses those that predict, note or state a legal duty. ``component`` decides, and ``addressees``,
``horizon`` say by whom and by when. Every word list is a reviewed CSV in ``extractors/vocabularies``.
"""

from __future__ import annotations

from extractors.recommendations.component import RecommendationRecogniser, make_recommendations

__all__ = ["RecommendationRecogniser", "make_recommendations"]
