# What `./dev test` and CI run. Sourced by ./dev.

# Rooms whose unit tests also run under sanitizers: those that handle foreign bytes, files and threads.
address_rooms=(base describe crypto vfs process tree archive disks)
thread_rooms=(base describe)

unit_tests() {
  export GTEST_OUTPUT=json:$root/$1/gtest/
  rm -rf "$root/$1/gtest"
  tests/services/postgres.sh run ctest --test-dir "$root/$1" -L unit --output-on-failure --no-tests=error -j 2
  unset GTEST_OUTPUT
}

# sanitized_tests PRESET ROOM...
sanitized_tests() {
  local preset=$1 targets=() names
  shift
  configure "$preset"
  for room in "$@"; do targets+=("${room}_test"); done
  ninja -C "build/$preset" "${targets[@]}"
  names=$(IFS='|'; echo "$*")
  ctest --test-dir "build/$preset" -L unit -R "^($names)\$" --output-on-failure --no-tests=error -j 2
}

system_tests() {
  local arguments=(-q -ra --strict-markers -p no:cacheprovider)
  [ "${extended:-0}" = 1 ] || arguments+=(-m "not extended")
  local python=python3
  "$python" -c 'import pytest' 2>/dev/null || python=/usr/bin/python3  # another python3 may come first on PATH
  STRATA=$root/build/release/bin/strata "$python" -m pytest "${arguments[@]}" tests/system | tee build/system.log
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
  rm -rf build/release/gtest build/system.log
  if [ $what != system ]; then stage "unit tests" unit_tests build/release; fi
  if [ $what != unit ]; then stage "system tests" system_tests; fi
  if [ $what = all ]; then
    stage "address and undefined-behaviour sanitizers" sanitized_tests asan-ubsan "${address_rooms[@]}"
    stage "thread sanitizer" sanitized_tests tsan "${thread_rooms[@]}"
    stage "lint" lint_sources
  fi
  stage "skipped tests" python3 tests/skipped.py $(ls build/release/gtest/*.json build/system.log 2>/dev/null)
}
