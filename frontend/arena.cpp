#include "frontend/arena.h"

#include <cstdio>
#include <cstdlib>

namespace taipan::frontend {

Arena::~Arena() {
  for (Chunk* chunk = chunks_; chunk != nullptr;) {
    Chunk* next = chunk->next;
    std::free(chunk);
    chunk = next;
  }
}

void* Arena::allocate_slow(size_t size, size_t align) {
  size_t needed = sizeof(Chunk) + size + align;
  size_t chunk_size = needed > next_chunk_size_ ? needed : next_chunk_size_;
  auto* chunk = static_cast<Chunk*>(std::malloc(chunk_size));
  if (chunk == nullptr) {
    std::fprintf(stderr, "taipan: out of memory while compiling\n");
    std::abort();
  }
  total_ += chunk_size;
  chunk->next = chunks_;
  chunks_ = chunk;
  auto start = (reinterpret_cast<uintptr_t>(chunk + 1) + align - 1) & ~(uintptr_t{align} - 1);
  // A big block gets a chunk of its own, and the current one stays in use.
  if (needed > next_chunk_size_ / 2 && cursor_ != nullptr) return reinterpret_cast<void*>(start);
  cursor_ = reinterpret_cast<char*>(start + size);
  limit_ = reinterpret_cast<char*>(chunk) + chunk_size;
  if (next_chunk_size_ < (size_t{1} << 20)) next_chunk_size_ *= 2;
  return reinterpret_cast<void*>(start);
}

void Arena::grow_table() {
  uint32_t capacity = table_capacity_ == 0 ? 256 : table_capacity_ * 2;
  auto* table = make_array<Identifier>(capacity);
  std::memset(static_cast<void*>(table), 0, capacity * sizeof(Identifier));
  for (uint32_t i = 0; i < table_capacity_; i++) {
    if (table_[i] == nullptr) continue;
    uint32_t slot = table_[i]->hash & (capacity - 1);
    while (table[slot] != nullptr) slot = (slot + 1) & (capacity - 1);
    table[slot] = table_[i];
  }
  table_ = table;
  table_capacity_ = capacity;
}

Identifier Arena::intern(std::string_view text) {
  uint32_t hash = 2166136261u;
  for (unsigned char byte : text) hash = (hash ^ byte) * 16777619u;
  hash ^= hash >> 15;
  if (table_used_ * 3 >= table_capacity_ * 2) grow_table();
  uint32_t slot = hash & (table_capacity_ - 1);
  while (table_[slot] != nullptr) {
    if (table_[slot]->hash == hash && table_[slot]->view() == text) return table_[slot];
    slot = (slot + 1) & (table_capacity_ - 1);
  }
  std::string_view copy = copy_string(text);
  Identifier ident = make<Ident>(copy.data(), static_cast<uint32_t>(copy.size()), hash);
  table_[slot] = ident;
  table_used_++;
  return ident;
}

}  // namespace taipan::frontend
