// Sockets that never block and that no child inherits, in the ways that Linux and Darwin have for them.

#ifndef SOCKETS_H
#define SOCKETS_H

#include <stdbool.h>

// A new socket, for streams or for datagrams. Negative with `errno` on failure.
int new_socket(int family, bool is_stream);

// The next connection that a listening socket has. Negative with `errno` on failure.
int accept_connection(int listener);

// A pair of descriptors: what is written to the second can be read from the first. False on failure.
bool new_pipe(int ends[2]);

// Sets an option of TCP: small pieces are sent at once. Negative on failure.
int send_at_once(int descriptor, bool is_on);

// Whether an answer of `getaddrinfo` says that nothing has that name.
bool is_name_missing(int status);

#endif
