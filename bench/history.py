"""Questions over a long simulated history: all customers, one customer, a new order, a search."""

import datetime
import json
import os
import random
import shutil
import sqlite3
import statistics
import time

from measure import HERE, alternate, child, duckdb, line, median, spread, verdict

DAY = "2025-12-31"
AS_OF, UTC = f"{DAY} 23:59:59.999999", f"{DAY} 15:59:59.999999"
EXACT = ["recency", "frequency", "monetary", "frequency_90d", "monetary_12m", "tenure", "top_category", "top_product", "top_store",
    "top_channel", "products"]
MOMENTS = ["first_purchase", "last_purchase"]


def make(guanxi, folder, customers, lines):
    """A data folder with that history, imported as anyone would."""
    sim, shop = folder / "sim", folder / "shop"
    child([guanxi, "simulate", sim, "--customers", str(customers), "--lines", str(lines // customers), "--format", "parquet"])
    child([guanxi, "init", shop])
    for kind, name in (("customers", "customers.csv"), ("orders", "orders.parquet")):
        run = child([guanxi, "--data", shop, "import", kind, sim / name, "--json"])
        line(f"history: import of {kind} {run['seconds']:.1f} s, {run['mib']:,.0f} MiB")
    shutil.rmtree(sim)
    return shop


def files(shop, table):
    """The live files of a table, and their bytes."""
    with sqlite3.connect(f"file:{shop}/guanxi.db?mode=ro", uri=True) as db:
        rows = db.execute(
            "SELECT f.path, f.bytes FROM lake_file f JOIN lake_table t ON t.id = f.table_id "
            "WHERE t.name = ? AND f.begin_snapshot IS NOT NULL AND f.end_snapshot IS NULL", [table]).fetchall()
    return [f"{shop}/lake/{path}" for path, _ in rows], sum(size for _, size in rows)


def statements(name):
    text = (HERE / "sql" / name).read_text().replace("{as_of}", AS_OF).replace("{utc}", UTC)
    text = "\n".join(row for row in text.splitlines() if not row.startswith("--"))
    return [part for part in text.split(";") if part.strip()]


def traits(guanxi, folder, shop, rounds):
    """All built-in traits and RFM of everybody, against DuckDB on the same Parquet files."""
    history, size = files(shop, "order_line")
    view = f"CREATE TEMP VIEW history AS SELECT * FROM read_parquet({history}, hive_partitioning = false)"
    database = folder / "traits.duckdb"
    asked = [view, *statements("traits.sql"), *statements("rfm.sql"), "CHECKPOINT"]

    def ours():
        first = child([guanxi, "--data", shop, "traits", "rebuild", "--as-of", DAY])
        second = child([guanxi, "--data", shop, "segment", "rfm", "--as-of", DAY])
        both = [first["seconds"], second["seconds"]]
        return {"seconds": sum(both), "cpu": first["cpu"] + second["cpu"], "mib": max(first["mib"], second["mib"]), "parts": both}

    def theirs():
        database.unlink(missing_ok=True)
        return duckdb(asked, database, ["SELECT count(*) FROM trait"])

    mine, peer = alternate(rounds, ours, theirs)
    same(shop, database)
    ratio, memory = median(peer) / median(mine), max(r["mib"] for r in mine)
    customers = peer[-1]["answers"][0][0][0]
    line(f"traits and RFM: {int(customers):,} customers, {size / 1e6:,.0f} MB of Parquet")
    parts = [statistics.median(run["parts"][i] for run in mine) for i in (0, 1)]
    line(f"  Guanxi {spread(mine)}: traits {parts[0]:.2f}, RFM {parts[1]:.2f}; {memory:,.0f} MiB")
    line(f"  DuckDB {spread(peer)}: {' '.join(f'{p:.2f}' for p in peer[-1]['parts'])}; {max(r['mib'] for r in peer):,.0f} MiB")
    cpu = median(peer, "cpu") / median(mine, "cpu")
    verdict("DuckDB's time / ours", f"{ratio:.2f}, of processors {cpu:.2f}", "at least 1, aim 3", ratio >= 1)
    verdict("peak memory", f"{memory:,.0f} MiB", "at most 4,096", memory <= 4096)
    database.unlink()


def same(shop, database):
    """Stops when the two sides do not say the same of every customer."""
    tables = {name: f"read_parquet({files(shop, name)[0]}, hive_partitioning = false)" for name in ("trait", "rfm")}
    names = duckdb([], ask=[f"SELECT column_name FROM (DESCRIBE SELECT * FROM {tables['trait']})"])["answers"][0]
    floats = [n for (n,) in names if n not in EXACT + MOMENTS + ["customer_id", "as_of", "average_order"]]
    tests = [f"count(*) FILTER (WHERE o.{n} IS DISTINCT FROM t.{n})" for n in EXACT]
    tests += [f"count(*) FILTER (WHERE CAST(o.{n} AS TIMESTAMP) + INTERVAL 8 HOURS IS DISTINCT FROM t.{n})" for n in MOMENTS]
    near = "count(*) FILTER (WHERE abs(o.{0} - t.{0}) > {1} OR (o.{0} IS NULL) <> (t.{0} IS NULL))"
    tests += [near.format(n, 1e-9) for n in floats] + [near.format("average_order", 0.000051)]
    labels = EXACT + MOMENTS + floats + ["average_order"]
    rfm = [f"count(*) FILTER (WHERE o.{n} IS DISTINCT FROM t.{n})" for n in ("recency", "frequency", "monetary", "r", "f", "m", "rfm_group")]
    join = "FROM {0} o FULL JOIN {1} t ON o.customer_id = t.customer_id"
    buyers = f"(SELECT * FROM {tables['rfm']} WHERE frequency > 0)"
    ask = [f"SELECT {', '.join(tests)} {join.format(tables['trait'], 'trait')}", f"SELECT {', '.join(rfm)} {join.format(buyers, 'rfm')}"]
    one, two = duckdb([], database, ask)["answers"]
    wrong = {n: v for n, v in zip([*labels, "rfm recency", "rfm frequency", "rfm monetary", "r", "f", "m", "group"], one[0] + two[0]) if v != "0"}
    if wrong:
        raise SystemExit(f"the answers differ (trait, customers): {wrong}")
    line(f"traits and RFM: both sides agree on {len(labels)} traits, scores and groups of every customer")


def people(shop, count, seed):
    """Cards and names of random customers with orders."""
    with sqlite3.connect(f"file:{shop}/guanxi.db?mode=ro", uri=True) as db:
        total = db.execute("SELECT max(id) FROM customer").fetchone()[0]
        draw = random.Random(seed)
        found = []
        if db.execute("SELECT 1 FROM customer WHERE last_seen IS NOT NULL LIMIT 1").fetchone() is None:
            raise SystemExit("no customer of the data folder has an order")
        while len(found) < count:
            row = db.execute(
                "SELECT i.value FROM identity i JOIN customer c ON c.id = i.customer_id "
                "WHERE i.kind = 'card' AND c.id = ? AND c.last_seen IS NOT NULL", [draw.randint(1, total)]).fetchone()
            found += [row[0]] if row else []
        return found, total


def computed(guanxi, shop):
    """Computes traits and groups where nobody has: an order then has both to keep fresh."""
    with sqlite3.connect(f"file:{shop}/guanxi.db?mode=ro", uri=True) as db:
        known = db.execute("SELECT 1 FROM segment_run").fetchone()
    if not known:
        child([guanxi, "--data", shop, "traits", "rebuild"])
        child([guanxi, "--data", shop, "segment", "rfm"])


def orders(guanxi, folder, shop, rounds, count=500):
    """One new order at a time, each durable, then applied with the customer's traits and place."""
    # Other orders than those of a run before on the same data folder.
    first_id = time.time_ns()
    means, limits = [], []
    computed(guanxi, shop)
    # The history was just made: that the system still writes it to the disk is not the orders' time.
    os.sync()
    for number in range(rounds):
        cards, total = people(shop, count, number)
        first = datetime.datetime(2026, 1, 1, 9)
        text = "".join(
            json.dumps({"order_id": f"bench-{first_id}-{number}-{i}", "time": str(first + datetime.timedelta(minutes=i)), "customer": card,
                "product": "DR-002", "quantity": 1 + i % 3, "unit_price": 3.5}) + "\n"
            for i, card in enumerate(cards))
        (folder / "new.jsonl").write_text(text)
        run = child([guanxi, "--data", shop, "intake", folder / "new.jsonl", "--batch-lines", "1", "--json"])
        answer = json.loads(run["out"])
        if len(answer["batches"]) != count or any(b["lines"] != 1 or b["bad"] or b["customers_added"] for b in answer["batches"]):
            raise SystemExit("the orders were not taken as they should")
        means.append(answer["ms_per_batch"])
        limits.append(commits(folder / "limit.db", count))
    mean, limit = statistics.median(means), statistics.median(limits)
    line(f"new orders: {count} at {total:,} customers, {' '.join(f'{m:.2f}' for m in means)} ms each")
    line(f"  two bare SQLite transactions of one row: {limit:.2f} ms; ours / that: {mean / limit:.1f}")
    verdict("mean of one order", f"{mean:.2f} ms", "at most 5", mean <= 5)


def commits(path, count):
    """Milliseconds of two transactions that insert a row each: to keep an order, on the disk, then to apply it."""
    path.unlink(missing_ok=True)
    db = sqlite3.connect(path, isolation_level=None)
    db.executescript("PRAGMA journal_mode = WAL; CREATE TABLE t (id INTEGER PRIMARY KEY, body TEXT)")
    start = time.perf_counter()
    for level in ["FULL", "NORMAL"] * count:
        db.execute(f"PRAGMA synchronous = {level}")
        db.execute("BEGIN IMMEDIATE")
        db.execute("INSERT INTO t (body) VALUES (?)", ["x" * 200])
        db.execute("COMMIT")
    spent = time.perf_counter() - start
    db.close()
    return spent * 1e3 / count


def timeline(guanxi, shop, count=20):
    """All bytes that the process which shows one customer asks the system for, less those of a process that does nothing."""
    _, size = files(shop, "order_line")
    cards, _ = people(shop, count, 99)
    bare = child([guanxi, "--version"])["read"]
    runs = [child([guanxi, "--data", shop, "customer", "show", card, "--orders", "100000", "--json"]) for card in cards]
    reads = [r["read"] - bare for r in runs]
    if bare == 0:
        line("skipped: timeline (the system does not count the bytes a process reads)")
        return
    share = 100 * statistics.mean(reads) / size
    line(f"timeline: {statistics.mean(reads):,.0f} bytes of a history of {size:,}, everything else the process reads included")
    verdict("bytes read", f"{share:.2f} %", "less than 1 %", share < 1)


def search(guanxi, shop, rounds):
    """A search less the start of the process, against a scan by SQLite for the same text."""
    with sqlite3.connect(f"file:{shop}/guanxi.db?mode=ro", uri=True) as db:
        total = db.execute("SELECT count(*) FROM customer").fetchone()[0]
        line(f"search: {total:,} customers, milliseconds beyond the start of the process")
        worst = 0
        for text in ("wxm", "王小明", "小明", "5678", "138", "w x"):
            runs = [(child([guanxi, "--data", shop, "customer", "search", text, "--json"]), child([guanxi, "--data", shop, "config"]))
                for _ in range(2 * rounds + 1)]
            spent = 1e3 * statistics.median(a["seconds"] - b["seconds"] for a, b in runs)
            start = time.perf_counter()
            db.execute("SELECT count(*) FROM customer WHERE name LIKE ?", [f"%{text}%"]).fetchone()
            scan = (time.perf_counter() - start) * 1e3
            hits = len(json.loads(runs[0][0]["out"]))
            line(f"  {text:<6} {spent:6.1f}, {hits} found (a scan of the names alone by SQLite: {scan:.1f})")
            worst = max(worst, spent)
    verdict("slowest search", f"{worst:.1f} ms", "at most 50", worst <= 50)
