// Without the GIL: biased counts across threads, merging, safepoints, handshakes, epochs, remote frees, locks, fork.
#include <sys/wait.h>
#include <unistd.h>
#include <mutex>
#include <random>
#include "gc/bias.h"
#include "gc/hot.h"
#include "gc/own_turn.h"
#include "tests/gc/support.h"

namespace taipan::gc::test {
namespace {

constexpr int kThreads = 4;

#if defined(__SANITIZE_THREAD__)
constexpr int kRounds = 2000;
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
constexpr int kRounds = 2000;
#else
constexpr int kRounds = 20000;
#endif
#else
constexpr int kRounds = 20000;
#endif

class ThreadsTest : public FreeTest {};

template <class F>
std::thread start_thread(F f) {
  start_parallel();  // as _thread does before the second thread
  return std::thread([f] {
    ThreadScope scope;
    f();
  });
}

// Waits without keeping anybody from stopping the world.
void join(std::thread& t) {
  BlockingScope blocking;
  t.join();
}

TEST_F(ThreadsTest, OtherThreadsCountInTheSharedWord) {
  Ref n = node_ref();
  Header* h = n.get().header();
  std::thread t = start_thread([h] {
    EXPECT_NE(h->owner.load(), current_slot);
    incref(h);
    incref(h);
    EXPECT_EQ(h->rc_local.load(), 1u);
    EXPECT_EQ(h->rc_shared.load(), 2 * kSharedOne | kSharedPublished);
    EXPECT_EQ(ref_count(h), 3u);
    decref(h);
  });
  join(t);
  EXPECT_EQ(ref_count(h), 2u);
  n.reset();
  EXPECT_EQ(nodes_alive, 1);
  EXPECT_EQ(h->owner.load(), kNoOwner);
  decref(h);
  EXPECT_EQ(nodes_alive, 0);
}

TEST_F(ThreadsTest, DecrefOfADetachedOwnersObjectMergesAtOnce) {
  Header* h = &new_node()->header;
  std::atomic<bool> detached{false};
  std::thread t = start_thread([&] {
    while (!detached) std::this_thread::yield();
    decref(h);
    EXPECT_EQ(nodes_alive, 0);
  });
  BlockingScope blocking;
  detached = true;
  t.join();
}

TEST_F(ThreadsTest, DecrefOfARunningOwnersObjectIsQueued) {
  Header* h = &new_node()->header;
  std::atomic<int> step{0};
  std::thread t = start_thread([&] {
    decref(h);
    step = 1;
    poll_until(step, 2);
  });
  while (step < 1) std::this_thread::yield();
  EXPECT_EQ(nodes_alive, 1);
  EXPECT_TRUE(current_mutator->poll.load() & kPollMerge);
  EXPECT_EQ(h->rc_shared.load() & kSharedState, kSharedQueued);
  poll();
  EXPECT_EQ(nodes_alive, 0);
  step = 2;
  join(t);
}

TEST_F(ThreadsTest, QueueIsEmptiedBeforeBlocking) {
  Header* h = &new_node()->header;
  std::atomic<int> step{0};
  std::thread t = start_thread([&] {
    decref(h);
    step = 1;
    poll_until(step, 2);
  });
  while (step < 1) std::this_thread::yield();
  { BlockingScope blocking; }
  EXPECT_EQ(nodes_alive, 0);
  step = 2;
  join(t);
}

// The owner's last decref comes before the object's turn in the queue, and others count it in between: it turns hot.
TEST_F(ThreadsTest, QueuedObjectsMayTurnHotBefore) {
  Ref n = quiet_ref();
  Header* h = n.get().header();
  incref(h);  // the other thread's
  std::atomic<int> step{0};
  std::thread t = start_thread([&] {
    decref(h);
    incref(h);  // main's
    step = 1;
    while (step < 2) std::this_thread::yield();
    for (int i = 0; i < kRounds; i++) Ref one = Ref::dup(Value(h));
    step = 3;
    poll_until(step, 4);
  });
  while (step < 1) std::this_thread::yield();
  EXPECT_EQ(h->rc_shared.load() & kSharedState, kSharedQueued);
  decref(h);
  n.reset();
  EXPECT_EQ(h->rc_shared.load(), kSharedOne | kSharedMerged);  // the queue's
  step = 2;
  while (step < 3) std::this_thread::yield();
  EXPECT_TRUE(is_hot(h));
  poll();
  EXPECT_TRUE(is_hot(h));
  step = 4;
  join(t);
  collect(2);
  EXPECT_EQ(nodes_alive, 0);
}

TEST_F(ThreadsTest, ObjectsOutliveTheirThread) {
  Header* h = nullptr;
  Header* dying = nullptr;
  uint16_t slot = 0;
  std::thread t = start_thread([&] {
    h = &new_node(1)->header;
    dying = &new_node(2)->header;
    slot = current_slot;
  });
  join(t);
  EXPECT_EQ(h->owner.load(), slot);
  incref(h);
  decref(dying);  // the owner is gone: merged at once
  EXPECT_EQ(nodes_alive, 1);
  // The next thread takes over the slot, and the counts with it.
  std::thread next = start_thread([&] {
    EXPECT_EQ(current_slot, slot);
    decref(h);
    EXPECT_EQ(nodes_alive, 1);
  });
  join(next);
  decref(h);
  EXPECT_EQ(nodes_alive, 0);
}

TEST_F(ThreadsTest, HandedOverObjectsDieSomewhere) {
  // Each thread makes objects and drops those of its neighbour.
  std::atomic<Header*> mailboxes[kThreads] = {};
  std::vector<std::thread> threads;
  std::atomic<int> done{0};
  for (int i = 0; i < kThreads; i++) {
    threads.push_back(start_thread([&, i] {
      for (int r = 0; r < kRounds; r++) {
        Header* old = mailboxes[(i + 1) % kThreads].exchange(&new_node()->header);
        if (old) decref(old);
        poll();
      }
      done++;
    }));
  }
  for (std::thread& t : threads) join(t);
  for (auto& box : mailboxes) {
    if (Header* h = box.exchange(nullptr)) decref(h);
  }
  poll();
  EXPECT_EQ(nodes_alive, 0);
}

TEST_F(ThreadsTest, ManyThreadsCountOneObject) {
  Ref n = node_ref();
  Header* h = n.get().header();
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; i++) {
    incref(h);  // for the thread
    threads.push_back(start_thread([h, i] {
      std::vector<int> held(1);
      std::mt19937 random(static_cast<unsigned>(i));
      int mine = 1;
      for (int r = 0; r < kRounds; r++) {
        if (mine < 2 || random() % 2) {
          incref(h);
          mine++;
        } else {
          decref(h);
          mine--;
        }
        poll();
      }
      while (mine--) decref(h);
    }));
  }
  for (int r = 0; r < kRounds; r++) {
    incref(h);
    poll();
    decref(h);
  }
  n.reset();
  for (std::thread& t : threads) join(t);
  EXPECT_EQ(nodes_alive, 0);
}

// The protocol of lock-free readers: load, try, look again; else under the lock.
Ref read_slot(Header* holder, Value* slot) {
  for (;;) {
    Value v = load(slot);
    if (v.is_null()) return Ref();
    if (try_incref(v.header())) {
      if (load(slot) == v) return Ref::steal(v);
      decref(v);
      continue;
    }
    lock(holder);
    v = load(slot);
    if (!v.is_null()) incref_published(v.header());
    unlock(holder);
    return v.is_null() ? Ref() : Ref::steal(v);
  }
}

TEST_F(ThreadsTest, OptimisticReadersAndWriters) {
  Ref holder = node_ref();
  Node* node = holder.as<Node>();
  Header* h = holder.get().header();
  std::vector<std::thread> threads;
  std::atomic<int64_t> sum{0};
  for (int i = 0; i < kThreads; i++) {
    threads.push_back(start_thread([&, i] {
      std::mt19937 random(static_cast<unsigned>(i));
      int64_t mine = 0;
      for (int r = 0; r < kRounds; r++) {
        size_t slot = random() % kSlots;
        if (i == 0 || random() % 8 == 0) {
          Ref fresh = node_ref(1);
          lock(h);
          Ref old = exchange(h, &node->slots[slot], std::move(fresh));
          unlock(h);
        } else if (Ref got = read_slot(h, &node->slots[slot])) {
          mine += got.as<Node>()->id;
        }
        poll();
      }
      sum += mine;
    }));
  }
  for (std::thread& t : threads) join(t);
  EXPECT_GT(sum, 0);
  holder.reset();
  poll();
  EXPECT_EQ(nodes_alive, 0);
}

TEST_F(ThreadsTest, TryIncrefNeedsPublishing) {
  Ref n = node_ref();
  Header* h = n.get().header();
  std::thread t = start_thread([h] {
    EXPECT_FALSE(try_incref(h));
    publish(h);
    EXPECT_TRUE(try_incref(h));
    decref(h);
    EXPECT_TRUE(try_incref(h));
    decref(h);
  });
  join(t);
  EXPECT_TRUE(try_incref(h));
  decref(h);
  n.reset();
  EXPECT_EQ(nodes_alive, 0);
}

TEST_F(ThreadsTest, StopTheWorldStopsEverybody) {
  std::atomic<int> running{0};
  std::atomic<int> stop{0};
  std::atomic<int64_t> counter{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; i++) {
    threads.push_back(start_thread([&, i] {
      running++;
      for (int r = 0; !stop; r++) {
        counter.fetch_add(1, std::memory_order_relaxed);
        if (i % 2 && r % 64 == 0) {
          BlockingScope blocking;
          std::this_thread::yield();
        }
        poll();
      }
    }));
  }
  poll_until(running, kThreads);
  for (int r = 0; r < 200; r++) {
    stop_the_world(current_mutator);
    stop_the_world(current_mutator);
    int64_t before = counter;
    std::this_thread::yield();
    EXPECT_EQ(counter, before);
    resume_the_world(current_mutator);
    EXPECT_TRUE(world_stopped());
    EXPECT_EQ(counter, before);
    resume_the_world(current_mutator);
  }
  stop = 1;
  for (std::thread& t : threads) join(t);
}

TEST_F(ThreadsTest, EverybodyStopsAndShakesHands) {
  std::vector<std::thread> threads;
  std::atomic<int64_t> answers{0};
  for (int i = 0; i < kThreads; i++) {
    threads.push_back(start_thread([&, i] {
      for (int r = 0; r < 150; r++) {
        if (r % 3 == i % 3) {
          stop_the_world(current_mutator);
          resume_the_world(current_mutator);
        } else if (r % 3 == 1) {
          handshake(current_mutator, [](Mutator*, void* arg) { ++*static_cast<std::atomic<int64_t>*>(arg); }, &answers);
        } else {
          BlockingScope blocking;
        }
        poll();
      }
    }));
  }
  for (std::thread& t : threads) join(t);
  EXPECT_GT(answers, 200);
}

TEST_F(ThreadsTest, HandshakeReachesEachThreadOnce) {
  std::atomic<int> running{0};
  std::atomic<int> stop{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; i++) {
    threads.push_back(start_thread([&, i] {
      running++;
      if (i == 0) {  // blocked: answered for
        BlockingScope blocking;
        while (!stop) std::this_thread::yield();
        return;
      }
      poll_until(stop, 1);
    }));
  }
  poll_until(running, kThreads);
  std::atomic<int> count{0};
  handshake(current_mutator, [](Mutator*, void* arg) { ++*static_cast<std::atomic<int>*>(arg); }, &count);
  EXPECT_EQ(count, kThreads + 1);
  stop = 1;
  for (std::thread& t : threads) join(t);
}

std::atomic<int> freed{0};
void count_freed(void* p) {
  freed++;
  raw_free(p);
}

TEST_F(ThreadsTest, RetiredMemoryWaitsForReaders) {
  freed = 0;
  std::atomic<int> step{0};
  std::thread t = start_thread([&] {
    step = 1;
    while (step < 2) std::this_thread::yield();  // attached, no safepoint
    poll();
    epoch_poll(current_mutator);
    step = 3;
    poll_until(step, 4);
  });
  while (step < 1) std::this_thread::yield();
  retire(raw_alloc(10), count_freed);
  epoch_poll(current_mutator);
  EXPECT_EQ(freed, 0);
  EXPECT_EQ(retired_count(), 1u);
  step = 2;
  while (step < 3) std::this_thread::yield();
  epoch_poll(current_mutator);
  EXPECT_EQ(freed, 1);
  step = 4;
  join(t);
}

TEST_F(ThreadsTest, RetiredMemoryOfDeadThreads) {
  freed = 0;
  std::thread t = start_thread([] {
    for (int i = 0; i < 1000; i++) retire(raw_alloc(16), count_freed);
  });
  join(t);
  epoch_poll(current_mutator);
  EXPECT_EQ(freed, 1000);
  EXPECT_EQ(retired_count(), 0u);
}

// What was taken out of a shared object is dropped by the last thread that runs, before it blocks.
TEST_F(ThreadsTest, DisplacedReferencesOfBlockedThreads) {
  Ref holder = node_ref();
  link(holder, 0, node_ref().get());
  Mutator* main_mutator = current_mutator;
  std::atomic<int> step{0};
  std::thread t = start_thread([&] {
    Ref mine = Ref::dup(holder);
    step = 1;
    while (step < 2 || peek(main_mutator->attached)) std::this_thread::yield();  // no safepoint
    EXPECT_EQ(nodes_alive, 2);
    { BlockingScope blocking; }
    EXPECT_EQ(nodes_alive, 1);
  });
  while (step < 1) std::this_thread::yield();
  { Ref old = take(holder.get().header(), &holder.as<Node>()->slots[0]); }
  EXPECT_EQ(nodes_alive, 2);
  step = 2;
  join(t);
}

TEST_F(ThreadsTest, CollectingDropsDisplacedReferences) {
  Ref holder = node_ref();
  link(holder, 0, node_ref().get());
  std::atomic<int> step{0};
  std::thread t = start_thread([&] {
    Ref mine = Ref::dup(holder);
    step = 1;
    while (step < 2) std::this_thread::yield();
    poll_until(step, 3);
  });
  while (step < 1) std::this_thread::yield();
  { Ref old = take(holder.get().header(), &holder.as<Node>()->slots[0]); }
  EXPECT_EQ(nodes_alive, 2);
  step = 2;
  collect(2);
  EXPECT_EQ(nodes_alive, 1);
  step = 3;
  join(t);
}

TEST_F(ThreadsTest, ReadersOfReplacedBuffers) {
  // One writer replaces a buffer, readers check that what they read is whole.
  std::atomic<int64_t*> shared{static_cast<int64_t*>(raw_calloc(8 * 16))};
  std::atomic<int> stop{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads - 1; i++) {
    threads.push_back(start_thread([&] {
      while (!stop) {
        int64_t* p = shared.load(std::memory_order_acquire);
        int64_t first = p[0];
        for (int j = 1; j < 16; j++) ASSERT_EQ(p[j], first);
        poll();
      }
    }));
  }
  for (int64_t r = 1; r < kRounds; r++) {
    int64_t* fresh = static_cast<int64_t*>(raw_alloc(8 * 16));
    for (int j = 0; j < 16; j++) fresh[j] = r;
    raw_free_epoch(shared.exchange(fresh, std::memory_order_acq_rel));
    poll();
    epoch_poll(current_mutator);
  }
  stop = 1;
  for (std::thread& t : threads) join(t);
  raw_free(shared.load());
}

TEST_F(ThreadsTest, ReadersKnowWhatWasMoved) {
  // One thread puts new objects at the end of a buffer, another one moves all that is there to and fro: what readers find anywhere is an
  // object whose fields they may read, and the thread sanitizer knows why.
  constexpr size_t kPlaces = 2000;
  Ref holder = node_ref();
  auto* buffer = static_cast<Value*>(raw_calloc(kPlaces * sizeof(Value)));
  std::vector<Ref> nodes;
  std::atomic<int> stop{0};
  std::atomic<int64_t> found{0}, moves{0};
  std::vector<std::thread> threads;
  threads.push_back(start_thread([&] {
    for (; !stop; poll()) {
      {
        ObjectLock guard(holder.get().header());
        if (++moves % 3) {
          move_references(buffer, buffer + 1, kPlaces - 1);
        } else {
          move_references(buffer + 1, buffer, kPlaces - 1);
        }
      }
      std::this_thread::yield();
    }
  }));
  for (int i = 0; i < 2; i++) {
    threads.push_back(start_thread([&] {
      for (; !stop; poll()) {
        for (size_t k = 0; k < kPlaces; k++) {
          Value v = load(buffer + k);
          if (!v) continue;
          ASSERT_GT(v.as<Node>()->id, 0);
          found.fetch_add(1, std::memory_order_relaxed);
        }
      }
    }));
  }
  for (int64_t id = 1; id < 100 || found < 1000 || moves < 100; id++) {
    nodes.push_back(node_ref(id));
    {
      ObjectLock guard(holder.get().header());
      store_release(&buffer[kPlaces - 1], nodes.back().get());
    }
    poll();
    std::this_thread::yield();
  }
  stop = 1;
  for (std::thread& t : threads) join(t);
  raw_free(buffer);
}

TEST_F(ThreadsTest, RemoteFreesComeBack) {
  for (int round = 0; round < 20; round++) {
    std::vector<Header*> boxes;
    for (int i = 0; i < 2000; i++) boxes.push_back(new_box(64));
    std::thread t = start_thread([&] {
      for (Header* h : boxes) decref(h);  // the owner is detached: merged here, freed remotely
    });
    join(t);
  }
#ifndef TAIPAN_PLAIN_MALLOC
  EXPECT_LT(heap_stats().block_bytes, size_t{4} << 20);
#endif
}

TEST_F(ThreadsTest, BlocksOfDeadThreadsAreAdopted) {
  for (int round = 0; round < 20; round++) {
    std::vector<Header*> boxes;
    std::thread t = start_thread([&] {
      for (int i = 0; i < 5000; i++) boxes.push_back(new_box(256));
    });
    join(t);
    for (Header* h : boxes) decref(h);
  }
  std::vector<Header*> mine;
  for (int i = 0; i < 5000; i++) mine.push_back(new_box(256));
#ifndef TAIPAN_PLAIN_MALLOC
  EXPECT_LT(heap_stats().block_bytes, size_t{8} << 20);
#endif
  EXPECT_EQ(verify_heap(), 0u);
  for (Header* h : mine) decref(h);
}

TEST_F(ThreadsTest, LocksExclude) {
  Ref n = node_ref();
  Header* h = n.get().header();
  int64_t counter = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; i++) {
    threads.push_back(start_thread([&] {
      for (int r = 0; r < kRounds; r++) {
        ObjectLock guard(h);
        counter++;
        if (r % 512 == 0) std::this_thread::yield();
      }
    }));
  }
  for (std::thread& t : threads) join(t);
  EXPECT_EQ(counter, int64_t{kThreads} * kRounds);
  EXPECT_EQ(h->lock.load() & (kLockBit | kLockWaiters), 0);
}

