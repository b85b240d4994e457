"""The server under a steady load: pages of a large business at so many requests a second; its start, its overview, its memory."""

import http.client
import json
import random
import re
import shutil
import signal
import sqlite3
import statistics
import subprocess
import threading
import time
import urllib.parse
from pathlib import Path

from history import computed, people
from measure import child, line, verdict

MONTHS = "from=2024-01-01&to=2025-12-31"
KINDS = ("list", "search", "customer", "grid")
SCOPES = "customers.read,customers.pii,segments.read,insight.read,import.read,orders.write"
WORDS = ("wxm", "王小明", "小明", "zhang", "5678", "138", "li na", "C0004")
# What a person does to the list of customers: other columns to sort by, filters, a group, what she types.
LISTS = ("sort=-monetary", "sort=last_purchase", "sort=name", "filter=frequency:ge:20&sort=-frequency",
    "filter=monetary:ge:3000&filter=recency:le:60", "within=group:champions&sort=-monetary", "q=wxm",
    "within=stage:at_risk", "filter=top_channel:eq:app", "sort=-average_order&columns=name,average_order,rfm_group")


class Server:
    """`guanxi serve` over a data folder, on a free port."""

    def __init__(self, guanxi, shop):
        command = [guanxi, "--data", shop, "serve", "--listen", "127.0.0.1:0"]
        begin = time.perf_counter()
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        told = ""
        while not (found := re.search(r"http://127\.0\.0\.1:(\d+)", told)):
            part = self.process.stdout.readline()
            if not part:
                raise SystemExit(f"the server did not start: {told}")
            told += part
        self.port = int(found.group(1))
        while get(self.connect(), "/readyz", None)[0] != 200:
            time.sleep(0.005)
        self.start = time.perf_counter() - begin
        # Nobody reads on: a full pipe would stop it.
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def mib(self):
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1024

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)


def get(connection, path, key):
    """Status, body and seconds of an answer."""
    begin = time.perf_counter()
    connection.request("GET", path, headers={"Authorization": f"Bearer {key}"} if key else {})
    answer = connection.getresponse()
    body = answer.read()
    return answer.status, body, time.perf_counter() - begin


def ask(server, key, path):
    """One answer, which must be a good one; the seconds of it too."""
    status, body, seconds = get(server.connect(), "/api/v1" + path, key)
    if status != 200:
        raise SystemExit(f"{path}: {status} {body[:400]!r}")
    return json.loads(body), seconds


def key_of(guanxi, shop):
    """A key that may see what the pages show."""
    child([guanxi, "--data", shop, "user", "add", f"bench{time.time_ns()}@shop.example", "--role", "owner"])
    made = child([guanxi, "--data", shop, "key", "make", "bench", "--scope", SCOPES, "--json"])["out"]
    return re.search(r"gxk_[A-Za-z0-9_-]+", made).group(0)


def ids(shop, count):
    """Ids of random customers with orders, as the API writes them."""
    with sqlite3.connect(f"file:{shop}/guanxi.db?mode=ro", uri=True) as db:
        total = db.execute("SELECT max(id) FROM customer").fetchone()[0]
        draw = random.Random(7)
        seen = "SELECT 1 FROM customer WHERE id = ? AND last_seen IS NOT NULL"
        found = []
        while len(found) < count:
            number = draw.randint(1, total)
            found += [f"cus_{number}"] if db.execute(seen, [number]).fetchone() else []
        return found, total


def steps(shop, run, count):
    """What is asked for, in a mixed order: every kind equally often, every request another one."""
    draw = random.Random(11)
    customers, _ = ids(shop, count)
    pages = ("/customers/{}", "/customers/{}/explanation", "/orders?customer={}&limit=20", "/customers/{}/timeline?limit=50")
    asked = []
    for number in range(count):
        words = urllib.parse.quote(draw.choice(WORDS))
        asked += [
            ("list", "/customers?limit=50&" + draw.choice(LISTS)),
            ("search", f"/search?limit=8&q={words}"),
            ("customer", pages[number % len(pages)].format(customers[number])),
            ("grid", f"/segments/runs/{run}/grid" + draw.choice(("", "?x=m"))),
        ]
    draw.shuffle(asked)
    return asked


