"""Printed forms: typst templates and the data they take.

Worked example: `render("payment_approval", data)` is the PDF of the 待遇支付审批表.
"""
