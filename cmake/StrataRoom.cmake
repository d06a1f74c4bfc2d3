# strata_room(NAME USES <rooms...> LIBRARIES <third-party targets...> [TEST_LIBRARIES <targets...>] [TEST_USES <rooms...>])
#
# Makes the static library strata_<name> from every .cc below the folder, and the test program <name>_test from
# every *_test.cc. Headers are included as "strata/<room>/<file>.h"; the include root of a room is a generated
# folder that holds only a link to that room, so only the rooms named in USES (and what they use) can be included.
# Third-party libraries are linked PRIVATE: their headers must not appear in a room's public headers.
# *_fake.{h,cc} files are test support: compiled into strata_<name>_fakes, linked by tests only.
function(strata_room name)
  cmake_parse_arguments(ROOM "" "" "USES;LIBRARIES;TEST_USES;TEST_LIBRARIES" ${ARGN})
  set(dir ${CMAKE_CURRENT_SOURCE_DIR})
  set(root ${CMAKE_BINARY_DIR}/include/${name})
  file(MAKE_DIRECTORY ${root}/strata)
  file(CREATE_LINK ${dir} ${root}/strata/${name} SYMBOLIC)

  file(GLOB_RECURSE all CONFIGURE_DEPENDS ${dir}/*.cc)
  set(tests ${all})
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  set(fakes ${all})
  list(FILTER fakes INCLUDE REGEX "_fake\\.cc$")
  set(sources ${all})
  list(FILTER sources EXCLUDE REGEX "_(test|fake)\\.cc$")
  list(FILTER sources EXCLUDE REGEX "/main\\.cc$")

  add_library(strata_${name} STATIC ${sources})
  target_include_directories(strata_${name} PUBLIC ${root})
  target_link_libraries(strata_${name} PRIVATE strata_flags ${ROOM_LIBRARIES})
  foreach(used IN LISTS ROOM_USES)
    target_link_libraries(strata_${name} PUBLIC strata_${used})
  endforeach()

  if(fakes)
    add_library(strata_${name}_fakes STATIC ${fakes})
    target_link_libraries(strata_${name}_fakes PUBLIC strata_${name} PRIVATE strata_flags ${ROOM_TEST_LIBRARIES})
  endif()
  if(tests)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE strata_${name} strata_flags ${ROOM_LIBRARIES} ${ROOM_TEST_LIBRARIES} GTest::gmock GTest::gtest_main)
    if(fakes)
      target_link_libraries(${name}_test PRIVATE strata_${name}_fakes)
    endif()
    foreach(used IN LISTS ROOM_TEST_USES)
      target_link_libraries(${name}_test PRIVATE strata_${used})
    endforeach()
    add_test(NAME ${name} COMMAND ${name}_test)
    set_tests_properties(${name} PROPERTIES LABELS unit TIMEOUT 600)
  endif()
endfunction()
