"""Files brought in: read, staged, judged, decided, undone."""
