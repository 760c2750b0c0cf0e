// A manual page in the man(7) macros, which man-db, groff and mandoc read.
//
//   .TH WEFT-RECORD 1 2026-11-29 "weft 0.1.0" weft
//   .SH NAME
//   weft\-record \- record one run of a program
//   .SH SYNOPSIS
//   \fBweft record\fR [OPTIONS] ...
//
// The sections of a command are plain text, indented by two. What becomes of it:
//
//   "  words words"      a paragraph; an empty line ends it
//   "    more indented"  kept line by line
//   EXAMPLES, FILES      kept line by line
//   "  4  divergence"    in EXIT STATUS: a list of statuses with their meanings
//   SEE ALSO             a list of references: weft info becomes weft-info(1)

#include <algorithm>
#include <cctype>
#include <string_view>

#include "debugger/manual/manual.h"
#include "weft/base/version.h"

namespace weft::command {
namespace {

/// Text of which roff takes nothing for a request or an escape.
std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '\\') {
      result += "\\e";
    } else if (c == '-') {
      result += "\\-";
    } else if (c == '~') {
      result += "\\(ti";
    } else if (c == '^') {
      result += "\\(ha";
    } else {
      result += c;
    }
  }
  if (!result.empty() && (result[0] == '.' || result[0] == '\'')) result.insert(0, "\\&");
  return result;
}

std::string bold(std::string_view text) {
  return "\\fB" + escaped(text) + "\\fR";
}
std::string italic(std::string_view text) {
  return "\\fI" + escaped(text) + "\\fR";
}

std::string page_name(const CommandText& command) {
  return command.name.empty() ? "weft" : "weft-" + command.name;
}

std::string upper_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

size_t indent_of(const std::string& line) {
  const size_t at = line.find_first_not_of(' ');
  return at == std::string::npos ? 0 : at;
}

std::string without_indent(const std::string& line, size_t indent) {
  return line.substr(std::min(indent, indent_of(line)));
}

std::string kept_lines(const std::vector<std::string>& lines) {
  std::string text = ".nf\n";
  for (const std::string& line : lines) {
    const std::string shown = without_indent(line, 2);
    text += (shown.empty() ? "\\&" : escaped(shown)) + "\n";
  }
  return text + ".fi\n";
}

/// Paragraphs, and blocks of lines that are indented further.
std::string paragraphs(const std::vector<std::string>& lines) {
  std::string text;
  bool is_open = false;
  for (size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].empty()) {
      is_open = false;
    } else if (indent_of(lines[i]) > 2) {
      std::vector<std::string> block;
      while (i < lines.size() && indent_of(lines[i]) > 2) block.push_back(lines[i++]);
      text += (text.empty() ? "" : ".PP\n") + kept_lines(block);
      --i;
      is_open = false;
    } else {
      if (!is_open && !text.empty()) text += ".PP\n";
      text += escaped(without_indent(lines[i], 2)) + "\n";
      is_open = true;
    }
  }
  return text;
}

/// "  4  divergence": where the meaning begins; 0 if the line is no such entry.
size_t meaning_of(const std::string& line) {
  if (indent_of(line) != 2 || line.size() < 3) return 0;
  const size_t gap = line.find("  ", 2);
  if (gap == std::string::npos || gap > 10) return 0;
  return line.find_first_not_of(' ', gap);
}

/// Entries with their meanings, and paragraphs between them.
std::string statuses(const std::vector<std::string>& lines) {
  std::string text;
  bool is_listed = false;
  for (const std::string& line : lines) {
    if (const size_t meaning = meaning_of(line); meaning != 0) {
      const std::string status = line.substr(2, line.find("  ", 2) - 2);
      text += ".TP\n" + bold(status) + "\n" + escaped(line.substr(meaning)) + "\n";
      is_listed = true;
    } else if (line.empty()) {
      is_listed = false;
    } else {
      if (!is_listed && !text.empty() && indent_of(line) == 2) text += ".PP\n";
      text += escaped(without_indent(line, indent_of(line))) + "\n";
    }
  }
  return text;
}

/// "weft info, weft replay; more": each command as a reference to its page.
std::string references(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) {
    std::string rest = without_indent(line, 2);
    while (rest.starts_with("weft ")) {
      const size_t end = rest.find_first_of(",;", 5);
      const std::string name = "weft-" + rest.substr(5, end == std::string::npos ? end : end - 5);
      const std::string mark = end == std::string::npos ? "" : rest.substr(end, 1);
      text += ".BR " + escaped(name) + " (1)" + mark + "\n";
      rest = end == std::string::npos ? "" : without_indent(rest.substr(end + 1), 1);
    }
    if (!rest.empty()) text += escaped(rest) + "\n";
  }
  return text;
}

std::string section_text(const Section& section) {
  std::string text = ".SH " + escaped(section.title) + "\n";
  if (section.title == "SEE ALSO") return text + references(section.lines);
  if (section.title == "EXIT STATUS") return text + statuses(section.lines);
  if (section.title == "EXAMPLES" || section.title == "FILES") {
    return text + kept_lines(section.lines);
  }
  return text + paragraphs(section.lines);
}

std::string option_list(const char* title, const std::vector<OptionText>& options) {
  if (options.empty()) return "";
  std::string text = std::string(".SH ") + title + "\n";
  for (const OptionText& option : options) {
    std::string head;
    for (const std::string& name : option.names) head += (head.empty() ? "" : ", ") + bold(name);
    if (!option.value.empty()) head += (head.empty() ? "" : " ") + italic(option.value);
    text += ".TP\n" + head + "\n" + escaped(option.help) + "\n";
  }
  return text;
}

std::string command_list(const CommandText& weft) {
  if (weft.commands.empty()) return "";
  std::string text = ".SH COMMANDS\n";
  for (const CommandText& command : weft.commands) {
    text += ".TP\n.BR " + escaped(page_name(command)) + " (1)\n" + escaped(command.summary) + "\n";
  }
  return text;
}

}  // namespace

std::string man_page(const CommandText& command) {
  const std::string name = page_name(command);
  std::string text = ".\\\" Made of the text of " + full_name(command) + " --help.\n";
  text +=
      ".TH " + upper_case(name) + " 1 " + WEFT_RELEASE_DATE + " \"weft " + kVersion + "\" weft\n";
  text += ".SH NAME\n" + escaped(name) + " \\- " + escaped(command.summary) + "\n";
  text += ".SH SYNOPSIS\n" + bold(full_name(command)) + " " + escaped(command.synopsis) + "\n";
  const auto describes = [](const Section& section) { return section.title == "DESCRIPTION"; };
  for (const Section& section : command.sections) {
    if (describes(section)) text += section_text(section);
  }
  text += command_list(command);
  text += option_list("ARGUMENTS", command.arguments);
  text += option_list("OPTIONS", command.options);
  for (const Section& section : command.sections) {
    if (!describes(section)) text += section_text(section);
  }
  return text;
}

}  // namespace weft::command
