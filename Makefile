# What one does with a clone of Guanxi. `make` lists the targets.
#
#   DATA=file      a sales file for `make demo` instead of the simulated business
#   PROFILE=name   cargo profile of `make bench` (default: dev, the one that is also tested and shown; see docs/adr/0005)

SHELL       := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

CARGO   ?= cargo
PROFILE ?= dev
TARGET  := $(or $(CARGO_TARGET_DIR),$(CURDIR)/target)
# Tools for tests, of pinned versions, kept beside what was built with them.
TOOLS   := $(TARGET)/tools
export PATH := $(TOOLS)/bin:$(PATH)

NEXTEST_VERSION := 0.9.148
DENY_VERSION    := 0.20.2
DUCKDB_VERSION  := 1.5.5
SCHEMATHESIS_VERSION := 4.32.5
PIP := python3 -m pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: --upgrade

# Cargo has the machine's cores; two of it at once only wait for each other.
.NOTPARALLEL:

.PHONY: help demo test check fmt lint deny doctest nextest e2e console openapi bench tools tools-python clean-tools

help: ## This list.
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## /  make \1|/' | column -t -s '|'

demo: console ## Build, then make a simulated business (or take DATA=file), show it, and open the console on it.
	$(CARGO) run --locked -p guanxi -- demo $(if $(DATA),"$(DATA)")

test: console console-check check doctest nextest e2e ## Everything that must be green: check, then all tests. Installs what they need.

# Into the binary goes what lies in console/dist; without Node, a page that says so.
console: ## Build the console, when it is there and Node is.
	@if [ ! -f console/package.json ]; then :; \
	elif ! command -v npm >/dev/null 2>&1; then \
	    echo "skipped: the console is not built, there is no npm (Node 20 or newer); the program says so in the browser"; \
	elif [ -f console/dist/index.html ] && [ -z "$$(find console -path console/node_modules -prune -o -path console/dist -prune -o \
	    -type f -newer console/dist/index.html -print -quit)" ]; then :; \
	else \
	    echo "building the console …"; \
	    if [ ! -f console/node_modules/.package-lock.json ] || [ console/package-lock.json -nt console/node_modules/.package-lock.json ]; then \
	        (cd console && npm ci --silent --no-audit --no-fund); fi; \
	    (cd console && npm run --silent build -- --logLevel warn); \
	fi

.PHONY: console-check
console-check: console ## Types, lints, texts and tests of the console, and the size of its first load.
	@if [ -d console/node_modules ]; then cd console && npm run --silent check; \
	else echo "skipped: the checks of the console (there is no npm)"; fi

.PHONY: pictures
pictures: console ## Pictures of the console for the README, from the demonstration (needs Chromium and a Chinese font).
	$(CARGO) build --locked -p guanxi
	cd console && node scripts/pictures.mjs "$(TARGET)/debug/guanxi"

openapi: ## Write openapi.json anew, after the API was changed.
	$(CARGO) run --locked -q -p guanxi -- openapi > openapi.json.part
	mv openapi.json.part openapi.json

check: fmt-check lint deny ## Formatting, lints, licences and bans.

fmt: ## Format the code.
	$(CARGO) fmt --all

.PHONY: fmt-check
fmt-check:
	$(CARGO) fmt --all --check

lint:
	$(CARGO) clippy --locked --workspace --all-targets -- -D warnings

deny: $(TOOLS)/bin/cargo-deny
	$(CARGO) deny --log-level error check --hide-inclusion-graph bans licenses sources
	@if $(CARGO) deny --log-level off fetch db >/dev/null 2>&1; then \
	    $(CARGO) deny --log-level error check advisories; \
	else echo "skipped: advisories (their database cannot be fetched)"; fi

# Before the other tests, so that their count is the last thing printed.
doctest:
	$(CARGO) test --locked --workspace --doc --quiet

nextest: tools tools-python tools-schemathesis
	@status=0; PYTHONPATH="$(TOOLS)/python" SCHEMATHESIS_FOLDER="$(TOOLS)/schemathesis" $(CARGO) nextest run --locked --workspace || status=$$?; \
	report="$(TARGET)/nextest/default/junit.xml"; \
	if [ -f "$$report" ]; then grep -oE 'skipped: [^<]*' "$$report" | sort | uniq -c | sed -e 's/^ *\([0-9]*\) skipped/skipped \1 times/' -e 's/&quot;/"/g' || true; fi; \
	exit $$status

