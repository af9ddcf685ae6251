"""What is kept of a contract ended for a breach once its file is erased: keyed hashes, which name nobody (D9)."""

from django.db import models

from practitioners.models.contract_end import ContractEnd


class EndedMark(models.Model):
    """`digest`: of a SIREN or of an e-mail address (`practitioners.ended_marks`), in hexadecimal."""

    digest = models.CharField(max_length=64, unique=True)
    ground = models.CharField(max_length=14, choices=ContractEnd.Ground.choices)
    ended_on = models.DateField(db_index=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(digest__regex=r"^[0-9a-f]{64}$"), name="an_ended_mark_is_a_digest"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ground} {self.ended_on}"
