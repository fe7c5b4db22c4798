"""Every place where a country is named, the right country, and its role; see ``component``."""

from extractors.countries.component import CountryRecogniser  # registers the spaCy factory
from extractors.countries.groupings import grouping_rows, members
from extractors.countries.vocabulary import country_rows, iso2_of

__all__ = ["CountryRecogniser", "country_rows", "grouping_rows", "iso2_of", "members"]
