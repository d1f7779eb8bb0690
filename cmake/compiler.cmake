# Chooses the compiler (clang-19 first, then g++-12, unless the user named one) and ccache. Runs before project().
if(NOT CMAKE_CXX_COMPILER AND NOT DEFINED ENV{CXX})
  find_program(TAIPAN_CXX NAMES clang++-19 clang++ g++-12 g++)
  if(TAIPAN_CXX)
    set(CMAKE_CXX_COMPILER "${TAIPAN_CXX}" CACHE STRING "C++ compiler")
  endif()
endif()

# Paths are made relative, so that a cache is shared by every checkout. Preprocessor mode: the direct mode can pair the new
# text of a header with an object that saw the old one when headers change while others compile.
find_program(TAIPAN_CCACHE ccache)
if(TAIPAN_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
      CCACHE_NODIRECT=1 CCACHE_SLOPPINESS=pch_defines,time_macros CCACHE_COMPRESSLEVEL=1
      ${TAIPAN_CCACHE})
endif()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS ON)
set(CMAKE_CXX_SCAN_FOR_MODULES OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
