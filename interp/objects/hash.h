// The key of str and bytes hashes. Set once before the first str is made; else PYTHONHASHSEED decides at the first hash.
#pragma once
#include <cstddef>
#include <cstdint>

namespace taipan {

void set_hash_seed(uint32_t seed);
void set_random_hash_key();
// PYTHONHASHSEED's text: false if it is neither "random" nor a number that fits 32 bits. Null or empty: random.
bool parse_hash_seed(const char* text, uint32_t* seed, bool* random);
uint64_t siphash13(uint64_t k0, uint64_t k1, const void* data, size_t n);

}  // namespace taipan
