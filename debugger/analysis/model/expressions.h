/// Which tasks are runs of the same code, and how such a piece of code is called.
#pragma once

#include <string>
#include <string_view>

#include "debugger/analysis/model/model.h"

namespace weft::analysis {

/// Sets Task::expression and fills Model::expressions.
void build_expressions(Model& model);

/// A C++ symbol as it was written; any other as it is: "i" is a function of C, not the type int.
std::string demangled_symbol(const std::string& symbol);
/// The name of a type as the program has it (typeid, or written already): as it was written.
std::string demangled_type(const std::string& name);

/// A function's name for people, from what a compiler gives (std::source_location,
/// __PRETTY_FUNCTION__, a demangled symbol): without result type, arguments, template arguments and
/// unnamed namespaces.
///
///   "boost::asio::awaitable<void> session(boost::asio::ip::tcp::socket)"    "session"
///   "void shop::Cart::checkout(int) [with T = int]"                         "shop::Cart::checkout"
///   "task {anonymous}::fetch(int)"                                          "fetch"
///   "main()::<lambda()>"                                                    "main::<lambda>"
std::string short_function(std::string_view function);

/// How a task is called: the name that the program gave it, its function, its operation; "thread
/// 2"; a handler "session::read (async_receive)", if it is known whose it is.
std::string task_name(const Model& model, TaskIndex task);
std::string expression_name(const Model& model, ExpressionIndex expression);

/// The program's function that an operation's handler is in; empty: not known.
std::string handler_function(const Model& model, PlaceIndex place);

/// The file is a system's or a library's.
bool is_library_file(std::string_view file);

/// Code that is no user's: its file lies in a system's or a library's directory, or its function in
/// the namespace of one (std, boost, asio); a handler of which nobody said whose it is, or that was
/// only handed on.
bool is_internal(const Model& model, TaskIndex task);

}  // namespace weft::analysis
