"""The pages of an administrator: who has an account, which roles they hold, and what is done about it. No case is on any of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from candour_web.people import actions, queries
from candour_web.people.entering import CandourRequest, person_of, today
from candour_web.people.forms import CoverForm, PersonForm, ReferenceForm, RoleForm, UnitForm
from candour_web.people.rules import Role


def _asked(request: CandourRequest) -> dict[str, Any]:
    return {"person": person_of(request), "standing": request.standing, "day": today(request)}


def _account(request: CandourRequest, number: int) -> queries.PersonShown:
    shown = queries.account(**_asked(request), number=number)
    if shown is None:
        raise Http404
    return shown


def _to(number: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("person", args=[number]))


@require_safe
def people(request: CandourRequest) -> HttpResponse:
    """Everybody with an account; `?sought=` is a part of a name."""
    sought = request.GET.get("sought", "").replace("\0", "").strip()[:80]
    return render(request, "people/people.html", {"people": queries.accounts(**_asked(request), sought=sought), "sought": sought})


@require_safe
def person(request: CandourRequest, number: int) -> HttpResponse:
    """One account, its roles, and what can be done."""
    shown = _account(request, number)
    actions.read_account(by=person_of(request), person=shown.person)
    found = queries.references(person=person_of(request), standing=request.standing, number=number)
    return render(request, "people/person.html", {"shown": shown, "references": found})


def person_new(request: CandourRequest) -> HttpResponse:
    """Add a person; the page that follows shows their password for one use, this once."""
    form = PersonForm(request.POST or None, force_choices=queries.forces())
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data
        try:
            with transaction.atomic():
                made, word = actions.add_person(
                    by=person_of(request), sign_in_name=words["sign_in_name"], name=words["name"], force=words["force"] or None
                )
        except IntegrityError:
            form.add_error("sign_in_name", "Somebody signs in with this name already. Choose another.")
        else:
            return render(request, "people/password.html", {"named": made, "word": word})
    return render(request, "people/person_new.html", {"form": form})


def role_give(request: CandourRequest, number: int) -> HttpResponse:
    """Give somebody a role, or propose it."""
    shown = _account(request, number)
    form = RoleForm(request.POST or None, unit_choices=queries.units(), initial={"from_on": today(request)})
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data
        try:
            actions.give_role(
                by=person_of(request),
                to=shown.person,
                role=Role(words["role"]),
                unit=words["unit"] or None,
                from_on=words["from_on"],
                until_on=words["until_on"],
                now=request.now,
            )
            return _to(number)
        except actions.NotAllowed as refused:
            form.add_error(None, str(refused))
    return render(request, "people/role_give.html", {"form": form, "shown": shown})


def _confirmed(
    request: CandourRequest, shown: queries.PersonShown, words: dict[str, str], act: Callable[[], HttpResponse | None]
) -> HttpResponse:
    """A page that asks once, and does it when it is posted. A refusal is said on the same page."""
    refusal = None
    if request.method == "POST":
        try:
            return act() or _to(shown.person.pk)
        except actions.NotAllowed as refused:
            refusal = str(refused)
    return render(request, "people/confirm.html", {"shown": shown, "refusal": refusal, **words})


def role_approve(request: CandourRequest, number: int) -> HttpResponse:
    """Approve a role that another administrator proposed."""
    found = queries.post_shown(**_asked(request), number=number)
    if found is None:
        raise Http404
    shown, role = found
    words = {
        "heading": f"Approve: {role.words}",
        "what": f"{shown.person.name} holds this role from the moment you approve it.",
        "button": "Approve",
    }
    return _confirmed(request, shown, words, lambda: actions.approve_role(by=person_of(request), post=role.post, now=request.now))


def role_end(request: CandourRequest, number: int) -> HttpResponse:
    """End a role today, or withdraw one that does not count yet."""
    found = queries.post_shown(**_asked(request), number=number)
    if found is None:
        raise Http404
    shown, role = found
    if role.state in ("proposed", "to come"):
        words = {
            "heading": f"Withdraw: {role.words}",
            "what": f"{shown.person.name} does not hold this role yet, and will not.",
            "button": "Withdraw the role",
        }
    else:
        words = {
            "heading": f"End: {role.words}",
            "what": f"Today is the last day on which {shown.person.name} holds this role.",
            "button": "End the role",
        }

    def act() -> None:
        actions.end_role(by=person_of(request), post=role.post, last_day=today(request), now=request.now)

    return _confirmed(request, shown, words, act)


def person_password(request: CandourRequest, number: int) -> HttpResponse:
    """Give somebody a password for one use, which is shown this once."""
    shown = _account(request, number)

    def act() -> HttpResponse:
        word = actions.give_password(by=person_of(request), person=shown.person, now=request.now)
        return render(request, "people/password.html", {"named": shown.person, "word": word})

    words = {
        "heading": "Give a password for one use",
        "what": f"The password of {shown.person.name} stops working, and they are signed out. Make sure that it is they who ask.",
        "button": "Give a password",
    }
    return _confirmed(request, shown, words, act)


def person_app(request: CandourRequest, number: int) -> HttpResponse:
    """Take away the app of somebody who lost their phone."""
    shown = _account(request, number)
    words = {
        "heading": "Take away the app",
        "what": f"{shown.person.name} signs in with a password alone once more, and then sets up an app. Make sure that it is they who ask.",
        "button": "Take away the app",
    }
    return _confirmed(
        request, shown, words, lambda: actions.take_away_second_factor(by=person_of(request), person=shown.person, now=request.now)
    )


def person_close(request: CandourRequest, number: int) -> HttpResponse:
    """Close the account of somebody who left."""
    shown = _account(request, number)
    words = {
        "heading": "Close the account",
        "what": f"{shown.person.name} is signed out and cannot sign in again. Their roles end. Their name stays on the trail.",
        "button": "Close the account",
    }
    return _confirmed(
        request,
        shown,
        words,
        lambda: actions.close_account(by=person_of(request), person=shown.person, last_day=today(request), now=request.now),
    )


def reference_add(request: CandourRequest, number: int) -> HttpResponse:
    """Say how the force's records name somebody."""
    shown = _account(request, number)
    form = ReferenceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.link_reference(by=person_of(request), person=shown.person, ref=form.cleaned_data["ref"])
            return _to(number)
        except actions.NotAllowed as refused:
            form.add_error("ref", str(refused))
    return render(request, "people/reference_add.html", {"form": form, "shown": shown})


