"""追缴: opening, investigation, confirmation, clearing, notice, return and hand-over of what was paid without right."""
