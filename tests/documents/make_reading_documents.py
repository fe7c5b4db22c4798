#!/usr/bin/env python3
"""Make the small PDFs that the tests of reading read: one per behaviour, in ``reading/`` beside this file.

    python tests/documents/make_reading_documents.py [NAME ...]

Pages are written in HTML and set by WeasyPrint in DejaVu; pypdf then rotates them or sets viewer preferences.
``control_characters`` and ``lost_ligatures`` are written byte by byte, because no typesetter makes them. The
texts are ours.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from pypdf import PageObject, PdfReader, PdfWriter, Transformation
from pypdf.generic import DictionaryObject, NameObject
from weasyprint import HTML

OUT = Path(__file__).resolve().parent / "reading"

STYLE = """
@page { size: A4; margin: 2.2cm 2cm }
body { font: 10.5pt/1.35 'DejaVu Serif'; text-align: left; hyphens: none }
h1 { font-size: 20pt; margin: 0 0 12pt } h2 { font-size: 15pt; margin: 14pt 0 8pt }
h3 { font-size: 12.5pt; margin: 12pt 0 6pt } p { margin: 0 0 8pt }
table { border-collapse: collapse; margin: 8pt 0 } td, th { padding: 3pt 5pt; vertical-align: top; text-align: left }
.ruled td, .ruled th { border: 0.6pt solid black }
"""

SENTENCES = (
    "Le marché du travail du bassin a connu de fortes variations depuis dix ans.",
    "Les jeunes femmes des zones rurales trouvent plus difficilement un premier emploi salarié.",
    "Les centres de formation reçoivent chaque année davantage de demandes que de places.",
    "Une enquête menée auprès de six cents ménages montre le poids des envois de fonds.",
    "Les employeurs interrogés disent manquer surtout de soudeurs, de plombiers et de mécaniciens.",
    "La reconnaissance des acquis reste peu connue des travailleurs de retour au pays.",
    "Les services publics de l'emploi couvrent les chefs-lieux mais rarement les communes éloignées.",
    "Des accords bilatéraux existent, sans que leur application soit suivie.",
    "La saison sèche conduit une partie des hommes vers les villes de la côte.",
    "Les métiers verts sont cités par un tiers des responsables rencontrés.",
    "Les données administratives ne permettent pas encore de mesurer les départs.",
    "Les organisations d'employeurs souhaitent être associées aux programmes.",
)


def prose(first: int, count: int) -> str:
    """A paragraph of ``count`` sentences from the ``first`` on."""
    return "<p>" + " ".join(SENTENCES[(first + k) % len(SENTENCES)] for k in range(count)) + "</p>"


def typeset(body: str, style: str = "") -> bytes:
    """The PDF of an HTML body."""
    os.environ["SOURCE_DATE_EPOCH"] = "1600000000"
    source = f"<html lang=fr><head><style>{STYLE}{style}</style></head><body>{body}</body></html>"
    content = HTML(string=source).write_pdf(pdf_identifier=b"reading")
    assert isinstance(content, bytes)
    return content


def single_column() -> bytes:
    """A title and four paragraphs."""
    return typeset("<h1>Le marché du travail</h1>" + "".join(prose(3 * k, 3) for k in range(4)))


def in_columns(count: int) -> bytes:
    """A title over the whole width, then numbered paragraphs in columns."""
    paragraphs = "".join(
        f"<p>Repère {k + 1}. {SENTENCES[k]} {SENTENCES[(k + 5) % 12]}</p>" for k in range(4 * count)
    )
    style = f".c {{ columns: {count}; column-gap: 20pt }} body {{ font-size: 9pt }}"
    return typeset(f"<h1>Bulletin des réformes</h1><div class=c>{paragraphs}</div>", style)


def two_columns() -> bytes:
    """Two columns under a title."""
    return in_columns(2)


def three_columns() -> bytes:
    """Three columns under a title."""
    return in_columns(3)


def boxed() -> bytes:
    """A framed text on a tint between two paragraphs, and a side note beside a third."""
    box = (
        "<div class=box><p>Encadré sur les retours. Les personnes de retour au pays demandent "
        "surtout un accès au crédit et une attestation de leurs compétences.</p></div>"
    )
    note = "<div class=note>Note de côté : les chiffres sont provisoires et seront revus.</div>"
    style = """.box { border: 1pt solid black; background: #eee; padding: 8pt; margin: 10pt 0 }
    .note { float: right; width: 110pt; margin-left: 30pt; font-size: 9pt; border: 0.5pt solid; padding: 4pt }"""
    return typeset(prose(0, 3) + box + prose(3, 3) + note + prose(6, 6), style)


def landscape() -> bytes:
    """A page wider than high."""
    return typeset("<h1>Page en paysage</h1>" + prose(0, 5) + prose(5, 5), "@page { size: A4 landscape }")


def rotated() -> bytes:
    """The landscape page drawn sideways on a portrait sheet that is displayed turned by 90 degrees."""
    page = PdfReader(BytesIO(landscape())).pages[0]
    width, height = float(page.mediabox.width), float(page.mediabox.height)
    writer = PdfWriter()
    sheet = PageObject.create_blank_page(width=height, height=width)
    sheet.merge_transformed_page(page, Transformation().rotate(90).translate(tx=height), expand=False)
    sheet.rotate(90)
    writer.add_page(sheet)
    return written(writer)


def side_text() -> bytes:
    """Upright paragraphs and a rotated line in the margin."""
    style = """.side { position: absolute; left: -40pt; top: 300pt; transform: rotate(-90deg);
    transform-origin: left top; font-size: 9pt; white-space: nowrap }"""
    return typeset(
        "<div class=side>Source : enquête auprès des ménages</div>" + prose(0, 4) + prose(4, 4), style
    )


def right_to_left() -> bytes:
    """French text in a file that declares right-to-left reading."""
    writer = PdfWriter(clone_from=BytesIO(two_columns()))
    preferences = DictionaryObject({NameObject("/Direction"): NameObject("/R2L")})
    writer.root_object[NameObject("/ViewerPreferences")] = preferences
    return written(writer)


def written(writer: PdfWriter) -> bytes:
    """The bytes of a pypdf file."""
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def letterhead() -> bytes:
    """A ministry at the left, the republic and its motto at the right, then the text."""
    style = """.l { float: left; width: 45%; text-align: center } .r { float: right; width: 45%; text-align: center }
    .b { clear: both; padding-top: 30pt }"""
    left = (
        "MINISTÈRE DU TRAVAIL<br>-----------<br>SECRÉTARIAT GÉNÉRAL<br>-----------<br>DIRECTION DE L'EMPLOI"
    )
    right = "RÉPUBLIQUE DU BASSIN<br>Paix – Travail – Patrie<br>-----------"
    return typeset(
        f"<div class=l>{left}</div><div class=r>{right}</div><div class=b><h1>Note de synthèse</h1>"
        f"{prose(0, 3)}</div>",
        style,
    )


BULLETS = ("•", "▪", "➢", "✓", "–", "o", "Ÿ", "E", "→", "❖")


def glyph_bullets() -> bytes:
    """A lead-in and one item for each kind of bullet, each over two lines with a hanging indent."""
    items = "".join(
        f"<div class=i><span class=m>{mark}</span>Mesure {k + 1} : {SENTENCES[k].lower()[:-1]} et cela "
        f"demande un suivi régulier par les services ;</div>"
        for k, mark in enumerate(BULLETS)
    )
    style = (
        ".i { margin: 0 0 5pt 36pt; position: relative } .m { position: absolute; left: -18pt; width: 18pt }"
    )
    return typeset(f"{prose(0, 2)}<p>Le ministère devrait :</p>{items}{prose(4, 2)}", style)


def numbered_items() -> bytes:
    """Numbered and lettered items on two pages; one of them goes on over the page break."""
    numbers = "".join(
        f"<div class=i><span class=m>{k + 1}.</span>Action {k + 1} : {SENTENCES[k].lower()}</div>"
        for k in range(6)
    )
    letters = "".join(
        f"<div class=i><span class=m>{mark}</span>Volet {mark[0]} : {SENTENCES[k].lower()}</div>"
        for k, mark in enumerate(("a)", "b)", "c)"))
    )
    long = (
        "<div class=i><span class=m>d)</span>Volet d : mettre en place un dispositif de suivi qui réunit les "
        "services centraux, les<br>organisations d'employeurs et de travailleurs et les</div><div class=brk></div>"
        "<div class=i>collectivités du bassin, avec un budget propre.</div>"
        "<div class=i><span class=m>e)</span>Volet e : publier les résultats.</div>"
    )
    style = """.i { margin: 0 0 5pt 36pt; position: relative } .m { position: absolute; left: -22pt; width: 22pt }
    .brk { break-after: page }"""
    return typeset(f"<p>Il est recommandé de :</p>{numbers}<p>Par ailleurs :</p>{letters}{long}", style)


def headings() -> bytes:
    """Headings of three numbered levels and one without a number."""
    return typeset(
        f"<h1>1. Contexte</h1>{prose(0, 3)}<h2>1.1. Le marché du travail</h2>{prose(3, 3)}"
        f"<h3>1.1.1. Les jeunes</h3>{prose(6, 3)}<h3>1.1.2. Les femmes</h3>{prose(9, 3)}"
        f"<h2>1.2. Les migrations</h2>{prose(1, 3)}<h1>2. Recommandations</h1>{prose(4, 3)}"
        f"<h2>Pour conclure</h2>{prose(7, 2)}"
    )


def notes_and_captions() -> bytes:
    """A figure with its caption, a table caption, and two footnotes called in the text."""
    style = """.n { float: footnote; font-size: 8pt } .n::footnote-marker { content: counter(footnote) ' ' }
    .f { width: 200pt; height: 80pt; background: #9bc } .cap { font-size: 9pt }"""
    note = "Institut national de la statistique, enquête emploi, deuxième rapport."
    other = "Entretien mené dans la capitale au mois de mars."
    return typeset(
        f"{prose(0, 2)}<p>La part des jeunes est élevée<span class=n>{note}</span> dans les villes du pays. "
        f"{SENTENCES[3]} {SENTENCES[4]}</p><div class=f></div><p class=cap>Figure 1 : Part des jeunes dans "
        f"l'emploi</p>{prose(5, 2)}<p class=cap>Tableau 2 : Effectifs par région</p>"
        f"<p>{SENTENCES[8]} Les départs augmentent<span class=n>{other}</span> en saison sèche.</p>",
        style,
    )


def unlabelled_captions() -> bytes:
    """Two labelled captions, a title set like them over a table, its source; a heading over another table."""
    style = ".cap { font-size: 8.5pt; font-style: italic; margin: 2pt 0 }"
    table = table_of(TABLE[:3], "ruled", (150, 150, 150))
    one, two, three = (
        f"<p class=cap>{title}</p>{table}"
        for title in ("Tableau 1 : Mesures en cours", "Tableau 2 : Mesures prévues", "Mesures reportées")
    )
    source = "<p>Source : enquête auprès des ménages du bassin.</p>"
    return typeset(
        f"{one}{prose(0, 1)}{two}{prose(1, 1)}{three}{source}{prose(2, 2)}<h3>Mesures closes</h3>{table}"
        f"<p>Sources : les entretiens menés en ville et les registres tenus par les communes.</p>",
        style,
    )


def running_lines() -> bytes:
    """Five pages with a running header, a running footer and page numbers."""
    style = """@page { @top-left { content: 'Étude du bassin 2020'; font-size: 8pt }
    @bottom-left { content: 'Direction de l’emploi'; font-size: 8pt }
    @bottom-right { content: 'Page ' counter(page) ' sur ' counter(pages); font-size: 8pt } }
    h1 { break-before: page }"""
    return typeset("".join(f"<h1>Partie {k}</h1>{prose(k, 4)}{prose(k + 4, 4)}" for k in range(1, 6)), style)


def contents() -> bytes:
    """A table of contents with dot leaders, then the chapters."""
    entries = (
        ("Résumé", 3), ("1. Contexte", 5), ("1.1. Le marché du travail", 6), ("1.2. Les migrations", 11),
        ("2. Recommandations", 24), ("Bibliographie", 31),
    )  # fmt: skip
    lines = "".join(
        f"<div class=e>{title}<span class=d></span></div>".replace(
            "<span class=d>", f"<span class=d data-n='{page}'>"
        )
        for title, page in entries
    )
    style = ".e { margin: 4pt 0 } .d::after { content: leader('.') attr(data-n) } h1 { break-before: page }"
    return typeset(f"<h1>Table des matières</h1>{lines}<h1>Résumé</h1>{prose(0, 5)}", style)


ACRONYMS = (
    ("AGR", "Activité génératrice de revenus"),
    ("CEDEAO", "Communauté économique des États de l'Afrique de l'Ouest"),
    ("OIT", "Organisation internationale du Travail"),
    ("PME", "Petite et moyenne entreprise"),
    ("VAE", "Validation des acquis de l'expérience"),
    ("ONG", "Organisation non gouvernementale"),
)


def acronyms() -> bytes:
    """A list of acronyms in two columns without rulings, then a chapter."""
    rows = "".join(f"<tr><td class=a>{short}<td>{full}" for short, full in ACRONYMS)
    style = ".a { width: 90pt } h1 { break-before: page }"
    return typeset(
        f"<h1>Sigles et abréviations</h1><table>{rows}</table><h1>Contexte</h1>{prose(0, 5)}", style
    )


TABLE = (
    ("Recommandation", "Responsable", "Échéance"),
    ("Créer un guichet unique pour les travailleurs migrants de retour", "Ministère du Travail", "2022"),
    ("Publier chaque année les statistiques des départs", "Institut de la statistique", "Court terme"),
    ("Réviser l'accord bilatéral de main-d'œuvre", "Ministère des Affaires étrangères", "2025"),
)


def table_of(rows: tuple[tuple[str, ...], ...], kind: str, widths: tuple[int, ...]) -> str:
    """An HTML table."""
    made = "".join(
        "<tr>" + "".join(f"<td style='width:{w}pt'>{cell}" for cell, w in zip(row, widths, strict=True))
        for row in rows
    )
    return f"<table class='{kind}'>{made}</table>"


def ruled_table() -> bytes:
    """A ruled table of recommendations with wrapped cells, between two paragraphs."""
    return typeset(prose(0, 3) + table_of(TABLE, "ruled", (150, 100, 70)) + prose(3, 3))


FIGURES = (
    ("Région", "Hommes", "Femmes", "Ensemble"),
    ("Nord", "12 450", "11 980", "24 430"),
    ("Centre", "30 112", "31 007", "61 119"),
    ("Sud", "8 904", "9 216", "18 120"),
    ("Littoral", "21 300", "20 875", "42 175"),
)


def unruled_table() -> bytes:
    """A table of figures without rulings, between two paragraphs."""
    return typeset(prose(0, 3) + table_of(FIGURES, "open", (110, 90, 90, 90)) + prose(3, 3))


def table_over_pages() -> bytes:
    """A ruled table whose header row is repeated on the second page."""
    head = "".join(f"<th>{cell}" for cell in TABLE[0])
    rows = "".join(
        f"<tr><td style='width:200pt'>Mesure {k} : {SENTENCES[k % 12]}<td style='width:120pt'>Service {k}"
        f"<td>{2020 + k % 9}"
        for k in range(1, 31)
    )
    return typeset(f"<table class=ruled><thead><tr>{head}</thead>{rows}</table>")


def rowed_table() -> bytes:
    """A table with a rule under each row and none between its columns, below its caption of two lines."""
    style = """.rows td { border-bottom: 0.6pt solid black; padding: 3pt 12pt }
    .cap { font-size: 9pt; font-weight: bold; margin: 0 }"""
    caption = "<p class=cap>Tableau 08 :</p><p class=cap>Mesures proposées par les ministères</p>"
    return typeset(f"{prose(0, 2)}{caption}{table_of(TABLE, 'rows', (150, 150, 150))}{prose(2, 2)}", style)


def stepped_table() -> bytes:
    """A table without upright rules; those between the measures of one field stop short of the first column."""
    style = """.steps td { padding: 3pt 8pt; border-bottom: 0.6pt solid black }
    .steps { border-top: 0.6pt solid black }"""
    fields = (("Emploi", (1, 2, 3)), ("Formation", (4, 5)), ("Retour", (6, 7)))
    rows = "<tr><td>Domaine<td>Mesure<td>Responsable"
    for field, measures in fields:
        for k in measures:
            first = f"<td rowspan={len(measures)} style='width: 70pt'>{field}" if k == measures[0] else ""
            rows += f"<tr>{first}<td style='width: 220pt'>{SENTENCES[k]}<td style='width: 110pt'>Service {k}"
    return typeset(f"{prose(0, 2)}<table class=steps>{rows}</table>{prose(2, 2)}", style)


def underlined_lines() -> bytes:
    """Paragraphs with rules under their lines, some of them short: no table."""
    style = "u { text-decoration: none; border-bottom: 0.6pt solid black } p { text-align: justify }"
    return typeset("".join(f"<p><u>{' '.join(SENTENCES[k : k + 2])}</u></p>" for k in range(5)), style)


def gridded_articles() -> bytes:
    """Articles in two columns, framed, with an upright rule between the columns."""
    style = (
        ".a { columns: 2; column-rule: 0.8pt solid; border: 0.8pt solid; padding: 0 6pt; column-gap: 16pt }"
    )
    return typeset("".join(f"<div class=a>{prose(k, 2)}</div>" for k in range(5)), style)


def ruled_articles() -> bytes:
    """Articles in two columns with a rule below each."""
    articles = "".join(
        f"<div style='columns: 2; border-bottom: 1pt solid; padding: 6pt'>{prose(k, 2)}</div>"
        for k in range(5)
    )
    return typeset(articles)


def short_columns() -> bytes:
    """Acronyms in two columns of lines, and the title of the next part right below the left one."""
    pairs = (
        ("ANPE", "Agence nationale pour l'emploi"), ("BIT", "Bureau international du travail"),
        ("CEDEAO", "Communauté économique des États de l'Afrique de l'Ouest"),
        ("OIM", "Organisation internationale pour les migrations"), ("ONG", "Organisation non gouvernementale"),
        ("PME", "Petites et moyennes entreprises"),
    )  # fmt: skip
    lines = "".join(f"<p>{acronym} : {name}</p>" for acronym, name in pairs)
    return typeset(
        f"<h2>Sigles et abréviations</h2><div style='columns: 2'>{lines}</div><h2>Introduction</h2>{prose(0, 3)}"
    )


def plain_contents() -> bytes:
    """A table of contents whose page numbers stand at the right without leaders."""
    entries = (
        ("Avant-propos", "ii"), ("Sigles", "iv"), ("Mot du président", 3), ("1. Contexte", 5),
        ("1.1. Le marché du travail", 6), ("1.2. Les migrations", 11), ("2. Recommandations", 24),
        ("Bibliographie", 31),
    )  # fmt: skip
    lines = "".join(f"<div class=e><span class=n>{page}</span>{title}</div>" for title, page in entries)
    style = ".e { margin: 7pt 0 } .n { float: right } h1 { break-before: page }"
    return typeset(f"<h1>Sommaire</h1>{lines}<h1>Contexte</h1>{prose(0, 5)}{prose(5, 5)}", style)


def small_table() -> bytes:
    """Text, then a ruled table in small type and its caption, at the foot of the page."""
    style = "table { font-size: 7.5pt } .cap { font-size: 8pt } .gap { height: 330pt }"
    return typeset(
        prose(0, 4) + prose(4, 4) + "<div class=gap></div>" + table_of(FIGURES, "ruled", (110, 90, 90, 90))
        + "<p class=cap>Figure 3 : Effectifs de l'enquête par région</p>", style,
    )  # fmt: skip


def close_notes() -> bytes:
    """Three footnotes set one right under the other."""
    style = """.n { float: footnote; font-size: 8pt; line-height: 1.2 }
    .n::footnote-marker { content: counter(footnote) ' ' } @page { @footnote { border-top: 0.5pt solid } }"""
    calls = ("Première", "Deuxième", "Troisième")
    text = " ".join(
        f"{SENTENCES[3 * k]} {SENTENCES[3 * k + 1][:-1]}<span class=n>{call} note du bas de page.</span>."
        for k, call in enumerate(calls)
    )
    return typeset(f"<p>{text}</p>{prose(5, 4)}", style)


NOTES = """.foot { position: absolute; bottom: 0; font-size: 8pt; line-height: 1.25 } .foot p { margin: 0 }
sup { font-size: 6pt } .page { position: relative; height: 24cm; break-after: page }"""


def foot(*notes: str) -> str:
    """Notes at the foot of a page, each after its raised mark."""
    return (
        "<div class=foot>"
        + "".join(f"<p><sup>{k}</sup> {text}</p>" for k, text in map(split_mark, notes))
        + "</div>"
    )


def split_mark(note: str) -> tuple[str, str]:
    """The mark of a note and its text."""
    mark, _, text = note.partition(" ")
    return mark, text


def called_notes() -> bytes:
    """Notes called before punctuation, after a year, in a list, a table and brackets; one goes on overleaf."""
    first = (
        "<h2>Les départs<sup>1</sup></h2><p>Les départs augmentent depuis 2018<sup>2</sup>, disent les « passeurs "
        "<sup>3</sup>». Le bassin couvre 12 km<sup>2</sup> et compte 10<sup>3</sup> villages<sup>4</sup>. Les accords"
        "<sup>5,6</sup> sont rares.</p><p>Il faut :</p><ul><li>créer un guichet<sup>7</sup> ;</li><li>publier les "
        "chiffres.</li></ul><table class=ruled><tr><td>Mesure</td><td>Coût</td></tr><tr><td>Guichet</td>"
        "<td>43,7<sup>8</sup></td></tr></table><p>La diaspora* envoie des fonds, selon une étude [9].</p>"
    )
    second = "<p>Une note longue suit ce mot<sup>10</sup>.</p>"
    third = f"{prose(2, 2)}<p>Une autre<sup>11</sup> vient ensuite.</p>"
    notes = [f"{k} Note numéro {k}." for k in range(1, 10)]
    return typeset(
        f"<div class=page>{first}{foot(*notes, '* Les nationaux établis hors du pays.')}</div>"
        f"<div class=page>{second}{foot('10 Début de la note, qui se poursuit')}</div>"
        f"<div class=page>{third}<div class=foot><p>sur la page suivante.</p>"
        "<p><sup>11</sup> Dernière note.</p></div></div>",
        NOTES,
    )


def endnotes() -> bytes:
    """Two chapters, each with its notes below a heading, numbered anew: raised, then with points on two lines."""
    chapters = ""
    for chapter, mark in enumerate(("<sup>{}</sup> ", "{}. ")):
        text = "".join(f"<p>{SENTENCES[4 * chapter + k][:-1]}<sup>{k}</sup>.</p>" for k in (1, 2, 3))
        notes = "".join(
            f"<p>{mark.format(k)}{SENTENCES[8 - k]} {SENTENCES[chapter + k]}</p>" for k in (1, 2, 3)
        )
        chapters += f"<h1>Chapitre {chapter + 1}</h1>{text}{prose(0, 8)}<h2>Notes</h2>{notes}"
    return typeset(f"{chapters}<h1>Conclusion</h1>{prose(5, 2)}", f"{NOTES} h1, h2 {{ break-before: page }}")


def numbered_references() -> bytes:
    """References called in brackets, more than once; then a numbered list of sources that nothing calls."""
    text = f"<p>{SENTENCES[0][:-1]} [1]. {SENTENCES[1][:-1]} [2] et ailleurs [1].</p><p>{SENTENCES[2][:-1]}[3].</p>"
    called = "".join(f"<p>[{k}] Auteur {k}, Étude du bassin.</p>" for k in (1, 2, 3))
    uncalled = "".join(f"<p>{k}. Registre numéro {k}.</p>" for k in (1, 2, 3))
    return typeset(f"<h2>Contexte</h2>{text}<h2>Références</h2>{called}<h2>Sources</h2>{uncalled}")


def column_notes() -> bytes:
    """Two columns, each with a note at its foot."""
    columns = ""
    for k in range(2):
        text = f"<p>Repère {k + 1}. {SENTENCES[k][:-1]}<sup>{k + 1}</sup>.</p>{prose(k + 2, 5)}"
        columns += f"<div class=page style='position: absolute; left: {9 * k}cm; width: 7.6cm'>{text}"
        columns += f"{foot(f'{k + 1} Note de la colonne {k + 1}.')}</div>"
    return typeset(f"<div style='position: relative'>{columns}</div>", NOTES)


def chart_figures() -> bytes:
    """Text, and below it the small figures of a chart: they begin with numbers and are no notes."""
    figures = "".join(
        f"<p style='position: absolute; left: {3 * k}cm; top: {18 + k}cm; font-size: 7pt'>{text}</p>"
        for k, text in enumerate(("40 31,6 30", "20", "1 432 086 tonnes", "35,6 % en 2017", "0 Urbain"))
    )
    return typeset(f"{prose(0, 5)}{prose(5, 5)}{figures}")


def italic_note() -> bytes:
    """A note of two lines numbered ``1.`` and called in the text, below the last lines of the page."""
    style = """.n { position: absolute; top: 640pt; font: italic 8pt/1.2 'DejaVu Serif'; text-indent: 6pt }
    sup { font-size: 6pt }"""
    note = "1. Rapport de la direction de la prévision, intitulé<br>Situation du marché du travail et perspectives."
    text = f"<p>{SENTENCES[0][:-1]}<sup>1</sup>. {SENTENCES[1]}</p>{prose(2, 4)}"
    return typeset(f"{text}<div class=n>{note}</div>", style)


def drop_cap() -> bytes:
    """A paragraph that begins with an initial three lines high."""
    text = " ".join(SENTENCES[:5])
    style = ".i { float: left; font-size: 42pt; line-height: 0.9; margin-right: 3pt; color: #b00 }"
    return typeset(f"<p><span class=i>{text[0]}</span>{text[1:]}</p>{prose(5, 4)}", style)


def standing_cap() -> bytes:
    """An initial that stands on its line, one that hangs from it, an elided one, and one less large: no white after."""
    style = """.i { font-size: 30pt; line-height: 0 } .k { font-size: 16pt; line-height: 0 }
    .j { float: left; font-size: 42pt; line-height: 0.9 } p { margin-bottom: 20pt; text-align: justify }"""
    return typeset(
        f"<p>{' '.join(SENTENCES[5:8])}</p>"
        f"<p><span class=i>L</span>{SENTENCES[0][1:]} {SENTENCES[1]} {SENTENCES[2]}</p>"
        f"<p><span class=j>D</span>{SENTENCES[7][1:]} {' '.join(SENTENCES[8:12])}</p>"
        f"<p><span class=i>L'</span>emploi des jeunes augmente. {SENTENCES[3]}</p>"
        f"<p><span class=k>L</span>{SENTENCES[1][1:]} {SENTENCES[2]}</p>{prose(3, 3)}",
        style,
    )


def tall_numbers() -> bytes:
    """Two measures of two lines, each beside a number as tall as both."""
    measures = "".join(
        f"<div style='position: relative; height: 2.2cm'><div style='position: absolute; font-size: 32pt; top: -6pt'>"
        f"{k}</div><p style='position: absolute; left: 2.4cm; width: 11cm; font-weight: bold'>{SENTENCES[k][:-1]}<br>"
        f"{SENTENCES[k + 4][:-1]}</p></div>"
        for k in (1, 2)
    )
    return typeset(f"{measures}{prose(0, 4)}")


def wrapped_box() -> bytes:
    """Two columns whose text runs narrower round a tinted box that stands in the middle of them."""
    style = """body { font-size: 9pt } .c { position: absolute; top: 0; width: 230pt } .l { left: 0 } .r { right: 0 }
    .hl { float: right; width: 75pt; height: 130pt } .hr { float: left; width: 75pt; height: 130pt }
    .box { position: absolute; top: 170pt; left: 175pt; width: 120pt; background: #acd; padding: 6pt; height: 100pt }
    .up { height: 160pt }"""
    upper = [f"<p>Repère {k}. {' '.join(SENTENCES[k : k + 3])}</p>" for k in (1, 2, 5, 6)]
    lower = [f"<p>Repère {k}. {SENTENCES[k]} {SENTENCES[k - 2]}</p>" for k in (3, 4, 7, 8)]
    columns = "".join(
        f"<div class='c {side}'><div class=up>{''.join(upper[a : a + 2])}</div><div class=h{side}></div>"
        f"{''.join(lower[a : a + 2])}</div>"
        for side, a in (("l", 0), ("r", 2))
    )
    box = "<div class=box>Le financement acquis provient de deux sources et des partenaires du plan.</div>"
    return typeset(f"<div style='position: relative; height: 500pt'>{columns}{box}</div>", style)


def near_box() -> bytes:
    """A column whose lines run narrower beside a framed box that they nearly touch, and below it."""
    style = ".box { float: right; width: 150pt; margin-left: 2pt; border: 0.6pt solid; padding: 3pt }"
    words = f"Encadré. {SENTENCES[9]} {SENTENCES[7]}"
    return typeset(f"{prose(0, 1)}<div class=box>{words}</div><p>{' '.join(SENTENCES[1:7])}</p>", style)


def tinted_table() -> bytes:
    """A table without lines: each cell is a tint, with white between."""
    style = "table { border-collapse: separate; border-spacing: 2pt } td { background: #cdb }"
    return typeset(prose(0, 3) + table_of(TABLE, "tints", (150, 100, 70)) + prose(3, 3), style)


def tinted_cells() -> bytes:
    """A table of tinted cells with wide channels between them; each line of a cell has a tint of its own on it."""
    style = """table { border-collapse: separate; border-spacing: 15pt 6pt } td { background: #0af }
    td span { background: #0af }"""
    widths = (150, 90, 60)
    cells = [
        [f"<td style='width: {w}pt'><span>{text}</span>" for text, w in zip(row, widths, strict=True)]
        for row in TABLE
    ]
    rows = "".join(f"<tr>{''.join(row)}" for row in cells)
    return typeset(prose(0, 3) + f"<table>{rows}</table>" + prose(3, 3), style)


def ruled_acronyms() -> bytes:
    """A list of acronyms in a ruled table of two columns."""
    rows = "".join(f"<tr><td>{short}</td><td>{name}</td></tr>" for short, name in ACRONYMS)
    return typeset(f"<h1>Sigles</h1><table class=ruled>{rows}</table>")


def large_footer() -> bytes:
    """Four pages with the name of the bulletin and the page number in large type at the foot."""
    style = """@page { @bottom-right { content: 'BULLETIN BOS'; font-size: 15pt }
    @bottom-left { content: counter(page); font-size: 18pt } } h1 { break-before: page }"""
    titles = ("Emploi", "Formation", "Migrations", "Conclusion")
    return typeset("".join(f"<h1>{title}</h1>{prose(k, 4)}" for k, title in enumerate(titles)), style)


def spaced_title() -> bytes:
    """A letter-spaced title, and a line printed twice a third of a point apart (fake bold)."""
    style = """h1 { letter-spacing: 7pt } .w { position: relative; height: 16pt }
    .w span { position: absolute; left: 0 } .w span + span { left: 0.3pt }"""
    twice = "<div class=w><span>Le texte en faux gras</span><span>Le texte en faux gras</span></div>"
    return typeset(f"<h1>RECOMMANDATIONS</h1>{twice}<br>{prose(0, 4)}{prose(4, 4)}", style)


def line_end_hyphens() -> bytes:
    """Words cut at line ends, and words whose hyphen is their own."""
    return typeset(
        "<p>Le programme concerne surtout la forma-<br>tion professionnelle et le développe-<br>ment des "
        "compétences au niveau sous-<br>régional, avec un appui de la Guinée-<br>Bissau et des pays de "
        "l'inter-<br>saison. Les procès-<br>verbaux sont transmis aux socio-<br>professionnels du secteur.</p>"
    )


def characters() -> bytes:
    """Ligatures, spaces, apostrophes, quotes, hyphens and invisible characters of many kinds."""
    return typeset(
        "<p>La ﬁnalité de l’étude est d'éclairer l\u02bcaﬀectation des ﬂux d´aide.</p>"
        "<p>Un\u00a0total de 12\u202f500\u2009personnes, soit 45\u00a0% : «\u00a0beaucoup\u00a0».</p>"
        "<p>Le co\u0302te\u0301 nord, la main\u2011d'œuvre et l\u2019es\u200bpace, cœur, Œuvre.</p>"
    )


def lost_ligatures() -> bytes:
    """Cork codes without a Unicode map: ``fi``, ``ff``, ``fl``, ``œ`` as a LaTeX font leaves them."""
    return raw_pdf(
        [
            b"La modi\x1ccation des e\x1bets et des \x1dux de main-d'\xf7uvre quali\x1c\xe9e demande du temps.",
            b"Le plan a \xe9t\xe9 con\xe7u pour les jeunes des villes et des campagnes du bassin.",
            b"Les services de l'emploi suivent les personnes de retour pendant une ann\xe9e.",
        ],
        identity=True,
    )


def control_characters() -> bytes:
    """Control characters of no known encoding among ordinary words."""
    return raw_pdf([b"Les don\x01n\xe9es \x03du minist\xe8re\x05 sont \x7fpubli\xe9es."], identity=True)


def raw_pdf(lines: list[bytes], *, identity: bool) -> bytes:
    """A one-page PDF whose codes mean the character of the same number (Latin-1), if ``identity``."""
    shown = b"\n".join(
        b"(%s) Tj T*" % line.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
        for line in lines
    )
    drawn = b"BT /F1 11 Tf 16 TL 72 770 Td\n" + shown + b"\nET"
    cmap = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def\n"
        b"1 begincodespacerange <00> <FF> endcodespacerange\n1 beginbfrange <00> <FF> <0000> endbfrange\n"
        b"endcmap end end"
    )
    unicode = b" /ToUnicode 5 0 R" if identity else b""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 6 0 R "
        b"/Resources << /Font << /F1 4 0 R >> >> >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /FirstChar 0 /LastChar 255 /Widths ["
        + b"500 " * 256
        + b"] /Encoding /WinAnsiEncoding"
        + unicode
        + b" >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(cmap), cmap),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
    ]
    content = b"%PDF-1.7\n"
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    end = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(content))
    return content + b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table) + end


MAKERS: tuple[Callable[[], bytes], ...] = (
    rowed_table, stepped_table, underlined_lines, gridded_articles, ruled_articles, short_columns,
    single_column, two_columns, three_columns, boxed, landscape, rotated, side_text, right_to_left, letterhead,
    glyph_bullets, numbered_items, headings, notes_and_captions, unlabelled_captions, running_lines, contents, acronyms,
    ruled_table, unruled_table, table_over_pages, plain_contents, small_table, close_notes, called_notes,
    endnotes, numbered_references, column_notes, chart_figures, italic_note, drop_cap, standing_cap,
    tall_numbers, wrapped_box, near_box, tinted_table, tinted_cells, ruled_acronyms, large_footer, spaced_title,
    line_end_hyphens, characters, lost_ligatures, control_characters,
)  # fmt: skip


def main(names: list[str]) -> None:
    """Write the named documents, or all of them."""
    OUT.mkdir(exist_ok=True)
    for maker in MAKERS:
        if not names or maker.__name__ in names:
            (OUT / f"{maker.__name__}.pdf").write_bytes(maker())


if __name__ == "__main__":
    main(sys.argv[1:])
