"""The loader's command line: its options and its help."""

import argparse
from pathlib import Path
from typing import Any

from app.wells import demo
from app.wells.load import layouts
from app.wells.load.cells import OIL_UNITS, is_month_format

DESCRIPTION = """\
Loads CSV files, plain or gzip, into the database that the settings name: the embedded
one (ODM_SQLITE_PATH), or Oracle (ORACLE_HOST or ORACLE_DSN), where ORACLE_USER must be
the owner of ODM's tables; the service's own account may not write.

Each file is loaded as a whole or not at all. A row replaces the one with the same
key that is already there, so loading a file twice changes nothing, and a corrected
file corrects. The service sees the new data, with its summaries, at once.
A database that is not there yet is made, without demo data.
"""

EPILOG = """\
rejects
  A row that can't be taken is written to a file of rejects with its line, the column
  and the reason, and then nothing of its file is loaded: correct it and load again.
  The file is FILE's name with .rejects.csv in the current folder, or --rejects; rejects
  of an earlier load are replaced. --max-rejects N loads the other rows if no more than
  N are rejected.

exit status
  0  every file is loaded, whole
  1  a file is not loaded; the files named before it are, those after it are not
  2  the command line is wrong
  3  every file is loaded, but rows were rejected (within --max-rejects)
  4  every file is loaded, but the summaries could not be refreshed (Oracle only): until
     the hourly job does it, totals are those of before; rows may be rejected as with 3
  (with --check: the same, of what would be loaded)

examples
  %(prog)s volve volve_daily.csv.gz
  %(prog)s prices --benchmark brent brent_daily.csv.gz
  %(prog)s ogor-a ogor_a_2022.csv.gz ogor_a_2023.csv.gz ogor_a_2024.csv.gz
  zcat export.csv.gz | %(prog)s budgets -
  %(prog)s production --help
"""

PRODUCTION = """\
Loads a well's oil by day or by month from a CSV file of any make: name its columns, its
unit and its way of writing dates. One row is one well and day (or month); a second one is
rejected. A calendar month of a well is days or one row: what would mix them is rejected.
A well and a division bear the names, and a well belongs to the division, of the
latest day on record.
"""


