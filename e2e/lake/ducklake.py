"""Attaches the lake of a running system with DuckDB and compares what it sees with what is expected.

usage: ducklake.py DATABASE_URL EXPECTED_JSON

DATABASE_URL is the operational store (sqlite:///path or postgres://user:password@host:port/name). EXPECTED_JSON maps SQL over
`lake.order_line` to the one row that it must give, every value as text.
Needs: pip install duckdb==1.5.5 duckdb-extension-ducklake duckdb-extension-sqlite-scanner duckdb-extension-postgres-scanner
"""

import importlib.util
import json
import pathlib
import sys
from urllib.parse import unquote, urlsplit

import duckdb


def extension(name):
    """The extension file inside its Python package: nothing is downloaded."""
    spec = importlib.util.find_spec(f"duckdb_extension_{name}")
    folder = pathlib.Path(spec.origin).parent / "extensions"
    return next(folder.glob(f"*/{name}.duckdb_extension"))


def address(url):
    """The operational store as DuckLake wants it."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return f"ducklake:sqlite:{url.removeprefix('sqlite://').split('?')[0]}"
    fields = {
        "dbname": parts.path.lstrip("/"),
        "host": parts.hostname,
        "port": parts.port or 5432,
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
    }
    return "ducklake:postgres:" + " ".join(f"{key}={value}" for key, value in fields.items() if value)


def main():
    url, expected = sys.argv[1], json.loads(sys.argv[2])
    connection = duckdb.connect(config={"allow_unsigned_extensions": "true"})
    for name in ("sqlite_scanner", "postgres_scanner", "ducklake"):
        connection.execute(f"LOAD '{extension(name)}'")
    connection.execute(f"ATTACH '{address(url)}' AS lake (READ_ONLY)")
    wrong = 0
    for sql, row in expected.items():
        found = [str(value) for value in connection.execute(sql).fetchone()]
        if found != row:
            wrong += 1
            print(f"{sql}\n  expected {row}\n  found    {found}")
    try:
        connection.execute("DELETE FROM lake.order_line")
        wrong += 1
        print("the lake could be changed")
    except duckdb.Error:
        pass
    print(f"{len(expected) - min(wrong, len(expected))} of {len(expected)} answers are right")
    sys.exit(1 if wrong else 0)


main()
