# The front door. `make run` and `make test` need nothing before them on a Debian machine with a Swift 6.3 toolchain.
SWIFT ?= swift
DIR ?= .quickstart
export SWIFT_BACKTRACE ?= color=no

# Of `make simulate`; CONFIGURATION=release is worth its build for thousands of devices.
SEED ?= 1
DEVICES ?= 1000
HOURS ?= 1
CONFIGURATION ?= debug

IDLE ?= 120
SOAK_DEVICES ?= 100000
SOAK_HOURS ?= 24
# Of `make soak-fleet`.
MINUTES ?= 30

BUILD_BENCH = $(SWIFT) build -c release --scratch-path .build-bench

# In CI nobody debugs what is built. (Its index is needed: SwiftPM finds the tests in it.)
export BUILD_FLAGS ?= $(if $(filter true,$(CI)),-debug-info-format none)

# More arguments of `make bench-compile` and `make bench-fleet`.
BENCH ?=

# Of `make fuzz`, for each target.
SECONDS ?= 10

.PHONY: help deps build run check-tour test bench bench-programs bench-agent bench-compile bench-fleet bench-plots bench-quick simulate soak soak-fleet fuzz asan tsan fmt check interface protos templates openapi docs kit-documentation clean

help: ## what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

deps: ## install the Debian packages that are missing, or say which when not root
	@scripts/install-dependencies

build: deps ## everything, debug
	$(SWIFT) build

run: build ## a server, an enrolled agent and plugins on loopback in $(DIR), working; Ctrl-C ends them
	.build/debug/martlet quickstart --dir $(DIR)

check-tour: build ## the tour of the quickstart by itself; exits 0 only if every step happened
	.build/debug/martlet quickstart --check --dir $$(mktemp -d)/tour

test: deps ## build once, run every test
	scripts/timed "tools of the tests" scripts/python-environment
	scripts/timed "minimal Debian" scripts/minimal-root
	scripts/timed build $(SWIFT) build --build-tests $(BUILD_FLAGS)
	AGENT=debug scripts/timed "files of the package" scripts/build-release .build-test-files
	scripts/run-tests

bench-programs: deps
	for product in martlet-server martlet-fleet martlet-bench-peer martlet-bench-inserts martlet; do \
		$(BUILD_BENCH) --product $$product || exit 1; done

bench-agent: bench-programs ## what the agent weighs and a synchronisation costs, beside other agents; IDLE=120 seconds of idling
	scripts/install-bench-peers
	scripts/build-release
	python3 Benchmarks/Agent/bench.py --programs .build-bench/release --static .build-release-files --idle $(IDLE)

bench-compile: CONFIGURATION = release
bench-compile: deps ## what a change of policy costs a server with 100,000 devices; BENCH="--devices 1000" for less
	$(SWIFT) build -c $(CONFIGURATION) --scratch-path .build-bench --product martlet-bench-compile
	.build-bench/$(CONFIGURATION)/martlet-bench-compile --json .build-bench/compile.json $(BENCH)

bench-fleet: bench-programs ## how far one server goes: thousands of real connections, beside limits of the same run; QUICK=1, BENCH="--only memory"
	python3 Benchmarks/Fleet/bench.py --root . --programs .build-bench/release --json .build-bench/fleet.json \
		$(if $(QUICK),--quick) $(BENCH)

bench-plots: ## docs/growth.svg from the figures of `make bench-fleet` and `make soak-fleet`; needs PyPI
	python3 -m venv .build-bench/python && .build-bench/python/bin/pip install --quiet matplotlib
	.build-bench/python/bin/python Benchmarks/Fleet/plot.py .build-bench/fleet.json .build-bench/soak.json docs/growth.svg

bench-quick: ## the fleet's benchmarks with smaller fleets: under 10 minutes once it is built
	$(MAKE) bench-fleet QUICK=1

bench: bench-agent bench-compile bench-fleet ## every benchmark; an hour and a half once it is built

simulate: deps ## fleets in virtual time under faults, all from SEED=1; DEVICES=1000 HOURS=1 (docs/simulation.md)
	$(SWIFT) build -c $(CONFIGURATION) --product martlet-simulate
	.build/$(CONFIGURATION)/martlet-simulate --seed $(SEED) --devices $(DEVICES) --hours $(HOURS)

soak-fleet: bench-programs ## whether a server's memory stays flat: 5,000 persistent and 5,000 periodic devices for MINUTES=30
	python3 Benchmarks/Fleet/soak.py --root . --programs .build-bench/release --minutes $(MINUTES) --json .build-bench/soak.json

soak: deps soak-fleet ## what takes too long for CI: soak-fleet, many kills, a million events, SOAK_DEVICES=100000 devices for SOAK_HOURS=24 virtual hours
	$(SWIFT) build --build-tests
	MARTLET_SOAK=1 scripts/run-tests --filter 'KillTests|UnsyncedStorageTests|HostileLoadTests|TwoLaneTests|SpoolBoundTests|MisbehavingPeerTests'
	$(SWIFT) build -c release --product martlet-simulate
	.build/release/martlet-simulate --seed 1 --devices $(SOAK_DEVICES) --hours $(SOAK_HOURS)

fuzz: deps ## every reader of foreign bytes under libFuzzer and address sanitizer; SECONDS=10 for each (docs/fuzzing.md)
	scripts/fuzz $(SECONDS)

asan: deps ## memory errors: tests of agent, link, transport, gateway, server and the kept corpus under address sanitizer
	scripts/sanitize address

tsan: deps ## data races: the same tests under thread sanitizer
	scripts/sanitize thread

fmt: ## format the Swift sources
	$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Plugins Fuzz Tests

check: deps ## formatting, imports, header as C and C++, interface unbroken
	scripts/check

interface: ## note how the plugin interface and the kit for Swift grew, in Interface/; refuses what breaks plugins
	python3 Interface/interface.py write

protos: ## regenerate the Swift of Protos/
	scripts/generate-protos

templates: ## list the files that martlet plugin new writes anew, after one was added or removed
	scripts/list-templates

openapi: build ## write docs/openapi.json anew
	.build/debug/martlet-server openapi > docs/openapi.json

docs: ## list the pages; they are plain Markdown
	@ls docs/*.md

kit-documentation: ## documentation of MartletPluginKit with DocC, in .build/kit-documentation
	scripts/kit-documentation

clean:
	rm -rf .build .quickstart
