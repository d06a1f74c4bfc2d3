# Warnings are errors; hardening follows the threat model (docs/security.md).
add_library(strata_flags INTERFACE)
target_compile_options(strata_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Woverloaded-virtual -Werror
  # Designated initializers that leave the rest at its default are how options are given.
  -Wno-missing-field-initializers
  # g++ 12 sees overlapping copies in std::string's operator+ at -O2 that are not there (GCC bug 105651).
  -Wno-restrict
  -fstack-protector-strong -fstack-clash-protection -fcf-protection -fno-omit-frame-pointer)
target_compile_definitions(strata_flags INTERFACE
  _FILE_OFFSET_BITS=64 _GLIBCXX_ASSERTIONS BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_DISABLE_BOOST_ARRAY)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
include(CheckPIESupported)
check_pie_supported()
add_link_options(-Wl,-z,relro,-z,now)

if(STRATA_SANITIZE STREQUAL "address-undefined")
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all)
  add_link_options(-fsanitize=address,undefined)
elseif(STRATA_SANITIZE STREQUAL "thread")
  add_compile_options(-fsanitize=thread)
  add_link_options(-fsanitize=thread)
  # Seen with g++ 12: fences are not modelled by the sanitizer; we use none, the libraries' are correct.
  add_compile_options(-Wno-tsan)
elseif(CMAKE_BUILD_TYPE STREQUAL "Release")
  add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
endif()

find_program(STRATA_MOLD mold)
if(STRATA_MOLD)
  add_link_options(-fuse-ld=mold)
endif()
find_program(STRATA_CCACHE ccache)
if(STRATA_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${STRATA_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${STRATA_CCACHE})
endif()
# Beast and Asio translation units take up to 2 GiB and a minute each: never more than two at a time.
set_property(GLOBAL PROPERTY JOB_POOLS heavy=2)
