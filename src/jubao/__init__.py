"""居保 (Jubao): who is due a resident pension, what they are owed and why, and who is still entitled.

Example: ``jubao compare --region 500110 --month 2026-11 --roster roster.xlsx --feed CREMATION=fire.csv --out out/``
splits a roster into those still entitled, those who lost the entitlement, and those a person has to look at.
"""

__version__ = "0.1.0"