TEST_F(ThreadsTest, LockKeepsTheOtherBits) {
  Ref n = node_ref();
  Header* h = n.get().header();
  h->lock.fetch_or(kHasWeakrefs);
  start_parallel();
  region_of(h).store(kNoOwner);  // nobody's: it is locked by its byte
  lock(h);
  std::thread t = start_thread([h] {
    lock(h);
    unlock(h);
  });
  while (!(h->lock.load() & kLockWaiters)) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  unlock(h);
  join(t);
  EXPECT_EQ(h->lock.load(), kHasWeakrefs);
}

// A thread that waits, having had the region for a while, leaves it to the next one, which doesn't lock by bytes then.
TEST_F(ThreadsTest, RegionsAreHandedOn) {
  Ref n = node_ref();
  Header* h = n.get().header();
  int by_marker = 0;
  for (int round = 0; round < 200 && by_marker < 3; round++) {
    for (int i = 0; i < 100000; i++) {  // (were it by bytes still, it would be by the marker in the end)
      lock(h);
      unlock(h);
    }
    std::thread t = start_thread([&] {
      lock(h);
      if (!(h->lock.load() & kLockBit)) by_marker++;
      unlock(h);
    });
    join(t);  // detached
  }
  EXPECT_GE(by_marker, 3);
}

