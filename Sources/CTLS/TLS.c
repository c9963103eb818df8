// Transport layer security by OpenSSL's library. Its functions are declared here from its documentation, because it is opened
// at run time and needn't be there.

#include "TLS.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FUNCTIONS(F)                                                                   \
  F(const void *, TLS_client_method, (void))                                           \
  F(const void *, TLS_server_method, (void))                                           \
  F(void *, SSL_CTX_new, (const void *))                                               \
  F(void, SSL_CTX_free, (void *))                                                      \
  F(long, SSL_CTX_ctrl, (void *, int, long, void *))                                   \
  F(int, SSL_CTX_set_default_verify_paths, (void *))                                   \
  F(void, SSL_CTX_set_verify, (void *, int, void *))                                   \
  F(void *, SSL_CTX_get_cert_store, (const void *))                                    \
  F(int, SSL_CTX_use_certificate, (void *, void *))                                    \
  F(int, SSL_CTX_use_PrivateKey, (void *, void *))                                     \
  F(int, SSL_CTX_check_private_key, (const void *))                                    \
  F(int, X509_STORE_add_cert, (void *, void *))                                        \
  F(void *, PEM_read_bio_X509, (void *, void **, void *, void *))                      \
  F(void *, PEM_read_bio_PrivateKey, (void *, void **, void *, void *))                \
  F(void, X509_free, (void *))                                                         \
  F(void, EVP_PKEY_free, (void *))                                                     \
  F(const char *, X509_verify_cert_error_string, (long))                               \
  F(int, X509_VERIFY_PARAM_set1_ip_asc, (void *, const char *))                        \
  F(void *, BIO_new_mem_buf, (const void *, int))                                      \
  F(int, BIO_free, (void *))                                                           \
  F(void *, SSL_new, (void *))                                                         \
  F(void, SSL_free, (void *))                                                          \
  F(int, SSL_set_fd, (void *, int))                                                    \
  F(long, SSL_ctrl, (void *, int, long, void *))                                       \
  F(int, SSL_set1_host, (void *, const char *))                                        \
  F(void *, SSL_get0_param, (void *))                                                  \
  F(void, SSL_set_connect_state, (void *))                                             \
  F(void, SSL_set_accept_state, (void *))                                              \
  F(int, SSL_do_handshake, (void *))                                                   \
  F(int, SSL_read, (void *, void *, int))                                              \
  F(int, SSL_write, (void *, const void *, int))                                       \
  F(int, SSL_shutdown, (void *))                                                       \
  F(int, SSL_get_error, (const void *, int))                                           \
  F(long, SSL_get_verify_result, (const void *))                                       \
  F(int, SSL_pending, (const void *))                                                  \
  F(unsigned long, ERR_get_error, (void))                                              \
  F(void, ERR_clear_error, (void))                                                     \
  F(const char *, ERR_reason_error_string, (unsigned long))

#define DECLARE(result, name, parameters) static result(*name) parameters;
FUNCTIONS(DECLARE)
#undef DECLARE

// Numbers of OpenSSL's headers that are part of its binary interface.
enum {
  SSL_CTRL_EXTRA_CHAIN_CERT = 14,
  SSL_CTRL_MODE = 33,
  SSL_CTRL_SET_TLSEXT_HOSTNAME = 55,
  SSL_CTRL_SET_MIN_PROTO_VERSION = 123,
  TLS1_2_VERSION = 0x0303,
  SSL_MODE_ENABLE_PARTIAL_WRITE = 1,
  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER = 2,
  SSL_VERIFY_NONE = 0,
  SSL_VERIFY_PEER = 1,
  SSL_ERROR_SSL = 1,
  SSL_ERROR_WANT_READ = 2,
  SSL_ERROR_WANT_WRITE = 3,
  SSL_ERROR_SYSCALL = 5,
  SSL_ERROR_ZERO_RETURN = 6,
  SSL_R_UNEXPECTED_EOF_WHILE_READING = 294,
  X509_V_OK = 0,
};

struct tls_context {
  void *handle;
};

struct tls_session {
  void *handle;
  // After an error of the protocol nothing more may be said.
  bool is_broken;
  char problem[256];
};

static bool is_open;
static pthread_once_t opening = PTHREAD_ONCE_INIT;

