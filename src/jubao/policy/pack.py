"""A region's policy pack with all its parents: parameters, settings, feeds and texts at a date, each with its source.

Worked example: `load_pack("綦江").setting("cert.period_kind", Month(2024, 5))` is `rolling`, clause CQ-09-4, from the city's
pack; the national pack above it answers what the city does not.
"""

from __future__ import annotations

from jubao.policy.pack_feeds import PackFeeds
from jubao.policy.pack_values import PackValues


class Pack(PackValues, PackFeeds):
    """One region's law as data: values (`pack_values`), texts (`pack_texts`), feeds (`pack_feeds`)."""
