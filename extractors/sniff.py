"""What a file is, from its first bytes: names and declared types are not believed."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from schemas.document import MediaType
from schemas.errors import UnreadableDocument

PDF_MARK = b"%PDF-"
PDF_MARK_WITHIN = 1024
"""The mark of a PDF may stand anywhere in the first 1,024 bytes (ISO 32000-1, annex H, note 12)."""
HTML_START = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|\?xml|main|article|div|table|p)\b", re.IGNORECASE
)
HTML_WITHIN = 4096
PDF_END = b"%%EOF"
PASSWORD_FIELD = re.compile(rb"<input\b[^>]{0,500}\btype\s*=\s*[\"']?password\b", re.IGNORECASE)
TAGS = re.compile(rb"<(script|style)\b.{0,100000}?</\1\s*>|<[^>]{0,5000}>", re.IGNORECASE | re.DOTALL)
LONGEST_LOGIN = 120
"""A page with a field for a password and no more words than this is nothing but a login page."""
LOGIN_PATH = re.compile(
    r"/(?:log-?in|sign-?in|connexion|authentification|auth|sso|cas|idp|saml2?|oauth2?|shibboleth)(?:[/.?]|$)",
    re.IGNORECASE,
)
KINDS = (
    (b"PK\x03\x04", "une archive ZIP ou un document Word/Excel"),
    (b"\x1f\x8b", "un fichier compressé gzip"),
    (b"\xd0\xcf\x11\xe0", "un ancien document Word/Excel"),
    (b"{\\rtf", "un document RTF"),
    (b"\x89PNG", "une image PNG"),
    (b"\xff\xd8\xff", "une image JPEG"),
)


def sniff(content: bytes) -> MediaType:
    """The media type found in the bytes.

    Raises:
        UnreadableDocument: ``empty_file`` or ``not_a_document``, saying what was found instead.
    """
    if not content.strip(b"\0\t\n\r "):
        raise UnreadableDocument(
            "empty_file", "Le fichier est vide (0 octet utile) : le télécharger ou l'exporter à nouveau."
        )
    if PDF_MARK in content[:PDF_MARK_WITHIN]:
        return "application/pdf"
    if HTML_START.search(content[:HTML_WITHIN]):
        return "text/html"
    found = next((name for mark, name in KINDS if content.startswith(mark)), "un fichier d'un autre type")
    raise UnreadableDocument(
        "not_a_document",
        f"Ni PDF ni page web : le contenu est {found}. Fournir le PDF d'origine ou la page HTML.",
    )


def ends_as_pdf(tail: bytes) -> bool:
    """Whether the last bytes of a PDF hold its mark of end (ISO 32000-1, 7.5.5)."""
    return PDF_END in tail


def is_login_page(head: bytes) -> bool:
    """Whether a web page asks for a password and has hardly any text besides."""
    return bool(PASSWORD_FIELD.search(head)) and len(TAGS.sub(b" ", head).split()) <= LONGEST_LOGIN


def leads_to_login(asked: str, answered: str) -> bool:
    """Whether a redirection led to an address for logging in, which was not the one asked for."""
    paths = [urlsplit(address).path for address in (asked, answered)]
    return not LOGIN_PATH.search(paths[0]) and bool(LOGIN_PATH.search(paths[1]))
