# Everything here is a small script in scripts/; this file only names them.
.DEFAULT_GOAL := help
.PHONY: help run test check faults crash bench package screenshots

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

crash: ## 200 random kill -9 cycles with 8 tasks each, 20,000 power cuts
	@scripts/packages build
	@MEANWHILE_CRASH_CYCLES=$${MEANWHILE_CRASH_CYCLES:-200} MEANWHILE_POWER_IMAGES=$${MEANWHILE_POWER_IMAGES:-20000} MEANWHILE_STAGE_LIMIT=4h scripts/test ui build crash

bench: ## Measure speed and size, each figure beside its target
	@scripts/bench

package: ## A Debian package of the app
	@scripts/package

screenshots: ## The pictures in docs/screenshots, from the real app
	@scripts/screenshots