// Threads lock objects of their own and of others, one and two at a time, while regions change hands and become anybody's again.
TEST_F(ThreadsTest, BiasedLocksExclude) {
  constexpr int kObjects = 64;
  std::vector<Ref> nodes;
  std::vector<int64_t> counters(kObjects);
  for (int i = 0; i < kObjects; i++) nodes.push_back(node_ref());
  std::atomic<int64_t> sum{0};
  auto work = [&](uint32_t seed) {
    uint32_t x = seed * 2654435761u + 1;
    int64_t done = 0;
    for (int r = 0; r < kRounds; r++) {
      x = x * 1664525u + 1013904223u;
      size_t i = x >> 26;
      if (seed % 2 == 0 && (x & 0xFF00)) i = i % 8 + seed * 8 % kObjects;  // mostly the same few
      size_t j = (x >> 20) % kObjects;
      if (j < i && !(x & 0x70)) {
        ObjectLock outer(nodes[j].get().header());
        ObjectLock inner(nodes[i].get().header());
        counters[i]++;
        counters[j]++;
        done += 2;
      } else {
        ObjectLock guard(nodes[i].get().header());
        counters[i]++;
        done++;
      }
      if (r % 1024 == 0) {
        stop_the_world(current_mutator);
        forget_revocations(true);
        resume_the_world(current_mutator);
      }
      if (r % 64 == 0 && current_mutator->poll.load()) handshake_poll(current_mutator);
    }
    sum += done;
  };
  std::vector<std::thread> threads;
  for (uint32_t i = 0; i < kThreads; i++) threads.push_back(start_thread([&, i] { work(i); }));
  work(kThreads);
  for (std::thread& t : threads) join(t);
  int64_t total = 0;
  for (int64_t c : counters) total += c;
  EXPECT_EQ(total, sum.load());
  for (Ref& n : nodes) EXPECT_EQ(n.get().header()->lock.load() & kLockBit, 0);
}

