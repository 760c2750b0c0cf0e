/// Takes the values out of a model and leaves the shapes, for reports that others may see.
///
///   SELECT * FROM users WHERE name = 'bob' AND age > 41     SELECT * FROM users WHERE name = ? AND age > ?
///   GET /reset/k3Jd8?token=k3Jd8                            GET /reset/*?*
///   SET session:17 <32 bytes>                               SET *
///
/// What stays: functions, files, lines, names of locks and tables, methods, commands, status codes,
/// times and counts. What goes: literals, keys, paths, notes, names that the program gave, peers,
/// trace IDs. Where it is not certain that a text is a shape, it goes.
#pragma once

#include <string>
#include <string_view>

#include "debugger/analysis/model/model.h"

namespace weft::analysis {

/// What stands for a value that was taken out.
inline constexpr std::string_view kRedacted = "*";

/// The model must not be written to an index afterwards.
void redact(Model& model);

/// SQL with ? in place of literals, and without comments.
std::string sql_shape(std::string_view sql);
/// What an exchange asked, by the protocol of its connection.
std::string question_shape(std::string_view protocol, std::string_view what);
/// What was answered.
std::string answer_shape(std::string_view protocol, std::string_view outcome);

}  // namespace weft::analysis
