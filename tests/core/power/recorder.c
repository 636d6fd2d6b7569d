/* Loaded before the program: writes down, in order, what it does to the files of its database.
 *
 * A record is { char what; char file; char pad[2]; uint32 length; uint64 offset }, then `length` bytes for a write. `what` is
 * 'w'rite, 't'runcate to offset, 's'ync, 'u'nlink; `file` is 0 for the database and 1 for its log. The shared memory beside
 * them is made anew at each start and left out. */
#include "files.h"
#include <sys/uio.h>

static int out = -1;

static int number(const char *path) {
    const char *name = strrchr(path, '/');
    name = name ? name + 1 : path;
    if (!strcmp(name, "meanwhile.db")) return 1;
    if (!strcmp(name, "meanwhile.db-wal")) return 2;
    return 0;
}

static void record(char what, int file, uint64_t offset, const void *bytes, uint32_t length) {
    struct { char what, file, pad[2]; uint32_t length; uint64_t offset; } head = {what, (char)(file - 1), {0, 0}, length, offset};
    struct iovec parts[2] = {{&head, sizeof head}, {(void *)bytes, length}};
    if (out < 0) out = REAL(open)(getenv("MEANWHILE_POWER_LOG"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (writev(out, parts, length ? 2 : 1) != (ssize_t)(sizeof head + length)) abort();
}

/* Written down before it is done: a kill between the two leaves a write more, as a power cut may, and never one less. */
#define NOTED(call, what, fd_or_file, offset, bytes, length)      \
    int file = fd_or_file;                                        \
    pthread_mutex_lock(&lock);                                    \
    if (file) record(what, file, offset, bytes, length);          \
    __typeof__(call) result = call;                               \
    pthread_mutex_unlock(&lock);                                  \
    return result

/* A sync counts when it is over. It takes a while here, longer than an answer over loopback does on a busy machine, so that
 * nobody can answer before it and be right by luck. */
#define SYNC_US 5000
#define SYNCED(call)                                              \
    pthread_mutex_lock(&lock);                                    \
    if (of(fd)) usleep(SYNC_US);                                     \
    int result = call;                                            \
    if (result == 0 && of(fd)) record('s', of(fd), 0, 0, 0);      \
    pthread_mutex_unlock(&lock);                                  \
    return result

OPEN(open, 0)
OPEN(open64, 0)

#define WRITE(name, offset_t)                                                                \
    ssize_t name(int fd, const void *bytes, size_t length, offset_t offset) {                \
        NOTED(REAL(name)(fd, bytes, length, offset), 'w', of(fd), (uint64_t)offset, bytes, (uint32_t)length); \
    }
WRITE(pwrite, off_t)
WRITE(pwrite64, off64_t)

#define TRUNCATE(name, offset_t)                                                             \
    int name(int fd, offset_t length) { NOTED(REAL(name)(fd, length), 't', of(fd), (uint64_t)length, 0, 0); }
TRUNCATE(ftruncate, off_t)
TRUNCATE(ftruncate64, off64_t)

int fsync(int fd) { SYNCED(REAL(fsync)(fd)); }
int fdatasync(int fd) { SYNCED(REAL(fdatasync)(fd)); }
int unlink(const char *path) { NOTED(REAL(unlink)(path), 'u', number(path), 0, 0, 0); }
int close(int fd) { return closed(fd); }
