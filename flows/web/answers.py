"""Whether the body of a success is what was wanted: judged by its bytes, whatever the headers say."""

from __future__ import annotations

from extractors.sniff import ends_as_pdf, is_login_page, leads_to_login, sniff
from flows.web.body import Body
from flows.web.exchange import Reply
from flows.web.outcomes import Expected, Failure, Fetched, Validators, Wanted
from schemas.document import MediaType
from schemas.errors import UnreadableDocument

TYPES: dict[Expected, MediaType] = {"pdf": "application/pdf", "page": "text/html"}
NAMES: dict[MediaType, str] = {"application/pdf": "un PDF", "text/html": "une page web"}


def accept(wanted: Wanted, address: str, reply: Reply) -> Fetched:
    """The body of a reply, as a document.

    Raises:
        Failure: ``empty_answer``, ``wrong_type``, ``login_wall`` or ``truncated``.
    """
    body = reply.body
    if body is None or body.size == 0:
        raise Failure("empty_answer", "le site répond par un document vide")
    found = _media_type(body)
    if found == "text/html" and (is_login_page(body.head) or leads_to_login(wanted.address, address)):
        raise Failure("login_wall", "le site demande une connexion")
    if TYPES.get(wanted.expected, found) != found:
        raise Failure("wrong_type", f"le contenu est {NAMES[found]}, non {NAMES[TYPES[wanted.expected]]}")
    declared = reply.headers.get("content-type", "").partition(";")[0].strip().lower()
    flags = [*reply.flags]
    if found == "application/pdf" and not ends_as_pdf(body.tail):
        if "without_length" in flags and not reply.headers.get("content-encoding"):
            raise Failure("truncated", "le PDF n'a pas de marque de fin et le site n'annonce pas sa longueur")
        flags.append("no_end_mark")
    if declared != found:
        flags.append("type_differs")
    return Fetched(
        wanted=wanted,
        address=address,
        file=body.file,
        sha256=body.sha256,
        size=body.size,
        media_type=found,
        declared_type=declared,
        validators=Validators(reply.headers.get("etag"), reply.headers.get("last-modified")),
        flags=tuple(flags),
    )


def _media_type(body: Body) -> MediaType:
    try:
        return sniff(body.head)
    except UnreadableDocument as error:
        if error.code == "empty_file":
            raise Failure("empty_answer", "le site répond par un document vide") from error
        found = error.message.partition(". ")[0].replace(" : ", ", ")
        raise Failure("wrong_type", found) from error
