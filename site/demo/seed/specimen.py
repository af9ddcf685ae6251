"""A one-page PDF marked as a specimen, in the place of a real certificate."""

import typst


def _escape(text: str) -> str:
    return "".join(f"\\u{{{ord(letter):x}}}" if not letter.isalnum() and letter != " " else letter for letter in text)


def document(title: str, name: str) -> bytes:
    source = (
        '#set page(paper: "a5", margin: 2cm)\n#set text(lang: "fr", size: 12pt)\n'
        f"#align(center)[#text(size: 18pt, weight: 600)[{_escape(title)}]]\n#v(1cm)\n"
        f"Délivré à {_escape(name)}.\n#v(1cm)\n"
        "#text(fill: rgb(150, 69, 43))[Spécimen de démonstration, sans valeur.]\n"
    )
    return typst.compile(source.encode())
