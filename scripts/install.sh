# Installs Debian packages that are missing. Sourced by ./dev.

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    echo "./dev needs root or sudo to install packages: $*" >&2
    return 1
  fi
}

# install_packages GROUP...: groups of scripts/packages.txt.
install_packages() {
  local wanted=() missing=() group package
  while read -r group packages; do
    case $group in '' | \#*) continue ;; esac
    for asked in "$@"; do
      [ "$asked" = "$group" ] && wanted+=($packages)
    done
  done <"$root/scripts/packages.txt"
  for package in "${wanted[@]}"; do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
  done
  if [ ${#missing[@]} -eq 0 ]; then
    echo "nothing is missing"
    return 0
  fi
  echo "installing: ${missing[*]}"
  as_root apt-get update -q
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
}