static void *open_library(void) {
#ifdef __APPLE__
  static const char *const names[] = {
      "/opt/homebrew/opt/openssl@3/lib/libssl.3.dylib", "/usr/local/opt/openssl@3/lib/libssl.3.dylib"};
#else
  static const char *const names[] = {"libssl.so.3", "libssl.so.1.1"};
#endif
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    void *library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    if (library) return library;
  }
  return NULL;
}

static void open_once(void) {
  void *library = open_library();
  if (!library) return;
#define FIND(result, name, parameters) \
  *(void **)&name = dlsym(library, #name); \
  if (!name) return;
  FUNCTIONS(FIND)
#undef FIND
  is_open = true;
}

bool tls_open(void) {
  pthread_once(&opening, open_once);
  return is_open;
}

static tls_context *new_context(const void *method) {
  tls_context *context = calloc(1, sizeof *context);
  if (!context) return NULL;
  context->handle = SSL_CTX_new(method);
  if (!context->handle) {
    free(context);
    return NULL;
  }
  SSL_CTX_ctrl(context->handle, SSL_CTRL_SET_MIN_PROTO_VERSION, TLS1_2_VERSION, NULL);
  SSL_CTX_ctrl(
      context->handle, SSL_CTRL_MODE, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER, NULL);
  return context;
}

void tls_context_free(tls_context *context) {
  if (!context) return;
  SSL_CTX_free(context->handle);
  free(context);
}

static void *buffer_of(const void *bytes, size_t count) {
  return count > 0 && count <= INT32_MAX ? BIO_new_mem_buf(bytes, (int)count) : NULL;
}

// No key of ours has a password: without this the library would ask for one at the terminal.
static int no_password(char *buffer, int size, int writing, void *data) {
  (void)buffer, (void)size, (void)writing, (void)data;
  return 0;
}

static bool trust(tls_context *context, const void *roots, size_t count) {
  void *buffer = buffer_of(roots, count);
  if (!buffer) return false;
  void *store = SSL_CTX_get_cert_store(context->handle);
  int found = 0;
  void *certificate;
  while ((certificate = PEM_read_bio_X509(buffer, NULL, (void *)no_password, NULL))) {
    found += X509_STORE_add_cert(store, certificate) == 1;
    X509_free(certificate);
  }
  BIO_free(buffer);
  ERR_clear_error();
  return found > 0;
}

tls_context *tls_client_context(const void *roots, size_t count) {
  tls_context *context = new_context(TLS_client_method());
  if (!context) return NULL;
  SSL_CTX_set_verify(context->handle, SSL_VERIFY_PEER, NULL);
  bool is_well = count > 0 ? trust(context, roots, count) : SSL_CTX_set_default_verify_paths(context->handle) == 1;
  if (is_well) return context;
  tls_context_free(context);
  return NULL;
}

static bool use_certificates(tls_context *context, const void *certificates, size_t count) {
  void *buffer = buffer_of(certificates, count);
  if (!buffer) return false;
  void *own = PEM_read_bio_X509(buffer, NULL, (void *)no_password, NULL);
  bool is_well = own && SSL_CTX_use_certificate(context->handle, own) == 1;
  if (own) X509_free(own);
  void *next;
  while (is_well && (next = PEM_read_bio_X509(buffer, NULL, (void *)no_password, NULL))) {
    // It belongs to the context then.
    is_well = SSL_CTX_ctrl(context->handle, SSL_CTRL_EXTRA_CHAIN_CERT, 0, next) == 1;
    if (!is_well) X509_free(next);
  }
  BIO_free(buffer);
  ERR_clear_error();
  return is_well;
}

static bool use_key(tls_context *context, const void *key, size_t count) {
  void *buffer = buffer_of(key, count);
  if (!buffer) return false;
  void *own = PEM_read_bio_PrivateKey(buffer, NULL, (void *)no_password, NULL);
  bool is_well = own && SSL_CTX_use_PrivateKey(context->handle, own) == 1;
  if (own) EVP_PKEY_free(own);
  BIO_free(buffer);
  is_well = is_well && SSL_CTX_check_private_key(context->handle) == 1;
  ERR_clear_error();
  return is_well;
}

tls_context *tls_server_context(const void *certificates, size_t count, const void *key, size_t key_count) {
  tls_context *context = new_context(TLS_server_method());
  if (!context) return NULL;
  SSL_CTX_set_verify(context->handle, SSL_VERIFY_NONE, NULL);
  if (use_certificates(context, certificates, count) && use_key(context, key, key_count)) return context;
  tls_context_free(context);
  return NULL;
}

static bool expect(tls_session *session, const char *name) {
  unsigned char address[16];
  if (inet_pton(AF_INET, name, address) == 1 || inet_pton(AF_INET6, name, address) == 1) {
    return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session->handle), name) == 1;
  }
  return SSL_ctrl(session->handle, SSL_CTRL_SET_TLSEXT_HOSTNAME, 0, (void *)(uintptr_t)name) == 1
      && SSL_set1_host(session->handle, name) == 1;
}

