/* Loaded before the program: writes down whom it connects to, sends to or looks up, before it does.
 *
 * One line each: the call, then the address. What the C library does inside, as asking a name server, is not seen here; the
 * name it was asked for is. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static void line(const char *text, int length) {
    /* Opened each time: the program may close what it did not open. */
    int out = open(getenv("MEANWHILE_HOSTS_LOG"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (out < 0 || write(out, text, (size_t)length) != length) abort();
    close(out);
}

static void record(const char *call, const struct sockaddr *to) {
    char text[512], host[INET6_ADDRSTRLEN] = "";
    if (!to) return;
    int length;
    if (to->sa_family == AF_UNIX) {
        length = snprintf(text, sizeof text, "%s unix\n", call);
    } else if (to->sa_family == AF_INET) {
        const struct sockaddr_in *v4 = (const struct sockaddr_in *)to;
        inet_ntop(AF_INET, &v4->sin_addr, host, sizeof host);
        length = snprintf(text, sizeof text, "%s %s:%d\n", call, host, ntohs(v4->sin_port));
    } else if (to->sa_family == AF_INET6) {
        const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)to;
        inet_ntop(AF_INET6, &v6->sin6_addr, host, sizeof host);
        length = snprintf(text, sizeof text, "%s [%s]:%d\n", call, host, ntohs(v6->sin6_port));
    } else {
        length = snprintf(text, sizeof text, "%s family %d\n", call, to->sa_family);
    }
    line(text, length);
}

int connect(int fd, const struct sockaddr *to, socklen_t length) {
    record("connect", to);
    return REAL(connect)(fd, to, length);
}

ssize_t sendto(int fd, const void *bytes, size_t size, int flags, const struct sockaddr *to, socklen_t length) {
    record("sendto", to);
    return REAL(sendto)(fd, bytes, size, flags, to, length);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags) {
    record("sendmsg", message->msg_name);
    return REAL(sendmsg)(fd, message, flags);
}

int getaddrinfo(const char *name, const char *port, const struct addrinfo *hints, struct addrinfo **found) {
    char text[512];
    int length = snprintf(text, sizeof text, "lookup %.400s\n", name ? name : "");
    line(text, length);
    return REAL(getaddrinfo)(name, port, hints, found);
}
