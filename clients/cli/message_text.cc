#include "clients/cli/message_text.h"

#include <google/protobuf/io/tokenizer.h>

#include <fstream>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace cible {
namespace {

// Collects the first error with its place.
class FirstError : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, google::protobuf::io::ColumnNumber column,
                const std::string& message) override {
    if (!sentence_.empty()) return;
    // A negative line means the file as a whole.
    sentence_ = line < 0 ? message
                         : absl::StrCat("line ", line + 1, ", column ", column + 1, ": ", message);
    if (!absl::EndsWith(sentence_, ".")) sentence_ += '.';
  }

  const std::string& sentence() const { return sentence_; }

 private:
  std::string sentence_;
};

}  // namespace

std::string MessageText(const google::protobuf::Message& message) {
  google::protobuf::TextFormat::Printer printer;
  printer.SetUseUtf8StringEscaping(true);
  std::string text;
  printer.PrintToString(message, &text);
  return text;
}

absl::Status ReadMessageText(const std::string& text, google::protobuf::Message* message,
                             FieldPlaces* places) {
  FirstError error;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&error);
  if (places != nullptr) parser.WriteLocationsTo(places);
  if (parser.ParseFromString(text, message)) return absl::OkStatus();
  return absl::InvalidArgumentError(error.sentence());
}

absl::StatusOr<std::string> ReadTextFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) return absl::NotFoundError(absl::StrCat(path, " cannot be read; check the name"));
  return text.str();
}

}  // namespace cible
