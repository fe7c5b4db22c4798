"""Every place where a country is named, the right country, and its role; see ``component``."""

from extractors.countries.component import CountryRecogniser as CountryRecogniser  # registers the factory
