"""How often anything is tried that costs a process or fails: one policy, from the smallest part to the largest.

What a document does by itself it would do again, so each part of it (a page for an engine, a passage for the analysis)
gets one try and is then spared; what is done to it from outside is no fault of its own and gets another. All of
that happens within the time of the document (``flows.watch``), whatever the numbers below allow.
"""

from __future__ import annotations

MOST_LOSSES = 3
"""Parts of one document that may cost a process, for each engine and for the analysis. An engine that lost so many
pages is not asked for those after them; an analysis that lost so many passages is left out as a whole."""

MOST_TRIES = 12
"""Times that one run reads a document, whatever each time cost: three losses for each of two engines and the layout,
and as many for the analysis, whose first loss in a batch takes two."""

MOST_STARTS = 3
"""Times that one run gives a document to other workers because all were given up while it waited; no fault of it."""

MOST_FAILURES = 2
"""Runs in which a document may fail as a whole under one version of the program; then it is in quarantine, with its
reason, until somebody asks for it (``--failed``, ``--force``)."""
