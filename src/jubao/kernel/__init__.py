"""The small words everything else is written in: money, months, numbers of persons, places, working days, errors.

The kernel knows no region, no database and no clock. Example::

    >>> from jubao.kernel.fen import Fen
    >>> Fen.from_yuan("163.02") * 12
    195624
"""
