// Sockets that never block and that no child inherits.

#define _GNU_SOURCE
#include "Sockets.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef __linux__
static int prepared(int descriptor) {
  if (descriptor < 0) return descriptor;
  int flags = fcntl(descriptor, F_GETFL);
  if (fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0 && fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0) {
    return descriptor;
  }
  int problem = errno;
  close(descriptor);
  errno = problem;
  return -1;
}
#endif

int new_socket(int family, bool is_stream) {
  int type = is_stream ? SOCK_STREAM : SOCK_DGRAM;
#ifdef __linux__
  return socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
#else
  return prepared(socket(family, type, 0));
#endif
}

int accept_connection(int listener) {
#ifdef __linux__
  return accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
#else
  return prepared(accept(listener, NULL, NULL));
#endif
}

bool new_pipe(int ends[2]) {
#ifdef __linux__
  return pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0;
#else
  return pipe(ends) == 0 && prepared(ends[0]) >= 0 && prepared(ends[1]) >= 0;
#endif
}

int send_at_once(int descriptor, bool is_on) {
  int value = is_on;
  return setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &value, sizeof value);
}

bool is_name_missing(int status) {
#ifdef EAI_NODATA
  if (status == EAI_NODATA) return true;
#endif
  return status == EAI_NONAME;
}
