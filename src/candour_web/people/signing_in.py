"""How people sign in: what allauth and axes ask of us, and what of it is written on the trail.

Nobody makes an account for themselves, and nothing is sent by mail: an administrator adds a person and hands them a password for one use.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.signals import password_changed
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed
from axes.signals import user_locked_out
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.http import HttpRequest

from candour_web.people.models import Person
from candour_web.people.rules import why_not_sign_in
from candour_web.trail.actions import write

IDLE = timedelta(minutes=30)
"""How long nobody need have done anything before the session ends. Our own figure; NIST SP 800-63B has 30 minutes at its second level."""
ABSOLUTE = timedelta(hours=12)
"""How long a session lasts at most: the same publication's 12 hours, and longer than a tour of duty."""
SEEN_EVERY = timedelta(minutes=1)
"""How exactly the last use of a session is kept, so that not every page writes it."""

UNKNOWN = "(a name that nobody has)"
"""What the trail says for a name that was tried and does not exist: people type passwords into the wrong field."""


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Candour's answers to allauth: nobody signs themselves up, and no page greets anybody with a message."""

    error_messages: ClassVar = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": "That name and password do not go together. Type both again.",
        "too_many_login_attempts": "Too many tries. Wait five minutes, then try again.",
        "incorrect_password": "That is not your password. Type it again.",
        "enter_current_password": "That is not your present password. Type it again.",
    }

    def get_client_ip(self, request: HttpRequest) -> str:
        """Where the request came from, as `client_address` says."""
        return client_address(request)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """What wrong passwords are counted by: the name and the address, so that nobody keeps a person out from everywhere."""
        return f"{name_tried(request, credentials)}\n{client_address(request)}"

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse after too many tries from one address, and write it on the trail."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            tell_locked(name_tried(request, credentials))
            raise

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def is_reauthentication_required(self, *, app: str, **named: Any) -> bool:
        """Whether a powerful act asks once more who it is. Not of the demonstration's made-up people, who have nothing to show."""
        person = self.request.user
        if settings.DEMONSTRATION and isinstance(person, Person) and person.made_up and not person.has_usable_password():
            return False
        return bool(super().is_reauthentication_required(app=app, **named))

    def add_message(self, *arguments: Any, **named: Any) -> None:
        """Say nothing: the page that follows says what happened."""

    def send_notification_mail(self, *arguments: Any, **named: Any) -> None:
        """Send nothing: Candour knows nobody's address. The trail tells it."""


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Candour's words for what may be wrong with a code, and how the secrets of second factors are kept."""

    error_messages: ClassVar = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "That code is not right, or was used already. Wait for the next one and type that."
    }

    def encrypt(self, text: str) -> str:
        """A secret as the database keeps it: whoever reads the database or a backup, without the secret key, makes no code from it."""
        return ENCRYPTED + _cipher().encrypt(text.encode()).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        """The secret again. One that was kept before secrets were encrypted is given as it is, until `candour upgrade` encrypts it.

        Raises SecretKeyChanged where another secret key encrypted it.
        """
        if not encrypted_text.startswith(ENCRYPTED):
            return encrypted_text
        try:
            return _cipher().decrypt(encrypted_text.removeprefix(ENCRYPTED)).decode()
        except InvalidToken as error:
            raise SecretKeyChanged(
                "The secret key is not the one with which the second factors were encrypted. Put the key that was kept with the backup in its place."
            ) from error


ENCRYPTED = "fernet:"
"""What an encrypted secret begins with. No secret of an app or of recovery codes has a colon."""


class SecretKeyChanged(RuntimeError):
    """A second factor was encrypted with another secret key. The message says what to do."""


def _cipher() -> Fernet:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"candour: secrets of second factors").derive(settings.SECRET_KEY.encode())
    return Fernet(urlsafe_b64encode(key))


def encrypt_what_is_clear(using: str) -> int:
    """Encrypt the secrets that were kept before secrets were encrypted, and say how many there were."""
    adapter, found = SecondFactorAdapter(), 0
    for one in Authenticator.objects.using(using).select_for_update():
        clear = {
            name: value for name in ("secret", "seed") if isinstance(value := one.data.get(name), str) and not value.startswith(ENCRYPTED)
        }
        if clear:
            one.data |= {name: adapter.encrypt(value) for name, value in clear.items()}
            one.save(using=using, update_fields=["data"])
            found += 1
    return found


