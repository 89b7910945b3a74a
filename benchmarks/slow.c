/* A file system where each call takes time, for measuring how scanners fare on a network.
 *
 *     gcc -O2 -shared -fPIC benchmarks/slow.c -o slow.so
 *     LD_PRELOAD=$PWD/slow.so SLOW_MICROSECONDS=500 SLOW_UNDER=/tmp/tree COMMAND
 *
 * Delayed is what asks for an entry: opening, looking, and reading a directory, relative to a descriptor, to the
 * directory that fchdir(2) led to, or by a path below SLOW_UNDER. What asks for something that is open is not,
 * nor is a program's own start. A program that makes its system calls without libc, as those in Go, is not
 * delayed at all.
 */

#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <time.h>

static long nanoseconds;
static const char *under;
static size_t under_length;

__attribute__((constructor)) static void configure(void)
{
    const char *wanted = getenv("SLOW_MICROSECONDS");
    nanoseconds = wanted ? atol(wanted) * 1000 : 500000;
    under = getenv("SLOW_UNDER");
    under_length = under ? strlen(under) : 0;
}

static void wait_a_moment(void)
{
    static __thread int exact;
    if (!exact)
        exact = prctl(PR_SET_TIMERSLACK, 1) == 0;
    nanosleep(&(struct timespec){nanoseconds / 1000000000, nanoseconds % 1000000000}, NULL);
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static __thread int inside;     /* the working directory was chosen by a descriptor, as scanners do */

static void delay(int directory, const char *path)
{
    if (path[0] == '/' ? under && strncmp(path, under, under_length) == 0
                       : (directory != AT_FDCWD || inside) && path[0])
        wait_a_moment();
}

int fchdir(int directory)
{
    inside = 1;
    return NEXT(fchdir)(directory);
}

#define OPEN(name, parameters, directory, arguments)            \
    int name parameters                                         \
    {                                                           \
        static int (*next) parameters;                          \
        if (!next)                                              \
            next = (__typeof__(next))dlsym(RTLD_NEXT, #name);   \
        unsigned mode = 0;                                      \
        if (flags & (O_CREAT | O_TMPFILE)) {                    \
            va_list rest;                                       \
            va_start(rest, flags);                              \
            mode = va_arg(rest, unsigned);                      \
            va_end(rest);                                       \
        }                                                       \
        delay(directory, path);                                 \
        return next arguments;                                  \
    }

OPEN(open, (const char *path, int flags, ...), AT_FDCWD, (path, flags, mode))
OPEN(open64, (const char *path, int flags, ...), AT_FDCWD, (path, flags, mode))
OPEN(openat, (int at, const char *path, int flags, ...), at, (at, path, flags, mode))
OPEN(openat64, (int at, const char *path, int flags, ...), at, (at, path, flags, mode))

int fstatat(int at, const char *restrict path, struct stat *restrict found, int flags)
{
    delay(at, path);
    return NEXT(fstatat)(at, path, found, flags);
}

int fstatat64(int at, const char *restrict path, struct stat64 *restrict found, int flags)
{
    delay(at, path);
    return NEXT(fstatat64)(at, path, found, flags);
}

int lstat(const char *restrict path, struct stat *restrict found)
{
    delay(AT_FDCWD, path);
    return NEXT(lstat)(path, found);
}

int lstat64(const char *restrict path, struct stat64 *restrict found)
{
    delay(AT_FDCWD, path);
    return NEXT(lstat64)(path, found);
}

int statx(int at, const char *restrict path, int flags, unsigned mask, struct statx *restrict found)
{
    delay(at, path);
    return NEXT(statx)(at, path, flags, mask, found);
}

ssize_t getdents64(int directory, void *buffer, size_t length)
{
    wait_a_moment();
    return NEXT(getdents64)(directory, buffer, length);
}

/* readdir(3) reads many entries at a time: the first and the last reading of each directory are delayed. */
DIR *fdopendir(int directory)
{
    wait_a_moment();
    wait_a_moment();
    return NEXT(fdopendir)(directory);
}

DIR *opendir(const char *path)
{
    delay(AT_FDCWD, path);
    delay(AT_FDCWD, path);
    delay(AT_FDCWD, path);
    return NEXT(opendir)(path);
}
