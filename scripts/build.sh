# Configure and build. Sourced by ./dev.

# Objects are found again from another checkout of the same sources.
export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=true CCACHE_SLOPPINESS=include_file_mtime,include_file_ctime,time_macros

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
