# SPDX-License-Identifier: Apache-2.0
"""Its one model."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models


class Person(AbstractUser):
    """A user of the site; the key is the `sub` of its tokens."""

    id = models.UUIDField(primary_key=True)
    realm = models.CharField(max_length=64)
