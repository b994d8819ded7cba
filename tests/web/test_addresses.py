"""`{% url %}` of our own gives what Django's gives: with and without keys, with `as`, and for names that do not resolve."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.template import Context, Engine, engines
from django.urls import NoReverseMatch, reverse

ONE, OTHER = uuid4(), uuid4()
TEXTS = (
    "{% url 'home' %}",
    "{% url 'person' one %}",
    "{% url 'person-why-part' one other 'base<&' %}",
    "{% url route one %}",
    "{% url 'person' person_id=one %}",
    "{% url 'contribution-month' month %}",
    "{% url 'portal:home' %}",
    "{% url 'person' one as there %}[{{ there }}]",
    "{% url 'nowhere' as there %}[{{ there }}]",
    "{% autoescape off %}{% url 'person-why-part' one other \"it's\" %}{% endautoescape %}",
)
KNOWN = {"one": ONE, "other": OTHER, "route": "person-account", "month": 24322}


def drawn(text: str, engine: Engine) -> str:
    return engine.from_string(text).render(Context(KNOWN))


@pytest.mark.parametrize("text", TEXTS)
def test_an_address_is_what_django_gives(text: str) -> None:
    ours, djangos = engines["django"].engine, Engine()  # type: ignore[attr-defined]

    try:
        right = drawn(text, djangos)
    except NoReverseMatch:
        with pytest.raises(NoReverseMatch):
            drawn(text, ours)
        return
    assert drawn(text, ours) == drawn(text, ours) == right


def test_other_keys_of_the_same_route_stand_in_their_places() -> None:
    engine = engines["django"].engine  # type: ignore[attr-defined]
    for one, other in ((ONE, OTHER), (OTHER, ONE)):
        text = engine.from_string("{% url 'person-why' one other %}").render(
            Context({"one": one, "other": other})
        )
        assert text == reverse("person-why", args=[one, other])


def test_a_name_or_a_key_that_leads_nowhere_raises() -> None:
    engine = engines["django"].engine  # type: ignore[attr-defined]
    for text in (
        "{% url 'nowhere' %}",
        "{% url 'person' %}",
        "{% url 'person' 'x' %}",
        "{% url 'person' no %}",
    ):
        with pytest.raises(NoReverseMatch):
            engine.from_string(text).render(Context({"no": None}))
