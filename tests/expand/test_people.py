"""An admin has one number on every host, and nothing but the admin's own name or entry moves it."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from dgxops.expand.people import FIRST_UID, UIDS
from tests.conftest import cluster_of

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJa9FZw2X24vpIGmzsc/J/B1cWCkYFn6q+2tzC1og34F"
PEOPLE: list[dict[str, Any]] = [{"name": name, "keys": [KEY]} for name in ("anna", "bert", "jo")]


def uids(admins: list[dict[str, Any]]) -> dict[str, int]:
    return {admin.name: admin.uid for admin in cluster_of(nodes=1, site={"admins": admins}).site.admins}


@pytest.mark.parametrize("count", [1, 2, 3])
def test_who_else_is_an_admin_moves_nobodys_number(count: int) -> None:
    whole = uids(PEOPLE)
    for some in permutations(PEOPLE, count):
        assert uids(list(some)) == {person["name"]: whole[person["name"]] for person in some}


def test_numbers_that_stand_on_machines_stay_what_they_are() -> None:
    assert uids(PEOPLE) == {"anna": 26846, "bert": 25886, "jo": 26396}
    assert all(FIRST_UID <= uid < FIRST_UID + UIDS for uid in uids(PEOPLE).values())


def test_a_number_that_is_given_is_the_number() -> None:
    assert uids([PEOPLE[0] | {"uid": 1001}, PEOPLE[1]]) == {"anna": 1001, "bert": 25886}
