# Thin on purpose: each target sets up what it needs, then says one thing to cargo.
# `--workspace` everywhere, so that features are the same and dependencies are built once.
.DEFAULT_GOAL := help
.SUFFIXES:
MAKEFLAGS += --no-print-directory
SHELL := bash
target := $(or $(CARGO_TARGET_DIR),target)
checks := $(target)/debug/guardmesh-checks

.PHONY: help dev test check check-deep build release sqlx bench bench-gateway bench-guards bench-transcoder eval train-injection

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' Makefile

dev: ## Run all of Guardmesh here, with a PostgreSQL of its own (ARGS="--ephemeral")
	@.ci/setup dev
	@cargo build --workspace --locked --bin guardmesh
	@exec $(target)/debug/guardmesh dev $(ARGS)

# One seed for the property tests: the same commit gives the same result. `check-deep` draws anew.
test: ## Run every test
	@.ci/setup test
	PROPTEST_RNG_SEED=$${PROPTEST_RNG_SEED:-20261121} cargo test --workspace --locked

# Fuzzers, training and a bench are workspaces of their own, which nothing else here looks at.
check: ## Formatting, lints, lock files, contracts, API document, SARIF, query metadata, directions, file length
	@.ci/setup check
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	@for lock in $$(git ls-files '*/Cargo.lock'); do \
		cargo metadata --locked --format-version 1 --manifest-path $${lock%lock}toml >/dev/null || exit; \
	done
	target/tools/node_modules/.bin/buf lint
	.ci/buf-breaking
	cargo build --workspace --locked --bin guardmesh --bin guardmesh-checks
	$(target)/debug/guardmesh openapi >$(target)/openapi.json
	target/tools/node_modules/.bin/validate-api $(target)/openapi.json
	node gateway/tests/docs_page.mjs $(target)/openapi.json
	node cli/tests/sarif.mjs $(target)/debug/guardmesh target/tools
	$(checks) directions
	$(checks) file-length
	$(checks) sqlx --check

check-deep: ## Search longer: property tests with more cases (CASES=5000), fuzzers (FUZZ_SECONDS=120)
	@.ci/check-deep

build: ## Build everything for development
	@.ci/setup dev
	cargo build --workspace --locked

release: ## Build the binaries for production
	@.ci/setup dev
	cargo build --workspace --locked --release --bins

sqlx: ## Renew .sqlx after a change of queries or migrations
	@.ci/setup test
	@cargo build --workspace --locked --bin guardmesh-checks
	$(checks) sqlx

bench: ## Run the load harness against a release build
	@.ci/setup test
	cargo build --workspace --release --locked --bin guardmesh --bin guardmesh-bench
	$(target)/release/guardmesh-bench house $(ARGS)

bench-gateway: ## Compare the gateway with its peers: processor time and latency of a call
	@.ci/setup bench
	cargo build --workspace --release --locked --bin guardmesh-gateway --bin guardmesh-bench
	$(target)/release/guardmesh-bench gateway $(ARGS)

bench-guards: ## Compare the guards with their peers: throughput, and latency of a check
	@.ci/setup bench
	cargo build --workspace --release --locked --bin guardmesh-bench
	$(target)/release/guardmesh-bench guards $(ARGS)

bench-transcoder: ## Time the transcoder beside prost-reflect and pbjson
	cargo run --release --locked --manifest-path gateway/transcoder/bench/Cargo.toml

eval: ## Measure what the guards find: generated documents, and injection with a source left out at a time
	cargo run --locked --package guardmesh-guard-engine --example eval -- services/guards/engine/docs/detection.md $$(date -u +%F)
	services/guards/engine/training/train

train-injection: ## Train the model of the guard prompt_injection, and check that it gives the same bytes (ARGS=--renew)
	services/guards/engine/training/train $(ARGS)
