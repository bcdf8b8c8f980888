#include "clients/load/load_run.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <sys/resource.h>

#include <chrono>
#include <iostream>
#include <memory>
#include <thread>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "clients/load/stream_loop.h"

namespace cible::load {
namespace {

constexpr auto kConnectPatience = std::chrono::seconds(5);
// The threads are there before the load starts.
constexpr auto kHeadStart = std::chrono::milliseconds(5);

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// Runs one loop a thread; the caller's thread shows what happens meanwhile.
template <typename Loop>
class LoadThreads {
 public:
  LoadThreads(const Channels& channels, const Workload& workload, const LoadShape& shape,
              bool show_live)
      : window_(shape, Clock::now() + kHeadStart), show_live_(show_live) {
    for (int thread = 0; thread < shape.threads; ++thread) {
      loops_.push_back(std::make_unique<Loop>(workload, shape, window_, channels, thread,
                                              show_live ? &live_ : nullptr));
    }
  }

  LoadFigures Run() {
    std::thread runner([this] { RunLoops(); });
    ended_.WaitForNotificationWithTimeout(absl::FromChrono(window_.begin() - Clock::now()));
    const double cpu_before = CpuSeconds();
    if (show_live_) ShowLive();
    runner.join();
    LoadFigures figures;
    for (const auto& loop : loops_) figures.MergeThread(loop->figures());
    figures.cpu_seconds = CpuSeconds() - cpu_before;
    return figures;
  }

 private:
  void RunLoops() {
    std::vector<std::thread> threads;
    for (std::size_t i = 1; i < loops_.size(); ++i) {
      threads.emplace_back([&loop = *loops_[i]] { loop.Run(); });
    }
    loops_[0]->Run();
    for (std::thread& thread : threads) thread.join();
    ended_.Notify();
  }

  void ShowLive() {
    live_.TakeLine(1);  // What the warm-up left.
    while (!ended_.WaitForNotificationWithTimeout(absl::Seconds(1))) {
      std::cerr << "\r\033[K" << live_.TakeLine(1) << std::flush;
    }
    std::cerr << "\r\033[K" << std::flush;
  }

  LoadWindow window_;
  const bool show_live_;
  LiveFigures live_;
  std::vector<std::unique_ptr<Loop>> loops_;
  absl::Notification ended_;
};

}  // namespace

absl::StatusOr<Channels> Connect(const std::string& address, int count) {
  Channels channels;
  for (int i = 0; i < count; ++i) {
    grpc::ChannelArguments arguments;
    // Channels of equal arguments would share one connection.
    arguments.SetInt("cible.load.connection", i);
    arguments.SetMaxReceiveMessageSize(-1);
    arguments.SetMaxSendMessageSize(-1);
    channels.push_back(
        grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments));
  }
  const auto deadline = std::chrono::system_clock::now() + kConnectPatience;
  for (const auto& channel : channels) {
    if (channel->WaitForConnected(deadline)) continue;
    return absl::UnavailableError(
        absl::StrCat("no server answers at ", address,
                     "; start one (cible-server), or say where it listens (--server HOST:PORT)"));
  }
  return channels;
}

LoadFigures RunLoad(const Channels& channels, const Workload& workload, const LoadShape& shape,
                    bool show_live) {
  if (workload.parts.front().kind == CallKind::kStream) {
    return LoadThreads<StreamLoop>(channels, workload, shape, show_live).Run();
  }
  return LoadThreads<LoadLoop>(channels, workload, shape, show_live).Run();
}

}  // namespace cible::load
