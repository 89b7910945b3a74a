/* A tree that is not there: a function of the path, for seeing how a scan fares with a billion files.
 *
 *     gcc -O2 -shared -fPIC benchmarks/billion.c -o billion.so
 *     LD_PRELOAD=$PWD/billion.so BILLION_ROOT=/tmp/empty BILLION_FANS=50,100,100,100 BILLION_FILES=20 COMMAND
 *
 * Below an empty directory appear as many directories as the fans say, level by level, and in each of the last level
 * so many files. All of them are numbered: file i of directory n is (n % 1000) * 1000 + i bytes long and was born
 * n % 365 days before the beginning of 2026. benchmarks/billion.py adds that up without walking.
 *
 * What a scanner asks is answered here, relative to a descriptor or to the directory that fchdir(2) led to; descriptors
 * are real ones, so that their number is limited as ever.
 */

#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define MOST_DESCRIPTORS 65536
#define MOST_LEVELS 16
#define BEGINNING 1767225600    /* of 2026 */
#define DAY 86400

/* A directory: its level, 1 for the root, and its number among all of that level. 0: none of ours. */
typedef struct {
    int level;
    uint64_t number, position;
} Place;

static Place places[MOST_DESCRIPTORS];
static __thread Place here;     /* where fchdir led to */
static uint64_t fans[MOST_LEVELS + 1];
static int levels;
static uint64_t files;
static struct statx root;

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int (*next_statx)(int, const char *restrict, int, unsigned, struct statx *restrict);
static int (*next_openat)(int, const char *, int, ...);
static int (*next_close)(int);

__attribute__((constructor)) static void configure(void)
{
    next_statx = NEXT(statx);
    next_openat = NEXT(openat);
    next_close = NEXT(close);
    const char *wanted = getenv("BILLION_FANS"), *count = getenv("BILLION_FILES"), *at = getenv("BILLION_ROOT");
    char *end = (char *)(uintptr_t)wanted;
    while (end && *end && levels < MOST_LEVELS)
        fans[++levels] = strtoull(end + (*end == ','), &end, 10);
    files = count ? strtoull(count, NULL, 10) : 20;
    if (!at || next_statx(AT_FDCWD, at, 0, STATX_BASIC_STATS | STATX_MNT_ID, &root))
        levels = 0;
}

static bool is_root(int descriptor)
{
    struct statx found;
    return levels && next_statx(descriptor, "", AT_EMPTY_PATH, STATX_INO, &found) == 0 && found.stx_ino == root.stx_ino
        && found.stx_dev_major == root.stx_dev_major && found.stx_dev_minor == root.stx_dev_minor;
}

static Place place_of(int directory)
{
    if (directory == AT_FDCWD)
        return here;
    return directory >= 0 && directory < MOST_DESCRIPTORS ? places[directory] : (Place){0};
}

static uint64_t entries_of(Place place)
{
    return place.level <= levels ? fans[place.level] : files;
}

/* The number of an entry by its name; false if there is none. */
static bool entry_of(Place place, const char *name, uint64_t *number)
{
    char *end;
    if (name[0] != (place.level <= levels ? 'd' : 'f'))
        return false;
    *number = strtoull(name + 1, &end, 10);
    return *number < entries_of(place) && strcmp(end, place.level <= levels ? "" : ".nc") == 0;
}

static int adopt(int descriptor, Place place)
{
    if (descriptor >= MOST_DESCRIPTORS) {
        next_close(descriptor);
        errno = EMFILE;
        return -1;
    }
    places[descriptor] = place;
    return descriptor;
}

static int open_at(int directory, const char *path, int flags, unsigned mode)
{
    Place place = place_of(directory);
    uint64_t number;
    if (!place.level || path[0] == '/') {
        int descriptor = next_openat(directory, path, flags, mode);
        bool ours = descriptor >= 0 && flags & O_DIRECTORY && !(flags & O_PATH) && is_root(descriptor);
        return ours ? adopt(descriptor, (Place){1, 0, 0}) : descriptor;
    }
    if (place.level > levels || !entry_of(place, path, &number)) {
        errno = ENOENT;
        return -1;
    }
    int descriptor = next_openat(AT_FDCWD, "/", O_PATH | O_CLOEXEC);
    return descriptor < 0 ? -1 : adopt(descriptor, (Place){place.level + 1, place.number * fans[place.level] + number, 0});
}

