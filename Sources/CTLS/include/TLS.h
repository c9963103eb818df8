// Transport layer security (RFC 8446, RFC 5246) by OpenSSL's library, version 3 or 1.1.1, as the system has it. It is opened
// when the first connection needs it. Nothing here waits: sockets are non-blocking, and a call says what it waits for.

#ifndef TLS_H
#define TLS_H

#include <stdbool.h>
#include <stddef.h>

// What both ends of many connections have in common: whom they trust, who they are.
typedef struct tls_context tls_context;
// One connection.
typedef struct tls_session tls_session;

typedef enum {
  TLS_DONE,
  // Again, when the socket can be read or written.
  TLS_WANTS_READ,
  TLS_WANTS_WRITE,
  // The other end has finished, as the protocol has it.
  TLS_ENDED,
  // `errno` says why.
  TLS_SYSTEM,
  // The other end can't prove who it is.
  TLS_UNTRUSTED,
  // The ends don't understand each other.
  TLS_FAILED,
} tls_result;

// Opens the library, once. False if the system has none.
bool tls_open(void);

// Trusts those that the system trusts and, if `count` isn't 0, those of the certificates in `roots` (PEM) alone. Null if they
// are no certificates, or without memory.
tls_context *tls_client_context(const void *roots, size_t count);

// Proves who it is by a certificate with its chain and the key (PEM). Null if they are none or don't belong together.
tls_context *tls_server_context(const void *certificates, size_t count, const void *key, size_t key_count);

void tls_context_free(tls_context *context);

// A connection over a socket. `name` is whom a client expects, a name or an address; null at a server. Null without memory,
// or if the name is none. It takes neither the context nor the socket over.
tls_session *tls_session_new(tls_context *context, int descriptor, const char *name);

// Makes the connection secure: before it is read or written.
tls_result tls_handshake(tls_session *session);
// Moves up to `count` bytes, at least one; how many is in `done`.
tls_result tls_read(tls_session *session, void *buffer, size_t count, size_t *done);
tls_result tls_write(tls_session *session, const void *bytes, size_t count, size_t *done);
// Tells the other end that nothing more will be written.
tls_result tls_finish(tls_session *session);

// Whether there are bytes to read that have left the socket already.
bool tls_has_pending(tls_session *session);

// Why the connection failed, in words; empty if it didn't.
const char *tls_problem(const tls_session *session);

void tls_session_free(tls_session *session);

#endif
