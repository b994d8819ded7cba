"""Reading lists of other departments, cleaning, comparing and writing them: pure functions over files and tables.

Example: ``open_input(path, aliases=…, required=["id_number", "name"])`` finds the header of ``花名册.xlsx`` on its third
row, and ``clean_sql(…)`` turns what stands in the cells into checked numbers, days and fen.
"""
