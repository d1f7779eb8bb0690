# Writes gen/build_info.inc: the commit that `taipan -VV` names. Run at build time whenever the checkout's log changes.
execute_process(COMMAND git -C ${SOURCE} describe --always --abbrev=12 OUTPUT_VARIABLE commit ERROR_QUIET
  OUTPUT_STRIP_TRAILING_WHITESPACE)
if(NOT commit)
  set(commit "unknown commit")
endif()
file(WRITE ${OUTPUT}.tmp "#define TAIPAN_COMMIT \"${commit}\"\n")
execute_process(COMMAND ${CMAKE_COMMAND} -E copy_if_different ${OUTPUT}.tmp ${OUTPUT})
