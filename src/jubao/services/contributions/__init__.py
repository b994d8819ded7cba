"""Contributions: recorded, judged, closed each month between tax office, agency and finance."""
