// A hash map whose buckets are chains of nodes: words are counted, looked up, and removed.
#include "kernel.h"

typedef struct Entry {
  i64 key, value;
  struct Entry *next;
} Entry;

typedef struct {
  Entry **buckets;
  i64 size, length;
} Table;

static i64 bucket(Table *table, i64 key) {
  u64 hash = (u64)key * 0x9E3779B97F4A7C15u;
  return (i64)(hash >> 32) & (table->size - 1);
}

static void grow(Table *table) {
  Entry **old = table->buckets;
  i64 size = table->size;
  table->size *= 2;
  table->buckets = calloc(table->size, sizeof(Entry *));
  for (i64 i = 0; i < size; i++) {
    for (Entry *entry = old[i], *next; entry; entry = next) {
      next = entry->next;
      Entry **place = &table->buckets[bucket(table, entry->key)];
      entry->next = *place;
      *place = entry;
    }
  }
  free(old);
}

static void add(Table *table, i64 key, i64 amount) {
  Entry **place = &table->buckets[bucket(table, key)];
  for (Entry *entry = *place; entry; entry = entry->next) {
    if (entry->key == key) {
      entry->value += amount;
      return;
    }
  }
  Entry *entry = malloc(sizeof *entry);
  *entry = (Entry){key, amount, *place};
  *place = entry;
  if (++table->length > table->size) grow(table);
}

static i64 get(Table *table, i64 key) {
  for (Entry *entry = table->buckets[bucket(table, key)]; entry; entry = entry->next) {
    if (entry->key == key) return entry->value;
  }
  return 0;
}

static bool removed(Table *table, i64 key) {
  Entry **place = &table->buckets[bucket(table, key)], *before = NULL;
  for (Entry *entry = *place; entry; entry = entry->next) {
    if (entry->key == key) {
      if (before) before->next = entry->next;
      else *place = entry->next;
      free(entry);
      table->length--;
      return true;
    }
    before = entry;
  }
  return false;
}

static void release(Table *table) {
  for (i64 i = 0; i < table->size; i++) {
    for (Entry *entry = table->buckets[i], *next; entry; entry = next) {
      next = entry->next;
      free(entry);
    }
  }
  free(table->buckets);
}

int main(void) {
  i64 count = parameter();
  i64 rounds = parameter();
  u64 checksum = 0;
  for (i64 round = 0; round < rounds; round++) {
    Table table = {calloc(16, sizeof(Entry *)), 16, 0};
    u64 seed = 7;
    for (i64 i = 0; i < count; i++) {
      seed = seed * 6364136223846793005u + 1442695040888963407u;
      add(&table, (i64)((seed >> 33) % (u64)count), 1);
    }
    for (i64 key = 0; key < count; key++) checksum = checksum * 31 + (u64)get(&table, key);
    for (i64 key = 0; key < count; key++) {
      if (key % 3 == round % 3 && removed(&table, key)) checksum++;
    }
    for (i64 key = 0; key < count; key++) checksum += (u64)get(&table, key) * (u64)key;
    checksum += table.length;
    release(&table);
  }
  result(checksum);
}
