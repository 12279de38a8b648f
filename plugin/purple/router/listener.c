/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds a listening socket of this program; see listener.h. */
#include "listener.h"

#include <fcntl.h>
#include <glib.h>
#include <netinet/in.h>
#include <sys/socket.h>

/* Descriptors that are looked at. */
#define DESCRIPTORS_MAX 4096

static gboolean
listens_at (int fd, int port)
{
    union {
        struct sockaddr any;
        struct sockaddr_in ipv4;
        struct sockaddr_in6 ipv6;
        struct sockaddr_storage storage;
    } address;
    socklen_t len = sizeof address;
    int listens = 0;
    socklen_t listens_len = sizeof listens;

    if (getsockopt (fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &listens_len) <
            0 ||
        !listens || getsockname (fd, &address.any, &len) < 0)
        return FALSE;
    if (address.any.sa_family == AF_INET6)
        return ntohs (address.ipv6.sin6_port) == port;
    return address.any.sa_family == AF_INET &&
           ntohs (address.ipv4.sin_port) == port;
}

int
xtls_listener_copy (int port)
{
    for (int fd = 0; fd < DESCRIPTORS_MAX; fd++)
        if (listens_at (fd, port))
            return fcntl (fd, F_DUPFD_CLOEXEC, 0);
    return -1;
}
