"""Human corrections, replayed on what extraction found: pure, in the same order every time.

``correct_study`` works on the rows of one study, before anything is joined; ``extractors.resolve`` takes the decisions
on institutions when it joins studies. Both say what became of each decision; nothing of a decision is dropped.
"""

from extractors.corrections.decisions import NONE, Corrections
from extractors.corrections.outcomes import complete
from extractors.corrections.replay import correct_study

__all__ = ["NONE", "Corrections", "complete", "correct_study"]
