"""Pages of the desk without a browser: what a page says, what it says after a post.

Worked example: `sent(open_browser(cast.handler), "claim-free-save")` posts and gives the text of the page that follows.
"""

from __future__ import annotations

from django.test import Client
from django.urls import reverse


def page_of(browser: Client, route: str = "claim-free", query: str = "") -> str:
    """The page of a route."""
    answer = browser.get(reverse(route) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def sent(browser: Client, route: str, *args: object, **fields: object) -> str:
    """What the page says after a post."""
    answer = browser.post(reverse(route, args=args), fields, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()
