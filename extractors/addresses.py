"""Web addresses as keys: which of them are one source, and what may be asked for at all.

Two addresses with one key are the same source. Known forms of the ILO's sites are one: a file
``wcms_746170.pdf`` has one number whatever folder (``---dept``, ``@dept``, ``%40dept``) or mirror it stands in, a page
``WCMS_746170/lang--fr`` one for each language. Everything else is told by its address, without what does not
matter (RFC 3986, section 6): case of the host, default port, fragment, tracking parameters, order of the others.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urljoin, urlsplit, urlunsplit

LONGEST_ADDRESS = 2083
"""Longer addresses are traps (calendars, sessions); the limit of the browsers that had one."""
DEFAULT_PORTS = {"http": 80, "https": 443}
TRACKING = re.compile(
    r"(?:utm_\w+|gclid|dclid|fbclid|msclkid|yclid|mc_[ce]id|_ga|_gl|igshid|phpsessid|jsessionid|sessionid)",
    re.IGNORECASE,
)
SESSION = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)
PATH_SAFE = "@:!$&'()*+,;=~-._"
"""What stands as it is in a segment of a path (RFC 3986, section 3.3)."""
ANY_SAFE = "%/?" + PATH_SAFE + "[]"
WCMS_FILE = re.compile(r"/(wcms_\d{5,7})\.(pdf|docx?|htm)$", re.IGNORECASE)
"""``…/documents/publication/wcms_746170.pdf``."""
WCMS_PAGE = re.compile(r"/(wcms_\d{5,7})(?:/lang--(\w\w))?(?:/index\.htm)?/?$", re.IGNORECASE)
"""``…/skill-up/WCMS_746170/lang--fr/index.htm``."""


class InvalidAddress(ValueError):  # noqa: N818 - named by what it is about
    """An address that is never asked for; its message (French) says why."""


def tidy(address: str) -> str:
    """An address as it is asked for: one line, encoded, without fragment.

    Raises:
        InvalidAddress: for what is not http or https, has no host, holds a password or is too long.
    """
    try:
        parts = urlsplit("".join(c for c in address.strip() if c >= " "))
        port = parts.port
        host = (parts.hostname or "").rstrip(".").encode("idna").decode("ascii")
    except (ValueError, UnicodeError) as error:
        raise InvalidAddress("l'adresse est mal formée") from error
    scheme = parts.scheme.lower()
    if scheme not in DEFAULT_PORTS:
        raise InvalidAddress(f"le protocole « {scheme or 'aucun'} » n'est ni http ni https")
    if not host:
        raise InvalidAddress("l'adresse n'a pas de nom d'hôte")
    if parts.username or parts.password:
        raise InvalidAddress("l'adresse contient un identifiant ou un mot de passe")
    netloc = f"[{host}]" if ":" in host else host
    if port is not None and port != DEFAULT_PORTS[scheme]:
        netloc += f":{port}"
    path = SESSION.sub("", quote(parts.path, safe=ANY_SAFE)) or "/"
    tidied = urlunsplit((scheme, netloc, path, quote(parts.query, safe=ANY_SAFE), ""))
    if len(tidied) > LONGEST_ADDRESS:
        raise InvalidAddress(f"l'adresse a {len(tidied)} caractères, plus que {LONGEST_ADDRESS}")
    return tidied


def join(base: str, reference: str) -> str:
    """The address that a reference on a page or a redirection leads to.

    Raises:
        InvalidAddress: as :func:`tidy`.
    """
    try:
        return tidy(urljoin(base, "".join(c for c in reference.strip() if c >= " ")))
    except ValueError as error:
        if isinstance(error, InvalidAddress):
            raise
        raise InvalidAddress("l'adresse est mal formée") from error


def source_key(address: str) -> str:
    """What names the source behind an address: ``wcms:746170.pdf``, ``wcms:746170/fr``, or the address itself.

    Raises:
        InvalidAddress: as :func:`tidy`.
    """
    parts = urlsplit(tidy(address))
    file = WCMS_FILE.search(parts.path)
    if file:
        return f"wcms:{file.group(1)[5:]}.{file.group(2).lower()}"
    page = WCMS_PAGE.search(parts.path)
    if page:
        return f"wcms:{page.group(1)[5:]}/{(page.group(2) or 'en').lower()}"
    return _canonical(parts)


def _canonical(parts: SplitResult) -> str:
    path = "/".join(quote(unquote(segment), safe=PATH_SAFE) for segment in parts.path.split("/"))
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    query = urlencode(sorted(pair for pair in pairs if not TRACKING.fullmatch(pair[0])))
    return urlunsplit(("https" if parts.port is None else parts.scheme, parts.netloc, path, query, ""))


def host_of(address: str) -> str:
    """The host of a tidy address."""
    return urlsplit(address).hostname or ""


def origin_of(address: str) -> str:
    """The origin of a tidy address: ``https://www.ilo.org``."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def file_name_of(address: str) -> str:
    """The name that an address gives to its file: its last part, decoded, else its host.

    It is data for people, never the name of a file on disk.
    """
    parts = urlsplit(address)
    segments = [unquote(segment) for segment in parts.path.split("/") if segment]
    name = segments[-1] if segments else parts.hostname or ""
    if name.lower() in ("index.htm", "index.html", "index.php", "download") and len(segments) > 1:
        name = "-".join(segments[-3:-1])
    return " ".join("".join(c if c.isprintable() and c not in "/\\" else " " for c in name).split())[:120]