def client_address(request: HttpRequest) -> str:
    """Where a request came from: what our own proxy added last to X-Forwarded-For, where there is one, and otherwise who is connected.

    What stands before it in that header was said by the client, who may say anything.
    """
    told = str(request.META.get("HTTP_X_FORWARDED_FOR", "")) if settings.BEHIND_PROXY else ""
    try:
        return str(ip_address(told.rpartition(",")[2].strip()))
    except ValueError:
        return str(request.META.get("REMOTE_ADDR", ""))


def name_tried(request: HttpRequest | None, credentials: dict[str, Any] | None = None) -> str:
    """The name that somebody tries to sign in with, as axes counts it: the same however it is written."""
    tried = (credentials or {}).get("username") or (request.POST.get("login", "") if request else "")
    return str(tried).strip().lower()[:120]


def begin(session: Any, now: datetime) -> None:
    """Note in a session that it begins now."""
    session["began"] = session["seen"] = now.isoformat()


def why_ended(session: Any, now: datetime) -> str | None:
    """Why a session has ended, in words for the sign-in page; None while it lasts. Notes that it was used."""
    began, seen = (datetime.fromisoformat(session[key]) if key in session else None for key in ("began", "seen"))
    if began is None or seen is None or now - began >= ABSOLUTE or now < began - SEEN_EVERY:
        return "You were signed out, because you signed in more than 12 hours ago."
    if now - seen >= IDLE:
        return "You were signed out, because nothing was done for 30 minutes. Nothing that you saved is lost."
    if now - seen >= SEEN_EVERY:
        session["seen"] = now.isoformat()
    return None


def sign_in_made_up(request: HttpRequest, number: int) -> None:
    """Sign in one of the demonstration's people, their second factor counted as done. Raises PermissionDenied for anybody else, and outside the demonstration."""
    person = Person.objects.filter(pk=number, made_up=True, is_active=True).first()
    if not settings.DEMONSTRATION or person is None or person.has_usable_password():
        raise PermissionDenied("Nobody real is signed in without a password.")
    login(request, person, backend="allauth.account.auth_backends.AuthenticationBackend")


# Signals that allauth sends after the commit are not used: what they tell of would stand without its entry if the second transaction failed.
@transaction.atomic
def _tell(what: str, person: Person | None, *, who: str = "") -> None:
    write(by=person, kind="access", what=what, who=who, record=f"person {person.pk}" if person else "")


def why_not_with(person: Person, now: datetime) -> str | None:
    """Why the password that this person typed, which is theirs, does not let them in, told to the trail; None where it does."""
    why = why_not_sign_in(for_once=person.password_is_for_once, given_at=person.password_given_at, now=now)
    if why:
        with transaction.atomic():
            write(by=None, kind="access", what="sign-in refused: password for one use ended", who=person.sign_in_name)
    return why


@receiver(user_logged_in)
def _signed_in(request: HttpRequest, user: Person, **_: Any) -> None:
    begin(request.session, datetime.now(UTC))
    _tell("signed in", user)


@receiver(user_logged_out)
def _signed_out(user: Person | None, **_: Any) -> None:
    if user is not None:
        _tell("signed out", user)


@receiver(user_login_failed)
def _refused(credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    person = Person.objects.filter(sign_in_name=name_tried(request, credentials)).first()
    _tell("sign-in refused", None, who=person.sign_in_name if person else UNKNOWN)


@receiver(user_locked_out)
def _locked(username: str, **_: Any) -> None:
    tell_locked(username)


def tell_locked(username: str) -> None:
    """Write on the trail that a try to sign in with this name was refused unheard."""
    person = Person.objects.filter(sign_in_name=username).first()
    _tell("sign-in locked", None, who=person.sign_in_name if person else UNKNOWN)


@receiver(password_changed)
def _password_changed(user: Person, **_: Any) -> None:
    Person.objects.filter(pk=user.pk).update(password_is_for_once=False)
    _tell("password changed", user)


@receiver(authentication_failed)
@transaction.atomic
def _code_refused(user: Person, **_: Any) -> None:
    write(by=None, kind="access", what="code refused", who=user.sign_in_name)


@receiver(post_save, sender=Authenticator)
def _factor_added(instance: Authenticator, created: bool, **_: Any) -> None:
    if created:
        _tell(f"second factor added: {instance.get_type_display()}", instance.user)


@receiver(post_delete, sender=Authenticator)
def _factor_removed(instance: Authenticator, **_: Any) -> None:
    _tell(f"second factor removed: {instance.get_type_display()}", instance.user)