tls_session *tls_session_new(tls_context *context, int descriptor, const char *name) {
  tls_session *session = calloc(1, sizeof *session);
  if (!session) return NULL;
  session->handle = SSL_new(context->handle);
  bool is_well = session->handle && SSL_set_fd(session->handle, descriptor) == 1;
  if (is_well && name) {
    SSL_set_connect_state(session->handle);
    is_well = expect(session, name);
  } else if (is_well) {
    SSL_set_accept_state(session->handle);
  }
  ERR_clear_error();
  if (is_well) return session;
  tls_session_free(session);
  return NULL;
}

// What an error of the protocol means.
static tls_result failure(tls_session *session) {
  unsigned long error = ERR_get_error();
  session->is_broken = true;
  ERR_clear_error();
  // The last 23 bits are the reason.
  if ((error & 0x7FFFFF) == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
    errno = ECONNRESET;
    return TLS_SYSTEM;
  }
  long verdict = SSL_get_verify_result(session->handle);
  const char *text = verdict != X509_V_OK ? X509_verify_cert_error_string(verdict) : ERR_reason_error_string(error);
  snprintf(session->problem, sizeof session->problem, "%s", text ? text : "the protocol was broken");
  return verdict != X509_V_OK ? TLS_UNTRUSTED : TLS_FAILED;
}

// What a call of the library's came to.
static tls_result outcome(tls_session *session, int status, int system) {
  switch (SSL_get_error(session->handle, status)) {
  case SSL_ERROR_WANT_READ: return TLS_WANTS_READ;
  case SSL_ERROR_WANT_WRITE: return TLS_WANTS_WRITE;
  case SSL_ERROR_ZERO_RETURN: return TLS_ENDED;
  case SSL_ERROR_SYSCALL:
    session->is_broken = true;
    ERR_clear_error();
    // An end without the protocol's own end: something was cut off.
    errno = system ? system : ECONNRESET;
    return TLS_SYSTEM;
  default: return failure(session);
  }
}

static int at_most(size_t count) { return count < INT32_MAX ? (int)count : INT32_MAX; }

tls_result tls_handshake(tls_session *session) {
  errno = 0;
  int status = SSL_do_handshake(session->handle);
  return status == 1 ? TLS_DONE : outcome(session, status, errno);
}

tls_result tls_read(tls_session *session, void *buffer, size_t count, size_t *done) {
  errno = 0;
  int status = SSL_read(session->handle, buffer, at_most(count));
  *done = status > 0 ? (size_t)status : 0;
  return status > 0 ? TLS_DONE : outcome(session, status, errno);
}

tls_result tls_write(tls_session *session, const void *bytes, size_t count, size_t *done) {
  errno = 0;
  int status = SSL_write(session->handle, bytes, at_most(count));
  *done = status > 0 ? (size_t)status : 0;
  return status > 0 ? TLS_DONE : outcome(session, status, errno);
}

tls_result tls_finish(tls_session *session) {
  if (session->is_broken) return TLS_DONE;
  errno = 0;
  int status = SSL_shutdown(session->handle);
  // 0: said, and not yet answered.
  return status >= 0 ? TLS_DONE : outcome(session, status, errno);
}

bool tls_has_pending(tls_session *session) { return SSL_pending(session->handle) > 0; }

const char *tls_problem(const tls_session *session) { return session->problem; }

void tls_session_free(tls_session *session) {
  if (!session) return;
  SSL_free(session->handle);
  free(session);
}