def make_parser(program: str) -> argparse.ArgumentParser:
    """The parser. Its `layout` makes the Layout out of the options; None stands for demo data."""
    parser = argparse.ArgumentParser(
        prog=program,
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    kinds = parser.add_subparsers(title="layouts", metavar="LAYOUT", required=True)

    def add(name: str, text: str, description: str = "") -> argparse.ArgumentParser:
        kind = kinds.add_parser(
            name,
            help=text,
            description=description or text,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        _add_common(kind)
        return kind

    volve = add("volve", "Volve, daily sheet (Sm3 x 6.2898 bbl; Brent)", _about(layouts.volve))
    _add_period(volve)
    _allow_negative(volve)
    volve.set_defaults(layout=lambda o: layouts.volve(o.period, allow_negative=o.allow_negative))

    ogor_a = add("ogor-a", "US offshore OGOR-A, monthly (bbl; WTI)", _about(layouts.ogor_a))
    _allow_negative(ogor_a)
    ogor_a.set_defaults(layout=lambda o: layouts.ogor_a(allow_negative=o.allow_negative))

    prices = add("prices", "daily prices of a benchmark (USD/bbl)", _about(layouts.prices))
    prices.add_argument(
        "--benchmark", required=True, type=_benchmark, help="whose prices: brent, wti, ..."
    )
    prices.add_argument("--date", default="Date", metavar="COLUMN", help="default: Date")
    prices.add_argument("--price", default="Price", metavar="COLUMN", help="default: Price")
    prices.set_defaults(layout=lambda o: layouts.prices(o.benchmark, o.date, o.price))

    budgets = add(
        "budgets",
        "monthly budget and actual spending per well (USD)",
        f"{_about(layouts.budgets)}\n\nColumns: well_id, month (YYYY-MM), budget, actual.",
    )
    budgets.set_defaults(layout=lambda _: layouts.budgets())

    production = add(
        "production", "any other production by day or month: name the columns", PRODUCTION
    )
    columns = production.add_argument_group("columns (default: the option's own name)")
    for field in ("well_id", "well_name", "division_id", "division_name", "date", "oil"):
        columns.add_argument(f"--{field.replace('_', '-')}", default=field, metavar="COLUMN")
    production.add_argument(
        "--oil-unit", choices=OIL_UNITS, default="bbl", help="default: bbl; sm3 is 6.2898 bbl"
    )
    production.add_argument(
        "--date-format",
        type=_date_format,
        metavar="FORMAT",
        help="as of strptime, like %%d.%%m.%%Y; default: ISO",
    )
    _add_period(production)
    _allow_negative(production)
    production.add_argument(
        "--empty-oil-is-zero", action="store_true", help="take an empty oil cell for 0"
    )
    production.add_argument(
        "--benchmark",
        type=_benchmark,
        help="whose price the divisions sell at; default: what they have",
    )
    production.set_defaults(
        layout=lambda o: layouts.production(
            layouts.ProductionColumns(
                o.well_id, o.well_name, o.division_id, o.division_name, o.date, o.oil
            ),
            OIL_UNITS[o.oil_unit],
            o.date_format,
            o.empty_oil_is_zero,
            o.benchmark,
            o.period,
            allow_negative=o.allow_negative,
        )
    )
    kinds.add_parser(
        "demo",
        help="no file: the demo data of the first start",
        description=(demo.__doc__ or "").partition("\n\n")[2],
        formatter_class=argparse.RawDescriptionHelpFormatter,
    ).set_defaults(layout=None)
    return parser


def _add_period(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--period",
        choices=("day", "month"),
        default="day",
        help="what a row states (default: day); a month is given as YYYY-MM, YYYYMM or one of its "
        "days, or as --date-format says where there is one",
    )


def _allow_negative(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--allow-negative",
        action="store_true",
        help="take oil below zero for a correction (without: a reject)",
    )


def _about(layout: Any) -> str:
    """A layout's docstring, as the help of its command."""
    lines = (layout.__doc__ or "").splitlines()
    return "\n".join(line.strip() for line in lines).strip()


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help="a CSV file; - is standard input")
    parser.add_argument(
        "--rejects", type=Path, metavar="PATH", help="default: FILE's name + .rejects.csv, here"
    )
    parser.add_argument(
        "--max-rejects",
        type=_count,
        default=0,
        metavar="N",
        help="load a file's other rows if at most N are rejected (default 0)",
    )
    parser.add_argument(
        "--check", action="store_true", help="read and check everything, load nothing"
    )
    parser.add_argument(
        "--encoding",
        default="utf-8",
        choices=("utf-8", "latin-1", "cp1252"),
        help="default: utf-8",
    )
    parser.add_argument("--delimiter", default=",", type=_delimiter, help="default: a comma")
    parser.add_argument("--quiet", action="store_true", help="show no progress")


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"not a number of rows: {text}")
    return int(text)


def _delimiter(text: str) -> str:
    text = "\t" if text == "\\t" else text
    if len(text) != 1 or text in '"\r\n':
        raise argparse.ArgumentTypeError("a delimiter is one character (\\t for a tab)")
    return text


def _benchmark(text: str) -> str:
    """A benchmark's name as it is stored: benchmarks do not differ by case."""
    text = text.strip().lower()
    if not 0 < len(text) <= 30 or not text.isprintable():
        raise argparse.ArgumentTypeError("a benchmark's name has 1 to 30 printable characters")
    return text


def _date_format(text: str) -> str:
    if not is_month_format(text):
        raise argparse.ArgumentTypeError("a date's format holds its year, month and day")
    return text
