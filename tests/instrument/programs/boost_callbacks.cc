// The callbacks of asio_callbacks.cc, with Boost.Asio 1.81.
// flags: -std=c++17
// variants: g++-O0 clang++-19-O2
#include "asio_callbacks.cc"
