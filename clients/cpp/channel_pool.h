// The connections of a client, and the stubs that call over them.

#ifndef CIBLE_CLIENTS_CPP_CHANNEL_POOL_H_
#define CIBLE_CLIENTS_CPP_CHANNEL_POOL_H_

#include <grpcpp/channel.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "cible/v1/contact_service.grpc.pb.h"
#include "cible/v1/lifecycle_service.grpc.pb.h"
#include "cible/v1/persona_service.grpc.pb.h"
#include "cible/v1/segmentation_service.grpc.pb.h"
#include "cible/v1/workspace_service.grpc.pb.h"
#include "clients/cpp/client_options.h"

namespace cible {

using Channels = std::vector<std::shared_ptr<grpc::Channel>>;

// As many as options.channels, each a connection of its own. Not waited for.
Channels OpenChannels(const std::string& address, const ClientOptions& options);

// Whether all of them connect within the time.
bool WaitUntilConnected(const Channels& channels, std::chrono::milliseconds patience);

// One stub a service, over one channel.
class Stubs {
 public:
  explicit Stubs(const std::shared_ptr<grpc::Channel>& channel);

  template <typename Stub>
  Stub& Of() const {
    return *std::get<std::unique_ptr<Stub>>(stubs_);
  }

 private:
  std::tuple<std::unique_ptr<v1::WorkspaceService::Stub>, std::unique_ptr<v1::ContactService::Stub>,
             std::unique_ptr<v1::SegmentationService::Stub>,
             std::unique_ptr<v1::PersonaService::Stub>, std::unique_ptr<v1::LifecycleService::Stub>>
      stubs_;
};

// Thread-safe.
class ChannelPool {
 public:
  // `address` is named in errors; empty: not known.
  // REQUIRES: at least one channel.
  ChannelPool(const Channels& channels, std::string address);

  // The channels in turn. Counting the calls in flight would not divide them
  // better: streams, which last, count as much as calls of a microsecond, and
  // calls of one kind are divided evenly by turns, at the price of one addition.
  const Stubs& Next() const;

  const std::string& address() const { return address_; }

 private:
  const std::string address_;
  std::vector<Stubs> stubs_;
  mutable std::atomic<std::size_t> turn_ = 0;
};

}  // namespace cible

#endif  // CIBLE_CLIENTS_CPP_CHANNEL_POOL_H_
