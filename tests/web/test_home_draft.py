"""The first page beside a run in draft: the sum of its lines as they stand, and that it is a draft, never 0.00."""

from __future__ import annotations

from django.core.cache import cache
from django.urls import reverse

from jubao.payments.models import PaymentLine, PaymentRun
from jubao.workbench.templatetags.figures import yuan
from tests.payments.month import a_payee, drafted
from tests.staff.browsing import open_browser
from tests.support.cast import Cast


def test_a_run_in_draft_shows_the_sum_of_its_lines(cast: Cast) -> None:
    cache.clear()
    a_payee()
    run = drafted(cast)
    lines = PaymentLine.objects.filter(run=run, is_in_run=True).values_list("amount_fen", flat=True)

    page = open_browser(cast.reviewer).get(reverse("home")).content.decode()

    assert PaymentRun.objects.get(pk=run.pk).total_fen == 0 < sum(lines)
    figure = page[page.index("最近一批发放（元）") :].split("</a>")[0]
    assert f'<span class="value">{yuan(sum(lines))}</span>' in figure
    assert f"2025-06 {run.get_state_display()}" in figure
