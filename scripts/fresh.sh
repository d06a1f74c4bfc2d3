# `./dev test --fresh`: the README's two commands in a clean Debian 12 root. Sourced by ./dev.

fresh_root() {
  [ "$(id -u)" -eq 0 ] || { echo "./dev test --fresh needs root: it makes a root file system and enters it" >&2; return 1; }
  local target=${STRATA_FRESH_ROOT:-$(mktemp -d "${TMPDIR:-/var/tmp}/strata-fresh.XXXXXX")}
  stage "debootstrap" debootstrap --variant=minbase bookworm "$target"
  # The same sources as this machine, so that a local mirror keeps working.
  cp -a /etc/apt/sources.list* "$target/etc/apt/" 2>/dev/null || true
  rm -f "$target"/etc/apt/sources.list.d/*.list
  [ -d /etc/apt/apt.conf.d ] && cp -a /etc/apt/apt.conf.d/. "$target/etc/apt/apt.conf.d/"
  cp /etc/resolv.conf "$target/etc/resolv.conf" 2>/dev/null || true
  git bundle create "$target/root/strata.bundle" HEAD
  mount -t proc proc "$target/proc"
  mount --rbind /sys "$target/sys"
  mount --rbind /dev "$target/dev"
  trap 'umount -R "$target/dev" "$target/sys" "$target/proc"' RETURN
  stage "clone" chroot "$target" bash -c 'apt-get update -q && apt-get install -q -y --no-install-recommends git ca-certificates && git clone -q /root/strata.bundle /root/strata'
  stage "./dev up" chroot "$target" bash -c 'cd /root/strata && ./dev up --data /root/data --listen 127.0.0.1:18999 --ready-file /root/ready & for i in $(seq 3600); do [ -e /root/ready ] && break; sleep 1; done; cat /root/ready && kill %1 && wait'
  stage "./dev test" chroot "$target" bash -c 'cd /root/strata && ./dev test'
  echo "clean root: $target"
}
