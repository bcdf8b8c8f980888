#include "clients/cpp/channel_pool.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "clients/cpp/service_config.h"

namespace cible {
namespace {

// A call of which more was sent is not asked again. gRPC's 256 KiB are less than
// a table of 4,096 contacts.
constexpr int kRetryBufferBytes = 16 << 20;

// A server that starts again is found within a second; one that stays away is
// looked for every five.
constexpr int kFirstReconnectMillis = 100;
constexpr int kSlowestReconnectMillis = 5'000;

int Millis(std::chrono::milliseconds duration) {
  constexpr std::chrono::milliseconds::rep kMost = std::numeric_limits<int>::max();
  return static_cast<int>(std::clamp<std::chrono::milliseconds::rep>(duration.count(), 1, kMost));
}

void SetRetries(const RetryOptions& retry, grpc::ChannelArguments& arguments) {
  if (retry.max_attempts <= 1) {
    arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
    return;
  }
  arguments.SetServiceConfigJSON(RetryServiceConfig(retry));
  arguments.SetInt(GRPC_ARG_PER_RPC_RETRY_BUFFER_SIZE, kRetryBufferBytes);
}

void SetKeepalive(const ClientOptions& options, grpc::ChannelArguments& arguments) {
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, Millis(options.keepalive_time));
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, Millis(options.keepalive_timeout));
  arguments.SetInt(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  // Else only two probes follow each other, and an idle connection dies unseen.
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
}

// Channels of equal arguments share a connection; `number` makes them differ.
grpc::ChannelArguments ArgumentsOf(int number, const ClientOptions& options) {
  grpc::ChannelArguments arguments;
  arguments.SetInt("cible.channel", number);
  arguments.SetMaxReceiveMessageSize(-1);  // A table may be larger than gRPC's 4 MiB.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kFirstReconnectMillis);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kSlowestReconnectMillis);
  SetKeepalive(options, arguments);
  SetRetries(options.retry, arguments);
  return arguments;
}

}  // namespace

Channels OpenChannels(const std::string& address, const ClientOptions& options) {
  Channels channels;
  for (int number = 0; number < std::max(options.channels, 1); ++number) {
    channels.push_back(grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(),
                                                 ArgumentsOf(number, options)));
  }
  return channels;
}

bool WaitUntilConnected(const Channels& channels, std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::system_clock::now() + patience;
  for (const auto& channel : channels) channel->GetState(/*try_to_connect=*/true);
  return std::all_of(channels.begin(), channels.end(),
                     [&](const auto& channel) { return channel->WaitForConnected(deadline); });
}

Stubs::Stubs(const std::shared_ptr<grpc::Channel>& channel)
    : stubs_(v1::WorkspaceService::NewStub(channel), v1::ContactService::NewStub(channel),
             v1::SegmentationService::NewStub(channel), v1::PersonaService::NewStub(channel),
             v1::LifecycleService::NewStub(channel)) {}

ChannelPool::ChannelPool(const Channels& channels, std::string address)
    : address_(std::move(address)), stubs_(channels.begin(), channels.end()) {}

const Stubs& ChannelPool::Next() const {
  return stubs_[turn_.fetch_add(1, std::memory_order_relaxed) % stubs_.size()];
}

}  // namespace cible
