// Questions in generated code: what is taken for one, and what is not.
#include "recorder/runtime/code/question_proof.cc"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace weft::runtime {
namespace {

class Proof : public testing::Test {
 protected:
  /// `code` with nops around it; the question asked about is where `code` has its first 0f.
  void look_at(const std::vector<uint8_t>& code) {
    bytes_.assign(64, 0x90);
    bytes_.insert(bytes_.end(), code.begin(), code.end());
    for (escape_ = 64; bytes_[escape_] != kEscape;) ++escape_;
    bytes_.resize(bytes_.size() + 16, 0x90);
    proof_->look_at(bytes_.data(), bytes_.size());
  }
  bool looks_like_one() { return proof_->looks_like_one(escape_, &question_); }
  bool is_met_by_sweeps() { return proof_->is_met_by_sweeps(escape_, &question_); }

  std::vector<uint8_t> bytes_;
  uint64_t escape_ = 0;
  Question question_{};
  std::unique_ptr<QuestionProof> proof_ = std::make_unique<QuestionProof>();
};

TEST_F(Proof, ALeafIsLoadedRightBefore) {
  look_at({0xb8, 0x02, 0x00, 0x00, 0x80, 0x0f, 0xa2});  // mov $0x80000002,%eax; cpuid
  EXPECT_TRUE(looks_like_one());
  EXPECT_EQ(question_.kind, QuestionKind::kAbilities);
  look_at({0xb8, 0x02, 0x00, 0x34, 0x12, 0x0f, 0xa2});  // no leaf
  EXPECT_FALSE(looks_like_one());
}

TEST_F(Proof, FxsaveToTheStack) {
  look_at({0x48, 0x0f, 0xae, 0x04, 0x24});
  EXPECT_TRUE(looks_like_one());
  EXPECT_EQ(question_.kind, QuestionKind::kSaveLegacyState);
  look_at({0x48, 0x0f, 0xae, 0x07});  // fxsave64 (%rdi)
  EXPECT_FALSE(looks_like_one());
}

TEST_F(Proof, SweepsMeetOneWhoseLeafComesFromARegister) {
  look_at({0x53, 0x56,              // push %rbx; push %rsi
           0x48, 0x8b, 0xc7,        // mov %rdi,%rax
           0x0f, 0xa2, 0x89, 0x06,  // cpuid; mov %eax,(%rsi)
           0xc3});
  EXPECT_FALSE(looks_like_one());
  EXPECT_TRUE(is_met_by_sweeps());
}

TEST_F(Proof, SweepsPassByAConstant) {
  look_at({0xb8, 0x11, 0x0f, 0xa2, 0x00, 0xc3});  // mov $0xa20f11,%eax
  EXPECT_FALSE(is_met_by_sweeps());
  look_at({0x48, 0x8b, 0x05, 0x0f, 0xa2, 0x00, 0x00, 0xc3});  // mov 0xa20f(%rip),%rax
  EXPECT_FALSE(is_met_by_sweeps());
}

}  // namespace
}  // namespace weft::runtime
