/* Loaded before the program: one call of it on a file of the data folder fails with an error of the disk, or each from then on.
 *
 * MEANWHILE_DISK_ERROR is "KIND NUMBER once" or "KIND NUMBER on", KIND one of open, read, write, truncate, sync, map.
 * MEANWHILE_DISK_SOCKET is told with one byte when it happens.
 *
 * A write that fails has written a half. A sync that fails loses what was written since the last one, as a system does that
 * forgets the pages it could not write: a later sync that works brings nothing of it back. */
#include "../power/files.h"
#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

enum { SYNCED = 1, OTHER = 2 };

static int number(const char *path) {
    const char *folder = getenv("MEANWHILE_DATA_DIR");
    if (!folder || strncmp(path, folder, strlen(folder))) return 0;
    const char *name = strrchr(path, '/') + 1;
    return !strncmp(name, "meanwhile.db", 12) && strcmp(name, "meanwhile.db-shm") ? SYNCED : OTHER;
}

static void tell(void) {
    struct sockaddr_un to = {AF_UNIX, ""};
    strncpy(to.sun_path, getenv("MEANWHILE_DISK_SOCKET"), sizeof to.sun_path - 1);
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (sendto(fd, "!", 1, 0, (struct sockaddr *)&to, sizeof to) != 1) abort();
    REAL(close)(fd);
}

/* Whether this call is to fail. */
static int fails(const char *kind, int is_ours) {
    static int calls;
    char wanted[16], often[8];
    int at;
    const char *error = getenv("MEANWHILE_DISK_ERROR");
    if (!is_ours || !error || sscanf(error, "%15s %d %7s", wanted, &at, often) != 3 || strcmp(kind, wanted)) return 0;
    int now = __atomic_add_fetch(&calls, 1, __ATOMIC_SEQ_CST);
    if (now < at || (now > at && strcmp(often, "on"))) return 0;
    if (now == at) tell();
    errno = EIO;
    return 1;
}

/* What was there before each write that is not synced yet, the newest first. */
static struct before {
    struct before *next;
    int fd;
    off_t offset, size;
    ssize_t length;
    char bytes[];
} *unsynced;

static void remember(int fd, off_t offset, size_t length) {
    struct stat file;
    struct before *before = malloc(sizeof *before + length);
    if (!before || fstat(fd, &file)) abort();
    *before = (struct before){unsynced, fd, offset, file.st_size, REAL(pread)(fd, before->bytes, length, offset)};
    unsynced = before;
}

static void synced(int fd, int is_lost) {
    pthread_mutex_lock(&lock);
    for (struct before **at = &unsynced, *one; (one = *at);) {
        if (one->fd != fd) { at = &one->next; continue; }
        if (is_lost) {
            if (one->length > 0 && REAL(pwrite)(fd, one->bytes, (size_t)one->length, one->offset) != one->length) abort();
            if (REAL(ftruncate)(fd, one->size)) abort();
        }
        *at = one->next;
        free(one);
    }
    pthread_mutex_unlock(&lock);
}

#define OURS_OR(real) if (!of(fd)) return real

#define WRITE(name, offset_t)                                                             \
    ssize_t name(int fd, const void *bytes, size_t length, offset_t offset) {             \
        OURS_OR(REAL(name)(fd, bytes, length, offset));                                   \
        pthread_mutex_lock(&lock);                                                        \
        if (of(fd) == SYNCED) remember(fd, offset, length);                               \
        int is_broken = fails("write", 1);                                                \
        ssize_t done = REAL(name)(fd, bytes, is_broken ? length / 2 : length, offset);    \
        pthread_mutex_unlock(&lock);                                                      \
        return is_broken ? (errno = EIO, -1) : done;                                      \
    }
WRITE(pwrite, off_t)
WRITE(pwrite64, off64_t)

ssize_t write(int fd, const void *bytes, size_t length) {
    return fails("write", of(fd)) ? -1 : REAL(write)(fd, bytes, length);
}

#define TRUNCATE(name, offset_t)                                                          \
    int name(int fd, offset_t length) {                                                   \
        OURS_OR(REAL(name)(fd, length));                                                  \
        if (fails("truncate", 1)) return -1;                                              \
        struct stat file;                                                                 \
        pthread_mutex_lock(&lock);                                                        \
        if (of(fd) == SYNCED && !fstat(fd, &file))                                        \
            remember(fd, length, file.st_size > length ? (size_t)(file.st_size - length) : 0); \
        int result = REAL(name)(fd, length);                                              \
        pthread_mutex_unlock(&lock);                                                      \
        return result;                                                                    \
    }
TRUNCATE(ftruncate, off_t)
TRUNCATE(ftruncate64, off64_t)

#define SYNC(name)                                      \
    int name(int fd) {                                  \
        int is_broken = fails("sync", of(fd));          \
        int result = is_broken ? -1 : REAL(name)(fd);   \
        if (of(fd) == SYNCED) synced(fd, is_broken);    \
        if (is_broken) errno = EIO;                     \
        return result;                                  \
    }
SYNC(fsync)
SYNC(fdatasync)

#define READ(name, offset_t)                                                              \
    ssize_t name(int fd, void *bytes, size_t length, offset_t offset) {                   \
        return fails("read", of(fd)) ? -1 : REAL(name)(fd, bytes, length, offset);        \
    }
READ(pread, off_t)
READ(pread64, off64_t)

ssize_t read(int fd, void *bytes, size_t length) {
    return fails("read", of(fd)) ? -1 : REAL(read)(fd, bytes, length);
}

#define MAP(name, offset_t)                                                               \
    void *name(void *at, size_t length, int access, int flags, int fd, offset_t offset) { \
        return fails("map", of(fd)) ? MAP_FAILED : REAL(name)(at, length, access, flags, fd, offset); \
    }
MAP(mmap, off_t)
MAP(mmap64, off64_t)

OPEN(open, fails("open", number(path)))
OPEN(open64, fails("open", number(path)))

int close(int fd) {
    if (of(fd) == SYNCED) synced(fd, 0);
    return closed(fd);
}
