# taipan_flags carries everything that all targets share: flags, include path, definitions. The build types are the presets'.
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1 -DNDEBUG")
set(CMAKE_CXX_FLAGS_DEV "-O1 -g1")
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g")
set(CMAKE_CXX_FLAGS_SANITIZE "-O1 -g1 -fno-omit-frame-pointer")

add_library(taipan_flags INTERFACE)
target_include_directories(taipan_flags INTERFACE ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR})
target_compile_options(taipan_flags INTERFACE
  -fno-exceptions -fno-rtti -fno-semantic-interposition -fno-strict-aliasing
  -ffunction-sections -fdata-sections -ffile-prefix-map=${CMAKE_SOURCE_DIR}/=
  -Wall -Wextra -Wno-unused-parameter -Wno-missing-field-initializers)
target_link_options(taipan_flags INTERFACE -Wl,--gc-sections -Wl,--as-needed)
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  target_compile_options(taipan_flags INTERFACE -fcolor-diagnostics -Wno-gnu-label-as-value)
else()
  target_compile_options(taipan_flags INTERFACE -fdiagnostics-color -Wno-class-memaccess -Wno-dangling-pointer
    -Wno-psabi -Wno-invalid-offsetof)
endif()
# a*b+c is rounded twice, as the same expression is on every machine: only x86-64's baseline has no fused form anyway.
if(NOT CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|amd64|i[3-6]86)$")
  target_compile_options(taipan_flags INTERFACE -ffp-contract=off)
endif()
if(TAIPAN_WERROR)
  target_compile_options(taipan_flags INTERFACE -Werror)
endif()

if(TAIPAN_SANITIZE)
  target_compile_options(taipan_flags INTERFACE -fsanitize=${TAIPAN_SANITIZE})
  target_link_options(taipan_flags INTERFACE -fsanitize=${TAIPAN_SANITIZE})
  if(TAIPAN_SANITIZE MATCHES "undefined")
    target_compile_options(taipan_flags INTERFACE -fno-sanitize-recover=undefined -fno-sanitize=vptr)
  endif()
  target_compile_definitions(taipan_flags INTERFACE TAIPAN_SANITIZE=1)
else()
  # A fixed address: globals and functions are 32-bit immediates, in C++ and in generated code alike.
  target_compile_options(taipan_flags INTERFACE -fno-pie -fno-plt)
  target_link_options(taipan_flags INTERFACE -no-pie)
endif()

# The C++ runtime is linked in: start-up relocates and maps two libraries less.
if(CMAKE_BUILD_TYPE STREQUAL "Release" AND NOT TAIPAN_SANITIZE)
  target_link_options(taipan_flags INTERFACE -static-libstdc++ -static-libgcc)
endif()

# lld or mold where present; g++ and clang both take -fuse-ld by name. lld comes first: it puts what start-up runs side by side
# (cmake/startup_order.txt), and it reports symbols that are defined twice.
find_program(TAIPAN_LLD NAMES ld.lld)
find_program(TAIPAN_MOLD mold)
if(TAIPAN_LLD)
  target_link_options(taipan_flags INTERFACE -fuse-ld=lld)
elseif(TAIPAN_MOLD)
  target_link_options(taipan_flags INTERFACE -fuse-ld=mold)
endif()

if(TAIPAN_PLAIN_MALLOC)
  target_compile_definitions(taipan_flags INTERFACE TAIPAN_PLAIN_MALLOC=1)
endif()

find_package(Threads REQUIRED)
find_library(TAIPAN_GMP NAMES libgmp.a gmp REQUIRED)
find_library(TAIPAN_FMT NAMES fmt REQUIRED)
find_library(TAIPAN_EDIT NAMES edit REQUIRED)
target_link_libraries(taipan_flags INTERFACE Threads::Threads ${CMAKE_DL_LIBS} ${TAIPAN_GMP})
if(NOT TAIPAN_PLAIN_MALLOC)
  find_library(TAIPAN_MIMALLOC mimalloc REQUIRED)
  # First on the line, so that it is malloc for the whole process.
  target_link_libraries(taipan_flags INTERFACE ${TAIPAN_MIMALLOC})
endif()
# fmt is used header-only: the shared library would cost every start-up, and Debian ships no static one.
target_compile_definitions(taipan_flags INTERFACE FMT_HEADER_ONLY=1)

# The modules in shared objects (cmake/shared_modules.cmake): the same, but position independent and without the executable's libraries.
add_library(taipan_module_flags INTERFACE)
foreach(property INCLUDE_DIRECTORIES COMPILE_DEFINITIONS COMPILE_OPTIONS LINK_OPTIONS)
  get_target_property(value taipan_flags INTERFACE_${property})
  if(value)
    list(REMOVE_ITEM value -fno-pie -no-pie)
    set_property(TARGET taipan_module_flags PROPERTY INTERFACE_${property} ${value})
  endif()
endforeach()
target_compile_options(taipan_module_flags INTERFACE -fPIC -fvisibility=hidden)
