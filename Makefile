# Everything here is a small script in scripts/; this file only names them.
.DEFAULT_GOAL := help
.PHONY: help run test check faults crash seeded fuzz bench audit package screenshots

help: ## What can be made
	@sed -n 's/^\([a-z]*\):.*## /\1|/p' Makefile | while IFS='|' read -r name what; do printf '  make %-12s %s\n' "$$name" "$$what"; done

run: ## Install what is missing, build the app and open it
	@scripts/run

test: ## Every check and every test, without a screen
	@scripts/test

check: ## The quick part: formatting, house rules, types, clippy
	@scripts/packages build
	@scripts/test format tidy types ui clippy

faults: ## tests/FAULTS.md, from the tests
	@MEANWHILE_WRITE=1 scripts/test tidy

crash: ## 10,000 random kill -9 cycles, 20,000 power cuts, an error at each call of the disk; takes hours
	@scripts/packages build
	@MEANWHILE_CRASH_CYCLES=$${MEANWHILE_CRASH_CYCLES:-10000} MEANWHILE_POWER_IMAGES=$${MEANWHILE_POWER_IMAGES:-20000} MEANWHILE_DISK_ERRORS=$${MEANWHILE_DISK_ERRORS:-all} MEANWHILE_STAGE_LIMIT=8h scripts/test ui build crash

seeded: ## Put known defects into a copy of the sources: their tests have to fail
	@scripts/seeded

fuzz: ## Look for bytes that break the parsers, one minute for each of them
	@scripts/packages build
	@scripts/fuzz

bench: ## Measure speed and size, each figure beside its target
	@scripts/bench

audit: ## Licences, sources and known weaknesses of everything that is not ours
	@scripts/audit

package: ## A Debian package of the app
	@scripts/package

screenshots: ## The pictures in docs/screenshots, from the real app
	@scripts/screenshots
