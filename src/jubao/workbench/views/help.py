"""帮助: keys, words and where to find what, in Chinese, one section per part of the menu."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jubao.workbench.access import page


@page("help")
def show(request: HttpRequest) -> HttpResponse:
    """The page of help."""
    return render(request, "workbench/help.html", {"heading": "帮助"})
