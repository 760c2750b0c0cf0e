/// MySQL's protocol, as MySQL and MariaDB speak it: the login, text queries and prepared
/// statements.
///
/// The server begins, with a greeting. After the login each command is an exchange, from its packet
/// to the last packet of its last result. The binary protocol of prepared statements differs only
/// in the rows, whose contents are not looked at. Encrypted and compressed connections are given
/// up at the packet after which they are so.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "debugger/protocol/mysql/mysql_packet.h"
#include "debugger/protocol/pipelined_decoder.h"

namespace weft::protocol {

/// Is this a server's greeting?
bool is_mysql_greeting(std::string_view first_bytes);

class MysqlDecoder final : public PipelinedDecoder {
 public:
  explicit MysqlDecoder(ExchangeSink& sink) : PipelinedDecoder(sink) {}

  void bytes(Side side, std::string_view data) override;
  void gap(Side side, uint64_t count) override;

 private:
  /// What the packets of an answer are.
  enum class Part : uint8_t { kFirst, kColumns, kRows, kFields, kDescription };

  void take_requests(std::string_view data);
  void request_begins();
  void request_packet();
  void login_packet(std::string_view content);
  void command_packet(std::string_view content);
  void end_request(std::string_view what, std::string_view sql);

  void take_answers(std::string_view data);
  void answer_packet();
  void first_packet(std::string_view content);
  void prepared(std::string_view content);
  void row_packet(std::string_view content);
  void result_ends(uint64_t status, std::string_view outcome);
  void answer_error(std::string_view content);
  void end_answer(std::string_view outcome, bool failed = false);
  bool is_last_row(std::string_view content) const;

  MysqlPackets requests_, answers_;
  std::unordered_map<uint32_t, std::string> statements_;  ///< prepared ones, by their numbers
  std::string prepared_sql_;                              ///< of the one that is being prepared
  bool logged_in_ = false;
  bool query_attributes_ = false;  ///< attributes come before the text of a query
  bool login_asked_ = false;
  bool silent_ = false;            ///< the packet opens no exchange
  bool sends_file_ = false;        ///< LOCAL INFILE: the client's packets are its contents
  bool ends_without_eof_ = false;  ///< CLIENT_DEPRECATE_EOF
  bool compressed_ = false;        ///< after the login

  Part part_ = Part::kFirst;
  uint64_t left_ = 0;  ///< packets of this part that are still to come
  uint64_t rows_ = 0, answer_bytes_ = 0;
};

}  // namespace weft::protocol
