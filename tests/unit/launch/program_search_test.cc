#include "recorder/launch/program_search.h"

#include <elf.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>

namespace weft::launch {
namespace {

/// A directory with one file of each kind, in which the test runs.
class ProgramSearch : public testing::Test {
 protected:
  void SetUp() override {
    before_ = std::filesystem::current_path();
    std::filesystem::create_directories(directory_ + "/sub");
    std::filesystem::current_path(directory_);
    write("script", "#!/bin/sh\n", 0755);
    write("sub/script", "#!/bin/sh\n", 0755);
    write("plain", "#!/bin/sh\n", 0644);
    write("text", "echo hello\n", 0755);
    write("empty", "", 0755);
    write("native", elf(ELFCLASS64, EM_X86_64, ET_DYN), 0755);
    write("old", elf(ELFCLASS32, EM_386, ET_EXEC), 0755);
    write("arm", elf(ELFCLASS64, EM_AARCH64, ET_EXEC), 0755);
    write("object", elf(ELFCLASS64, EM_X86_64, ET_REL), 0755);
  }
  void TearDown() override {
    std::filesystem::current_path(before_);
    std::filesystem::remove_all(directory_);
  }

  static void write(const std::string& name, const std::string& bytes, mode_t mode) {
    std::ofstream(name) << bytes;
    ASSERT_EQ(::chmod(name.c_str(), mode), 0);
  }

  static std::string elf(uint8_t elf_class, uint16_t machine, uint16_t type) {
    Elf64_Ehdr header{};
    std::memcpy(header.e_ident, ELFMAG, SELFMAG);
    header.e_ident[EI_CLASS] = elf_class;
    header.e_type = type;
    header.e_machine = machine;
    return {reinterpret_cast<const char*>(&header), sizeof header};
  }

  static Error error_of(const std::string& name, const std::string& path = "/usr/bin:/bin") {
    const auto program = find_program(name, path);
    EXPECT_FALSE(program) << name;
    return program ? Error{} : program.error();
  }

  std::string directory_ = testing::TempDir() + "weft-search-" + std::to_string(::getpid());
  std::filesystem::path before_;
};

TEST_F(ProgramSearch, ASlashMakesItAPath) {
  EXPECT_EQ(find_program("./script", "")->path, "./script");
  EXPECT_EQ(find_program("sub/script", "")->path, "sub/script");
  EXPECT_EQ(find_program(directory_ + "/native", "")->path, directory_ + "/native");
}

TEST_F(ProgramSearch, WithoutASlashThePathIsSearchedInOrder) {
  EXPECT_EQ(find_program("script", "/nonexistent:sub:.")->path, "sub/script");
  EXPECT_EQ(find_program("script", "/nonexistent:")->path, "./script");
  EXPECT_EQ(find_program("true", "/usr/bin")->path, "/usr/bin/true");
}

TEST_F(ProgramSearch, ADirectoryInThePathIsNoProgram) {
  EXPECT_EQ(error_of("sub", ".").message, "no such program: 'sub'");
}

TEST_F(ProgramSearch, WhatCannotRunSaysWhyAndWhatToDo) {
  EXPECT_EQ(error_of("nosuch").message, "no such program: 'nosuch'");
  EXPECT_EQ(error_of("nosuch").hint,
            "it is in no directory of PATH; a file in this directory is named ./nosuch");
  EXPECT_EQ(error_of("./sub").message, "'./sub' is a directory");
  EXPECT_EQ(error_of("./plain").message, "'./plain' is not executable");
  EXPECT_EQ(error_of("./plain").hint, "chmod +x ./plain, or name its interpreter first");
  EXPECT_EQ(error_of("plain", ".").message, "'./plain' is not executable");
  EXPECT_EQ(error_of("./text").message,
            "'./text' is not a program: neither ELF nor a script with #!");
  EXPECT_EQ(error_of("./empty").error_class, ErrorClass::kUsage);
  EXPECT_EQ(error_of("./object").message, "'./object' is an ELF file, but not a program");
  EXPECT_EQ(error_of("").error_class, ErrorClass::kUsage);
}

TEST_F(ProgramSearch, OtherMachinesAreUnsupported) {
  EXPECT_EQ(error_of("./old").message, "'./old' is a program for 32-bit x86");
  EXPECT_EQ(error_of("./old").error_class, ErrorClass::kUnsupported);
  EXPECT_EQ(error_of("./arm").message, "'./arm' is a program for 64-bit ARM");
}

TEST_F(ProgramSearch, SetUidIsRecordedWithoutTheRights) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a file to somebody else";
  ASSERT_EQ(::chown("native", 1, 1), 0);
  ASSERT_EQ(::chmod("native", 04755), 0);
  EXPECT_EQ(find_program("./native", "")->note,
            "'./native' is set-uid: it is recorded with your own rights, without the extra ones");
}

TEST_F(ProgramSearch, AnOrdinaryProgramNeedsNoNote) {
  EXPECT_EQ(find_program("./native", "")->note, "");
}

}  // namespace
}  // namespace weft::launch
