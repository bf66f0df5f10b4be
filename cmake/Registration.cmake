# Writes all.cpp: one call per op, collective and backend. A static archive drops objects that
# nobody calls, so registration is by call and not by static objects. And ttnn/ops/all.h for C++
# programs: the headers of ops and collectives, which are those beside a source.
function(ttnn_registrations folder namespace)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/ttnn/${folder}/*.cpp)
  foreach(source IN LISTS sources)
    get_filename_component(stem ${source} NAME_WE)
    ttnn_register(${namespace} register_${stem})
    foreach(header ttnn/${folder}/${stem}.h ttnn/${folder}/${stem}_calls.h)
      if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${header})
        string(APPEND ttnn_includes "#include \"${header}\"\n")
      endif()
    endforeach()
  endforeach()
  set(ttnn_includes "${ttnn_includes}" PARENT_SCOPE)
endfunction()

macro(ttnn_register namespace function)
  string(APPEND ttnn_declarations "namespace ttnn::${namespace} {\nvoid ${function}(Registry&);\n}\n")
  string(APPEND ttnn_calls "  ${namespace}::${function}(registry);\n")
  set(ttnn_declarations "${ttnn_declarations}" PARENT_SCOPE)
  set(ttnn_calls "${ttnn_calls}" PARENT_SCOPE)
endmacro()

function(ttnn_backends)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/ttnn/backends/*/register.cpp)
  foreach(source IN LISTS sources)
    get_filename_component(folder ${source} DIRECTORY)
    get_filename_component(backend ${folder} NAME)
    ttnn_register(${backend} register_backend)
  endforeach()
endfunction()

ttnn_registrations(ops ops)
ttnn_registrations(ccl ccl)
ttnn_backends()

file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/generated/all.cpp @ONLY CONTENT
[[// Written by cmake/Registration.cmake.
#include "ttnn/runtime/registry.h"

@ttnn_declarations@
namespace ttnn {
void register_all(Registry& registry) {
@ttnn_calls@}
}  // namespace ttnn
]])
target_sources(tilemesh PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/generated/all.cpp)

file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/generated/ttnn/ops/all.h @ONLY CONTENT
[[#pragma once
// Written by cmake/Registration.cmake.
@ttnn_includes@]])
target_include_directories(tilemesh
                           INTERFACE $<BUILD_INTERFACE:${CMAKE_CURRENT_BINARY_DIR}/generated>)