# BINARY names another program to try; E2E_OUT the folder of the pictures.
e2e: tools-browser ## Playwright in a real Chromium against the real binary.
	@if [ -z "$(BINARY)" ]; then $(CARGO) build --locked -q -p guanxi; fi
	@chromium="$${CHROMIUM:-$$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)}"; \
	if ! command -v npm >/dev/null 2>&1; then echo "skipped: browser tests (there is no npm; Node 20 or newer)"; \
	elif [ -z "$$chromium" ]; then echo "skipped: browser tests (there is no Chromium; set CHROMIUM, or install it)"; \
	else cd e2e/console && export CHROMIUM="$$chromium" PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1; \
	    if [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then \
	        npm ci --silent --no-audit --no-fund; fi; \
	    npm run --silent check; \
	    BINARY="$(or $(BINARY),$(TARGET)/debug/guanxi)" E2E_OUT="$(or $(E2E_OUT),$(TARGET)/e2e)" npm test --silent; \
	fi

bench: ## Side-by-side runs against peers; prints ratios (see bench/README.md).
	$(CARGO) build --locked -p guanxi --profile $(PROFILE)
	PYTHONPATH="$(TOOLS)/python" bench/run "$(TARGET)/$(if $(filter dev,$(PROFILE)),debug,$(PROFILE))/guanxi"

bench: tools-python

tools: $(TOOLS)/bin/cargo-deny $(if $(shell command -v cargo-nextest),,$(TOOLS)/bin/cargo-nextest)

# Ready-made where there are packages for this platform (seconds), else built from source (minutes).
$(TOOLS)/bin/cargo-deny:
	$(call install,cargo-deny,$(DENY_VERSION))

$(TOOLS)/bin/cargo-nextest:
	$(call install,cargo-nextest,$(NEXTEST_VERSION))

define install
	@mkdir -p "$(TOOLS)"
	@$(PIP) --target "$(TOOLS)/$(1).pip" astral-dev-toolchain-$(1)==$(2) 2>/dev/null \
	    && mkdir -p "$(TOOLS)/bin" && mv "$(TOOLS)/$(1).pip/bin/$(1)" "$@" \
	    || $(CARGO) install --locked --root "$(TOOLS)" --version $(2) $(1)
	@rm -rf "$(TOOLS)/$(1).pip"
endef

# DuckDB and its extensions: the tests attach the lake with them. Without pip those tests are skipped and say so.
tools-python: $(TOOLS)/python-$(DUCKDB_VERSION)

$(TOOLS)/python-$(DUCKDB_VERSION):
	@mkdir -p "$(TOOLS)"
	@rm -rf "$(TOOLS)/python"
	@if $(PIP) --target "$(TOOLS)/python" duckdb==$(DUCKDB_VERSION) duckdb-extension-ducklake==$(DUCKDB_VERSION) \
	    duckdb-extension-sqlite-scanner==$(DUCKDB_VERSION) duckdb-extension-postgres-scanner==$(DUCKDB_VERSION) 2>"$(TOOLS)/pip.log"; \
	then touch "$@"; else echo "skipped: DuckDB could not be installed with pip ($(TOOLS)/pip.log says why)"; fi

# Schemathesis tries the API with all kinds of requests. In an environment of its own, for it brings many packages. Without pip the
# test is skipped and says so.
.PHONY: tools-schemathesis
tools-schemathesis: $(TOOLS)/schemathesis-$(SCHEMATHESIS_VERSION)

$(TOOLS)/schemathesis-$(SCHEMATHESIS_VERSION):
	@mkdir -p "$(TOOLS)"
	@rm -rf "$(TOOLS)/schemathesis"
	@if python3 -m pip install --quiet --disable-pip-version-check --only-binary :all: --target "$(TOOLS)/schemathesis" \
	    schemathesis==$(SCHEMATHESIS_VERSION) 2>"$(TOOLS)/pip-schemathesis.log"; \
	then touch "$@"; else echo "skipped: schemathesis could not be installed with pip ($(TOOLS)/pip-schemathesis.log says why)"; fi

# Chromium, for the browser tests: installed only where that needs no questions. Without it they are skipped and say so.
.PHONY: tools-browser
tools-browser:
	@if [ -n "$${CHROMIUM:-}" ] || ! command -v npm >/dev/null || command -v chromium >/dev/null || command -v chromium-browser >/dev/null \
	    || command -v google-chrome >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "installing Chromium …"; mkdir -p "$(TOOLS)"; \
	    install="env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-wqy-microhei"; \
	    { $$install || { apt-get update -qq && $$install; }; } >"$(TOOLS)/chromium.log" 2>&1 \
	        || echo "Chromium could not be installed ($(TOOLS)/chromium.log says why)"; \
	fi

clean-tools: ## Remove the installed tools.
	rm -rf "$(TOOLS)"
