# What users of the tracing flag find: headers, weft_trace(), find_package(weft). From an installed
# tree, and from this build tree (BUILD/include is a link to the headers: `weft c++` looks for them in
# ../include, wherever weft lies).
include(CMakePackageConfigHelpers)

file(CREATE_LINK ${PROJECT_SOURCE_DIR}/include ${PROJECT_BINARY_DIR}/include SYMBOLIC)
set(WEFT_INCLUDE_DIR ${PROJECT_SOURCE_DIR}/include)
include(${PROJECT_SOURCE_DIR}/cmake/weft_trace.cmake)
add_library(weft_api INTERFACE)
add_library(weft::weft ALIAS weft_api)
target_include_directories(weft_api INTERFACE ${WEFT_INCLUDE_DIR})

set(config_folder ${CMAKE_INSTALL_LIBDIR}/cmake/weft)
cmake_path(RELATIVE_PATH CMAKE_INSTALL_INCLUDEDIR BASE_DIRECTORY ${config_folder}
           OUTPUT_VARIABLE WEFT_CONFIG_TO_INCLUDE)
set(WEFT_CONFIG_TO_FUNCTIONS .)
configure_file(cmake/weft-config.cmake.in installed/weft-config.cmake @ONLY)
set(WEFT_CONFIG_TO_INCLUDE include)
cmake_path(RELATIVE_PATH PROJECT_SOURCE_DIR BASE_DIRECTORY ${PROJECT_BINARY_DIR}
           OUTPUT_VARIABLE to_source)
set(WEFT_CONFIG_TO_FUNCTIONS ${to_source}/cmake)
configure_file(cmake/weft-config.cmake.in weft-config.cmake @ONLY)
write_basic_package_version_file(weft-config-version.cmake VERSION ${PROJECT_VERSION}
                                 COMPATIBILITY SameMajorVersion ARCH_INDEPENDENT)

install(FILES ${PROJECT_BINARY_DIR}/installed/weft-config.cmake
              ${PROJECT_BINARY_DIR}/weft-config-version.cmake cmake/weft_trace.cmake
        DESTINATION ${config_folder} COMPONENT trace)
install(DIRECTORY include/weft/abi include/weft/instrument
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/weft COMPONENT trace)
install(FILES include/weft/async.h include/weft/log.h
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/weft COMPONENT trace)
