/* Loaded before the program: writes down, in order, what it does to the files of its database.
 *
 * A record is { char what; char file; char pad[2]; uint32 length; uint64 offset }, then `length` bytes for a write. `what` is
 * 'w'rite, 't'runcate to offset, 's'ync, 'u'nlink; `file` is 0 for the database and 1 for its log. The shared memory beside
 * them is made anew at each start and left out. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#define MOST 4096
static signed char files[MOST]; /* the number of the file plus one */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int out = -1;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

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

static int of(int fd) { return fd >= 0 && fd < MOST ? files[fd] : 0; }

static int opened(int fd, const char *path) {
    if (fd >= 0 && fd < MOST) files[fd] = (signed char)number(path);
    return fd;
}

/* Written down before it is done: a kill between the two leaves a write more, as a power cut may, and never one less. */
#define NOTED(call, what, fd_or_file, offset, bytes, length)      \
    int file = fd_or_file;                                        \
    pthread_mutex_lock(&lock);                                    \
    if (file) record(what, file, offset, bytes, length);          \
    __typeof__(call) result = call;                               \
    pthread_mutex_unlock(&lock);                                  \
    return result

/* A sync counts when it is over. It takes a while here, so that nobody can answer before it and be right by luck. */
#define SYNCED(call)                                              \
    pthread_mutex_lock(&lock);                                    \
    if (of(fd)) usleep(1500);                                     \
    int result = call;                                            \
    if (result == 0 && of(fd)) record('s', of(fd), 0, 0, 0);      \
    pthread_mutex_unlock(&lock);                                  \
    return result

#define OPEN(name)                                                    \
    int name(const char *path, int flags, ...) {                      \
        va_list list;                                                 \
        va_start(list, flags);                                        \
        mode_t mode = (flags & (O_CREAT | __O_TMPFILE)) ? va_arg(list, mode_t) : 0; \
        va_end(list);                                                 \
        return opened(REAL(name)(path, flags, mode), path);           \
    }
OPEN(open)
OPEN(open64)

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

int close(int fd) {
    if (fd >= 0 && fd < MOST) files[fd] = 0;
    return REAL(close)(fd);
}
