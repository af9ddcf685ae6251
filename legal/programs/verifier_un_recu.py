#!/usr/bin/env python3
"""Vérifie un reçu d'acceptation, sans rien demander au site qui l'a remis. Python 3.9 ou plus récent, aucune bibliothèque.

    python3 verifier_un_recu.py acceptation-12.json [--texte texte.txt] [--ancres ancres.json]

1. L'engagement du reçu est bien l'empreinte de ce qui a été accepté : personne, texte de la case, page, date, adresse IP.
2. Le maillon est bien l'empreinte de cet engagement, de son numéro, de sa date et du maillon précédent.
3. --texte : le fichier enregistré depuis « …/versions/N/texte/ » a bien l'empreinte acceptée.
4. Le chemin du reçu mène bien à la racine de l'ancre du jour ; --ancres : cette ancre est bien celle qui a été publiée
   (fichier enregistré depuis « /documents/registre/ancres.json », le jour même ou plus tard).
"""

import argparse
import hashlib
import json
import sys


def sha256(text):
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def climb(leaf, path):
    for side, brother in path:
        leaf = sha256(brother + "\n" + leaf) if side == "left" else sha256(leaf + "\n" + brother)
    return leaf


def stated(anchor):
    fields = ("day", "made_at", "first", "last", "head", "root", "texts", "previous_hash")
    others = [anchor["others"]] if anchor.get("others") else []  # les autres chaînes du jour, s'il y en a
    return "\n".join(["anchor/2" if others else "anchor/1", *(str(anchor[field]) for field in fields), *others])


def check(receipt, text=None, anchors=None):
    """Liste de (ce qui est vérifié, vrai ou faux)."""
    committed = json.loads(receipt["committed"])
    link = [receipt["previous_hash"], str(receipt["sequence"]), receipt["recorded_at"], receipt["commitment"]]
    found = [
        ("l'engagement", sha256(receipt["salt"] + "\n" + receipt["committed"]) == receipt["commitment"]),
        ("le maillon de la chaîne", sha256("\n".join(link + receipt["facts"])) == receipt["hash"]),
        ("la version acceptée", committed["version"] == receipt["content_hash"]),
        ("la réponse", receipt["facts"][1] == ("refused" if committed["refused"] else "accepted")),
        ("la date", committed["recorded_at"] == receipt["recorded_at"]),
    ]
    if text is not None:
        found.append(("le texte", hashlib.sha256(text).hexdigest() == receipt["content_hash"]))
    proof = receipt.get("proof")
    if proof:
        anchor = proof["anchor"]
        found.append(("le chemin jusqu'à l'ancre", climb(receipt["hash"], proof["path"]) == anchor["root"]))
        found.append(("l'ancre", sha256(stated(anchor)) == anchor["hash"]))
    if anchors is not None:
        found.append(("l'ancre publiée", bool(proof) and proof["anchor"] in anchors["anchors"]))
    return found


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Vérifie un reçu d'acceptation.")
    parser.add_argument("receipt", metavar="recu.json")
    parser.add_argument("--texte", metavar="texte.txt", help="le texte canonique de la version, tel que téléchargé")
    parser.add_argument("--ancres", metavar="ancres.json", help="les ancres publiées, telles que téléchargées")
    given = parser.parse_args(arguments)
    try:
        with open(given.receipt, encoding="utf-8") as file:
            receipt = json.load(file)
        text = anchors = None
        if given.texte:
            with open(given.texte, "rb") as file:
                text = file.read()
        if given.ancres:
            with open(given.ancres, encoding="utf-8") as file:
                anchors = json.load(file)
        found = check(receipt, text, anchors)
    except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
        sys.stderr.write(f"Ce fichier n'est pas un reçu lisible : {error!r}\n")
        return 2
    lines = [("tient       : " if holds else "NE TIENT PAS : ") + name for name, holds in found]
    if not receipt.get("proof"):
        lines.append("à savoir    : reçu téléchargé avant l'ancre de son jour ; téléchargez-le à nouveau le lendemain.")
    sys.stdout.write("\n".join(lines) + "\n")
    return 0 if all(holds for _name, holds in found) else 1


if __name__ == "__main__":
    sys.exit(main())
