# Writes gen/compiler_revision.inc: a number for the texts that decide what bytecode a source becomes. It is part of the .pyc files' magic
# number, so a changed compiler reads no bytecode of an older one; the same texts give the same number everywhere.
separate_arguments(FILES)
list(SORT FILES)
set(hashes)
foreach(file ${FILES})
  file(SHA256 ${SOURCE}/${file} hash)
  string(APPEND hashes "${file} ${hash}\n")
endforeach()
string(SHA256 hash "${hashes}")
string(SUBSTRING ${hash} 0 8 revision)
file(WRITE ${OUTPUT}.tmp "#define TAIPAN_COMPILER_REVISION 0x${revision}u\n")
execute_process(COMMAND ${CMAKE_COMMAND} -E copy_if_different ${OUTPUT}.tmp ${OUTPUT})
