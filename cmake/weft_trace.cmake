# weft_trace(TARGET...): builds the targets with weft's tracing flag.
#
#   find_package(weft REQUIRED)        # an installed weft, or its build tree
#   add_executable(server server.cc)
#   weft_trace(server)
#
# That is one forced include for the C++ sources of the target; nothing in them changes. Give it every
# target of a program that has coroutines or Asio code, static libraries too: the flag changes the
# layout of coroutine frames and of Asio's operations, as _GLIBCXX_DEBUG does that of containers.
#
# WEFT_INCLUDE_DIR: where weft/instrument/trace.h lies. Set by who includes this file.
function(weft_trace)
  foreach(target IN LISTS ARGN)
    get_target_property(type ${target} TYPE)
    set(scope PRIVATE)
    if(type STREQUAL INTERFACE_LIBRARY)
      set(scope INTERFACE)
    endif()
    target_include_directories(${target} SYSTEM ${scope}
                               $<$<COMPILE_LANGUAGE:CXX>:${WEFT_INCLUDE_DIR}>)
    target_compile_options(
      ${target} ${scope}
      "$<$<COMPILE_LANGUAGE:CXX>:SHELL:-include \"${WEFT_INCLUDE_DIR}/weft/instrument/trace.h\">")
  endforeach()
endfunction()
