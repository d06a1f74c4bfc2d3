# What `./dev test` and CI run. Sourced by ./dev.

# Rooms whose unit tests also run under sanitizers: those that handle foreign bytes, files and threads.
engine_rooms=(base describe crypto vfs process tree archive disks)

unit_tests() {
  tests/services/postgres.sh run ctest --test-dir "$root/$1" -L unit --output-on-failure --no-tests=error -j 2 --output-log "$root/$1/unit.log"
}

sanitized_tests() {
  local preset=$1 targets=()
  configure "$preset"
  for room in "${engine_rooms[@]}"; do targets+=("${room}_test"); done
  ninja -C "build/$preset" "${targets[@]}"
  local names
  names=$(IFS='|'; echo "${engine_rooms[*]}")
  ctest --test-dir "build/$preset" -L unit -R "^($names)\$" --output-on-failure --no-tests=error -j 2 --output-log "build/$preset/unit.log"
}

# A skipped test is a failure unless tests/may_skip.txt names it with a reason.
no_unexpected_skips() {
  local skipped bad=0
  skipped=$(cat build/*/unit.log build/system.log 2>/dev/null | sed -n 's/^.*\[  SKIPPED \] \([A-Za-z0-9_./]*\).*$/\1/p; s/^SKIPPED \[[0-9]*\] \([^:]*\):.*$/\1/p' | sort -u)
  for name in $skipped; do
    if ! grep -q "^$name " tests/may_skip.txt; then
      echo "skipped, and tests/may_skip.txt gives no reason: $name" >&2
      bad=1
    fi
  done
  [ $bad -eq 0 ] && echo "no test that must run was skipped"
  return $bad
}

system_tests() {
  local arguments=(-q -ra --strict-markers -p no:cacheprovider)
  [ "${extended:-0}" = 1 ] || arguments+=(-m "not extended")
  set -o pipefail
  STRATA=$root/build/release/bin/strata python3 -m pytest "${arguments[@]}" tests/system | tee build/system.log
}

run_tests() {
  local what=all
  extended=0
  while [ $# -gt 0 ]; do
    case $1 in
      --unit) what=unit ;;
      --system) what=system ;;
      --extended) extended=1 ;;
      --fresh)
        source scripts/fresh.sh
        stage "install what is missing" install_packages fresh
        fresh_root
        return
        ;;
      *) echo "./dev test: unknown option '$1'" >&2; return 2 ;;
    esac
    shift
  done
  source scripts/lint.sh
  [ $extended = 1 ] && export STRATA_TEST_EXTENDED=1
  stage "install what is missing" install_packages build test lint
  stage "build (release)" build_release all
  rm -f build/*/unit.log build/system.log
  if [ $what != system ]; then stage "unit tests" unit_tests build/release; fi
  if [ $what != unit ]; then stage "system tests" system_tests; fi
  if [ $what = all ]; then
    stage "address and undefined-behaviour sanitizers" sanitized_tests asan-ubsan
    stage "thread sanitizer" sanitized_tests tsan
    stage "lint" lint_sources
  fi
  stage "skipped tests" no_unexpected_skips
}
