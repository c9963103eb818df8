// SipHash-1-3 over words of 8 bytes: what the library's maps hash with.
#pragma once
#include "kernel.h"

typedef struct {
  u64 a, b, c, d;
} Hasher;

static inline Hasher new_hasher(void) {
  u64 k0 = 0x0706050403020100u, k1 = 0x0f0e0d0c0b0a0908u;
  return (Hasher){k0 ^ 0x736F6D6570736575u, k1 ^ 0x646F72616E646F6Du, k0 ^ 0x6C7967656E657261u, k1 ^ 0x7465646279746573u};
}

static inline void hash_round(Hasher *h) {
  u64 a = h->a + h->b;
  u64 b = (h->b << 13 | h->b >> 51) ^ a;
  a = a << 32 | a >> 32;
  u64 c = h->c + h->d;
  u64 d = (h->d << 16 | h->d >> 48) ^ c;
  a += d;
  d = (d << 21 | d >> 43) ^ a;
  c += b;
  b = (b << 17 | b >> 47) ^ c;
  *h = (Hasher){a, b, c << 32 | c >> 32, d};
}

static inline void hash_word(Hasher *h, u64 word) {
  h->d ^= word;
  hash_round(h);
  h->a ^= word;
}

static inline void hash_text(Hasher *h, const u8 *text, u32 length) {
  hash_word(h, length);
  if (length == 0) return;
  const u8 *end = text + (length & ~7u);
  for (; text < end; text += 8) {
    u64 word;
    memcpy(&word, text, 8);
    hash_word(h, word);
  }
  u64 last = 0;
  for (u32 left = length & 7; left > 0; left--) last = last << 8 | end[left - 1];
  hash_word(h, last);
}

static inline u32 hash_finish(Hasher *h) {
  h->c ^= 0xFF;
  hash_round(h);
  hash_round(h);
  hash_round(h);
  return (u32)(h->a ^ h->b ^ h->c ^ h->d);
}
