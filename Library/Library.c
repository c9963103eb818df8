// The standard library's source text: each file as it is when this is compiled.

#include "Library.h"

// #embed: C23, 6.10.4. Swift's way of embedding, an array literal, takes the compiler 20 seconds.
#pragma clang diagnostic ignored "-Wc23-extensions"

#define FILE_OF(folder, name) {folder "/" #name ".zong", text_of_##name, sizeof text_of_##name}
// A file of a module that is a folder.
#define PART_OF(module, name) \
  {"std/" #module "/" #name ".zong", text_of_##module##_##name, sizeof text_of_##module##_##name}
#define COUNT(files) (sizeof files / sizeof files[0])

// What every program can use without an import.

static const uint8_t text_of_intrinsics[] = {
#embed "std/core/intrinsics.zong"
};

static const uint8_t text_of_tags[] = {
#embed "std/core/tags.zong"
};

static const uint8_t text_of_pages[] = {
#embed "std/core/pages.zong"
};

static const uint8_t text_of_sizes[] = {
#embed "std/core/sizes.zong"
};

static const uint8_t text_of_slabs[] = {
#embed "std/core/slabs.zong"
};

static const uint8_t text_of_blocks[] = {
#embed "std/core/blocks.zong"
};

static const uint8_t text_of_objects[] = {
#embed "std/core/objects.zong"
};

static const uint8_t text_of_arenas[] = {
#embed "std/core/arenas.zong"
};

static const uint8_t text_of_leaving[] = {
#embed "std/core/leaving.zong"
};

static const uint8_t text_of_sweep[] = {
#embed "std/core/sweep.zong"
};

static const uint8_t text_of_stale[] = {
#embed "std/core/stale.zong"
};

static const uint8_t text_of_ranges[] = {
#embed "std/core/ranges.zong"
};

static const uint8_t text_of_leaks[] = {
#embed "std/core/leaks.zong"
};

static const uint8_t text_of_exhausted[] = {
#embed "std/core/exhausted.zong"
};

static const uint8_t text_of_slices[] = {
#embed "std/core/slices.zong"
};

static const uint8_t text_of_strings[] = {
#embed "std/core/strings.zong"
};

static const uint8_t text_of_writing[] = {
#embed "std/core/writing.zong"
};

static const uint8_t text_of_big[] = {
#embed "std/core/big.zong"
};

static const uint8_t text_of_floats[] = {
#embed "std/core/floats.zong"
};

static const uint8_t text_of_constraints[] = {
#embed "std/core/constraints.zong"
};

static const uint8_t text_of_hasher[] = {
#embed "std/core/hasher.zong"
};

static const uint8_t text_of_maps[] = {
#embed "std/core/maps.zong"
};

static const uint8_t text_of_queues[] = {
#embed "std/core/queues.zong"
};

static const uint8_t text_of_errors[] = {
#embed "std/core/errors.zong"
};

static const uint8_t text_of_parsing[] = {
#embed "std/core/parsing.zong"
};

static const uint8_t text_of_streams[] = {
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

static const uint8_t text_of_bytes[] = {
#embed "std/bytes.zong"
};

static const uint8_t text_of_collections[] = {
#embed "std/collections.zong"
};

static const uint8_t text_of_encoding[] = {
#embed "std/encoding.zong"
};

static const uint8_t text_of_env[] = {
#embed "std/env.zong"
};

static const uint8_t text_of_fs_files[] = {
#embed "std/fs/files.zong"
};

static const uint8_t text_of_fs_folders[] = {
#embed "std/fs/folders.zong"
};

static const uint8_t text_of_fs_host[] = {
#embed "std/fs/host.zong"
};

static const uint8_t text_of_hash[] = {
#embed "std/hash.zong"
};

static const uint8_t text_of_http_client[] = {
#embed "std/http/client.zong"
};

static const uint8_t text_of_http_exchange[] = {
#embed "std/http/exchange.zong"
};

static const uint8_t text_of_http_peers[] = {
#embed "std/http/peers.zong"
};

static const uint8_t text_of_http_server[] = {
#embed "std/http/server.zong"
};

static const uint8_t text_of_httpclient[] = {
#embed "std/httpclient.zong"
};

static const uint8_t text_of_httpmessage_bodies[] = {
#embed "std/httpmessage/bodies.zong"
};

static const uint8_t text_of_httpmessage_dates[] = {
#embed "std/httpmessage/dates.zong"
};

static const uint8_t text_of_httpmessage_fields[] = {
#embed "std/httpmessage/fields.zong"
};

static const uint8_t text_of_httpmessage_heads[] = {
#embed "std/httpmessage/heads.zong"
};

static const uint8_t text_of_io[] = {
#embed "std/io.zong"
};

static const uint8_t text_of_json_reading[] = {
#embed "std/json/reading.zong"
};

static const uint8_t text_of_json_values[] = {
#embed "std/json/values.zong"
};

static const uint8_t text_of_json_writing[] = {
#embed "std/json/writing.zong"
};

static const uint8_t text_of_log[] = {
#embed "std/log.zong"
};

static const uint8_t text_of_math[] = {
#embed "std/math.zong"
};

static const uint8_t text_of_net_addresses[] = {
#embed "std/net/addresses.zong"
};

static const uint8_t text_of_net_connections[] = {
#embed "std/net/connections.zong"
};

static const uint8_t text_of_net_datagrams[] = {
#embed "std/net/datagrams.zong"
};

static const uint8_t text_of_net_host[] = {
#embed "std/net/host.zong"
};

static const uint8_t text_of_net_listeners[] = {
#embed "std/net/listeners.zong"
};

static const uint8_t text_of_path[] = {
#embed "std/path.zong"
};

static const uint8_t text_of_process[] = {
#embed "std/process.zong"
};

static const uint8_t text_of_random[] = {
#embed "std/random.zong"
};

static const uint8_t text_of_signal[] = {
#embed "std/signal.zong"
};

static const uint8_t text_of_sort[] = {
#embed "std/sort.zong"
};

static const uint8_t text_of_system[] = {
#embed "std/system.zong"
};

static const uint8_t text_of_testing[] = {
#embed "std/testing.zong"
};

static const uint8_t text_of_text[] = {
#embed "std/text.zong"
};

static const uint8_t text_of_time[] = {
#embed "std/time.zong"
};

static const uint8_t text_of_url[] = {
#embed "std/url.zong"
};

// In the order of the alphabet.
static const struct library_file modules[] = {
    FILE_OF("std", bytes),
    FILE_OF("std", collections),
    FILE_OF("std", encoding),
    FILE_OF("std", env),
    PART_OF(fs, files),
    PART_OF(fs, folders),
    PART_OF(fs, host),
    FILE_OF("std", hash),
    PART_OF(http, client),
    PART_OF(http, exchange),
    PART_OF(http, peers),
    PART_OF(http, server),
    FILE_OF("std", httpclient),
    PART_OF(httpmessage, bodies),
    PART_OF(httpmessage, dates),
    PART_OF(httpmessage, fields),
    PART_OF(httpmessage, heads),
    FILE_OF("std", io),
    PART_OF(json, reading),
    PART_OF(json, values),
    PART_OF(json, writing),
    FILE_OF("std", log),
    FILE_OF("std", math),
    PART_OF(net, addresses),
    PART_OF(net, connections),
    PART_OF(net, datagrams),
    PART_OF(net, host),
    PART_OF(net, listeners),
    FILE_OF("std", path),
    FILE_OF("std", process),
    FILE_OF("std", random),
    FILE_OF("std", signal),
    FILE_OF("std", sort),
    FILE_OF("std", system),
    FILE_OF("std", testing),
    FILE_OF("std", text),
    FILE_OF("std", time),
    FILE_OF("std", url),
};

const struct library_file *library_core(size_t *count) {
  *count = COUNT(core);
  return core;
}

const struct library_file *library_modules(size_t *count) {
  *count = COUNT(modules);
  return modules;
}
