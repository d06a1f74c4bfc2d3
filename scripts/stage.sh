# stage TITLE COMMAND...: runs a command under a title and says how long it took. Sourced by ./dev.
stage() {
  local title=$1 started=$SECONDS status=0
  shift
  printf '\n== %s\n' "$title"
  # Not `"$@" || status=$?`: that would switch off `set -e` inside the function.
  "$@"
  status=$?
  printf '== %s: %d min %02d s\n' "$title" $(((SECONDS - started) / 60)) $(((SECONDS - started) % 60))
  return $status
}