TEST_F(ThreadsTest, ParkingLot) {
  std::atomic<uint8_t> word{1};
  EXPECT_TRUE(park(&word, 2, -1));          // differs: no wait
  EXPECT_FALSE(park(&word, 1, 5'000'000));  // time over
  std::atomic<int> woken{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; i++) {
    threads.emplace_back([&] {
      while (word == 1) park(&word, 1, -1);
      woken++;
    });
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  unpark_one(&word);
  EXPECT_EQ(woken, 0);
  word = 0;
  unpark_all(&word);
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(woken, kThreads);
}

TEST_F(ThreadsTest, CollectionWithOtherThreadsRunning) {
  std::atomic<int> stop{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads - 1; i++) {
    threads.push_back(start_thread([&] {
      Ref keep = node_ref(7);
      while (!stop) {
        Ref a = node_ref();
        Ref b = node_ref();
        link(a, 0, b);
        link(b, 0, a);
        link(a, 1, keep);
        poll();
      }
      EXPECT_EQ(keep.as<Node>()->id, 7);
    }));
  }
  for (int i = 0; i < 30; i++) {
    collect(i % 3);
    poll();
  }
  stop = 1;
  for (std::thread& t : threads) join(t);
  collect(2);
  EXPECT_EQ(nodes_alive, 0);
}

TEST_F(ThreadsTest, CyclesAcrossThreads) {
  Ref a = node_ref();
  std::thread t = start_thread([&] {
    Ref b = node_ref();
    Header* h = a.get().header();
    init(&b.as<Node>()->slots[0], Ref::dup(a.get()));
    store(h, &a.as<Node>()->slots[0], std::move(b));
  });
  join(t);
  collect(2);
  EXPECT_EQ(nodes_alive, 2);
  a.reset();
  EXPECT_EQ(collect(2), 2u);
  EXPECT_EQ(nodes_alive, 0);
}

// Counts that threads fight over are kept by each of them, and come out right.
TEST_F(ThreadsTest, HotObjectsDieWhenTheCountsAreSettled) {
  Ref n = quiet_ref(1);
  Header* h = n.get().header();
  std::atomic<size_t> ready{0};
  std::vector<Ref> kept(3);
  std::vector<std::thread> threads;
  for (size_t i = 0; i < kept.size(); i++) {
    threads.push_back(start_thread([&, i] {
      ready++;
      while (ready < kept.size()) {}
      for (int k = 0; k < kRounds; k++) {
        Ref one = Ref::dup(Value(h));
        Ref two = one.copy();
      }
      kept[i] = Ref::dup(Value(h));
    }));
  }
  for (std::thread& t : threads) join(t);
  EXPECT_TRUE(is_hot(h));
  EXPECT_EQ(ref_count(h), 4u);
  EXPECT_EQ(verify_heap(), 0u);
  kept.clear();
  EXPECT_EQ(ref_count(h), 1u);
  n.reset();
  EXPECT_EQ(nodes_alive, 1);
  collect(2);
  EXPECT_EQ(nodes_alive, 0);
}

TEST_F(ThreadsTest, HotObjectsAreCollectedInCycles) {
  Ref a = quiet_ref(1);
  Header* h = a.get().header();
  store(h, &a.as<Node>()->slots[0], node_ref(2));
  store(h, &a.as<Node>()->slots[1], Ref::dup(Value(h)));
  std::thread t = start_thread([&] {
    for (int round = 0; round < 2; round++) {
      for (int k = 0; k < kRounds || (k < 1000 * kRounds && !is_hot(h)); k++) Ref one = Ref::dup(Value(h));
      EXPECT_TRUE(is_hot(h));
      collect(round * 2);
      EXPECT_EQ(nodes_alive, 2);
    }
  });
  join(t);
  EXPECT_EQ(ref_count(h), 2u);
  a.reset();
  EXPECT_EQ(collect(2), 2u);
  EXPECT_EQ(nodes_alive, 0);
}

Value deferred_root;
TEST_F(ThreadsTest, DeferredObjectsAreFreedByTheCollectorAlone) {
  static bool added = false;
  if (!added) add_root(&deferred_root);
  added = true;
  // Built out of line, so that no register or stack slot here keeps a pointer.
  auto build = []() __attribute__((noinline)) {
    Node* a = new_node(1);
    Node* b = new_node(2);
    make_deferred(&a->header);
    make_deferred(&b->header);
    EXPECT_EQ(a->header.owner.load(), kUncountedOwner);
    store(&a->header, &a->slots[0], Ref::steal(Value(b)));
    store(&b->header, &b->slots[0], Ref::dup(a));
    store(&b->header, &b->slots[1], node_ref(3));
    deferred_root = Value(a);
  };
  auto scrub = []() __attribute__((noinline)) {
    volatile char stack[16384];
    for (size_t i = 0; i < sizeof(stack); i++) stack[i] = 0;
  };
  std::thread t = start_thread([&] { build(); });
  join(t);
  scrub();
  collect(2);
  EXPECT_EQ(nodes_alive, 3);
  auto drop = []() __attribute__((noinline)) {
    decref(deferred_root);
    EXPECT_EQ(nodes_alive, 3);
    deferred_root = Value();
  };
  drop();
  scrub();
  // Nodes have finalisers, and what those have seen without counting it lives on until the next time.
  EXPECT_EQ(collect(2), 0u);
  scrub();
  EXPECT_EQ(collect(2), 3u);
  EXPECT_EQ(nodes_alive, 0);
}

TEST_F(ThreadsTest, DeferredObjectsOutliveCollectionsOfTheYoung) {
  Ref holder = node_ref(1);
  collect(2);
  // Nothing but an old object refers to a young one that isn't counted.
  Node* a = new_node(2);
  make_deferred(&a->header);
  store(holder.get().header(), &holder.as<Node>()->slots[0], Ref::steal(Value(a)));
  a = nullptr;
  for (int i = 0; i < 3; i++) collect(i % 2);
  EXPECT_EQ(nodes_alive, 2);
  EXPECT_EQ(holder.as<Node>()->slots[0].as<Node>()->id, 2);
}

TEST_F(ThreadsTest, DeferredObjectsOnTheStackLive) {
  Node* a = new_node(1);
  make_deferred(&a->header);
  Node* volatile on_stack = a;
  collect(2);
  EXPECT_EQ(nodes_alive, 1);
  EXPECT_EQ(on_stack->id, 1);
}

TEST_F(ThreadsTest, BarrierLogsTheOldValue) {
  Ref holder = node_ref(), before = node_ref(), after = node_ref();
  // The young are of no interest: they were born since the snapshot.
  link(holder, 0, before);
  set_barrier_phase(current_mutator, kBarrierOldAndNew);
  link(holder, 0, after);
  before_bulk_move(holder.get().header());
  EXPECT_EQ(current_mutator->barrier_buffer, nullptr);
  collect(1);
  link(holder, 0, before);
  set_barrier_phase(current_mutator, kBarrierOff);
  flush_barrier_buffer(current_mutator);
  free_barrier_buffers(take_barrier_buffers());
  set_barrier_phase(current_mutator, kBarrierOldAndNew);
  link(holder, 0, after);
  BarrierBuffer* mine = current_mutator->barrier_buffer;
  ASSERT_NE(mine, nullptr);
  ASSERT_EQ(mine->count, 2u);
  EXPECT_EQ(mine->items[0], before.get().header());
  EXPECT_EQ(mine->items[1], after.get().header());
  set_barrier_phase(current_mutator, kBarrierOld);
  link(holder, 0, before);
  EXPECT_EQ(mine->count, 3u);
  EXPECT_EQ(mine->items[2], after.get().header());
  log_weak_load(before.get());
  EXPECT_EQ(mine->count, 4u);
  // A container is logged whole, once.
  link(holder, 1, before);
  uint32_t count = mine->count;
  before_bulk_move(holder.get().header());
  EXPECT_EQ(mine->count, count + 2);
  before_bulk_move(holder.get().header());
  EXPECT_EQ(mine->count, count + 2);
  // What is marked needs no log.
  test_and_mark(before.get().header());
  log_weak_load(before.get());
  EXPECT_EQ(mine->count, count + 2);
  for (int i = 0; i < 1000; i++) log_weak_load(after.get());
  std::thread t = start_thread([] { EXPECT_EQ(current_mutator->barrier_phase.load(), kBarrierOld); });
  join(t);
  set_barrier_phase(current_mutator, kBarrierOff);
  EXPECT_EQ(current_mutator->barrier_buffer, nullptr);
  size_t logged = 0;
  BarrierBuffer* list = take_barrier_buffers();
  for (BarrierBuffer* b = list; b; b = b->next) logged += b->count;
  EXPECT_EQ(logged, count + 2 + 1000);
  free_barrier_buffers(list);
  link(holder, 0, Value());
  EXPECT_EQ(current_mutator->barrier_buffer, nullptr);
  clear_all_marks();
}

TEST_F(ThreadsTest, ForkedChildGoesOnAlone) {
  std::atomic<int> running{0};
  std::atomic<int> stop{0};
  std::vector<std::thread> threads;
  std::atomic<Header*> theirs{nullptr};
  for (int i = 0; i < 2; i++) {
    threads.push_back(start_thread([&, i] {
      if (i == 0) theirs = &new_node(5)->header;
      running++;
      while (!stop) {
        Ref n = node_ref();
        poll();
      }
    }));
  }
  poll_until(running, 2);
  before_fork(current_mutator);
  pid_t pid = fork();
  if (pid == 0) {
    after_fork_child(current_mutator);
    // The others' objects can be counted, their cells reused, the collector runs.
    decref(theirs.load());
    for (int i = 0; i < 10000; i++) node_ref();
    Ref a = node_ref();
    link(a, 0, a);
    a.reset();
    bool good = collect(2) == 1;
    stop_the_world(current_mutator);
    good = good && verify_heap() == 0;
    resume_the_world(current_mutator);
    _exit(good ? 0 : 1);
  }
  after_fork_parent(current_mutator);
  stop = 1;
  for (std::thread& t : threads) join(t);
  int status = 0;
  waitpid(pid, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  decref(theirs.load());
  EXPECT_EQ(nodes_alive, 0);
}

// With the GIL: threads take turns, share one slot, one cache and the local counts.
class GilThreadsTest : public GilTest {
 protected:
  static std::mutex gil;
  void SetUp() override {
    release_gil_hook = [](Mutator*) { gil.unlock(); };
    acquire_gil_hook = [](Mutator*) { gil.lock(); };
    gil.lock();
    GilTest::SetUp();
  }
  void TearDown() override {
    GilTest::TearDown();
    gil.unlock();
    release_gil_hook = acquire_gil_hook = nullptr;
  }
};
std::mutex GilThreadsTest::gil;

TEST_F(GilThreadsTest, ThreadsShareTheSlot) {
  Ref shared = node_ref();
  Header* h = shared.get().header();
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; i++) {
    threads.push_back(std::thread([&] {
      gil.lock();
      {
        ThreadScope scope;
        EXPECT_EQ(current_slot, kGilSlot);
        for (int r = 0; r < 500; r++) {
          Ref a = node_ref();
          link(a, 0, a);
          link(a, 1, shared);
          a.reset();
          incref(h);
          { BlockingScope blocking; }
          decref(h);
          poll();
        }
      }
      gil.unlock();
    }));
  }
  for (std::thread& t : threads) join(t);
  collect(2);
  EXPECT_EQ(ref_count(h), 1u);
  EXPECT_EQ(nodes_alive, 1);
  EXPECT_EQ(h->rc_shared.load(), 0u);
}

TEST_F(GilThreadsTest, Fork) {
  Ref a = node_ref();
  before_fork(current_mutator);
  pid_t pid = fork();
  if (pid == 0) {
    after_fork_child(current_mutator);
    link(a, 0, a);
    a.reset();
    _exit(collect(2) == 1 && verify_heap() == 0 ? 0 : 1);
  }
  after_fork_parent(current_mutator);
  int status = 0;
  waitpid(pid, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

TEST_F(ThreadsTest, StackBoundsHoldTheStack) {
  auto check = [] {
    char* here = static_cast<char*>(__builtin_frame_address(0));
    EXPECT_LT(current_mutator->stack_low, here);
    EXPECT_GT(current_mutator->stack_high, here);
    EXPECT_GT(current_mutator->stack_high - current_mutator->stack_low, 128 * 1024);
  };
  check();
  std::thread t = start_thread(check);
  join(t);
}

TEST_F(ThreadsTest, BlockingScopeKeepsErrno) {
  errno = 42;
  {
    BlockingScope blocking;
    errno = 43;
  }
  EXPECT_EQ(errno, 43);
}

TEST_F(ThreadsTest, ThreadsComeAndGo) {
  std::vector<Header*> shared;
  for (int i = 0; i < 64; i++) shared.push_back(&new_node(i)->header);
  for (int round = 0; round < 30; round++) {
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; i++) {
      threads.push_back(start_thread([&, i] {
        std::mt19937 random(static_cast<unsigned>(round * 10 + i));
        std::vector<Header*> mine;
        for (int r = 0; r < 300; r++) {
          Header* h = shared[random() % shared.size()];
          incref(h);
          mine.push_back(h);
          mine.push_back(&new_node()->header);
          if (mine.size() > 40) {
            size_t at = random() % mine.size();
            decref(mine[at]);
            mine[at] = mine.back();
            mine.pop_back();
          }
          poll();
        }
        for (Header* h : mine) decref(h);
      }));
    }
    if (round % 5 == 0) collect(2);
    for (std::thread& t : threads) join(t);
  }
  for (Header* h : shared) decref(h);
  EXPECT_EQ(nodes_alive, 0);
}

// One thread counts alone, others come, go away and come back, others yet meet it: nothing is lost.
TEST_F(ThreadsTest, OwnTurnsLoseNothing) {
  start_parallel();
  for (int round = 0; round < 60; round++) {
    auto turn = std::make_unique<OwnTurn>();
    std::atomic<uint64_t> count{0};
    std::atomic<uint32_t> alone{0}, shared{0};
    auto work = [&](int n) {
      for (int i = 0; i < n; i++) {
        if (turn->begin()) {
          alone.fetch_add(1, std::memory_order_relaxed);
          count.store(count.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
          turn->end();
        } else {
          shared.fetch_add(1, std::memory_order_relaxed);
          count.fetch_add(1, std::memory_order_relaxed);
        }
        if (i % 256 == 0) poll();
      }
    };
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; i++) {
      threads.push_back(start_thread([&, i] {
        work(i == 0 || round % 3 == 0 ? 1000 : round % 3);
        if (round % 2) {
          BlockingScope blocking;  // away: whoever comes gets the turn without sharing
          std::this_thread::yield();
        }
        turn->meet(round % 5 == 4 && i == 1);
        work(1000);
      }));
    }
    work(round % 4 * 100);
    for (std::thread& t : threads) join(t);
    EXPECT_EQ(count.load(), alone.load() + shared.load());
    EXPECT_EQ(count.load(), static_cast<uint64_t>(round % 4 * 100 + kThreads * 1000 + 1000 +
                                                  (kThreads - 1) * (round % 3 == 0 ? 1000 : round % 3)));
    if (!has_barriers()) EXPECT_EQ(alone.load(), 0u);
  }
}

}  // namespace
}  // namespace taipan::gc::test
