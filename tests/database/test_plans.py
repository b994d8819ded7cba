"""No page reads a large table without an index: what the pages ask together is planned without data and looked at.

Worked example: the account page asked for every transfer of an account without saying that it must count; the index holds
only those that do, so that 3.5 million lines were read for one person. Here `enable_seqscan = off` makes PostgreSQL take an
index wherever one fits; a `Seq Scan` that is left, or an index read from end to end and then sifted, has none.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from jubao.database.embedded import SUPERUSER
from jubao.database.together import Plain, Prepared
from jubao.people import search
from tests.support.database import OwnDatabase, django_ready

django_ready()

PACKAGES = ("jubao.workbench", "jubao.portal", "jubao.services", "jubao.staff", "jubao.people")
SMALL = frozenset({"people_division", "staff_officer", "staff_grant", "staff_naturalperson"})
"""Tables of some hundred or thousand rows in a whole city; every other one grows with the people or with the years."""
TYPED = ("张桂", "zgf", "zhang gui f", "50990819630815", "5001100000")
"""One of each thing that a clerk looks people up by."""
PEOPLE = """
    SET session_replication_role = replica;
    INSERT INTO people_person (id, personal_number, name, name_key, name_initials, gender, birth_date, created_at)
        SELECT gen_random_uuid(), n::text, n::text, n::text, n::text, 'female', '1960-01-01', now()
        FROM generate_series(1, 4000) AS n;
    INSERT INTO people_identitydocument (id, person_id, kind, number, valid_from)
        SELECT gen_random_uuid(), id, 'id_card', personal_number, '2020-01-01' FROM people_person;
    SET session_replication_role = origin;
    ANALYZE people_person, people_identitydocument"""


def _modules() -> Iterator[Any]:
    for name in PACKAGES:
        package = importlib.import_module(name)
        yield package
        for found in pkgutil.walk_packages(package.__path__, f"{name}."):
            if ".migrations" not in found.name:
                yield importlib.import_module(found.name)


def _in(value: Any) -> Iterator[Prepared[Any] | Plain]:
    if isinstance(value, Prepared | Plain):
        yield value
    elif isinstance(value, tuple | list):
        for one in value:
            yield from _in(one)
    elif isinstance(value, dict):
        yield from _in(list(value.values()))


def _asked() -> dict[str, Prepared[Any] | Plain]:
    """Every question that a module keeps, and those that the search makes, by the name of its statement."""
    found: dict[str, Prepared[Any] | Plain] = {}
    for module in _modules():
        for value in vars(module).values():
            found |= {one.statement.name: one for one in _in(value)}
    for expression in {search._key(typed)[0] for typed in TYPED}:
        for is_further in (False, True):
            one = search._question(expression, is_further, 50)
            found[one.statement.name] = one
    return found


def _faults(node: dict[str, Any], is_limited: bool = False) -> Iterator[str]:
    """What a plan reads whole: a sequential scan, or an index without a condition; a limited one may go along an order."""
    table, kind = node.get("Relation Name", ""), node["Node Type"]
    if table and table not in SMALL:
        if kind == "Seq Scan":
            yield f"Seq Scan on {table} ({node.get('Filter', 'all rows')})"
        elif kind in ("Index Scan", "Index Only Scan") and "Index Cond" not in node and not is_limited:
            yield f"the whole of {node['Index Name']} ({node.get('Filter', 'all rows')})"
    for below in node.get("Plans", []):
        passes = kind in (
            "Limit",
            "LockRows",
            "Nested Loop",
            "Subquery Scan",
            "Result",
            "WindowAgg",
            "Incremental Sort",
        )
        yield from _faults(below, passes and (is_limited or kind == "Limit"))


def faults_of(one: Prepared[Any] | Plain) -> list[str]:
    """The plan of a question for values nobody knows yet."""
    statement = one.statement
    with transaction.atomic(), connection.cursor() as cursor:
        for dear in ("seqscan", "hashjoin", "mergejoin"):
            cursor.execute(f"SET LOCAL enable_{dear} = off")
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        cursor.execute(statement.prepare(cursor).replace(statement.name, "looked_at", 1))
        nothing = ", ".join(["NULL"] * len(statement.slots))
        cursor.execute("EXPLAIN (FORMAT JSON) EXECUTE looked_at" + (f"({nothing})" if nothing else ""))
        plan = cursor.fetchone()[0]
        cursor.execute("DEALLOCATE looked_at")
    return list(_faults(plan[0]["Plan"]))


@pytest.fixture
def filled(own_database: OwnDatabase) -> None:
    """Some thousand people: on an empty table the index of the live numbers' persons is as good as that of the numbers."""
    with own_database.connect(SUPERUSER) as server:
        server.execute(PEOPLE)


def test_what_the_pages_ask_reads_by_an_index(filled: None) -> None:
    asked = _asked()

    assert len(asked) >= 40
    faults = {name: found for name, one in asked.items() if (found := faults_of(one))}
    assert faults == {}


def test_a_question_without_an_index_is_noticed(filled: None) -> None:
    assert faults_of(Plain("SELECT amount_fen FROM ledger_transfer WHERE amount_fen = %(fen)s"))
    assert faults_of(Plain("SELECT amount_fen FROM ledger_transfer WHERE debit_account_id = %(account)s"))
    assert not faults_of(Plain("SELECT amount_fen FROM ledger_transfer WHERE id = %(id)s"))
