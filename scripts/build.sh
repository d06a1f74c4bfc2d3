# Configure and build. Sourced by ./dev.

configure() {
  cmake --preset "$1" >"$root/build-$1.log" 2>&1 || {
    cat "$root/build-$1.log" >&2
    return 1
  }
  rm -f "$root/build-$1.log"
}

build_release() {
  configure release
  ninja -C build/release "$@"
}

package_debian() {
  mkdir -p build/package
  (cd build/release && cpack -G DEB -B "$root/build/package")
}
