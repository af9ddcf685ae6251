"""An empty mandatory field says what is expected there, in every form."""

import pytest
from allauth.account.forms import LoginForm
from django import forms
from django.utils.translation import gettext_lazy

from booking.forms.contact import ContactFields
from booking.forms.fields import EurosField


class Everything(forms.Form):
    title = forms.CharField(label="Titre")
    unnamed = forms.CharField()
    street = forms.CharField(error_messages={"required": gettext_lazy("Tick this box to book.")})
    address = forms.EmailField()
    day = forms.DateField()
    hour = forms.TimeField()
    agreed = forms.BooleanField()
    document = forms.FileField()
    one = forms.ChoiceField(choices=[("a", "A")])
    some = forms.MultipleChoiceField(choices=[("a", "A")])
    price = EurosField()
    seats = forms.IntegerField()
    note = forms.CharField(required=False)


def said(form: forms.BaseForm) -> dict[str, str]:
    return {name: errors[0] for name, errors in form.errors.items()}


def test_each_kind_of_field_says_what_to_do():
    assert said(Everything({})) == {
        "title": "Complétez «\u00a0Titre\u00a0».",
        "unnamed": "Complétez «\u00a0Unnamed\u00a0».",
        "street": "Cochez cette case pour réserver.",
        "address": "Indiquez une adresse e-mail, par exemple camille@exemple.fr.",
        "day": "Choisissez une date.",
        "hour": "Écrivez une heure, par exemple 14:00.",
        "agreed": "Cochez cette case pour continuer.",
        "document": "Choisissez un fichier.",
        "one": "Faites un choix.",
        "some": "Faites au moins un choix.",
        "price": "Indiquez un montant en euros, par exemple 60 ou 47,50.",
        "seats": "Indiquez un nombre.",
    }


def test_what_one_says_about_oneself_is_asked_so():
    class Contact(ContactFields):
        email_is_for = phone_is_for = ""

    assert said(Contact({})) == {
        "first_name": "Indiquez votre prénom.",
        "last_name": "Indiquez votre nom.",
        "email": "Indiquez votre adresse e-mail, par exemple camille@exemple.fr.",
    }


@pytest.mark.django_db
def test_forms_of_others_say_it_too():
    assert said(LoginForm({})) == {
        "login": "Indiquez votre adresse e-mail, par exemple camille@exemple.fr.",
        "password": "Indiquez votre mot de passe.",
    }


def test_the_words_of_one_form_are_not_those_of_another():
    assert Everything({}).errors
    assert Everything.base_fields["title"].error_messages["required"] is forms.Field.default_error_messages["required"]