#define OPEN(name, parameters, directory)                           \
    int name parameters                                             \
    {                                                               \
        unsigned mode = 0;                                          \
        if (flags & (O_CREAT | O_TMPFILE)) {                        \
            va_list rest;                                           \
            va_start(rest, flags);                                  \
            mode = va_arg(rest, unsigned);                          \
            va_end(rest);                                           \
        }                                                           \
        return open_at(directory, path, flags, mode);               \
    }

OPEN(open, (const char *path, int flags, ...), AT_FDCWD)
OPEN(open64, (const char *path, int flags, ...), AT_FDCWD)
OPEN(openat, (int at, const char *path, int flags, ...), at)
OPEN(openat64, (int at, const char *path, int flags, ...), at)

int close(int descriptor)
{
    if (descriptor >= 0 && descriptor < MOST_DESCRIPTORS)
        places[descriptor] = (Place){0};
    return next_close(descriptor);
}

int fchdir(int descriptor)
{
    here = place_of(descriptor);
    return here.level ? 0 : NEXT(fchdir)(descriptor);
}

static off_t rewound(int descriptor, off_t offset, int whence)
{
    if (!place_of(descriptor).level)
        return NEXT(lseek)(descriptor, offset, whence);
    places[descriptor].position = (uint64_t)offset;
    return offset;
}

off_t lseek(int descriptor, off_t offset, int whence)
{
    return rewound(descriptor, offset, whence);
}

off64_t lseek64(int descriptor, off64_t offset, int whence)
{
    return rewound(descriptor, offset, whence);
}

ssize_t getdents64(int descriptor, void *buffer, size_t length)
{
    Place *place = descriptor >= 0 && descriptor < MOST_DESCRIPTORS ? &places[descriptor] : NULL;
    if (!place || !place->level)
        return NEXT(getdents64)(descriptor, buffer, length);
    bool is_last = place->level > levels;
    size_t used = 0, size = 32;  /* what a name of ours takes */
    for (; place->position < entries_of(*place) && used + size <= length; place->position++, used += size) {
        struct dirent64 *entry = (void *)((char *)buffer + used);
        entry->d_ino = place->position + 1;
        entry->d_off = (off64_t)place->position + 1;
        entry->d_reclen = (unsigned short)size;
        entry->d_type = is_last ? DT_REG : DT_DIR;
        char digits[8], *to = entry->d_name, *at = digits + sizeof digits;
        uint64_t number = place->position;
        do
            *--at = (char)('0' + number % 10);
        while (number /= 10);
        *to++ = is_last ? 'f' : 'd';
        memcpy(to, at, (size_t)(digits + sizeof digits - at));
        memcpy(to + (digits + sizeof digits - at), is_last ? ".nc" : "", is_last ? 4 : 1);
    }
    return (ssize_t)used;
}

int statx(int directory, const char *restrict path, int flags, unsigned mask, struct statx *restrict found)
{
    Place place = place_of(directory);
    uint64_t number = 0;
    if (!place.level || path[0] == '/')
        return next_statx(directory, path, flags, mask, found);
    bool is_itself = path[0] == '\0' || strcmp(path, ".") == 0;
    if (!is_itself && !entry_of(place, path, &number)) {
        errno = ENOENT;
        return -1;
    }
    *found = root;
    if (is_itself || place.level <= levels)
        return 0;
    found->stx_mask |= STATX_BTIME;
    found->stx_mode = S_IFREG | 0644;
    found->stx_nlink = 1;
    found->stx_size = place.number % 1000 * 1000 + number;
    found->stx_blocks = found->stx_size / 512;
    found->stx_btime.tv_sec = BEGINNING - (int64_t)(place.number % 365) * DAY;
    return 0;
}
