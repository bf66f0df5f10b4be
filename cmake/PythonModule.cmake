# The Python module ttnn._ttnn. In a build tree the package lies in <build>/python/ttnn: links to
# python/ttnn's files beside the module, so that `PYTHONPATH=<build>/python` is all a program needs.
find_package(Python 3.10 REQUIRED COMPONENTS Interpreter Development.Module)
if(NOT nanobind_DIR)
  execute_process(COMMAND ${Python_EXECUTABLE} -m nanobind --cmake_dir
                  OUTPUT_STRIP_TRAILING_WHITESPACE OUTPUT_VARIABLE nanobind_DIR)
endif()
find_package(nanobind CONFIG REQUIRED)

file(GLOB ttnn_python_sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/python/src/*.cpp)
nanobind_add_module(_ttnn NB_STATIC NOMINSIZE ${ttnn_python_sources})
target_link_libraries(_ttnn PRIVATE tilemesh ttnn_warnings)
target_link_options(_ttnn PRIVATE LINKER:-Bsymbolic)  # calls within the module look nothing up
set(ttnn_package ${CMAKE_CURRENT_BINARY_DIR}/python/ttnn)
set_target_properties(_ttnn PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${ttnn_package} CXX_VISIBILITY_PRESET hidden
                                       INSTALL_RPATH $ORIGIN)

add_custom_target(ttnn_package ALL
  COMMAND ${CMAKE_COMMAND} -DFROM=${CMAKE_CURRENT_SOURCE_DIR}/python/ttnn -DTO=${ttnn_package}
          -P ${CMAKE_CURRENT_SOURCE_DIR}/cmake/link_package.cmake
  COMMENT "Linking the Python package")

if(SKBUILD)
  install(TARGETS _ttnn LIBRARY DESTINATION ttnn)
  if(TTNN_HAS_ONEDNN)
    install(FILES $<TARGET_FILE:DNNL::dnnl> DESTINATION ttnn RENAME $<TARGET_SONAME_FILE_NAME:DNNL::dnnl>)
  endif()
  if(BUILD_SHARED_LIBS)
    install(TARGETS tilemesh LIBRARY DESTINATION ttnn NAMELINK_SKIP)
  endif()
endif()