def reference_remove(request: CandourRequest, number: int, ref: str) -> HttpResponse:
    """Say that the force's records do not name somebody so."""
    shown = _account(request, number)
    if ref not in queries.references(person=person_of(request), standing=request.standing, number=number):
        raise Http404
    words = {
        "heading": f"Take away {ref}",
        "what": f"{shown.person.name} no longer sees the cases of whoever the records name {ref}.",
        "button": "Take it away",
    }
    return _confirmed(request, shown, words, lambda: actions.unlink_reference(by=person_of(request), person=shown.person, ref=ref))


@require_safe
def units(request: CandourRequest) -> HttpResponse:
    """Every unit, who supervises it and who covers it."""
    return render(request, "people/units.html", {"units": queries.units_shown(**_asked(request))})


def unit_new(request: CandourRequest) -> HttpResponse:
    """Add a unit."""
    form = UnitForm(request.POST or None, force_choices=queries.forces())
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data
        try:
            with transaction.atomic():
                actions.add_unit(
                    by=person_of(request), ref=words["ref"], name=words["name"], force=form.force_ref, force_name=words["new_force"]
                )
        except IntegrityError:
            form.add_error(None, "There is a unit of this reference, or a force of this name, already.")
        else:
            return HttpResponseRedirect(reverse("units"))
    return render(request, "people/unit_new.html", {"form": form})


def cover_name(request: CandourRequest, ref: str) -> HttpResponse:
    """Name who covers a unit."""
    unit = queries.unit_shown(**_asked(request), ref=ref)
    if unit is None:
        raise Http404
    possible = {str(one.person.pk): one.person for one in queries.supervisors(**_asked(request))}
    form = CoverForm(
        request.POST or None,
        person_choices=[(number, one.name) for number, one in possible.items()],
        initial={"from_on": today(request)},
    )
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data
        actions.name_deputy(
            by=person_of(request), unit=ref, person=possible[words["person"]], from_on=words["from_on"], until_on=words["until_on"]
        )
        return HttpResponseRedirect(reverse("units"))
    return render(request, "people/cover_name.html", {"form": form, "unit": unit})


def cover_end(request: CandourRequest, number: int) -> HttpResponse:
    """End a cover today."""
    found = [(unit, cover) for unit in queries.units_shown(**_asked(request)) for cover in unit.covers if cover.pk == number]
    if not found:
        raise Http404
    unit, cover = found[0]
    shown = _account(request, cover.person_id)
    words = {
        "heading": f"End the cover of {unit.unit.name}",
        "what": f"Today is the last day on which {shown.person.name} covers it.",
        "button": "End the cover",
    }

    def act() -> HttpResponse:
        actions.end_cover(by=person_of(request), deputy=cover, last_day=today(request))
        return HttpResponseRedirect(reverse("units"))

    return _confirmed(request, shown, words, act)
