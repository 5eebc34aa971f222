"""The forms of signing in, in Candour's words: allauth's own forms with our labels, and nothing written inside a field."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as CodeAgainForm
from allauth.mfa.totp.forms import ActivateTOTPForm


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


class AgainForm(_InOurWords, ReauthenticateForm):  # type: ignore[misc]  # allauth has no types
    """The password, once more."""

    words: ClassVar = {"password": "Password"}


class PasswordForm(_InOurWords, ChangePasswordForm):  # type: ignore[misc]  # allauth has no types
    """The present password and a new one, twice."""

    words: ClassVar = {"oldpassword": "Present password", "password1": "New password", "password2": "New password, once more"}


class CodeForm(_InOurWords, AuthenticateForm):  # type: ignore[misc]  # allauth has no types
    """A code from the app, or one of those that were kept for the day without it."""

    words: ClassVar = {"code": "Code"}


class CodeOnceMoreForm(_InOurWords, CodeAgainForm):  # type: ignore[misc]  # allauth has no types
    """A code, once more."""

    words: ClassVar = {"code": "Code"}


class AppForm(_InOurWords, ActivateTOTPForm):  # type: ignore[misc]  # allauth has no types
    """The first code of an app that is being set up."""

    words: ClassVar = {"code": "Code that the app shows"}
