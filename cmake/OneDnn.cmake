# A file X_onednn.cpp is compiled where oneDNN is at hand; X_onednn_absent.cpp, with the same
# functions refusing, where it is not. Nothing else in the tree knows which.
if(TTNN_ONEDNN)
  find_package(dnnl 3.0 CONFIG QUIET)
endif()

if(dnnl_FOUND)
  set(TTNN_HAS_ONEDNN ON)
  file(GLOB ttnn_onednn_sources CONFIGURE_DEPENDS
       ${CMAKE_CURRENT_SOURCE_DIR}/ttnn/backends/cpu/*_onednn.cpp)
  # oneDNN's thread team is set through OpenMP's own functions; no source uses OpenMP pragmas.
  target_link_libraries(tilemesh PRIVATE DNNL::dnnl gomp)
  message(STATUS "oneDNN ${dnnl_VERSION}: ${dnnl_DIR}")
else()
  set(TTNN_HAS_ONEDNN OFF)
  file(GLOB ttnn_onednn_sources CONFIGURE_DEPENDS
       ${CMAKE_CURRENT_SOURCE_DIR}/ttnn/backends/cpu/*_onednn_absent.cpp)
  message(STATUS "oneDNN: not used")
endif()
target_sources(tilemesh PRIVATE ${ttnn_onednn_sources})
