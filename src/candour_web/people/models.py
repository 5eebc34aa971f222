"""The people who use the service."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class PersonRows(BaseUserManager["Person"]):
    """Finds a person by the name they sign in with."""


class Person(AbstractBaseUser):
    """Somebody who may sign in. What they see and do comes from their roles, never from this row."""

    sign_in_name = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "sign_in_name"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = PersonRows()

    def __str__(self) -> str:
        return self.sign_in_name
