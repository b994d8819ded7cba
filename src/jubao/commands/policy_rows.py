"""A pack as plain rows for people and programs: documents, parameters, settings, feeds, gaps, clauses.

Worked example: `parameter_rows(pack, Month(2023, 9))` has one row `base_pension_fen`, 13500, with source and clause; without a
month there is a row for each period, parents' periods cut where the region says otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from jubao.kernel.month import Month
from jubao.policy import NOT_LAW, SETTINGS, Pack
from jubao.policy.timeline import FIRST_DAY, LAST_DAY, Span, in_month, on_day

Moment = Month | date | None


def _chosen(line: Sequence[Span[Any]], on: Moment) -> list[Span[Any]]:
    if on is None:
        return list(line)
    found = in_month(line, on) if isinstance(on, Month) else on_day(line, on)
    return [found] if found else []


def _dates(item: Span[Any]) -> dict[str, str | None]:
    return {
        "from": None if item.first <= FIRST_DAY else str(item.first),
        "to": None if item.last >= LAST_DAY else str(item.last),
    }


def _cited(pack: Pack, clause: str | None) -> dict[str, Any]:
    found = pack.find_clause(clause) if clause else None
    base = pack.documents[found.document_id].base if found else []
    return {
        "base": [pack.documents[id].number if id in pack.documents else id for id in base],
        "clause": clause,
        "citation": f"{found.document} {found.article}" if found else None,
        "quote": found.quote if found else None,
    }


def parameter_rows(pack: Pack, on: Moment) -> list[dict[str, Any]]:
    """One row per parameter and period, gaps left out."""
    rows = []
    for name in pack.parameter_names:
        for item in _chosen(pack.parameter_line(name), on):
            entry, period = item.entry
            if period.missing:
                continue
            is_law = not {period.confidence, period.date_confidence} & NOT_LAW
            rows.append(
                {
                    "name": name,
                    "value": period.value,
                    "unit": entry.unit,
                    **_dates(item),
                    "source": period.source,
                }
                | {
                    "confidence": period.confidence,
                    "date_confidence": period.date_confidence,
                    "is_law": is_law,
                }
                | _cited(pack, period.clause)
                | {"pack": item.pack_code, "note": period.finding or period.note or entry.note}
            )
    return rows


def setting_rows(pack: Pack, on: Moment) -> list[dict[str, Any]]:
    """One row per setting and period."""
    rows = []
    for key in pack.setting_keys:
        title = SETTINGS[key].title if key in SETTINGS else ""
        for item in _chosen(pack.setting_line(key), on):
            period = item.entry
            is_law = not period.default and not {period.confidence, period.date_confidence} & NOT_LAW
            rows.append(
                {"name": key, "title": title, "value": period.value, **_dates(item), "source": period.source}
                | {
                    "confidence": period.confidence,
                    "date_confidence": period.date_confidence,
                    "is_law": is_law,
                }
                | _cited(pack, period.clause)
                | {"pack": item.pack_code, "note": period.note}
            )
    return rows


def gap_rows(pack: Pack, on: Moment) -> list[dict[str, Any]]:
    """One row per declared gap."""
    return [
        {
            "name": name,
            **_dates(item),
            "what": item.entry[1].what,
            "why": item.entry[1].why,
            "pack": item.pack_code,
        }
        for name in pack.parameter_names
        for item in _chosen(pack.parameter_line(name), on)
        if item.entry[1].missing
    ]


def document_rows(pack: Pack) -> list[dict[str, Any]]:
    """One row per document of the chain; a draft says so in capitals."""
    return [
        {
            "name": id,
            "number": head.number,
            "title": head.title,
            "issuer": head.issuer,
            "interpreter": head.interpreter,
            "issued_on": str(head.issued_on) if head.issued_on else None,
            "publication": head.publication,
            "status": head.status.upper() if head.status == "draft_for_comment" else head.status,
            "from": str(head.effective.starts),
            "to": str(head.effective.ends) if head.effective.ends else None,
            "effective_source": head.effective.source,
            "effective_confidence": head.effective.confidence,
            "base": [pack.documents[base].number if base in pack.documents else base for base in head.base],
            "notes": head.notes,
        }
        for files in reversed(pack.chain)
        for id, (_file, head) in files.document_heads.items()
    ]


def source_rows(pack: Pack, on: Moment) -> list[dict[str, Any]]:
    """One row per feed in use, with the headers it understands and the lists of the region that name it."""
    day = on.last_day if isinstance(on, Month) else on
    feeds = pack.all_sources if day is None else pack.sources(day)
    lists = source_lists(pack, on)
    rows = []
    for code, source in feeds.items():
        aliases = pack.header_aliases(code)
        columns = [name for group in source.columns.any_of for name in group]
        columns += [*source.columns.required, *source.columns.optional]
        rows.append(
            {
                "name": code,
                "title": source.title,
                "department": source.department,
                "evidence": source.evidence,
                "nature": source.nature,
                "window": source.window,
                "schemes": source.schemes,
                "clauses": source.clauses,
                "required": source.columns.required,
                "any_of": source.columns.any_of,
                "headers": {column: list(aliases.get(column, ())) for column in dict.fromkeys(columns)},
                "ceiling_ppm": source.ceiling_ppm,
                "lists": lists.get(code, []),
                "is_default": source.default,
                "note": source.note,
            }
        )
    return rows


def source_lists(pack: Pack, on: Moment) -> dict[str, list[str]]:
    """SOURCE code → the settings that name it: the lists a region really forms."""
    named: dict[str, list[str]] = {}
    for key in pack.setting_keys:
        if key.startswith("match.") and key.partition("_sources")[1]:
            for item in _chosen(pack.setting_line(key), on):
                for code in item.entry.value if isinstance(item.entry.value, list) else []:
                    named.setdefault(code, []).append(key)
    return {code: list(dict.fromkeys(keys)) for code, keys in named.items()}


def clause_rows(pack: Pack, names: list[str]) -> list[dict[str, Any]]:
    """One row per clause asked for by its id."""
    found = (pack.find_clause(name) for name in names)
    return [
        {"name": clause.id, "citation": f"{clause.document} {clause.article}", "words": clause.quote}
        for clause in found
        if clause is not None
    ]
