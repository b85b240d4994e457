"""Import of order lines from CSV, against DuckDB's read_csv into a table of the same columns."""

import gzip
import json
import shutil

from measure import alternate, child, duckdb, line, median, spread, verdict

COLUMNS = (
    "{'InvoiceNo': 'VARCHAR', 'StockCode': 'VARCHAR', 'Description': 'VARCHAR', 'Quantity': 'INTEGER', "
    "'InvoiceDate': 'TIMESTAMP', 'UnitPrice': 'DECIMAL(18,4)', 'CustomerID': 'BIGINT', 'Country': 'VARCHAR'}"
)
OURS = "SELECT count(*) AS a, sum(quantity) AS b, count(DISTINCT order_id) AS c, count(DISTINCT customer_id) AS d FROM order_line"
THEIRS = "SELECT count(*), sum(Quantity), count(DISTINCT InvoiceNo), count(DISTINCT CustomerID) FROM sales"
OUR_MONEY = "SELECT sum(amount) FROM order_line WHERE customer_id IS NOT NULL"
THEIR_MONEY = "SELECT sum(Quantity * UnitPrice) FROM sales WHERE CustomerID IS NOT NULL"


def repeat(source, target, copies):
    """The file several times over; each copy has invoice numbers and customers of its own, so that no line repeats another copy's."""
    with gzip.open(source, "rt", encoding="utf-8", newline="") as text:
        head, *rows = text.read().splitlines()
    parts = []
    for row in rows:
        invoice, rest = row.split(",", 1)
        rest, customer, country = rest.rsplit(",", 2)
        parts.append((invoice, rest, customer, country))
    with open(target, "w", encoding="utf-8", newline="") as out:
        out.write(head + "\n")
        for copy in range(copies):
            out.writelines(
                f"{invoice}{copy:02},{rest},{int(customer) + copy * 100_000 if customer else ''},{country}\n"
                for invoice, rest, customer, country in parts
            )
    return len(rows) * copies


def simulated(guanxi, folder, target, lines):
    """Stands in where the real file is not at hand: simulated lines in the same columns."""
    child([guanxi, "simulate", folder / "sim", "--customers", str(lines // 100), "--lines", "100", "--format", "parquet"])
    duckdb([
        f"""COPY (SELECT order_id AS InvoiceNo, product_code AS StockCode, product_name AS Description, quantity AS Quantity,
            strftime(order_time, '%Y-%m-%d %H:%M:%S') AS InvoiceDate, unit_price AS UnitPrice,
            CAST(substr(customer_no, 2) AS BIGINT) AS CustomerID, store AS Country
            FROM read_parquet('{folder}/sim/orders.parquet')) TO '{target}' (HEADER)"""
    ])
    shutil.rmtree(folder / "sim")


def run(guanxi, folder, data, copies, rounds):
    csv = folder / "sales.csv"
    source = data / "online_retail.csv.gz"
    if source.is_file():
        count = repeat(source, csv, copies)
        line(f"import: Online Retail x {copies}, {count:,} lines, {csv.stat().st_size / 1e6:,.0f} MB of CSV")
    else:
        line(f"skipped: {source} is not here; simulated lines instead")
        simulated(guanxi, folder, csv, 541_909 * copies)
    shop, database = folder / "import", folder / "import.duckdb"

    def ours():
        shutil.rmtree(shop, ignore_errors=True)
        child([guanxi, "init", shop, "--zone", "Europe/London", "--currency", "GBP", "--region", "GB"])
        return child([guanxi, "--data", shop, "import", "orders", csv, "--json"])

    def theirs():
        database.unlink(missing_ok=True)
        make = f"CREATE TABLE sales AS SELECT * FROM read_csv('{csv}', header = true, columns = {COLUMNS})"
        return duckdb([make, "CHECKPOINT"], database, [THEIRS, THEIR_MONEY])

    mine, peer = alternate(rounds, ours, theirs)
    got = [
        [str(v) for v in json.loads(child([guanxi, "--data", shop, "query", q, "--json"])["out"])[0].values()]
        for q in (OURS, OUR_MONEY)
    ]
    for a, b in zip(got, peer[-1]["answers"]):
        if [float(v) for v in a] != [float(v) for v in b[0]]:
            raise SystemExit(f"the answers differ: {a} and {b[0]}")
    ratio, memory = median(peer) / median(mine), max(r["mib"] for r in mine)
    line(f"  Guanxi {spread(mine)}, {memory:,.0f} MiB; DuckDB {spread(peer)}, {max(r['mib'] for r in peer):,.0f} MiB")
    cpu = median(peer, "cpu") / median(mine, "cpu")
    verdict("DuckDB's time / ours", f"{ratio:.2f}, of processors {cpu:.2f}", "at least 0.5, aim 1", ratio >= 0.5)
    verdict("peak memory", f"{memory:,.0f} MiB", "at most 1,024", memory <= 1024)
    shutil.rmtree(shop)
    database.unlink()
    csv.unlink()
