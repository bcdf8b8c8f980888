#include "clients/load/echo_server.h"

namespace cible::load {

CannedAnswers CannedAnswers::Parse(const AnswerBytes& bytes) {
  CannedAnswers answers;
  const auto read = [&](CallKind kind, google::protobuf::MessageLite& message) {
    const auto found = bytes.find(kind);
    if (found != bytes.end()) message.ParseFromString(found->second);
  };
  read(CallKind::kUnary, answers.unary);
  read(CallKind::kName, answers.name);
  read(CallKind::kMatch, answers.match);
  read(CallKind::kRows, answers.rows);
  read(CallKind::kTable, answers.table);
  read(CallKind::kStream, answers.stream);
  return answers;
}

std::unique_ptr<EchoServer> StartEcho(EchoFlavour flavour, const CannedAnswers& answers) {
  return flavour == EchoFlavour::kCallback ? StartCallbackEcho(answers) : StartQueueEcho(answers);
}

}  // namespace cible::load
