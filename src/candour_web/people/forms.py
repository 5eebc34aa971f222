"""The forms of signing in, in Candour's words (allauth's own with our labels, and nothing written inside a field), and those of accounts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as CodeAgainForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.utils.text import slugify

from candour_web.people.rules import NEEDS_TWO_PEOPLE, Role
from candour_web.people.signing_in import why_not_with


class _InOurWords:
    """Gives fields their labels, and takes away placeholders, which vanish when somebody types, and hints that the page gives itself."""

    words: ClassVar[dict[str, str]] = {}
    fields: dict[str, Any]

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.help_text = ""
            field.label = self.words.get(name, field.label)


class SignInForm(_InOurWords, LoginForm):  # type: ignore[misc]  # allauth has no types
    """A name and a password."""

    words: ClassVar = {"login": "The name that you sign in with", "password": "Password"}

    def clean(self) -> dict[str, Any]:
        """Refuse a password for one use that has ended."""
        cleaned: dict[str, Any] = super().clean()
        if self.user and (why := why_not_with(self.user, datetime.now(UTC))):
            raise forms.ValidationError(why)
        return cleaned


class AgainForm(_InOurWords, ReauthenticateForm):  # type: ignore[misc]  # allauth has no types
    """The password, once more."""

    words: ClassVar = {"password": "Password"}


class PasswordForm(_InOurWords, ChangePasswordForm):  # type: ignore[misc]  # allauth has no types
    """The present password and a new one, twice."""

    words: ClassVar = {"oldpassword": "Present password", "password1": "New password", "password2": "New password, once more"}

    def clean_password1(self) -> str:
        """Refuse the present password: somebody else may know it."""
        word = str(self.cleaned_data["password1"])
        if self.user.check_password(word):
            raise forms.ValidationError("That is your present password. Choose another.")
        return word


class CodeForm(_InOurWords, AuthenticateForm):  # type: ignore[misc]  # allauth has no types
    """A code from the app, or one of those that were kept for the day without it."""

    words: ClassVar = {"code": "Code"}


class CodeOnceMoreForm(_InOurWords, CodeAgainForm):  # type: ignore[misc]  # allauth has no types
    """A code, once more."""

    words: ClassVar = {"code": "Code"}


class AppForm(_InOurWords, ActivateTOTPForm):  # type: ignore[misc]  # allauth has no types
    """The first code of an app that is being set up."""

    words: ClassVar = {"code": "Code that the app shows"}


def day_input() -> forms.DateInput:
    """A field for a day, which a browser shows as its own calendar: it takes its value as year, month and day, whatever the language."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class PersonForm(forms.Form):
    """Somebody who shall have an account."""

    name = forms.CharField(
        label="Name",
        max_length=120,
        help_text="As colleagues know them, such as Ines Marsh.",
        error_messages={"required": "Give the name."},
    )
    sign_in_name = forms.RegexField(
        r"^[A-Za-z0-9][A-Za-z0-9.@_-]*$",
        label="The name that they sign in with",
        max_length=80,
        help_text="Letters, figures, dots and dashes, such as dc.marsh.",
        error_messages={
            "required": "Give the name that they sign in with.",
            "invalid": "Use letters, figures, dots, dashes, underscores and @ only, and begin with a letter or figure.",
        },
    )
    force = forms.ChoiceField(label="Force", required=False)

    def __init__(self, *arguments: Any, force_choices: list[tuple[str, str]], **named: Any) -> None:
        super().__init__(*arguments, **named)
        choose(self.fields["force"], [("", "None"), *force_choices])


class RoleForm(forms.Form):
    """A role for somebody. What goes together is for the rules to say."""

    role = forms.ChoiceField(
        label="Role",
        choices=[
            (role.value, f"{role.words}{' (a second administrator approves it)' if role in NEEDS_TWO_PEOPLE else ''}") for role in Role
        ],
    )
    unit = forms.ChoiceField(label="Unit", required=False, help_text="A supervisor is one of a unit.")
    from_on = forms.DateField(label="First day", widget=day_input(), error_messages={"required": "Give the first day."})
    until_on = forms.DateField(label="Last day", required=False, help_text="Empty: until it is ended.", widget=day_input())

    def __init__(self, *arguments: Any, unit_choices: list[tuple[str, str]], **named: Any) -> None:
        super().__init__(*arguments, **named)
        choose(self.fields["unit"], [("", "None"), *unit_choices])

    def clean(self) -> dict[str, Any]:
        """Refuse a last day before the first."""
        return days_in_order(self, super().clean() or {})


class ReferenceForm(forms.Form):
    """How the force's records name somebody."""

    ref = forms.CharField(
        label="Reference in the records",
        max_length=80,
        help_text="As the records write it, such as PC1274.",
        error_messages={"required": "Give the reference."},
    )


class UnitForm(forms.Form):
    """A unit, and its force where that is new."""

    ref = forms.CharField(
        label="Reference in the records",
        max_length=80,
        help_text="As the records write it, such as NCAT-E.",
        error_messages={"required": "Give the reference."},
    )
    name = forms.CharField(label="Name", max_length=120, error_messages={"required": "Give the name."})
    force = forms.ChoiceField(label="Force", required=False)
    new_force = forms.CharField(
        label="A new force", max_length=120, required=False, help_text="Its name, where it is not among those above."
    )

    def __init__(self, *arguments: Any, force_choices: list[tuple[str, str]], **named: Any) -> None:
        super().__init__(*arguments, **named)
        choose(self.fields["force"], [("", "None"), *force_choices])

    def clean(self) -> dict[str, Any]:
        """Refuse a unit of no force, or of two."""
        cleaned = super().clean() or {}
        if bool(cleaned.get("force")) == bool(cleaned.get("new_force")):
            self.add_error("force", "Choose a force, or name a new one.")
        if cleaned.get("new_force") and not slugify(cleaned["new_force"]):
            self.add_error("new_force", "Give the force a name with letters.")
        return cleaned

    @property
    def force_ref(self) -> str:
        """The force's reference: the one chosen, or made from the name of a new one."""
        return str(self.cleaned_data["force"] or slugify(self.cleaned_data["new_force"])[:40])


class CoverForm(forms.Form):
    """Who covers a unit, and when."""

    person = forms.ChoiceField(
        label="Who", help_text="A supervisor of any unit.", error_messages={"required": "Choose who covers the unit."}
    )
    from_on = forms.DateField(label="First day", widget=day_input(), error_messages={"required": "Give the first day."})
    until_on = forms.DateField(label="Last day", required=False, help_text="Empty: until it is ended.", widget=day_input())

    def __init__(self, *arguments: Any, person_choices: list[tuple[str, str]], **named: Any) -> None:
        super().__init__(*arguments, **named)
        choose(self.fields["person"], [("", "Choose"), *person_choices])

    def clean(self) -> dict[str, Any]:
        """Refuse a last day before the first."""
        return days_in_order(self, super().clean() or {})


def days_in_order(form: forms.Form, cleaned: dict[str, Any]) -> dict[str, Any]:
    """What was typed, with a refusal where the last day is before the first."""
    if cleaned.get("from_on") and cleaned.get("until_on") and cleaned["until_on"] < cleaned["from_on"]:
        form.add_error("until_on", "The last day is before the first.")
    return cleaned


def choose(field: forms.Field, choices: list[tuple[str, str]]) -> None:
    """Give a field of choices those that there are now."""
    if not isinstance(field, forms.ChoiceField):
        raise TypeError("only a field of choices has choices")
    field.choices = choices
