# Packages, by `cpack -G DEB` (or TGZ) in a build directory, which is best of type Release:
#
#   weft            records, replays, reports; the tracing flag's headers (`weft c++` needs them)
#   weft-debugger   `weft debug`; it brings LLDB
#
# Each component of an install() belongs to one of them. What their programs link with is found out by
# dpkg-shlibdeps (package dpkg-dev).
set(CPACK_PACKAGE_NAME weft)
set(CPACK_PACKAGE_CONTACT "The weft authors <weft@localhost>")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_GENERATOR TGZ)
set(CPACK_ARCHIVE_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_GROUPING ONE_PER_GROUP)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)

set(CPACK_DEBIAN_WEFT_PACKAGE_NAME weft)
# A description's first line is the package's summary.
set(CPACK_COMPONENT_WEFT_DESCRIPTION
    "Deterministic record and replay for async programs\n\
Records one run of a program and replays it exactly, as often as you like;\n\
shows its requests, tasks and what they waited for. Holds the headers of\n\
the tracing flag too, for weft c++ and weft_trace() of CMake.")
set(CPACK_DEBIAN_WEFT-DEBUGGER_PACKAGE_NAME weft-debugger)
# The two parts speak to each other by layouts of one version.
set(CPACK_DEBIAN_WEFT-DEBUGGER_PACKAGE_DEPENDS "weft (= ${PROJECT_VERSION})")
# LLDB runs the commands of a breakpoint in Python, and complains where its module is missing.
if(LLDB_INCLUDE MATCHES "/llvm-([0-9]+)/")
  string(APPEND CPACK_DEBIAN_WEFT-DEBUGGER_PACKAGE_DEPENDS ", python3-lldb-${CMAKE_MATCH_1}")
endif()
set(CPACK_COMPONENT_WEFT-DEBUGGER_DESCRIPTION
    "Debugger for recordings of weft, forward and back\n\
Brings the command weft debug, which walks through a recorded run in both\n\
directions, by source line, by event and by task. LLDB does what concerns\n\
the source.")

include(CPack)
cpack_add_component_group(weft)
cpack_add_component_group(weft-debugger)
foreach(component recorder trace)
  cpack_add_component(${component} GROUP weft)
endforeach()
cpack_add_component(debugger GROUP weft-debugger)

install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/weft RENAME copyright
        COMPONENT recorder)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/weft-debugger RENAME copyright
        COMPONENT debugger)
# What is bundled into weft's page.
install(FILES ${PROJECT_SOURCE_DIR}/debugger/page/web/licences.txt
        DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/weft RENAME copyright.d3 COMPONENT recorder)
