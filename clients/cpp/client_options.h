// How a client connects, how long it waits, and when it asks again.

#ifndef CIBLE_CLIENTS_CPP_CLIENT_OPTIONS_H_
#define CIBLE_CLIENTS_CPP_CLIENT_OPTIONS_H_

#include <chrono>
#include <string>

namespace cible {

// Calls that only read are asked again by gRPC itself when they are refused with
// UNAVAILABLE or RESOURCE_EXHAUSTED and nothing was answered yet. Between two
// attempts it waits for as long as the server asked for, else for a random time
// up to a backoff that doubles. Many refusals in a row suspend retries until
// calls succeed again. Calls that change something are never asked again.
struct RetryOptions {
  int max_attempts = 4;  // In all, in [1, 5]; 1: refusals are told at once.
  std::chrono::milliseconds initial_backoff{100};
  std::chrono::milliseconds max_backoff{2'000};
};

struct ClientOptions {
  // Who calls, for the server's records; empty: not said.
  std::string actor;
  // How long Connect waits for a server to answer.
  std::chrono::milliseconds connect_timeout{3'000};
  // After this long a call that is no stream, its retries included, is given
  // up: DEADLINE_EXCEEDED. Client::WithDeadline for some calls only.
  std::chrono::milliseconds deadline{60'000};
  // Messages of a two-way stream that may wait for their answer, >= 1.
  int stream_window = 8;
  // Connections, >= 1, that calls and streams take in turn. One serves tens of
  // thousands of calls a second; more help where one TCP connection is the
  // limit: many large tables at once, or a balancer that divides connections.
  int channels = 1;
  RetryOptions retry;
  // An idle or silent connection is probed after `keepalive_time`, and given up
  // when the probe is not answered within `keepalive_timeout`. Servers refuse
  // probes at less than 30 s.
  std::chrono::milliseconds keepalive_time{60'000};
  std::chrono::milliseconds keepalive_timeout{20'000};
};

}  // namespace cible

#endif  // CIBLE_CLIENTS_CPP_CLIENT_OPTIONS_H_
