# An installed tilemesh: headers, the library, and find_package(tilemesh).
include(CMakePackageConfigHelpers)
set(ttnn_config_dir ${CMAKE_INSTALL_LIBDIR}/cmake/tilemesh)

install(TARGETS tilemesh EXPORT tilemeshTargets)
install(DIRECTORY ttnn/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/ttnn FILES_MATCHING PATTERN "*.h"
        PATTERN backends EXCLUDE)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/generated/ttnn/ops/all.h
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/ttnn/ops)
install(EXPORT tilemeshTargets NAMESPACE tilemesh:: DESTINATION ${ttnn_config_dir})

configure_package_config_file(cmake/tilemeshConfig.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/tilemeshConfig.cmake
                              INSTALL_DESTINATION ${ttnn_config_dir})
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/tilemeshConfigVersion.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/tilemeshConfig.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/tilemeshConfigVersion.cmake DESTINATION ${ttnn_config_dir})
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
