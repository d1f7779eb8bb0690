# taipan_folder(NAME [DIR dir] [EXCLUDE dirs...]): the OBJECT library taipan_NAME of all sources below dir.
# taipan_executable(NAME dir): an executable of dir's sources and all folders.
# Missing or empty folders are passed over. TAIPAN_FOLDERS lists the targets made.
set(TAIPAN_FOLDERS)

function(taipan_sources out dir)
  cmake_parse_arguments(arg "" "" "EXCLUDE" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/${dir}/*.cpp)
  foreach(exclude ${arg_EXCLUDE})
    list(FILTER sources EXCLUDE REGEX "^${exclude}/")
  endforeach()
  set(generators ${sources})
  list(FILTER sources EXCLUDE REGEX "_gen\\.cpp$")
  list(FILTER generators INCLUDE REGEX "_gen\\.cpp$")
  taipan_generators(${generators})
  set(${out} ${sources} PARENT_SCOPE)
endfunction()

function(taipan_folder name)
  cmake_parse_arguments(arg "" "DIR" "EXCLUDE" ${ARGN})
  if(NOT arg_DIR)
    set(arg_DIR ${name})
  endif()
  taipan_sources(sources ${arg_DIR} EXCLUDE ${arg_EXCLUDE})
  if(NOT sources)
    return()
  endif()
  add_library(taipan_${name} OBJECT ${sources})
  target_link_libraries(taipan_${name} PUBLIC taipan_flags)
  add_dependencies(taipan_${name} taipan_gen)
  if(TAIPAN_PCH)
    target_precompile_headers(taipan_${name} PRIVATE <cstdint> <cstring> <string> <string_view> <vector> <atomic>)
  endif()
  if(arg_DIR STREQUAL "jit" OR arg_DIR STREQUAL "arch")
    find_library(TAIPAN_ASMJIT NAMES asmjit)
    if(TAIPAN_ASMJIT)
      target_link_libraries(taipan_${name} PUBLIC ${TAIPAN_ASMJIT} rt)
    endif()
  endif()
  set(TAIPAN_FOLDERS ${TAIPAN_FOLDERS} taipan_${name} PARENT_SCOPE)
endfunction()

function(taipan_executable name dir)
  taipan_sources(sources ${dir})
  if(NOT sources)
    return()
  endif()
  add_executable(${name} ${sources})
  target_link_libraries(${name} PRIVATE taipan_flags ${TAIPAN_FOLDERS})
  add_dependencies(${name} taipan_gen)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})

  # Linkers write through a mapping, and the kernel then keeps the file in large pieces that are mapped as a whole: a process that
  # touches little of it counts all of it (12.8 instead of 10.0 MB for "-c pass"). A copy is kept page by page.
  add_custom_command(TARGET ${name} POST_BUILD
    COMMAND cp $<TARGET_FILE:${name}> $<TARGET_FILE:${name}>.copy
    COMMAND ${CMAKE_COMMAND} -E rename $<TARGET_FILE:${name}>.copy $<TARGET_FILE:${name}>)

  # The start-up modules' code, mapped at start. Without it everything works, slower to start: so a failure here is only told.
  set(boot ${CMAKE_BINARY_DIR}/${name}.boot)
  set(run ${name})
  if(TAIPAN_SANITIZE)
    set(run ${CMAKE_COMMAND} -E env ASAN_OPTIONS=detect_leaks=0 $<TARGET_FILE:${name}>)
  endif()
  add_custom_command(OUTPUT ${boot}
    COMMAND ${run} --make-boot-image ${boot} || ${CMAKE_COMMAND} -E echo "warning: no boot image"
    DEPENDS ${name} COMMENT "Making the boot image")
  add_custom_target(${name}_boot_image ALL DEPENDS ${boot})
endfunction()
