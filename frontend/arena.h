// Bump allocation for everything that lives as long as one compilation: AST nodes, sequences, strings, interned identifiers.
// Nothing in an arena has a destructor; freeing the arena frees it all. An arena belongs to one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <string_view>
#include <type_traits>
#include <utility>

namespace taipan::frontend {

// An identifier of the program, unique within its arena: two equal identifiers of one arena are the same pointer.
// Already NFKC-normalised, in UTF-8, never empty when the parser made it.
struct Ident {
  const char* data;
  uint32_t size;
  uint32_t hash;
  std::string_view view() const { return {data, size}; }
  bool is(std::string_view text) const { return view() == text; }
};
using Identifier = const Ident*;

// An arena-allocated array. Trivially copyable; copies share the elements.
template <class T>
struct Seq {
  T* data = nullptr;
  uint32_t size = 0;
  T& operator[](size_t index) const { return data[index]; }
  T* begin() const { return data; }
  T* end() const { return data + size; }
  T& front() const { return data[0]; }
  T& back() const { return data[size - 1]; }
  bool empty() const { return size == 0; }
};

class Arena {
 public:
  Arena() = default;
  ~Arena();
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  // Never returns null: a process that can't get a chunk of memory here ends with a message.
  void* allocate(size_t size, size_t align = alignof(std::max_align_t)) {
    uintptr_t start = (reinterpret_cast<uintptr_t>(cursor_) + align - 1) & ~(uintptr_t{align} - 1);
    if (start + size > reinterpret_cast<uintptr_t>(limit_) || cursor_ == nullptr) { return allocate_slow(size, align); }
    cursor_ = reinterpret_cast<char*>(start + size);
    return reinterpret_cast<void*>(start);
  }
  // Aggregate-initialises a T from the arguments.
  template <class T, class... Args>
  T* make(Args&&... args) {
    static_assert(std::is_trivially_destructible_v<T>);
    return new (allocate(sizeof(T), alignof(T))) T{std::forward<Args>(args)...};
  }
  template <class T>
  T* make_array(size_t count) {
    static_assert(std::is_trivially_destructible_v<T>);
    return static_cast<T*>(allocate(sizeof(T) * count, alignof(T)));
  }
  // A sequence of `count` zeroed elements.
  template <class T>
  Seq<T> make_seq(size_t count) {
    if (count == 0) return {};
    T* data = make_array<T>(count);
    std::memset(static_cast<void*>(data), 0, sizeof(T) * count);
    return {data, static_cast<uint32_t>(count)};
  }
  template <class T>
  Seq<T> copy_seq(const T* data, size_t count) {
    static_assert(std::is_trivially_copyable_v<T>);
    if (count == 0) return {};
    T* copy = make_array<T>(count);
    std::memcpy(static_cast<void*>(copy), static_cast<const void*>(data), sizeof(T) * count);
    return {copy, static_cast<uint32_t>(count)};
  }
  // A copy that lives in the arena, followed by a NUL; never has a null data pointer.
  std::string_view copy_string(std::string_view text) {
    char* copy = static_cast<char*>(allocate(text.size() + 1, 1));
    if (!text.empty()) std::memcpy(copy, text.data(), text.size());
    copy[text.size()] = 0;
    return {copy, text.size()};
  }

  Identifier intern(std::string_view text);

  size_t bytes_allocated() const { return total_; }

 private:
  struct Chunk {
    Chunk* next;
  };
  void* allocate_slow(size_t size, size_t align);
  void grow_table();

  char* cursor_ = nullptr;
  char* limit_ = nullptr;
  Chunk* chunks_ = nullptr;
  size_t next_chunk_size_ = size_t{32} << 10;
  size_t total_ = 0;

  Identifier* table_ = nullptr;
  uint32_t table_capacity_ = 0;
  uint32_t table_used_ = 0;
};

}  // namespace taipan::frontend
