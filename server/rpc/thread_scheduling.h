// How a thread shares the processors with the others.

#ifndef CIBLE_SERVER_RPC_THREAD_SCHEDULING_H_
#define CIBLE_SERVER_RPC_THREAD_SCHEDULING_H_

namespace cible {

// Gives the calling thread, and those it starts, slices of a tenth of a millisecond.
// Linux from 6.12 on lets a thread that wakes interrupt another only once that one's
// slice is over, and slices are of 3 ms unless a thread asks for others: the one that
// serves would wait so long for the one that works through a table. Older kernels pass
// the wish over, and weigh by niceness alone.
void RunInShortSlices();

// Sets the niceness of the calling thread alone.
void BeNice(int niceness);

}  // namespace cible

#endif  // CIBLE_SERVER_RPC_THREAD_SCHEDULING_H_
