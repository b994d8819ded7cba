"""政策库: the region's pack as readable law: articles, values by date, choices with their clause.

Worked example: a clerk is asked since when the base pension is what it is; 政策库 → 基础养老金标准 shows every period with its
document; a value that is only a default says so.
"""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from jubao.kernel.month import Month
from jubao.staff.regions import pack_of
from jubao.workbench.access import page
from jubao.workbench.faces import actor_of, today
from jubao.workbench.reads import law

TABS = (("values", "标准和参数"), ("choices", "本地规定"), ("documents", "文件"))


@page("policy")
def index(request: HttpRequest) -> HttpResponse:
    """Documents, parameters of this month, settings in force."""
    pack, tab = pack_of(actor_of(request).scope), request.GET.get("tab", TABS[0][0])
    known: dict[str, Any] = {"pack": pack, "month": Month.containing(today()), "tab": tab, "tabs": TABS}
    if tab == "documents":
        known["documents"] = list(pack.documents.values())
    elif tab == "choices":
        known["settings"] = [
            (title, words, value.citation, law.confidence(value.confidence), value.is_law)
            for title, value, words in law.settings(pack, today())
        ]
    else:
        known["parameters"] = law.parameters(pack, Month.containing(today()))
    return render(request, "workbench/policy/index.html", known)


@page("policy-parameter")
def parameter(request: HttpRequest, name: str) -> HttpResponse:
    """One value through the years."""
    pack = pack_of(actor_of(request).scope)
    if name not in pack.parameter_names:
        raise Http404
    known = {"pack": pack, "name": name, "values": law.line_of(pack, name), "heading": law.title(pack, name)}
    return render(request, "workbench/policy/parameter.html", known)


@page("policy-document")
def document(request: HttpRequest, document_id: str) -> HttpResponse:
    """One document: its articles as quoted in the pack."""
    pack = pack_of(actor_of(request).scope)
    if document_id not in pack.documents:
        raise Http404
    found = pack.document(document_id)
    known = {"pack": pack, "document": found, "coverage": pack.coverage, "heading": found.title}
    return render(request, "workbench/policy/document.html", known)
