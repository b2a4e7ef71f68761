# What there is to do. `make demo` and `make test` need nothing before them: each installs, or names, what is missing.
CARGO ?= cargo
CORPUS ?=
export CORPUS

.PHONY: help demo build test quick bench corpus captures fuzz quality screen setup

help:
	@echo "make setup     install what is needed to build and test"
	@echo "make demo      look at a made-up home"
	@echo "make test      everything that CI checks"
	@echo "make quick     format, lints and tests of the library alone"
	@echo "make screen    drive the screen in tmux through every key, and measure it and what it loses (takes minutes)"
	@echo "make bench     measure"
	@echo "make corpus CORPUS=FOLDER   every capture of a folder must survive"
	@echo "make quality   measure how good the tool is (takes minutes)"
	@echo "make captures  make the project's own captures again"
	@echo "make fuzz      fuzz every target, FOR=60 seconds each (nightly compiler; CORPUS=FOLDER: begin with the captures there)"

demo:
	@scripts/setup.sh build
	@echo "Building tattletale; the first time takes a few minutes."
	@$(CARGO) build --release --quiet
	@target/release/tattletale demo

build:
	$(CARGO) build --release

quick:
	$(CARGO) fmt --check
	$(CARGO) clippy --all-targets -- -D warnings
	$(CARGO) test --lib

# The cheap checks first. With CORPUS set, its captures are read as well. The documents are for those who work here, so they show private items,
# and links to these are fine.
test:
	@scripts/setup.sh test
	$(CARGO) fmt --check
	$(CARGO) clippy --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings -A rustdoc::private-intra-doc-links" $(CARGO) doc --no-deps --document-private-items
	$(CARGO) test
	$(CARGO) build --release
	scripts/documented.sh target/release README.md docs/*.md

bench:
	$(CARGO) bench

# PICTURES=docs/pictures makes the pictures of the documents again.
screen: build
	scripts/drive_screen.sh target/release/tattletale $(PICTURES)
	scripts/measure_screen.py target/release/tattletale
	scripts/drops.py target/release/tattletale

corpus:
	@test -n "$(CORPUS)" || { echo "Which captures?  make corpus CORPUS=FOLDER"; exit 2; }
	$(CARGO) test --release --test corpus -- --nocapture

# QUALITY_SAMPLES, QUALITY_EACH, QUALITY_ROUNDS and QUALITY_SEEDS make it shorter or longer: docs/quality.md.
quality:
	$(CARGO) test --release --test quality --test floods -- --ignored --nocapture --test-threads=1

captures:
	$(CARGO) run --example make_captures -- captures

fuzz:
	scripts/fuzz.sh

setup:
	scripts/setup.sh test
