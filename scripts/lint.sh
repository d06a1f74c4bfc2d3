# Format and clang-tidy. Sourced by ./dev.

all_sources() { git ls-files 'src/*.h' 'src/*.cc' 'bench/*.h' 'bench/*.cc'; }

# Files that differ from the base: STRATA_LINT_BASE, else the branch point from origin's main, else the last commit.
changed_sources() {
  local base=${STRATA_LINT_BASE:-}
  if [ -z "$base" ]; then
    base=$(git merge-base HEAD origin/main 2>/dev/null || true)
    [ -n "$base" ] && [ "$base" != "$(git rev-parse HEAD)" ] || base=$(git rev-parse -q --verify HEAD~1 || git hash-object -t tree /dev/null)
  fi
  { git diff --name-only --diff-filter=d "$base" -- 'src/*.h' 'src/*.cc' 'bench/*.h' 'bench/*.cc'
    git ls-files --others --exclude-standard -- 'src/*.h' 'src/*.cc' 'bench/*.h' 'bench/*.cc'; } | sort -u
}

format_all() { all_sources | xargs -r clang-format-19 -i; }

lint_sources() {
  local files
  all_sources | xargs -r clang-format-19 --dry-run --Werror
  echo "format: ok"
  if [ "${1:-}" = --all ]; then files=$(all_sources); else files=$(changed_sources); fi
  files=$(printf '%s\n' "$files" | grep '\.cc$' || true)
  if [ -z "$files" ]; then
    echo "clang-tidy: no changed files"
    return 0
  fi
  # Newest changes first; LINT_SECONDS bounds a run in CI, what was not reached is said.
  local deadline=$((SECONDS + ${LINT_SECONDS:-100000})) checked=0 total failed=0
  total=$(printf '%s\n' "$files" | wc -l)
  local batch=()
  while read -r file; do
    batch+=("$file")
    if [ ${#batch[@]} -eq 4 ]; then
      printf '%s\n' "${batch[@]}" | xargs -P 2 -n 2 clang-tidy-19 -p build/release --quiet 2>/dev/null || failed=1
      checked=$((checked + ${#batch[@]}))
      batch=()
      [ $SECONDS -lt $deadline ] || break
    fi
  done <<<"$files"
  if [ ${#batch[@]} -gt 0 ] && [ $SECONDS -lt $deadline ]; then
    printf '%s\n' "${batch[@]}" | xargs -P 2 -n 2 clang-tidy-19 -p build/release --quiet 2>/dev/null || failed=1
    checked=$((checked + ${#batch[@]}))
  fi
  echo "clang-tidy: $checked of $total changed files checked"
  return $failed
}
