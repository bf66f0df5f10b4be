# The library: every source of every folder under ttnn/. Two kinds of file are not compiled here as
# they are: per-ISA kernels (IsaKernels.cmake) and files that need a library (OneDnn.cmake).
file(GLOB ttnn_sources CONFIGURE_DEPENDS
     ${CMAKE_CURRENT_SOURCE_DIR}/ttnn/*.cpp
     ${CMAKE_CURRENT_SOURCE_DIR}/ttnn/core/*.cpp
     ${CMAKE_CURRENT_SOURCE_DIR}/ttnn/mesh/*.cpp
     ${CMAKE_CURRENT_SOURCE_DIR}/ttnn/tensor/*.cpp
     ${CMAKE_CURRENT_SOURCE_DIR}/ttnn/runtime/*.cpp
     ${CMAKE_CURRENT_SOURCE_DIR}/ttnn/ops/*.cpp
     ${CMAKE_CURRENT_SOURCE_DIR}/ttnn/ccl/*.cpp
     ${CMAKE_CURRENT_SOURCE_DIR}/ttnn/backends/*/*.cpp)
list(FILTER ttnn_sources EXCLUDE REGEX "_onednn(_absent)?\\.cpp$")

target_sources(tilemesh PRIVATE ${ttnn_sources})
target_include_directories(
  tilemesh PUBLIC $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}>
                  $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
target_compile_features(tilemesh PUBLIC cxx_std_20)
target_link_libraries(tilemesh PUBLIC Threads::Threads PRIVATE $<BUILD_INTERFACE:ttnn_warnings>)
set_target_properties(tilemesh PROPERTIES VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}
                                          EXPORT_NAME tilemesh INSTALL_RPATH_USE_LINK_PATH ON)
