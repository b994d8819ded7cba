"""Links for records without a usable number: name, birth, gender and place, weighed by Splink; never more than a hint.

Worked example: a cremation record 张三, born 1950-03-02, male, without a number, and one 张三 born that day on the roster give a
link with probability 0.9997. It sends the person to the to-verify list; it never makes anybody eligible or lost.

The weights are fixed, not trained on the run's own rows, so that the same record links the same way in a file of one row
and of a million; `link.probability` of the pack is the least probability that counts. Splink is loaded only when such
records exist.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from jubao.matching.arrow_columns import integer_column

if TYPE_CHECKING:
    import duckdb

COUNTY_ROSTER = 20_000
"""The prior is that of a county at least: in a list of three persons the same name would already look certain."""

CANDIDATES = """
SELECT f.source_row, f.name AS name_l, f.birth_on AS birth_l, f.gender AS gender_l, f.place AS place_l,
       s.subject, s.match_name AS name_r, s.birth_on AS birth_r, s.gender AS gender_r, s.register_place AS place_r
FROM {loose} AS f JOIN {roster} AS s ON {condition}
"""


def fuzzy_links(con: duckdb.DuckDBPyConnection, loose: str, table: str, least_ppm: int) -> int:
    """Link the records of the table `loose` to `subjects`, leave (source_row, subject, score_ppm) in `table`.

    `loose` has source_row, name, birth_on (text 2024-05-17), gender ('male', 'female', ''), place. Answers how many links.
    """
    candidates = _candidates(con, loose)
    roster_size = con.execute("SELECT COUNT(*) FROM subjects").fetchall()[0][0]
    links = weigh(candidates, max(COUNTY_ROSTER, roster_size), least_ppm)
    store_links(con, table, links)
    return len(links)


def store_links(con: duckdb.DuckDBPyConnection, table: str, links: Sequence[tuple[int, int, int]]) -> None:
    """Leave the links in a table of source_row, subject, score_ppm."""
    import pyarrow as pa

    names = ("source_row", "subject", "score_ppm")
    columns = {name: integer_column([link[i] for link in links]) for i, name in enumerate(names)}
    con.register("links_found", pa.table(columns))
    con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT * FROM links_found")


def _candidates(con: duckdb.DuckDBPyConnection, loose: str) -> list[tuple[Any, ...]]:
    """Pairs worth weighing: born on the same day and names alike in all but one character, or one name and one wrong figure."""
    if not con.execute(f"SELECT 1 FROM {loose} LIMIT 1").fetchall():
        return []
    roster = (
        "(SELECT subject, match_name, register_place, CASE WHEN id_key % 2 = 1 THEN 'male' ELSE 'female' END AS gender,"
        " strftime(DATE '1970-01-01' + CAST(birth_day AS INTEGER), '%Y-%m-%d') AS birth_on FROM subjects WHERE id_key > 0)"
    )
    born = CANDIDATES.format(loose=loose, roster=roster, condition="f.birth_on = s.birth_on")
    named = CANDIDATES.format(
        loose=loose,
        roster=roster,
        condition="f.name = s.match_name AND f.birth_on <> s.birth_on AND levenshtein(f.birth_on, s.birth_on) = 1",
    )
    near = (
        "name_l = name_r OR substr(name_l, 2) = substr(name_r, 2) OR (substr(name_l, 1, 1) = substr(name_r, 1, 1)"
        " AND (length(name_l) = 2 OR substr(name_l, 2, 1) = substr(name_r, 2, 1) OR substr(name_l, 3) = substr(name_r, 3)))"
    )
    sql = f"SELECT * FROM ({born} UNION ALL {named}) WHERE {near} ORDER BY source_row, subject"
    return con.execute(sql).fetchall()


_TONES = str.maketrans("āáǎàēéěèōóǒòīíǐìūúǔùǖǘǚǜüńňǹḿ", "aaaaeeeeooooiiiiuuuuvvvvvnnnm")


@cache
def _sound_of(character: str) -> str:
    """The first reading of a character without its tone; a character without one sounds like itself."""
    from pypinyin.constants import PINYIN_DICT

    return str(PINYIN_DICT.get(ord(character), character)).split(",")[0].translate(_TONES)


def sound(name: str) -> str:
    """The name in pinyin without tones, character by character: names are often written down by ear."""
    return " ".join(_sound_of(character) for character in name)


def weigh(pairs: Sequence[tuple[Any, ...]], roster_size: int, least_ppm: int) -> list[tuple[int, int, int]]:
    """(source_row, subject, score in ppm) of the pairs that reach the least probability.

    A pair is source_row, name, birth, gender, place of the record, then subject, name, birth, gender, place of the person.
    """
    if not can_reach(roster_size, least_ppm):
        pairs = [pair for pair in pairs if sound(pair[1]) == sound(pair[6])]
    if not pairs:
        return []
    import logging

    import duckdb
    import pyarrow as pa
    from splink import DuckDBAPI, Linker

    # Splink reports its timings; on a clerk's terminal they are noise.
    logging.getLogger("splink").setLevel(logging.ERROR)
    left = {row[0]: _record(row[0], *row[1:5]) for row in pairs}
    right = {row[5]: _record(row[5], *row[6:10]) for row in pairs}
    con = duckdb.connect(config={"threads": 2})
    con.register("records", pa.Table.from_pylist(list(left.values()), _schema()))
    con.register("persons", pa.Table.from_pylist(list(right.values()), _schema()))
    con.execute("CREATE TABLE record_rows AS SELECT * FROM records")
    con.execute("CREATE TABLE person_rows AS SELECT * FROM persons")
    api = DuckDBAPI(connection=con)
    inputs = [api.register(f"{name}_rows", dataset_display_name=name) for name in ("record", "person")]
    linker = Linker(inputs, _settings(roster_size), log_level="ERROR")
    found = linker.inference.predict(threshold_match_probability=least_ppm / 1_000_000)
    sql = (
        "SELECT CASE WHEN source_dataset_l = 'record' THEN unique_id_l ELSE unique_id_r END,"
        " CASE WHEN source_dataset_l = 'record' THEN unique_id_r ELSE unique_id_l END,"
        f" CAST(floor(match_probability * 1000000) AS BIGINT) FROM {found.physical_name} ORDER BY 1, 2"
    )
    links = con.execute(sql).fetchall()
    con.close()
    wanted = {(row[0], row[5]) for row in pairs}
    return [link for link in links if link[:2] in wanted]


def can_reach(roster_size: int, least_ppm: int) -> bool:
    """Whether a pair whose names sound different could reach the least probability, everything else agreeing."""
    odds = (0.05 / 0.998) * (0.9 / 0.00005) * (0.99 / 0.5) * (0.8 / 0.05) / (roster_size - 1)
    return odds / (1 + odds) * 1_000_000 >= least_ppm


def _record(number: int, name: str, birth: str, gender: str, place: str) -> dict[str, Any]:
    return {
        "unique_id": number,
        "name": name,
        "sound": sound(name),
        "birth": birth or None,
        "gender": gender or None,
        "place": place or None,
    }


def _schema() -> Any:
    import pyarrow as pa

    return pa.schema(
        [
            ("unique_id", pa.int64()),
            *((name, pa.string()) for name in ("name", "sound", "birth", "gender", "place")),
        ]
    )


def _settings(roster_size: int) -> Any:
    """Weights in figures: how often a field agrees for the same person (m) and by chance (u)."""
    import splink.comparison_level_library as level
    from splink import SettingsCreator, block_on
    from splink.comparison_library import CustomComparison

    name = CustomComparison(
        output_column_name="name",
        comparison_levels=[
            level.NullLevel("name"),
            level.ExactMatchLevel("name").configure(m_probability=0.86, u_probability=0.0005),
            level.ExactMatchLevel("sound").configure(m_probability=0.09, u_probability=0.0015),
            level.ElseLevel().configure(m_probability=0.05, u_probability=0.998),
        ],
    )
    birth = CustomComparison(
        output_column_name="birth",
        comparison_levels=[
            level.NullLevel("birth"),
            level.ExactMatchLevel("birth").configure(m_probability=0.9, u_probability=0.00005),
            level.LevenshteinLevel("birth", 1).configure(m_probability=0.06, u_probability=0.002),
            level.ElseLevel().configure(m_probability=0.04, u_probability=0.99795),
        ],
    )
    return SettingsCreator(
        link_type="link_only",
        probability_two_random_records_match=1 / roster_size,
        comparisons=[name, birth, _agreement("gender", 0.99, 0.5), _agreement("place", 0.8, 0.05)],
        blocking_rules_to_generate_predictions=[block_on("birth"), block_on("name")],
        retain_intermediate_calculation_columns=False,
    )


def _agreement(column: str, same: float, chance: float) -> Any:
    import splink.comparison_level_library as level
    from splink.comparison_library import CustomComparison

    return CustomComparison(
        output_column_name=column,
        comparison_levels=[
            level.NullLevel(column),
            level.ExactMatchLevel(column).configure(m_probability=same, u_probability=chance),
            level.ElseLevel().configure(m_probability=1 - same, u_probability=1 - chance),
        ],
    )
