#include "clients/cpp/assignment_stream.h"

#include <optional>
#include <thread>
#include <utility>

#include "cible/v1/segmentation_service.pb.h"
#include "clients/cpp/server_connection.h"
#include "clients/cpp/status.h"
#include "clients/cpp/stream_window.h"

namespace cible {

class AssignmentStream::Stream {
 public:
  Stream(std::shared_ptr<const ServerConnection> connection, std::string segmentation,
         Callback answered, const AssignmentStreamOptions& options)
      : connection_(std::move(connection)),
        segmentation_(std::move(segmentation)),
        answered_(std::move(answered)),
        window_(options.window) {
    connection_->Prepare(context_);
    stream_ = connection_->NextStub<v1::SegmentationService::Stub>().StreamAssignments(&context_);
    reader_ = std::thread([this] { ReadAnswers(); });
  }

  ~Stream() {
    if (status_.has_value()) return;
    context_.TryCancel();
    Finish().IgnoreError();
  }

  bool Write(v1::ContactTable table) {
    if (status_.has_value() || !window_.Enter()) return false;
    v1::AssignSegmentsRequest request;
    request.set_segmentation(segmentation_);
    request.set_sequence(next_++);
    *request.mutable_table() = std::move(table);
    return stream_->Write(request);
  }

  absl::Status Finish() {
    if (status_.has_value()) return *status_;
    stream_->WritesDone();
    reader_.join();
    status_ = connection_->StreamStatus(stream_->Finish());
    return *status_;
  }

 private:
  void ReadAnswers() {
    v1::AssignSegmentsResponse response;
    while (stream_->Read(&response)) {
      const std::int64_t table = response.sequence();
      if (response.has_error()) {
        answered_(table, FromRpc(response.error()));
      } else {
        answered_(table, std::move(response));
      }
      window_.Leave();
    }
    window_.Close();
  }

  const std::shared_ptr<const ServerConnection> connection_;
  const std::string segmentation_;
  const Callback answered_;
  StreamWindow window_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::AssignSegmentsRequest, v1::AssignSegmentsResponse>>
      stream_;
  std::thread reader_;
  std::int64_t next_ = 0;
  std::optional<absl::Status> status_;  // Set: it is over.
};

AssignmentStream::AssignmentStream(const Client& client, std::string segmentation,
                                   Callback answered, const AssignmentStreamOptions& options)
    : stream_(std::make_unique<Stream>(client.connection_, std::move(segmentation),
                                       std::move(answered), options)) {}

AssignmentStream::~AssignmentStream() = default;

bool AssignmentStream::Write(v1::ContactTable table) { return stream_->Write(std::move(table)); }

absl::Status AssignmentStream::Finish() { return stream_->Finish(); }

}  // namespace cible
