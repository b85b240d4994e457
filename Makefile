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
PIP := python3 -m pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: --upgrade

# Cargo has the machine's cores; two of it at once only wait for each other.
.NOTPARALLEL:

.PHONY: help demo test check fmt lint deny doctest nextest bench tools tools-python clean-tools

help: ## This list.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1|/' | column -t -s '|'

demo: ## Build, then make a simulated business (or take DATA=file) and show its segments.
	$(CARGO) run --locked -p guanxi -- demo $(if $(DATA),"$(DATA)")

test: check doctest nextest ## Everything that must be green: check, then all tests. Installs what they need.

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

nextest: tools tools-python
	@status=0; PYTHONPATH="$(TOOLS)/python" $(CARGO) nextest run --locked --workspace || status=$$?; \
	report="$(TARGET)/nextest/default/junit.xml"; \
	if [ -f "$$report" ]; then grep -oE 'skipped: [^<]*' "$$report" | sort | uniq -c | sed -e 's/^ *\([0-9]*\) skipped/skipped \1 times/' -e 's/&quot;/"/g' || true; fi; \
	exit $$status

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

clean-tools: ## Remove the installed tools.
	rm -rf "$(TOOLS)"