def fire(server, key, asked, rate):
    """Sends at a steady rate, whatever the answers do; seconds of each kind, counted from when a request was due."""
    taken = {kind: [] for kind in KINDS}
    wrong, slow, lock = [], [], threading.Lock()
    begin = time.perf_counter() + 0.2
    turn = iter(enumerate(asked))

    def work():
        connection = server.connect()
        while True:
            with lock:
                number, (kind, path) = next(turn, (None, (None, None)))
            if number is None:
                return
            due = begin + number / rate
            time.sleep(max(0, due - time.perf_counter()))
            status, body, _ = get(connection, "/api/v1" + path, key)
            spent = time.perf_counter() - due
            with lock:
                taken[kind].append(spent)
                slow.append((spent, path))
                if status != 200:
                    wrong.append(f"{path}: {status} {body[:200]!r}")

    workers = [threading.Thread(target=work) for _ in range(24)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if wrong:
        raise SystemExit(f"{len(wrong)} answers were no good ones: {wrong[:3]}")
    return taken, sorted(slow, reverse=True)[:8]


def quantile(values, share):
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def overview(server, key, when, limit=300):
    """The overview of 24 months with all its panels, asked for one after the other."""
    panels = {"numbers": "/overview?", "cohorts": "/overview/cohorts?", "hours": "/overview/hours?", "top": "/overview/top?by=product&",
        "moves": "/segments/moves?by=stage&"}
    spent = {name: ask(server, key, panel + MONTHS)[1] * 1e3 for name, panel in panels.items()}
    text = ", ".join(f"{name} {ms:.0f}" for name, ms in spent.items())
    verdict(f"overview of 24 months {when}", f"{text} ms", f"at most {limit} each", max(spent.values()) <= limit)


def order(server, key, card, at="2026-01-02 10:00"):
    """A new order through the API; the seconds until it counts."""
    body = json.dumps({"source": "bench", "orders": [{"order_id": f"load-{time.time_ns()}", "time": at,
        "customer": card, "product": "DR-002", "quantity": 1, "unit_price": 3.5}]})
    connection = server.connect()
    begin = time.perf_counter()
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    connection.request("POST", "/api/v1/intake", body, headers)
    answer = connection.getresponse()
    told = answer.read()
    if answer.status != 200:
        raise SystemExit(f"an order was not taken: {answer.status} {told[:300]!r}")
    return time.perf_counter() - begin


def imported(guanxi, shop, cards):
    """Imports a file of orders by the command line, beside the server."""
    file = Path(shop) / "load-orders.csv"
    rows = (f"late-{n},2025-12-{1 + n % 28:02} 12:00,{cards[n % len(cards)]},DR-002,1,3.5\n" for n in range(50_000))
    file.write_text("order_id,time,customer,product,quantity,unit_price\n" + "".join(rows))
    child([guanxi, "--data", shop, "import", "orders", file])
    file.unlink()


def run(guanxi, shop, rate=20, seconds=60):
    """Everything that is measured of a running server."""
    computed(guanxi, shop)
    key = key_of(guanxi, shop)
    # As if the history had just been imported by the command line: no server has ever made a summary of it.
    shutil.rmtree(Path(shop) / "cache", ignore_errors=True)
    child([guanxi, "--data", shop, "segment", "rfm"])
    newest = Server(guanxi, shop)
    try:
        verdict("very first start until ready", f"{newest.start:.2f} s", "at most 1", newest.start <= 1)
        overview(newest, key, "at the very first start")
    finally:
        newest.stop()
    server = Server(guanxi, shop)
    try:
        first = server.mib()
        line(f"server: {ids(shop, 1)[1]:,} customers, {first:.0f} MiB when ready")
        verdict("start until ready", f"{server.start:.2f} s", "at most 1", server.start <= 1)
        overview(server, key, "at a start")
        overview(server, key, "again", 50)
        latest = ask(server, key, "/segments/runs?limit=1")[0]["items"][0]["id"]
        _, begin = ask(server, key, "/customers?limit=50&sort=-monetary")
        line(f"  first list of customers {begin * 1e3:.0f} ms")
        asked = steps(shop, latest, rate * seconds // len(KINDS))
        taken, slow = fire(server, key, asked, rate)
        for kind, times in taken.items():
            p50, p95, p99 = (1e3 * quantile(times, share) for share in (0.5, 0.95, 0.99))
            verdict(f"{kind} at {rate} requests/s", f"p95 {p95:.1f} ms (p50 {p50:.1f}, p99 {p99:.1f}, {len(times)} answers)",
                "p95 at most 50", p95 <= 50)
        line("  slowest: " + "; ".join(f"{spent * 1e3:.0f} ms {path}" for spent, path in slow))
        cards, _ = people(shop, 20, 5)
        orders = [order(server, key, card) * 1e3 for card in cards]
        line(f"  a new order through the API: {statistics.median(orders):.1f} ms in the median of {len(orders)}")
        _, fresh = ask(server, key, f"/overview?{MONTHS}")
        # The start of the server has read them as they were kept: what they are made of is there after a first time.
        ask(server, key, f"/segments/moves?by=stage&{MONTHS}")
        order(server, key, cards[0], "2025-12-31 10:00")
        _, moved = ask(server, key, f"/segments/moves?by=stage&{MONTHS}")
        verdict("moves of 24 months right after an order", f"{moved * 1e3:.0f} ms", "at most 300", moved <= 0.3)
        spent = [ask(server, key, f"/segments/moves?by=stage&from=2024-{month:02}-07&to=2025-{month:02}-19")[1] * 1e3 for month in range(3, 12)]
        text = f"{statistics.median(spent):.0f} ms in the median of {len(spent)}, {max(spent):.0f} at most"
        verdict("moves between days that nobody has asked for", text, "at most 300", max(spent) <= 300)
        imported(guanxi, shop, cards)
        # By then the server has seen the new files.
        time.sleep(15)
        overview(server, key, "after an import beside it")
        line(f"  overview right after it {fresh * 1e3:.0f} ms; {server.mib():.0f} MiB after all of it")
    finally:
        server.stop()


def idle(guanxi, folder):
    """Memory of the demo half a minute after it is ready, when nobody uses it."""
    place = folder / "demo"
    process = subprocess.Popen([guanxi, "--data", place, "demo", "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    told = ""
    while "http://127.0.0.1:" not in told:
        part = process.stdout.readline()
        if not part:
            raise SystemExit(f"the demo did not start: {told[-800:]}")
        told += part
    threading.Thread(target=process.stdout.read, daemon=True).start()
    time.sleep(30)
    status = Path(f"/proc/{process.pid}/status").read_text()
    mib = int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1024
    process.send_signal(signal.SIGTERM)
    process.wait(60)
    shutil.rmtree(place, ignore_errors=True)
    verdict("idle memory of the demo", f"{mib:.0f} MiB", "at most 150", mib <= 150)
