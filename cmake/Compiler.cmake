# What every source of the project is compiled with.
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Release, RelWithDebInfo or Debug" FORCE)
endif()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)  # the static library goes into the Python module
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

find_program(TTNN_CCACHE ccache)
if(TTNN_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${TTNN_CCACHE})
endif()

find_package(Threads REQUIRED)

# Only the project's own targets take these; an installed tilemesh asks nothing of its users' flags.
add_library(ttnn_warnings INTERFACE)
target_compile_options(ttnn_warnings INTERFACE -Wall -Wextra)
if(TTNN_WERROR)
  target_compile_options(ttnn_warnings INTERFACE -Werror)
endif()
