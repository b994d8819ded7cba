"""The language of a request: `?lang=en` chooses it for the session, Chinese is what nobody has to choose.

Worked example: `/workbench/?lang=en` shows the home page in English, and so does every page after it until `?lang=zh`.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from jubao.kernel.text import language, speaking

LANGUAGES = ("zh", "en")
KEY = "language"


class LanguageMiddleware:
    """Sets the language that `kernel.text._` answers in while the request is served."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = request.GET.get("lang", "")
        if asked in LANGUAGES:
            request.session[KEY] = asked
        chosen = request.session.get(KEY, "")
        with speaking(chosen if chosen in LANGUAGES else language()):
            response = self.get_response(request)
        response.headers["Content-Language"] = "en" if chosen == "en" else "zh-CN"
        return response
