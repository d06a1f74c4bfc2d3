#!/bin/sh
# A private PostgreSQL server for tests: nothing outside its own temporary folder, a free port on 127.0.0.1, no fsync.
#
#   tests/services/postgres.sh start          prints its URL; the folder is in the URL's application_name for `stop`
#   tests/services/postgres.sh stop URL       ends it and removes its folder
#   tests/services/postgres.sh run COMMAND…   start, run COMMAND with STRATA_TEST_POSTGRES_URL set, stop
#
# As root the server runs as user postgres, else as the caller.
set -eu

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[ -n "$bin" ] || { echo "PostgreSQL is not installed: apt-get install postgresql" >&2; exit 69; }

as_server() {
  if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; else "$@"; fi
}

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

start() {
  folder=$(mktemp -d /tmp/strata-postgres-XXXXXX)
  [ "$(id -u)" != 0 ] || chown postgres: "$folder"
  (
    cd "$folder"
    as_server "$bin/initdb" -D "$folder/data" -A trust -U strata --no-sync -E UTF8 --locale=C.UTF-8
  ) >"$folder.log" 2>&1 || { cat "$folder.log" >&2; exit 1; }
  mv "$folder.log" "$folder/initdb.log"
  # Another process may take the port between asking for it and using it.
  for attempt in 1 2 3 4 5; do
    port=$(free_port)
    if (
      cd "$folder"
      as_server "$bin/pg_ctl" -D "$folder/data" -w -t 30 -l "$folder/log" -o "-k $folder -h 127.0.0.1 -p $port \
        -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c shared_buffers=64MB" start
    ) >/dev/null 2>&1; then
      echo "postgresql://strata@127.0.0.1:$port/postgres?application_name=$(basename "$folder")"
      return
    fi
  done
  cat "$folder/log" >&2
  exit 1
}

stop() {
  name=${1##*application_name=}
  folder=/tmp/$name
  case $name in strata-postgres-??????) ;; *) echo "not a URL that start printed: $1" >&2; exit 64 ;; esac
  [ -d "$folder/data" ] || { echo "no such server: $folder" >&2; exit 1; }
  (cd "$folder" && as_server "$bin/pg_ctl" -D "$folder/data" -m immediate -w stop) >/dev/null
  rm -rf "$folder"
}

case ${1:-} in
  start) start ;;
  stop) stop "$2" ;;
  run)
    shift
    url=$(start)
    trap 'stop "$url"' EXIT
    STRATA_TEST_POSTGRES_URL=$url "$@"
    ;;
  *)
    sed -n '2,9s/^# \{0,1\}//p' "$0" >&2
    exit 64
    ;;
esac
