# taipan_generators(FILES): for each X_gen.cpp a tool X_gen, built plainly (no sanitizers), and gen/X.inc made by running it. The outputs are gathered in
# the target taipan_gen, on which every folder's target depends.
add_custom_target(taipan_gen)
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/gen)

function(taipan_generators)
  foreach(source ${ARGN})
    get_filename_component(tool ${source} NAME_WE)
    string(REGEX REPLACE "_gen$" "" name ${tool})
    set(output ${CMAKE_BINARY_DIR}/gen/${name}.inc)
    add_executable(${tool} ${source})
    target_include_directories(${tool} PRIVATE ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR})
    target_compile_options(${tool} PRIVATE -O1)
    file(STRINGS ${source} uses_icu REGEX "#include <unicode/" LIMIT_COUNT 1)
    if(uses_icu)
      target_link_libraries(${tool} PRIVATE icuuc)
    endif()
    add_custom_command(OUTPUT ${output}
      COMMAND ${tool} ${output}.tmp
      COMMAND ${CMAKE_COMMAND} -E copy_if_different ${output}.tmp ${output}
      COMMAND ${CMAKE_COMMAND} -E touch ${output}
      DEPENDS ${tool} COMMENT "Generating gen/${name}.inc" VERBATIM)
    add_custom_target(taipan_gen_${name} DEPENDS ${output})
    add_dependencies(taipan_gen taipan_gen_${name})
  endforeach()
endfunction()

# The commit, for -VV.
set(taipan_git_log)
if(EXISTS ${CMAKE_SOURCE_DIR}/.git/logs/HEAD)
  set(taipan_git_log ${CMAKE_SOURCE_DIR}/.git/logs/HEAD)
endif()
add_custom_command(OUTPUT ${CMAKE_BINARY_DIR}/gen/build_info.stamp BYPRODUCTS ${CMAKE_BINARY_DIR}/gen/build_info.inc
  COMMAND ${CMAKE_COMMAND} -DSOURCE=${CMAKE_SOURCE_DIR} -DOUTPUT=${CMAKE_BINARY_DIR}/gen/build_info.inc -P ${CMAKE_SOURCE_DIR}/cmake/build_info.cmake
  COMMAND ${CMAKE_COMMAND} -E touch ${CMAKE_BINARY_DIR}/gen/build_info.stamp
  DEPENDS ${taipan_git_log} ${CMAKE_SOURCE_DIR}/cmake/build_info.cmake COMMENT "Generating gen/build_info.inc" VERBATIM)
add_custom_target(taipan_build_info DEPENDS ${CMAKE_BINARY_DIR}/gen/build_info.stamp)
add_dependencies(taipan_gen taipan_build_info)

# The compiler's revision, for the magic number of .pyc files.
file(GLOB_RECURSE taipan_compiler_sources CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR}
  ${CMAKE_SOURCE_DIR}/frontend/*.cpp ${CMAKE_SOURCE_DIR}/frontend/*.h ${CMAKE_SOURCE_DIR}/frontend/*.def)
list(APPEND taipan_compiler_sources interp/compile.cpp)
list(JOIN taipan_compiler_sources " " taipan_compiler_list)
list(TRANSFORM taipan_compiler_sources PREPEND ${CMAKE_SOURCE_DIR}/ OUTPUT_VARIABLE taipan_compiler_paths)
add_custom_command(OUTPUT ${CMAKE_BINARY_DIR}/gen/compiler_revision.stamp BYPRODUCTS ${CMAKE_BINARY_DIR}/gen/compiler_revision.inc
  COMMAND ${CMAKE_COMMAND} -DSOURCE=${CMAKE_SOURCE_DIR} -DOUTPUT=${CMAKE_BINARY_DIR}/gen/compiler_revision.inc "-DFILES=${taipan_compiler_list}"
    -P ${CMAKE_SOURCE_DIR}/cmake/compiler_revision.cmake
  COMMAND ${CMAKE_COMMAND} -E touch ${CMAKE_BINARY_DIR}/gen/compiler_revision.stamp
  DEPENDS ${taipan_compiler_paths} ${CMAKE_SOURCE_DIR}/cmake/compiler_revision.cmake COMMENT "Generating gen/compiler_revision.inc" VERBATIM)
add_custom_target(taipan_compiler_revision DEPENDS ${CMAKE_BINARY_DIR}/gen/compiler_revision.stamp)
add_dependencies(taipan_gen taipan_compiler_revision)
