// The standard library's source text: each file as it is when this is compiled.

#include "Library.h"

// #embed: C23, 6.10.4. Swift's way of embedding, an array literal, takes the compiler 20 seconds.
#pragma clang diagnostic ignored "-Wc23-extensions"

#define FILE_OF(folder, name) {folder "/" #name ".zong", name, sizeof name}
#define COUNT(files) (sizeof files / sizeof files[0])

// What every program can use without an import.

static const uint8_t intrinsics[] = {
#embed "std/core/intrinsics.zong"
};

static const uint8_t tags[] = {
#embed "std/core/tags.zong"
};

static const uint8_t pages[] = {
#embed "std/core/pages.zong"
};

static const uint8_t sizes[] = {
#embed "std/core/sizes.zong"
};

static const uint8_t slabs[] = {
#embed "std/core/slabs.zong"
};

static const uint8_t blocks[] = {
#embed "std/core/blocks.zong"
};

static const uint8_t objects[] = {
#embed "std/core/objects.zong"
};

static const uint8_t arenas[] = {
#embed "std/core/arenas.zong"
};

static const uint8_t leaving[] = {
#embed "std/core/leaving.zong"
};

static const uint8_t sweep[] = {
#embed "std/core/sweep.zong"
};

static const uint8_t stale[] = {
#embed "std/core/stale.zong"
};

static const uint8_t ranges[] = {
#embed "std/core/ranges.zong"
};

static const uint8_t leaks[] = {
#embed "std/core/leaks.zong"
};

static const uint8_t exhausted[] = {
#embed "std/core/exhausted.zong"
};

static const uint8_t slices[] = {
#embed "std/core/slices.zong"
};

static const uint8_t strings[] = {
#embed "std/core/strings.zong"
};

static const uint8_t writing[] = {
#embed "std/core/writing.zong"
};

static const uint8_t big[] = {
#embed "std/core/big.zong"
};

static const uint8_t floats[] = {
#embed "std/core/floats.zong"
};

static const uint8_t constraints[] = {
#embed "std/core/constraints.zong"
};

static const uint8_t hasher[] = {
#embed "std/core/hasher.zong"
};

static const uint8_t maps[] = {
#embed "std/core/maps.zong"
};

static const uint8_t queues[] = {
#embed "std/core/queues.zong"
};

static const uint8_t errors[] = {
#embed "std/core/errors.zong"
};

static const uint8_t parsing[] = {
#embed "std/core/parsing.zong"
};

static const uint8_t streams[] = {
#embed "std/core/streams.zong"
};

static const struct library_file core[] = {
    FILE_OF("std/core", intrinsics),
    FILE_OF("std/core", tags),
    FILE_OF("std/core", pages),
    FILE_OF("std/core", sizes),
    FILE_OF("std/core", slabs),
    FILE_OF("std/core", blocks),
    FILE_OF("std/core", objects),
    FILE_OF("std/core", arenas),
    FILE_OF("std/core", leaving),
    FILE_OF("std/core", sweep),
    FILE_OF("std/core", stale),
    FILE_OF("std/core", ranges),
    FILE_OF("std/core", leaks),
    FILE_OF("std/core", exhausted),
    FILE_OF("std/core", slices),
    FILE_OF("std/core", strings),
    FILE_OF("std/core", writing),
    FILE_OF("std/core", big),
    FILE_OF("std/core", floats),
    FILE_OF("std/core", constraints),
    FILE_OF("std/core", hasher),
    FILE_OF("std/core", maps),
    FILE_OF("std/core", queues),
    FILE_OF("std/core", errors),
    FILE_OF("std/core", parsing),
    FILE_OF("std/core", streams),
};

// What programs import by name.

static const uint8_t bytes[] = {
#embed "std/bytes.zong"
};

static const uint8_t collections[] = {
#embed "std/collections.zong"
};

static const uint8_t encoding[] = {
#embed "std/encoding.zong"
};

static const uint8_t env[] = {
#embed "std/env.zong"
};

static const uint8_t fs[] = {
#embed "std/fs.zong"
};

static const uint8_t hash[] = {
#embed "std/hash.zong"
};

static const uint8_t json[] = {
#embed "std/json.zong"
};

static const uint8_t math[] = {
#embed "std/math.zong"
};

static const uint8_t path[] = {
#embed "std/path.zong"
};

static const uint8_t random[] = {
#embed "std/random.zong"
};

static const uint8_t sort[] = {
#embed "std/sort.zong"
};

static const uint8_t system[] = {
#embed "std/system.zong"
};

static const uint8_t text[] = {
#embed "std/text.zong"
};

static const uint8_t time[] = {
#embed "std/time.zong"
};

// In the order of the alphabet.
static const struct library_file modules[] = {
    FILE_OF("std", bytes),
    FILE_OF("std", collections),
    FILE_OF("std", encoding),
    FILE_OF("std", env),
    FILE_OF("std", fs),
    FILE_OF("std", hash),
    FILE_OF("std", json),
    FILE_OF("std", math),
    FILE_OF("std", path),
    FILE_OF("std", random),
    FILE_OF("std", sort),
    FILE_OF("std", system),
    FILE_OF("std", text),
    FILE_OF("std", time),
};

const struct library_file *library_core(size_t *count) {
  *count = COUNT(core);
  return core;
}

const struct library_file *library_modules(size_t *count) {
  *count = COUNT(modules);
  return modules;
}
