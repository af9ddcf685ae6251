"""Which establishments belong in the directory: codes of the French nomenclature of activities (NAF rev. 2) and FINESS categories.

Labels are those that INSEE and the ministry publish; they are shown on the page of an imported structure.
"""

ACTIVITIES = {
    "8551Z": "Enseignement de disciplines sportives et d’activités de loisirs",
    "8690E": "Activités des professionnels de la rééducation, de l’appareillage et des pédicures-podologues",
    "8690F": "Activités de santé humaine non classées ailleurs",
    "9313Z": "Activités des centres de culture physique",
    "9604Z": "Entretien corporel",
    "9609Z": "Autres services personnels n.c.a.",
}
CATEGORIES = {
    "124": "Centre de santé",
    "126": "Établissement thermal",
    "156": "Centre médico-psychologique (CMP)",
    "189": "Centre médico-psycho-pédagogique (CMPP)",
    "190": "Centre d’action médico-sociale précoce (CAMSP)",
    "197": "Centre de soins, d’accompagnement et de prévention en addictologie (CSAPA)",
    "603": "Maison de santé",
}
