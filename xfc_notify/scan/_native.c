/* The walk of scan/walk.py in C: several threads, without the GIL, the same figures.
 *
 * A worker takes a directory, or a handful of names of a large directory that another worker lists, looks at
 * them and comes back for more. All of them share one lock, which nobody holds while the file system is asked.
 *
 * What is to be done lies on a stack, so that the walk is depth-first and what remains stays small. A directory
 * with names on the stack is a Node; the names are kept packed, and become nodes when they are taken. Every
 * directory is opened relative to its parent and never through a link. Few descriptors are open: those in use,
 * at most three for each worker, and MOST_RESTING more; any other directory is opened again from the root down.
 *
 * Sums are 192 bits wide: 2^64 files of 2^64 bytes and 2^64 seconds each do not overflow them.
 */

#define _GNU_SOURCE
#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030b0000
#include <Python.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LARGEST 20              /* as in usage.py, like SAMPLES, MOST_DIRECTORIES and MOST_TYPES */
#define SAMPLES 3
#define MOST_DIRECTORIES 10000
#define MOST_TYPES 1000
#define DAY 86400
#define BIN_DAYS 400
#define WIDE_BIN_DAYS 30
#define LAST_BIN_DAYS 4000
#define LONGEST_SUFFIX 10

#define MOST_RESTING 64         /* descriptors of directories to which the walk comes back */
#define SPARE_DESCRIPTORS 64    /* for the rest of the process */
#define LISTING 65536           /* bytes of one reading of a directory */
#define ENTERED_FROM 256        /* bytes of a reading that make it worth to go where the names are */
#define SHARED_FROM 1024        /* a reading of more bytes is shared; that is about 32 names */
#define MOST_SHARE 1024         /* bytes that a worker takes of it: few, lest the others wait for the last one */
#define POURED_FROM 256         /* rows that a worker gathers before it adds them to what all have */
#define STACK_BYTES (512 * 1024)
#define LOCK_ATTEMPTS 400       /* some microseconds, before a worker sleeps until the lock is free */

#define TICK_SECONDS 0.1        /* between two looks at signals, and two reports */
#define MOST_CHOSEN 128         /* threads, when the walk chooses by itself */
#define FEW_CORES 4             /* it starts with at most so many */
#define PERIOD 0.01             /* seconds over which throughput is measured … */
#define LONG_PERIOD 0.5         /* … and at most, where little happens */
#define PERIOD_LOOKS 16         /* entries that each thread should have looked at meanwhile */
#define FAST_GROWTH 4           /* times as many threads at a time, until that brings too little … */
#define GROWTH 2                /* … and then */
#define WORTH 0.15              /* threads are kept where throughput rises by this part of their increase */
#define HOLD_SECONDS 0.1        /* after the first attempt in vain; twice as long after each further one … */
#define LONGEST_HOLD 4.0        /* … and at most */

#define OPEN_DIRECTORY (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

typedef unsigned __int128 u128;

/* Sums and tables */

typedef struct {
    uint64_t word[3];           /* the least first */
} Sum;

typedef struct {
    uint64_t files;
    Sum size, allocated, byte_seconds;
    int64_t oldest;             /* arrival */
} Tally;

typedef struct {
    uint64_t hash;
    Tally tally;
    uint32_t links;
    uint32_t length;
    char key[];
} Row;

/* (key, links) → tally, by open addressing. */
typedef struct {
    Row **slots;
    size_t capacity;            /* a power of two, or 0 */
    size_t count;
    Row *recent;                /* what was asked for last: files of one directory are alike */
} Table;

enum { AGES, OWNERS, DIRECTORIES, TYPES, TABLES };

/* Users choose names: without a secret they could choose those that all fall into one slot. */
static uint64_t seed;

static void sum_add(Sum *sum, u128 more)
{
    u128 low = ((u128)sum->word[1] << 64 | sum->word[0]) + more;
    sum->word[2] += low < more;
    sum->word[1] = (uint64_t)(low >> 64);
    sum->word[0] = (uint64_t)low;
}

static void sum_merge(Sum *sum, const Sum *other)
{
    sum_add(sum, (u128)other->word[1] << 64 | other->word[0]);
    sum->word[2] += other->word[2];
}

static void tally_merge(Tally *tally, const Tally *other)
{
    tally->files += other->files;
    sum_merge(&tally->size, &other->size);
    sum_merge(&tally->allocated, &other->allocated);
    sum_merge(&tally->byte_seconds, &other->byte_seconds);
    tally->oldest = other->oldest < tally->oldest ? other->oldest : tally->oldest;
}

static uint64_t hash_of(const char *key, size_t length, uint32_t links)
{
    uint64_t hash = seed ^ links;
    while (length > 0) {
        uint64_t chunk = 0;
        size_t taken = length < sizeof chunk ? length : sizeof chunk;
        memcpy(&chunk, key, taken);
        hash = (hash ^ chunk) * 0x9e3779b97f4a7c15u;
        hash ^= hash >> 29;
        key += taken;
        length -= taken;
    }
    return hash ^ hash >> 32;
}

static bool is_row(const Row *row, const char *key, size_t length, uint32_t links)
{
    return row->links == links && row->length == length && memcmp(row->key, key, length) == 0;
}

static void table_put(Table *table, Row *row)
{
    size_t at = row->hash & (table->capacity - 1);
    while (table->slots[at])
        at = (at + 1) & (table->capacity - 1);
    table->slots[at] = row;
    table->count++;
}

static bool table_grow(Table *table)
{
    Table wider = {.capacity = table->capacity ? 2 * table->capacity : 64};
    wider.slots = calloc(wider.capacity, sizeof *wider.slots);
    if (!wider.slots)
        return false;
    for (size_t i = 0; i < table->capacity; i++)
        if (table->slots[i])
            table_put(&wider, table->slots[i]);
    free(table->slots);
    *table = wider;
    return true;
}

static Row *row_new(uint64_t hash, const char *key, size_t length, uint32_t links)
{
    Row *row = calloc(1, sizeof *row + length);
    if (row) {
        row->hash = hash;
        row->tally.oldest = INT64_MAX;
        row->links = links;
        row->length = (uint32_t)length;
        memcpy(row->key, key, length);
    }
    return row;
}

/* The row of this key, made where there is none; NULL without memory. */
static Row *table_row(Table *table, const char *key, size_t length, uint32_t links)
{
    if (table->recent && is_row(table->recent, key, length, links))
        return table->recent;
    uint64_t hash = hash_of(key, length, links);
    if (2 * table->count >= table->capacity && !table_grow(table))
        return NULL;
    size_t at = hash & (table->capacity - 1);
    while (table->slots[at] && !(table->slots[at]->hash == hash && is_row(table->slots[at], key, length, links)))
        at = (at + 1) & (table->capacity - 1);
    if (!table->slots[at]) {
        if (!(table->slots[at] = row_new(hash, key, length, links)))
            return NULL;
        table->count++;
    }
    return table->recent = table->slots[at];
}

/* Empty a table and return its rows, `count` of them; NULL without memory, then nothing has changed. */
static Row **table_take(Table *table, size_t *count)
{
    Row **rows = malloc((table->count + 1) * sizeof *rows);
    *count = 0;
    if (!rows)
        return NULL;
    for (size_t i = 0; i < table->capacity; i++)
        if (table->slots[i])
            rows[(*count)++] = table->slots[i];
    if (table->capacity)
        memset(table->slots, 0, table->capacity * sizeof *table->slots);
    table->count = 0;
    table->recent = NULL;
    return rows;
}

/* Add all rows of one table to another and empty it; false without memory, then rows may be lost. */
static bool table_pour(Table *from, Table *into)
{
    size_t count;
    bool poured = true;
    Row **rows = table_take(from, &count);
    if (!rows)
        return false;
    for (size_t i = 0; i < count; i++) {
        Row *row = table_row(into, rows[i]->key, rows[i]->length, rows[i]->links);
        if (row)
            tally_merge(&row->tally, &rows[i]->tally);
        poured = poured && row;
        free(rows[i]);
    }
    free(rows);
    return poured;
}

static void table_free(Table *table)
{
    for (size_t i = 0; i < table->capacity; i++)
        free(table->slots[i]);
    free(table->slots);
    *table = (Table){0};
}

/* Where names are pooled, and how many are kept. usage.py says why. */
typedef struct {
    size_t most;
    const char *pool;
} Bound;

static const Bound BOUNDS[TABLES] = {
    [DIRECTORIES] = {MOST_DIRECTORIES, ""},
    [TYPES] = {MOST_TYPES, "(other)"},
};

static bool is_pool(const Row *row, const char *pool)
{
    return row->length == strlen(pool) && memcmp(row->key, pool, row->length) == 0;
}

static int by_size(const void *one, const void *other, void *pool)
{
    const Row *rows[2] = {*(Row *const *)one, *(Row *const *)other};
    double weight[2];
    for (int i = 0; i < 2; i++) {
        const uint64_t *word = rows[i]->tally.size.word;
        double size = ldexp((double)word[2], 128) + ldexp((double)word[1], 64) + (double)word[0];
        weight[i] = is_pool(rows[i], pool) ? INFINITY : size / rows[i]->links;
    }
    return (weight[0] < weight[1]) - (weight[0] > weight[1]);
}

/* Keep twice as many rows as will be kept in the end, and add the rest to the pool; false without memory.
 *
 * Done at twice that, so that up to then the end decides which names are kept, exactly as the Python walker. */
static bool table_bound(Table *table, const Bound *bound)
{
    size_t count, kept = 2 * bound->most;
    bool pooled = true;
    if (!bound->most || table->count <= 2 * kept)
        return true;
    Row **rows = table_take(table, &count);
    if (!rows)
        return false;
    qsort_r(rows, count, sizeof *rows, by_size, (void *)bound->pool);
    for (size_t i = 0; i < kept; i++)
        table_put(table, rows[i]);
    for (size_t i = kept; i < count; i++) {
        Row *row = table_row(table, bound->pool, strlen(bound->pool), rows[i]->links);
        if (row)
            tally_merge(&row->tally, &rows[i]->tally);
        pooled = pooled && row;
        free(rows[i]);
    }
    free(rows);
    return pooled;
}

/* A walk and what belongs to it */

typedef struct {
    char *data;
    size_t length;
} Bytes;

/* A directory that was taken. It lives while anybody refers to it: a worker, its children, the stack. */
typedef struct Node {
    struct Node *parent;        /* NULL: the area itself */
    struct Node *top;           /* the first-level directory that it is or lies in; NULL: the area itself */
    struct Node *under;         /* on the stack: the next one */
    struct Node *newer, *older; /* among the resting */
    Bytes found;                /* directories found in it and not taken: their names, each with its NUL */
    size_t room;                /* for `found` */
    size_t path_length;         /* with a slash after each name */
    uint32_t references;
    uint32_t holds;             /* by those who need `descriptor`; the others may have it closed */
    int descriptor;             /* -1: closed */
    bool stacked;
    bool resting;               /* open and held by nobody */
    bool examined;              /* whether it may be entered was asked */
    bool barred;                /* … and it may not */
    bool passable;              /* its entries may be looked at, and need not be where they are directories */
    uint32_t length;
    char name[];
} Node;

/* One reading of a large directory, from which several workers take names. */
typedef struct Batch {
    struct Batch *next;
    Node *node;
    size_t at, end;             /* what nobody has taken */
    int users;                  /* the last one frees it */
    _Alignas(8) char entries[LISTING];
} Batch;

typedef struct {
    u128 byte_seconds;
    uint64_t size;
    Bytes path;
} Entry;

/* What files that follow each other often have in common: these are added up before they go to the tables. */
typedef struct {
    uint32_t links, bin, owner;
    uint32_t kind_length;
    char kind[2 * LONGEST_SUFFIX + 4];
} Alike;

typedef enum { UNREADABLE, VANISHED, SWAPPED, OTHER_FILE_SYSTEM, FAILED, KINDS } Kind;

static const char *const KIND_NAMES[KINDS] = {
    "unreadable", "vanished", "swapped", "other_file_system", "failed",
};

typedef struct {
    uint64_t count;
    Bytes samples[SAMPLES];     /* in the order of their bytes, all different */
} Errors;

/* Counters have one writer each, and readers at any time. */
typedef _Atomic uint64_t Counter;

typedef struct Walk Walk;

typedef struct {
    Walk *walk;
    pthread_t thread;
    int number;
    Counter listed, looked, files, bytes;
    uint64_t directories, symlinks, others, birth_times;
    int64_t oldest, newest;
    unsigned mask;              /* for statx */
    Alike alike;
    Tally pending;              /* of files that are alike, not yet in the tables */
    Table tables[TABLES];
    u128 least_byte_seconds;    /* what is less is not among the largest; at times outdated, then too small */
    uint64_t least_size;
    Bytes found;                /* directories found in what is being looked at, as in Node */
    size_t room, found_count;
    Batch *batch;               /* to read into; NULL: none yet */
    bool has_directory;         /* a working directory that is not the process's */
    int closing;                /* a descriptor that is to be closed without the lock; -1: none */
} Worker;

typedef enum { ARRIVAL, CTIME, MTIME } Clock;

struct Walk {
    /* What was ordered */
    int64_t now;
    Clock clock;
    unsigned mask;              /* for statx, of a worker that begins */
    bool one_file_system;
    uint32_t device_major, device_minor;
    double ends;                /* in seconds of `monotonic` */
    uint64_t most_remaining, most_remaining_bytes;
    Bytes *ordered;             /* borrowed from Python's bytes */

    /* Changed by anybody at any time */
    atomic_bool stopped;        /* all is done, or nothing more shall be */
    atomic_int error;           /* an errno that ends the walk */

    pthread_mutex_t lock;
    /* Guarded by the lock: */
    pthread_cond_t work;        /* there may be something to take */
    pthread_cond_t unparked;    /* more workers are allowed */
    pthread_cond_t over;        /* the walk has stopped */
    size_t ordered_count;       /* not taken */
    Node *ordered_parent;       /* of the last one taken, whose path these bytes are */
    Bytes ordered_parent_path;
    Node *stack;                /* directories with names not taken, the one found last on top */
    Batch *batches;
    uint64_t remaining, remaining_bytes;
    uint64_t done;              /* directories */
    int active, idle;           /* workers with a task; workers that wait for one */
    int allowed, started;       /* workers that may take tasks; workers there are */
    int settled;                /* as `allowed`, but for an attempt that nobody has judged */
    Node *newest, *oldest;      /* of the resting */
    size_t resting;
    Table tables[TABLES];
    Entry largest[LARGEST];
    size_t largest_count;
    Errors errors[KINDS];

    Node *root;
    Worker *workers;
    int most_workers;
};

static double seconds_of(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double monotonic(void)
{
    return seconds_of(CLOCK_MONOTONIC);
}

static void count(Counter *counter, uint64_t more)
{
    uint64_t before = atomic_load_explicit(counter, memory_order_relaxed);
    uint64_t after = before + more < before ? UINT64_MAX : before + more;
    atomic_store_explicit(counter, after, memory_order_relaxed);
}

static bool stopped(Walk *walk)
{
    return atomic_load_explicit(&walk->stopped, memory_order_relaxed);
}

/* End the walk without a result. Those who wait learn of it from the next worker that asks for a task. */
static void give_up(Walk *walk, int code)
{
    atomic_store(&walk->error, code);
    atomic_store(&walk->stopped, true);
}

static void breathe(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/* The lock is held for less time than it takes to fall asleep and be woken. */
static void lock(Walk *walk)
{
    for (int i = 0; i < LOCK_ATTEMPTS; i++) {
        if (pthread_mutex_trylock(&walk->lock) == 0)
            return;
        breathe();
    }
    pthread_mutex_lock(&walk->lock);
}

static void unlock(Walk *walk)
{
    pthread_mutex_unlock(&walk->lock);
}

/* Append a name and its NUL; false without memory. */
static bool append_names(Bytes *names, size_t *room, const char *more, size_t length)
{
    if (names->length + length > *room) {
        size_t wanted = names->length + length;
        size_t wider = *room && 2 * *room > wanted ? 2 * *room : wanted;
        char *data = realloc(names->data, wider);
        if (!data)
            return false;
        names->data = data;
        *room = wider;
    }
    memcpy(names->data + names->length, more, length);
    names->length += length;
    return true;
}

/* Nodes. The lock is held in all of these. */

/* A child, referred to once; NULL without memory. */
static Node *node_new(Node *parent, const char *name, size_t length)
{
    Node *node = calloc(1, sizeof *node + length + 1);
    if (!node)
        return NULL;
    memcpy(node->name, name, length);
    node->length = (uint32_t)length;
    node->descriptor = -1;
    node->references = 1;
    node->parent = parent;
    if (parent) {
        parent->references++;
        node->top = parent->parent ? parent->top : node;
        node->path_length = parent->path_length + length + 1;
    }
    return node;
}

static void wake_up(Walk *walk, Node *node)
{
    *(node->newer ? &node->newer->older : &walk->newest) = node->older;
    *(node->older ? &node->older->newer : &walk->oldest) = node->newer;
    node->newer = node->older = NULL;
    node->resting = false;
    walk->resting--;
}

static void close_resting(Walk *walk, Node *node)
{
    wake_up(walk, node);
    close(node->descriptor);
    node->descriptor = -1;
}

static void rest(Walk *walk, Node *node)
{
    node->older = walk->newest;
    *(walk->newest ? &walk->newest->newer : &walk->oldest) = node;
    walk->newest = node;
    node->resting = true;
    if (++walk->resting > MOST_RESTING)
        close_resting(walk, walk->oldest);
}

/* Refer to a node no longer; what nobody refers to is freed, and perhaps its ancestors. */
static void drop(Walk *walk, Node *node)
{
    while (node && --node->references == 0) {
        Node *parent = node->parent;
        if (node->resting)
            close_resting(walk, node);
        free(node->found.data);
        free(node);
        node = parent;
    }
}

static void hold_open(Walk *walk, Node *node)
{
    if (node->resting)
        wake_up(walk, node);
    node->holds++;
}

static void let_rest(Walk *walk, Node *node)
{
    if (--node->holds == 0)
        rest(walk, node);
}

/* Open a directory relative to its parent; a descriptor, or -1 with errno. */
static int open_at(Walk *walk, int parent, const char *name)
{
    int descriptor;
    unlock(walk);
    do
        descriptor = openat(parent, name, OPEN_DIRECTORY);
    while (descriptor < 0 && errno == EINTR);
    int code = errno;
    lock(walk);
    errno = code;
    return descriptor;
}

/* Hold a directory whose parent is held; 0 or an errno. */
static int hold_child(Walk *walk, Node *node)
{
    if (node->descriptor < 0) {
        int descriptor = open_at(walk, node->parent->descriptor, node->name);
        while (descriptor < 0 && errno == EMFILE && walk->oldest) {
            close_resting(walk, walk->oldest);
            descriptor = open_at(walk, node->parent->descriptor, node->name);
        }
        if (descriptor < 0)
            return errno;
        if (node->descriptor < 0)
            node->descriptor = descriptor;
        else
            close(descriptor);  /* another worker was faster */
    }
    hold_open(walk, node);
    return 0;
}

/* Hold a directory, opening it and those above it that are closed; 0 or an errno. */
static int hold(Walk *walk, Node *node)
{
    Node *few[16], **closed = few;
    size_t count = 0;
    for (Node *at = node; at->descriptor < 0; at = at->parent)
        count++;
    if (count > sizeof few / sizeof *few && !(closed = malloc(count * sizeof *closed)))
        return ENOMEM;
    Node *above = node;
    for (size_t i = count; i > 0; above = above->parent)
        closed[--i] = above;
    hold_open(walk, above);
    int code = 0;
    for (size_t i = 0; i < count && code == 0; i++) {
        code = hold_child(walk, closed[i]);
        let_rest(walk, closed[i]->parent);
    }
    if (closed != few)
        free(closed);
    return code;
}

/* Hold and refer to a directory no longer. Returns a descriptor to be closed without the lock, or -1. */
static int let_go(Walk *walk, Node *node)
{
    int descriptor = -1;
    if (node->references == 1 && node->holds == 1) {  /* nobody comes back to it */
        descriptor = node->descriptor;
        node->descriptor = -1;
        node->holds = 0;
    } else {
        let_rest(walk, node);
    }
    drop(walk, node);
    return descriptor;
}

/* Paths. Names and parents of nodes never change: no lock is needed. */

/* The path, relative to the area, of an entry of a directory, or without a name of the directory itself;
 * data is NULL without memory. */
static Bytes path_of(const Node *node, const char *name)
{
    size_t named = name ? strlen(name) : 0;
    size_t length = node->path_length + named;
    Bytes path = {malloc(length + 1), length};
    if (!path.data)
        return path;
    if (name)
        memcpy(path.data + node->path_length, name, named);
    for (char *at = path.data + node->path_length; node->parent; node = node->parent) {
        *--at = '/';
        at -= node->length;
        memcpy(at, node->name, node->length);
    }
    if (!name && length > 0)
        path.length--;          /* the slash */
    if (path.length == 0)
        path.data[path.length++] = '.';
    return path;
}

static int compare(Bytes one, Bytes other)
{
    size_t shared = one.length < other.length ? one.length : other.length;
    int order = memcmp(one.data, other.data, shared);
    return order ? order : (one.length > other.length) - (one.length < other.length);
}

/* Errors and the largest files. They are few, and all workers share them. */

static Kind kind_of(int code)
{
    switch (code) {
    case EACCES:
    case EPERM:
        return UNREADABLE;
    case ENOENT:
        return VANISHED;
    case ENOTDIR:
    case ELOOP:
        return SWAPPED;
    default:
        return FAILED;
    }
}

/* Keep a path if it is among the first, and return the one that has to be freed. */
static Bytes sample(Errors *errors, Bytes path)
{
    for (size_t i = 0; i < SAMPLES; i++) {
        Bytes *kept = &errors->samples[i];
        int order = kept->data ? compare(path, *kept) : -1;
        if (order == 0)
            return path;
        if (order < 0) {
            Bytes larger = *kept;
            *kept = path;
            path = larger;
        }
        if (!path.data)
            break;
    }
    return path;
}

/* Count one error, at an entry of a directory or without a name at the directory itself. */
static void fail(Walk *walk, Kind kind, const Node *node, const char *name)
{
    Bytes path = path_of(node, name);
    if (!path.data) {
        give_up(walk, ENOMEM);
        return;
    }
    lock(walk);
    walk->errors[kind].count++;
    path = sample(&walk->errors[kind], path);
    unlock(walk);
    free(path.data);
}

static bool is_less(const Entry *one, const Entry *other)
{
    if (one->byte_seconds != other->byte_seconds)
        return one->byte_seconds < other->byte_seconds;
    if (one->size != other->size)
        return one->size < other->size;
    return compare(one->path, other->path) < 0;
}

static Entry *least_of(Walk *walk)
{
    Entry *least = walk->largest;
    for (size_t i = 1; i < walk->largest_count; i++)
        if (is_less(&walk->largest[i], least))
            least = &walk->largest[i];
    return least;
}

/* Keep a file if it is among the largest. */
static void keep(Worker *worker, const Node *node, const char *name, u128 byte_seconds, uint64_t size)
{
    Walk *walk = worker->walk;
    Entry entry = {byte_seconds, size, path_of(node, name)};
    if (!entry.path.data) {
        give_up(walk, ENOMEM);
        return;
    }
    lock(walk);
    if (walk->largest_count < LARGEST) {
        walk->largest[walk->largest_count++] = entry;
        entry.path.data = NULL;
    } else {
        Entry *least = least_of(walk);
        if (is_less(least, &entry)) {
            Entry less = *least;
            *least = entry;
            entry = less;
            least = least_of(walk);
        }
        worker->least_byte_seconds = least->byte_seconds;
        worker->least_size = least->size;
    }
    unlock(walk);
    free(entry.path.data);
}

/* One file */

/* An ASCII letter in lower case or a digit; NUL for anything else. */
static char lower(char letter)
{
    if (letter >= 'A' && letter <= 'Z')
        return (char)(letter - 'A' + 'a');
    return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') ? letter : '\0';
}

/* A lower-case suffix, NUL-terminated; "" for what is none. As _suffix of summary.py. */
static size_t suffix(char *kind, const char *from, const char *to)
{
    size_t length = 0;
    kind[0] = '\0';
    if (to - from > LONGEST_SUFFIX)
        return 0;
    for (; from < to; from++) {
        char letter = lower(*from);
        if (!letter) {
            kind[0] = '\0';
            return 0;
        }
        kind[length++] = letter;
    }
    kind[length] = '\0';
    return length;
}

static bool is_compression(const char *kind, size_t length)
{
    switch (length) {           /* most suffixes are told by that alone */
    case 2:
        return memcmp(kind, "gz", 2) == 0 || memcmp(kind, "xz", 2) == 0;
    case 3:
        return memcmp(kind, "bz2", 3) == 0 || memcmp(kind, "zst", 3) == 0 || memcmp(kind, "zip", 3) == 0;
    default:
        return false;
    }
}

/* The type of a file by its name, as file_type of summary.py; its length. */
static size_t file_type(char *kind, const char *name)
{
    char outer[LONGEST_SUFFIX + 1];
    kind[0] = '\0';
    while (*name == '.')
        name++;
    const char *end = name + strlen(name);
    const char *dot = memrchr(name, '.', (size_t)(end - name));
    if (!dot || dot == name)
        return 0;
    size_t length = suffix(outer, dot + 1, end), inner = 0;
    const char *before = is_compression(outer, length) ? memrchr(name, '.', (size_t)(dot - name)) : NULL;
    if (before && before > name && (inner = suffix(kind, before + 1, dot)) > 0)
        kind[inner++] = '.';
    memcpy(kind + inner, outer, length + 1);
    return inner + length;
}

static uint32_t age_bin(uint64_t age)
{
    uint64_t days = age / DAY;
    if (days < BIN_DAYS)
        return (uint32_t)days;
    if (days >= LAST_BIN_DAYS)
        return LAST_BIN_DAYS;
    return (uint32_t)(days - (days - BIN_DAYS) % WIDE_BIN_DAYS);
}

/* A birth time of zero was never written. */
static bool is_born(const struct statx *found)
{
    return found->stx_mask & STATX_BTIME && found->stx_btime.tv_sec != 0;
}

/* The time that the clock asks for, and whether it is a birth time. */
static int64_t arrival_of(Clock clock, const struct statx *found, bool *born)
{
    *born = clock == ARRIVAL && is_born(found);
    return *born ? found->stx_btime.tv_sec : clock == MTIME ? found->stx_mtime.tv_sec : found->stx_ctime.tv_sec;
}

static void add_to(Worker *worker, int table, const void *key, size_t length, uint32_t links, const Tally *one)
{
    Row *row = table_row(&worker->tables[table], key, length, links);
    if (row)
        tally_merge(&row->tally, one);
    else
        give_up(worker->walk, ENOMEM);
}

/* Put what was added up of files that are alike, all in this directory, into the tables. */
static void settle(Worker *worker, const Node *node)
{
    const Alike *alike = &worker->alike;
    const Tally *sum = &worker->pending;
    if (!sum->files)
        return;
    add_to(worker, AGES, &alike->bin, sizeof alike->bin, alike->links, sum);
    add_to(worker, OWNERS, &alike->owner, sizeof alike->owner, alike->links, sum);
    add_to(worker, TYPES, alike->kind, alike->kind_length, alike->links, sum);
    if (node->top)
        add_to(worker, DIRECTORIES, node->top->name, node->top->length, alike->links, sum);
    else
        add_to(worker, DIRECTORIES, ".", 1, alike->links, sum);
    worker->pending = (Tally){.oldest = INT64_MAX};
}

static void count_file(Worker *worker, const Node *node, const char *name, const struct statx *found)
{
    bool born;
    int64_t arrival = arrival_of(worker->walk->clock, found, &born);
    uint64_t age = arrival < worker->walk->now ? (uint64_t)worker->walk->now - (uint64_t)arrival : 0;
    uint32_t links = found->stx_nlink ? found->stx_nlink : 1;
    u128 byte_seconds = (u128)found->stx_size * age;
    Alike alike = {.links = links, .bin = age_bin(age), .owner = found->stx_uid};
    alike.kind_length = (uint32_t)file_type(alike.kind, name);
    if (memcmp(&alike, &worker->alike, sizeof alike)) {
        settle(worker, node);
        worker->alike = alike;
    }
    Tally *sum = &worker->pending;
    sum->files++;
    sum_add(&sum->size, found->stx_size);
    sum_add(&sum->allocated, (u128)found->stx_blocks * 512);
    sum_add(&sum->byte_seconds, byte_seconds);
    sum->oldest = arrival < sum->oldest ? arrival : sum->oldest;

    worker->birth_times += born;
    worker->oldest = arrival < worker->oldest ? arrival : worker->oldest;
    worker->newest = arrival > worker->newest ? arrival : worker->newest;
    count(&worker->files, 1);
    count(&worker->bytes, links > 1 ? found->stx_size / links : found->stx_size);
    if (links > 1)
        byte_seconds /= links;
    if (byte_seconds > worker->least_byte_seconds
        || (byte_seconds == worker->least_byte_seconds && found->stx_size >= worker->least_size))
        keep(worker, node, name, byte_seconds, found->stx_size);
}

/* Looking at entries */

static int stat_at(int directory, const char *name, int flags, unsigned mask, struct statx *found)
{
    int result;
    do
        result = statx(directory, name, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | flags, mask, found);
    while (result < 0 && errno == EINTR);
    return result;
}

/* Look at an entry with what the clock needs.
 *
 * A ctime is asked for only once a file without a birth time has turned up: to tell it, newer kernels write to
 * the inode (multigrain time stamps), which a walk over millions of them notices. */
static int stat_entry(Worker *worker, int directory, const char *name, struct statx *found)
{
    int result = stat_at(directory, name, 0, worker->mask, found);
    if (result == 0 && !(worker->mask & (STATX_CTIME | STATX_MTIME)) && !is_born(found)) {
        worker->mask |= STATX_CTIME;
        result = stat_at(directory, name, 0, worker->mask, found);
    }
    return result;
}

static bool is_ours(const Walk *walk, const struct statx *found)
{
    return !walk->one_file_system
        || (found->stx_dev_major == walk->device_major && found->stx_dev_minor == walk->device_minor);
}

static void count_directory(Worker *worker, const Node *node, const char *name, bool ours)
{
    worker->directories++;
    if (!ours)
        fail(worker->walk, OTHER_FILE_SYSTEM, node, name);
    else if (append_names(&worker->found, &worker->room, name, strlen(name) + 1))
        worker->found_count++;
    else
        give_up(worker->walk, ENOMEM);
}

/* Ask of which file system a held directory is, and whether its entries may be looked at.
 *
 * By "." this asks for the right to look at what lies in it as well, with which a directory in it need not be
 * looked at before it is opened: of which file system it is, is seen then. */
static void examine(Worker *worker, Node *node)
{
    Walk *walk = worker->walk;
    struct statx found;
    if (node->examined)
        return;
    node->examined = true;
    if (!walk->one_file_system)
        return;
    node->passable = stat_at(node->descriptor, ".", 0, STATX_TYPE, &found) == 0;
    if (!node->passable && stat_at(node->descriptor, "", AT_EMPTY_PATH, STATX_TYPE, &found) < 0) {
        node->barred = true;
        fail(walk, kind_of(errno), node, NULL);
    } else if (!is_ours(walk, &found)) {
        node->barred = true;
        fail(walk, OTHER_FILE_SYSTEM, node, NULL);
    }
}

/* Where to look names of a held directory up: in it, if it pays to make it the worker's working directory, as that
 * spares the kernel to count a descriptor in and out for each name; else by its descriptor. */
static int place_of(const Worker *worker, const Node *node, size_t bytes)
{
    bool inside = worker->has_directory && bytes >= ENTERED_FROM && fchdir(node->descriptor) == 0;
    return inside ? AT_FDCWD : node->descriptor;
}

/* A directory that holds files only is examined where one of them cannot be looked at, or is not of our file
 * system; the others before. */
static void look(Worker *worker, Node *node, int place, const struct dirent64 *entry)
{
    const char *name = entry->d_name;
    struct statx found;
    count(&worker->looked, 1);
    if (entry->d_type == DT_DIR && node->passable) {
        count_directory(worker, node, name, true);
        return;
    }
    int code = stat_entry(worker, place, name, &found) < 0 ? errno : 0;
    if (code || !is_ours(worker->walk, &found))
        examine(worker, node);
    if (node->barred)
        return;
    if (code) {
        fail(worker->walk, kind_of(code), node, name);
        return;
    }
    switch (found.stx_mode & S_IFMT) {
    case S_IFREG:
        count_file(worker, node, name, &found);
        break;
    case S_IFDIR:
        count_directory(worker, node, name, is_ours(worker->walk, &found));
        break;
    case S_IFLNK:
        worker->symlinks++;
        break;
    default:
        worker->others++;
    }
}

/* Wake as many of the workers that wait as there are new things to take. The lock is held. */
static void wake(Walk *walk, size_t things)
{
    for (int i = 0; i < walk->idle && (size_t)i < things; i++)
        pthread_cond_signal(&walk->work);
}

/* Put the directories that a worker found where anybody can take them. The lock is held. */
static void publish_found(Worker *worker, Node *node)
{
    Walk *walk = worker->walk;
    if (!append_names(&node->found, &node->room, worker->found.data, worker->found.length)) {
        give_up(walk, ENOMEM);
        return;
    }
    if (!node->stacked) {
        node->stacked = true;
        node->references++;
        node->under = walk->stack;
        walk->stack = node;
    }
    walk->remaining += worker->found_count;
    walk->remaining_bytes +=
        worker->found_count * node->path_length + worker->found.length - worker->found_count;
    wake(walk, worker->found_count);
    worker->found.length = worker->found_count = 0;
}

/* Whether a worker has enough to add to what all have. */
static bool is_full(const Worker *worker)
{
    bool full = false;
    for (int i = 0; i < TABLES; i++)
        full = full || worker->tables[i].count >= POURED_FROM;
    return full;
}

/* Add to what all have, from tables of so many rows. The lock is held. */
static void pour(Worker *worker, size_t from)
{
    Walk *walk = worker->walk;
    for (int i = 0; i < TABLES; i++)
        if (worker->tables[i].count >= from
            && !(table_pour(&worker->tables[i], &walk->tables[i]) && table_bound(&walk->tables[i], &BOUNDS[i])))
            give_up(walk, ENOMEM);
}

static bool is_dot(const char *name)
{
    return name[0] == '.' && (name[1] == '\0' || (name[1] == '.' && name[2] == '\0'));
}

static size_t next_entry(const char *entries, size_t at)
{
    return at + ((const struct dirent64 *)(const void *)(entries + at))->d_reclen;
}

/* Look at the entries of a held directory that were read between two places of a reading. */
static void look_at(Worker *worker, Node *node, const char *entries, size_t from, size_t to)
{
    int place = place_of(worker, node, to - from);
    for (; from < to && !node->barred && !stopped(worker->walk); from = next_entry(entries, from)) {
        const struct dirent64 *entry = (const void *)(entries + from);
        if (!is_dot(entry->d_name))
            look(worker, node, place, entry);
    }
    settle(worker, node);
    if (!worker->found_count && !is_full(worker))
        return;                 /* as in most directories */
    lock(worker->walk);
    if (worker->found_count)
        publish_found(worker, node);
    pour(worker, POURED_FROM);
    unlock(worker->walk);
}

/* Sharing a reading. The lock is held in all of these. */

static void offer(Walk *walk, Batch *batch, Node *node, size_t length)
{
    batch->node = node;
    batch->at = 0;
    batch->end = length;
    batch->users = 1;
    batch->next = walk->batches;
    walk->batches = batch;
    wake(walk, length / MOST_SHARE + 1);
}

static void withdraw(Walk *walk, Batch *batch)
{
    Batch **at = &walk->batches;
    while (*at && *at != batch)
        at = &(*at)->next;
    if (*at)
        *at = batch->next;
}

/* Take some names, the fewer the fewer are left: [from, to). The last taker withdraws the offer. */
static void take_share(Walk *walk, Batch *batch, size_t *from, size_t *to)
{
    size_t share = (batch->end - batch->at) / (2 * (size_t)walk->allowed);
    size_t until = batch->at + (share < MOST_SHARE ? share : MOST_SHARE);
    *from = batch->at;
    do
        batch->at = next_entry(batch->entries, batch->at);
    while (batch->at < until);
    *to = batch->at;
    if (batch->at >= batch->end)
        withdraw(walk, batch);
}

/* Use a batch no longer; false where others still do, the last of whom frees it. */
static bool is_mine_alone(Batch *batch)
{
    return --batch->users == 0;
}

/* Look at a reading together with those who have nothing else to do. */
static void look_together(Worker *worker, Node *node, size_t length)
{
    Walk *walk = worker->walk;
    Batch *batch = worker->batch;
    size_t from, to;
    lock(walk);
    offer(walk, batch, node, length);
    while (batch->at < batch->end && !stopped(walk)) {
        take_share(walk, batch, &from, &to);
        unlock(walk);
        look_at(worker, node, batch->entries, from, to);
        lock(walk);
    }
    withdraw(walk, batch);      /* where the walk was stopped */
    if (!is_mine_alone(batch))
        worker->batch = NULL;
    unlock(walk);
}

/* Tasks */

static ssize_t read_entries(Worker *worker, int descriptor)
{
    if (!worker->batch && !(worker->batch = malloc(sizeof *worker->batch))) {
        give_up(worker->walk, ENOMEM);
        return 0;
    }
    ssize_t length;
    do
        length = getdents64(descriptor, worker->batch->entries, LISTING);
    while (length < 0 && errno == EINTR);
    return length < 0 && errno == ENOENT ? 0 : length;  /* removed meanwhile: an end, as readdir(3) has it */
}

/* Whether there is something in a reading, and no directory nor what may be one. */
static bool is_of_files(const char *entries, size_t length)
{
    bool files = false;
    for (size_t at = 0; at < length; at = next_entry(entries, at)) {
        const struct dirent64 *entry = (const void *)(entries + at);
        if (is_dot(entry->d_name))
            continue;
        if (entry->d_type == DT_DIR || entry->d_type == DT_UNKNOWN)
            return false;
        files = true;
    }
    return files;
}

/* List a held directory to its end. */
static void list(Worker *worker, Node *node)
{
    Walk *walk = worker->walk;
    ssize_t length = 0;
    while (!stopped(walk) && !node->barred && (length = read_entries(worker, node->descriptor)) > 0) {
        bool shared = length > SHARED_FROM;
        if (shared || !is_of_files(worker->batch->entries, (size_t)length))
            examine(worker, node);
        if (shared && !node->barred)
            look_together(worker, node, (size_t)length);
        else
            look_at(worker, node, worker->batch->entries, 0, (size_t)length);
    }
    if (length < 0)
        fail(walk, kind_of(errno), node, NULL);
}

/* Close what is no longer needed, now that the lock is not held. */
static void close_pending(Worker *worker)
{
    if (worker->closing >= 0)
        close(worker->closing);
    worker->closing = -1;
}

/* Open and list a directory, to which the caller refers. The lock is held, but not while the file system is
 * asked. */
static void do_directory(Worker *worker, Node *node)
{
    Walk *walk = worker->walk;
    int code = hold(walk, node);
    unlock(walk);
    close_pending(worker);
    if (code)
        fail(walk, kind_of(code), node, NULL);
    else
        list(worker, node);
    count(&worker->listed, 1);
    lock(walk);
    walk->done++;
    if (code)
        drop(walk, node);
    else
        worker->closing = let_go(walk, node);
}

/* Look at a share of another worker's reading. The lock is held, but not while the file system is asked. */
static void help(Worker *worker, Batch *batch)
{
    Walk *walk = worker->walk;
    Node *node = batch->node;
    size_t from, to;
    take_share(walk, batch, &from, &to);
    batch->users++;
    node->references++;
    hold_open(walk, node);
    unlock(walk);
    close_pending(worker);
    look_at(worker, node, batch->entries, from, to);
    lock(walk);
    worker->closing = let_go(walk, node);
    if (is_mine_alone(batch))
        free(batch);
}

/* Taking directories. The lock is held in all of these. */

/* Take the name found last out of the directory on top of the stack; NULL without memory. */
static Node *take_found(Walk *walk)
{
    Node *parent = walk->stack;
    Bytes *found = &parent->found;
    const char *end = found->data + found->length - 1, *before = memrchr(found->data, '\0', found->length - 1);
    const char *name = before ? before + 1 : found->data;
    Node *node = node_new(parent, name, (size_t)(end - name));
    if (!node)
        return NULL;
    walk->remaining--;
    walk->remaining_bytes -= parent->path_length + node->length;
    found->length -= node->length + 1;
    if (found->length == 0) {
        free(found->data);
        found->data = NULL;
        parent->room = 0;
        walk->stack = parent->under;
        parent->stacked = false;
        drop(walk, parent);
    }
    return node;
}

/* The directory of this path, referred to once; NULL without memory. */
static Node *node_of(Walk *walk, Bytes path)
{
    Node *node = walk->root;
    node->references++;
    for (const char *name = path.data, *end = path.data + path.length; node && name < end;) {
        const char *slash = memchr(name, '/', (size_t)(end - name));
        size_t length = (size_t)((slash ? slash : end) - name);
        Node *parent = node;
        node = node_new(parent, name, length);
        drop(walk, parent);
        name += length + 1;
    }
    return node;
}

/* Go to the parent of an ordered directory, which is often that of the one before; false without memory. */
static bool find_parent(Walk *walk, Bytes path)
{
    if (walk->ordered_parent && compare(path, walk->ordered_parent_path) == 0)
        return true;
    drop(walk, walk->ordered_parent);
    walk->ordered_parent = node_of(walk, path);
    walk->ordered_parent_path = path;
    return walk->ordered_parent;
}

/* Take the last ordered directory; NULL without memory. */
static Node *take_ordered(Walk *walk)
{
    Bytes path = walk->ordered[--walk->ordered_count];
    walk->remaining--;
    walk->remaining_bytes -= path.length;
    if (path.length == 0)
        return node_of(walk, path);
    const char *slash = memrchr(path.data, '/', path.length);
    Bytes above = {path.data, slash ? (size_t)(slash - path.data) : 0};
    size_t start = slash ? above.length + 1 : 0;
    if (!find_parent(walk, above))
        return NULL;
    return node_new(walk->ordered_parent, path.data + start, path.length - start);
}

static Node *take_directory(Walk *walk)
{
    Node *node = walk->stack ? take_found(walk) : take_ordered(walk);
    if (!node)
        give_up(walk, ENOMEM);
    return node;
}

/* Whether the slice may end here: what remains has to fit into a message. */
static bool is_spent(const Walk *walk)
{
    return walk->done > 0 && monotonic() >= walk->ends && walk->remaining <= walk->most_remaining
        && walk->remaining_bytes <= walk->most_remaining_bytes;
}

/* Workers */

/* Let everybody see that the walk has stopped. The lock is held. */
static void stop(Walk *walk)
{
    atomic_store(&walk->stopped, true);
    pthread_cond_broadcast(&walk->work);
    pthread_cond_broadcast(&walk->unparked);
    pthread_cond_signal(&walk->over);
}

/* Wait until more workers are allowed; a call to work that came here goes to another one. */
static void park(Walk *walk)
{
    pthread_cond_signal(&walk->work);
    pthread_cond_wait(&walk->unparked, &walk->lock);
}

static void wait_for_work(Walk *walk)
{
    walk->idle++;
    pthread_cond_wait(&walk->work, &walk->lock);
    walk->idle--;
}

/* Do one thing, if there is any. Shares of what others list come first. The lock is held, here and there. */
static bool do_something(Worker *worker)
{
    Walk *walk = worker->walk;
    Node *node = NULL;
    if (!walk->batches && (!walk->remaining || is_spent(walk) || !(node = take_directory(walk))))
        return false;
    walk->active++;
    if (node)
        do_directory(worker, node);
    else
        help(worker, walk->batches);
    walk->active--;
    return true;
}

static void *work(void *argument)
{
    Worker *worker = argument;
    Walk *walk = worker->walk;
    worker->has_directory = unshare(CLONE_FS) == 0;  /* a container's filter may forbid it */
    lock(walk);
    while (!stopped(walk)) {
        if (worker->number >= walk->allowed)
            park(walk);
        else if (!do_something(worker)) {
            if (walk->active == 0)
                break;
            wait_for_work(walk);
        }
    }
    stop(walk);
    pour(worker, 1);
    unlock(walk);
    close_pending(worker);
    return NULL;
}

/* Start workers up to a number, or as many as there can be; false if there is none at all. */
static bool start_workers(Walk *walk, int number)
{
    static const int FAULTS[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
    pthread_attr_t small;
    sigset_t all, before;
    if (pthread_attr_init(&small))
        return walk->started > 0;
    pthread_attr_setstacksize(&small, STACK_BYTES);
    sigfillset(&all);           /* signals are Python's, but for the faults of a thread itself */
    for (size_t i = 0; i < sizeof FAULTS / sizeof *FAULTS; i++)
        sigdelset(&all, FAULTS[i]);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (walk->started < number) {
        Worker *worker = &walk->workers[walk->started];
        *worker = (Worker){.walk = walk, .number = walk->started, .mask = walk->mask, .closing = -1,
                           .oldest = INT64_MAX, .newest = INT64_MIN, .pending.oldest = INT64_MAX};
        if (pthread_create(&worker->thread, &small, work, worker))
            break;
        walk->started++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&small);
    return walk->started > 0;
}

/* The number of threads: several times as many as long as that brings more. */

typedef struct {
    double since, cpu_since;
    double hold, hold_until;    /* after the next attempt in vain; after the last one */
    uint64_t looked;
    double rate;                /* entries a second in the period before */
    int before;                 /* threads before the attempt that goes on; 0: none does */
    int growth;                 /* how many times as many to attempt */
    int cores;
} Pace;

static uint64_t looked(const Walk *walk)
{
    uint64_t sum = 0;
    for (int i = 0; i < walk->started; i++)
        sum += atomic_load_explicit(&walk->workers[i].looked, memory_order_relaxed);
    return sum;
}

static int cores(void)
{
    cpu_set_t allowed;
    return sched_getaffinity(0, sizeof allowed, &allowed) ? 1 : CPU_COUNT(&allowed);
}

static void allow(Walk *walk, int number)
{
    number = number < walk->most_workers ? number : walk->most_workers;
    start_workers(walk, number);
    walk->allowed = number < walk->started ? number : walk->started;
    pthread_cond_broadcast(&walk->unparked);
    pthread_cond_broadcast(&walk->work);  /* those who are now too many park */
}

/* Judge the attempt that goes on, if any, and perhaps begin another. The lock is held.
 *
 * Where the processors are busy, or workers wait for tasks, more of them cannot help. */
static void adjust(Walk *walk, Pace *pace)
{
    double now = monotonic(), seconds = now - pace->since;
    uint64_t total = looked(walk), more = total - pace->looked;
    if (seconds < PERIOD || (more < PERIOD_LOOKS * (uint64_t)walk->allowed && seconds < LONG_PERIOD))
        return;
    double cpu = seconds_of(CLOCK_PROCESS_CPUTIME_ID), rate = (double)more / seconds;
    bool busy = cpu - pace->cpu_since > 0.9 * seconds * pace->cores;
    if (pace->before && rate < pace->rate * (1 + WORTH * (walk->allowed - pace->before) / pace->before)) {
        allow(walk, pace->before);
        if (pace->growth == GROWTH) {
            pace->hold_until = now + pace->hold;
            pace->hold = fmin(2 * pace->hold, LONGEST_HOLD);
        }
        pace->growth = GROWTH;
    }
    pace->before = 0;
    walk->settled = walk->allowed;
    if (!busy && walk->idle == 0 && now >= pace->hold_until && walk->allowed < walk->most_workers) {
        pace->before = walk->allowed;
        allow(walk, pace->growth * walk->allowed);
    }
    pace->since = now;
    pace->cpu_since = cpu;
    pace->looked = total;
    pace->rate = rate;
}

/* The side of Python */

/* Call `report` with directories listed, files and bytes found; false with an exception set.
 *
 * The call lets through what is raised in this thread from another one: a time limit, a shutdown. */
static bool report(const Walk *walk, int started, PyObject *call)
{
    unsigned long long directories = 0, files = 0, bytes = 0;
    for (int i = 0; i < started; i++) {
        directories += atomic_load_explicit(&walk->workers[i].listed, memory_order_relaxed);
        files += atomic_load_explicit(&walk->workers[i].files, memory_order_relaxed);
        bytes += atomic_load_explicit(&walk->workers[i].bytes, memory_order_relaxed);
    }
    if (PyErr_CheckSignals())
        return false;
    PyObject *answer = PyObject_CallFunction(call, "KKK", directories, files, bytes);
    Py_XDECREF(answer);
    return answer;
}

static void wait_until_over(Walk *walk, double seconds)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += (long)(seconds * 1e9);
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_cond_timedwait(&walk->over, &walk->lock, &until);
}

/* Wait for the end, reporting every tenth of a second; false with an exception set. The GIL is held. */
static bool supervise(Walk *walk, bool choose, PyObject *call)
{
    PyThreadState *python = PyEval_SaveThread();
    Pace pace = {.since = monotonic(), .cpu_since = seconds_of(CLOCK_PROCESS_CPUTIME_ID), .hold = HOLD_SECONDS,
                 .growth = FAST_GROWTH, .cores = cores()};
    double reported = pace.since;
    bool well = true;
    lock(walk);
    while (!stopped(walk)) {
        wait_until_over(walk, choose ? PERIOD : TICK_SECONDS);
        if (choose && !stopped(walk))
            adjust(walk, &pace);
        if (monotonic() - reported < TICK_SECONDS || stopped(walk))
            continue;
        int started = walk->started;
        unlock(walk);
        PyEval_RestoreThread(python);
        well = report(walk, started, call);
        python = PyEval_SaveThread();
        lock(walk);
        reported = monotonic();
        if (!well)
            stop(walk);
    }
    unlock(walk);
    for (int i = 0; i < walk->started; i++)
        pthread_join(walk->workers[i].thread, NULL);
    PyEval_RestoreThread(python);
    return well;
}

static PyObject *sum_as_int(const Sum *sum)
{
    char digits[3 * 16 + 1];
    PyOS_snprintf(digits, sizeof digits, "%016llx%016llx%016llx", (unsigned long long)sum->word[2],
                  (unsigned long long)sum->word[1], (unsigned long long)sum->word[0]);
    return PyLong_FromString(digits, NULL, 16);
}

static PyObject *key_of(int table, const Row *row)
{
    uint32_t number;
    if (table == DIRECTORIES || table == TYPES)
        return PyBytes_FromStringAndSize(row->key, row->length);
    memcpy(&number, row->key, sizeof number);
    return PyLong_FromUnsignedLong(number);
}

/* [(key, links, oldest, files, size, allocated, byte_seconds), …] */
static PyObject *table_as_list(const Table *table, int number)
{
    PyObject *list = PyList_New(0);
    for (size_t i = 0; list && i < table->capacity; i++) {
        const Row *row = table->slots[i];
        if (!row)
            continue;
        PyObject *tuple = Py_BuildValue(
            "(NkLKNNN)", key_of(number, row), (unsigned long)row->links, (long long)row->tally.oldest,
            (unsigned long long)row->tally.files, sum_as_int(&row->tally.size),
            sum_as_int(&row->tally.allocated), sum_as_int(&row->tally.byte_seconds));
        if (!tuple || PyList_Append(list, tuple))
            Py_CLEAR(list);
        Py_XDECREF(tuple);
    }
    return list;
}

static PyObject *tables_as_list(const Walk *walk)
{
    PyObject *list = PyList_New(0);
    for (int i = 0; list && i < TABLES; i++) {
        PyObject *rows = table_as_list(&walk->tables[i], i);
        if (!rows || PyList_Append(list, rows))
            Py_CLEAR(list);
        Py_XDECREF(rows);
    }
    return list;
}

/* [(byte_seconds, size, path), …] */
static PyObject *largest_as_list(const Walk *walk)
{
    PyObject *list = PyList_New(0);
    for (size_t i = 0; list && i < walk->largest_count; i++) {
        const Entry *entry = &walk->largest[i];
        Sum byte_seconds = {{0}};
        sum_add(&byte_seconds, entry->byte_seconds);
        PyObject *tuple =
            Py_BuildValue("(NKy#)", sum_as_int(&byte_seconds), (unsigned long long)entry->size, entry->path.data,
                          (Py_ssize_t)entry->path.length);
        if (!tuple || PyList_Append(list, tuple))
            Py_CLEAR(list);
        Py_XDECREF(tuple);
    }
    return list;
}

/* [(kind, count, [path, …]), …] */
static PyObject *errors_as_list(const Walk *walk)
{
    PyObject *list = PyList_New(0);
    for (int kind = 0; list && kind < KINDS; kind++) {
        const Errors *errors = &walk->errors[kind];
        if (!errors->count)
            continue;
        PyObject *samples = PyList_New(0);
        for (size_t i = 0; samples && i < SAMPLES && errors->samples[i].data; i++) {
            PyObject *path =
                PyBytes_FromStringAndSize(errors->samples[i].data, (Py_ssize_t)errors->samples[i].length);
            if (!path || PyList_Append(samples, path))
                Py_CLEAR(samples);
            Py_XDECREF(path);
        }
        PyObject *tuple = Py_BuildValue("(sKN)", KIND_NAMES[kind], (unsigned long long)errors->count, samples);
        if (!tuple || PyList_Append(list, tuple))
            Py_CLEAR(list);
        Py_XDECREF(tuple);
    }
    return list;
}

/* Append the paths of the directories found in a node and not taken, the last one first. */
static bool append_found(PyObject *list, const Node *node)
{
    const Bytes *found = &node->found;
    for (const char *end = found->data + found->length - 1; end > found->data;) {
        const char *before = memrchr(found->data, '\0', (size_t)(end - found->data));
        const char *name = before ? before + 1 : found->data;
        Bytes path = path_of(node, name);
        PyObject *bytes =
            path.data ? PyBytes_FromStringAndSize(path.data, (Py_ssize_t)path.length) : PyErr_NoMemory();
        bool well = bytes && PyList_Append(list, bytes) == 0;
        Py_XDECREF(bytes);
        free(path.data);
        if (!well)
            return false;
        end = before ? before : found->data;
    }
    return true;
}

/* What remains, the deepest last. */
static PyObject *remaining_as_list(const Walk *walk)
{
    PyObject *list = PyList_New(0);
    for (const Node *node = walk->stack; list && node; node = node->under)
        if (!append_found(list, node))
            Py_CLEAR(list);
    for (size_t i = walk->ordered_count; list && i > 0; i--) {
        Bytes path = walk->ordered[i - 1];
        PyObject *bytes = PyBytes_FromStringAndSize(path.data, (Py_ssize_t)path.length);
        if (!bytes || PyList_Append(list, bytes))
            Py_CLEAR(list);
        Py_XDECREF(bytes);
    }
    if (list && PyList_Reverse(list))
        Py_CLEAR(list);
    return list;
}

static PyObject *counts_as_tuple(const Walk *walk)
{
    unsigned long long directories = 0, symlinks = 0, others = 0, birth_times = 0;
    int64_t oldest = INT64_MAX, newest = INT64_MIN;
    for (int i = 0; i < walk->started; i++) {
        const Worker *worker = &walk->workers[i];
        directories += worker->directories;
        symlinks += worker->symlinks;
        others += worker->others;
        birth_times += worker->birth_times;
        oldest = worker->oldest < oldest ? worker->oldest : oldest;
        newest = worker->newest > newest ? worker->newest : newest;
    }
    return Py_BuildValue("(KKKKLL)", directories, symlinks, others, birth_times, (long long)oldest,
                         (long long)newest);
}

static PyObject *result_of(const Walk *walk)
{
    return Py_BuildValue("(NNNNNi)", counts_as_tuple(walk), tables_as_list(walk), largest_as_list(walk),
                         errors_as_list(walk), remaining_as_list(walk), walk->settled);
}

/* How many workers the descriptors of this process are enough for. */
static int most_workers(int wanted)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur == RLIM_INFINITY)
        return wanted;
    long long spare = (long long)limit.rlim_cur - MOST_RESTING - SPARE_DESCRIPTORS;
    long long most = spare < 3 ? 1 : spare / 3;
    return wanted < most ? wanted : (int)most;
}

/* Borrow the paths of a tuple of bytes; false with an exception set. */
static bool read_order(Walk *walk, PyObject *directories)
{
    Py_ssize_t count = PyTuple_Size(directories);
    if (count < 0)
        return false;
    if (!(walk->ordered = calloc((size_t)count + 1, sizeof *walk->ordered))) {
        PyErr_NoMemory();
        return false;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        Py_ssize_t length;
        if (PyBytes_AsStringAndSize(PyTuple_GetItem(directories, i), &walk->ordered[i].data, &length))
            return false;
        walk->ordered[i].length = (size_t)length;
        walk->remaining_bytes += (uint64_t)length;
    }
    walk->remaining = walk->ordered_count = (size_t)count;
    return true;
}

/* Put the descriptor of the area where the walk begins; false with an exception set. */
static bool read_root(Walk *walk, int descriptor)
{
    struct statx found;
    if (stat_at(descriptor, "", AT_EMPTY_PATH, STATX_TYPE, &found) < 0
        || lseek(descriptor, 0, SEEK_SET) < 0) {  /* it may have been listed before */
        PyErr_SetFromErrno(PyExc_OSError);
        return false;
    }
    walk->device_major = found.stx_dev_major;
    walk->device_minor = found.stx_dev_minor;
    if (!(walk->root = node_new(NULL, "", 0))) {
        PyErr_NoMemory();
        return false;
    }
    walk->root->descriptor = descriptor;
    walk->root->holds = 1;      /* the caller's: never closed here */
    return true;
}

static void set_up_locks(Walk *walk)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&walk->lock, NULL);
    pthread_cond_init(&walk->work, NULL);
    pthread_cond_init(&walk->unparked, NULL);
    pthread_cond_init(&walk->over, &attributes);
    pthread_condattr_destroy(&attributes);
}

static void free_workers(Walk *walk)
{
    for (int i = 0; i < walk->started; i++) {
        Worker *worker = &walk->workers[i];
        for (int table = 0; table < TABLES; table++)
            table_free(&worker->tables[table]);
        free(worker->found.data);
        free(worker->batch);
    }
    free(walk->workers);
}

static void free_walk(Walk *walk)
{
    while (walk->stack) {
        Node *node = walk->stack;
        walk->stack = node->under;
        drop(walk, node);
    }
    drop(walk, walk->ordered_parent);
    drop(walk, walk->root);
    for (int table = 0; table < TABLES; table++)
        table_free(&walk->tables[table]);
    for (size_t i = 0; i < walk->largest_count; i++)
        free(walk->largest[i].path.data);
    for (int kind = 0; kind < KINDS; kind++)
        for (size_t i = 0; i < SAMPLES; i++)
            free(walk->errors[kind].samples[i].data);
    free_workers(walk);
    free(walk->ordered);
    pthread_mutex_destroy(&walk->lock);
    pthread_cond_destroy(&walk->work);
    pthread_cond_destroy(&walk->unparked);
    pthread_cond_destroy(&walk->over);
}

/* Start the workers of a walk that is set up and wait for their end; the result, or NULL with an exception. */
static PyObject *run(Walk *walk, int threads, PyObject *call)
{
    bool choose = threads == 0;
    int first = cores();
    walk->most_workers = most_workers(choose ? MOST_CHOSEN : threads);
    walk->workers = calloc((size_t)walk->most_workers, sizeof *walk->workers);
    if (!walk->workers)
        return PyErr_NoMemory();
    lock(walk);
    allow(walk, !choose ? threads : first < FEW_CORES ? first : FEW_CORES);
    walk->settled = walk->allowed;
    unlock(walk);
    if (!walk->started) {
        PyErr_SetString(PyExc_OSError, "no thread can be started");
        return NULL;
    }
    if (!supervise(walk, choose, call))
        return NULL;
    if (atomic_load(&walk->error))
        return PyErr_NoMemory();
    return result_of(walk);
}

PyDoc_STRVAR(walk_doc,
"walk(root, directories, now, clock, budget, one_file_system, most_remaining, most_remaining_bytes, threads, report)\n"
"--\n\n"
"Measure; see scan/native.py, which alone calls this.");

static PyObject *native_walk(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    static const unsigned TIMES[] = {STATX_BTIME, STATX_CTIME, STATX_MTIME};
    int root, clock, one_file_system, threads;
    long long now;
    double budget;
    unsigned long long most_remaining, most_remaining_bytes;
    PyObject *directories, *call, *result = NULL;
    if (!PyArg_ParseTuple(arguments, "iOLidpKKiO", &root, &directories, &now, &clock, &budget, &one_file_system,
                          &most_remaining, &most_remaining_bytes, &threads, &call))
        return NULL;
    if (clock < ARRIVAL || clock > MTIME || threads < 0)
        return PyErr_Format(PyExc_ValueError, "no such clock, or less than no threads");
    Walk *walk = calloc(1, sizeof *walk);
    if (!walk)
        return PyErr_NoMemory();
    walk->now = now;
    walk->clock = (Clock)clock;
    walk->mask = STATX_TYPE | STATX_NLINK | STATX_UID | STATX_SIZE | STATX_BLOCKS | TIMES[clock];
    walk->one_file_system = one_file_system;
    walk->ends = monotonic() + budget;
    walk->most_remaining = most_remaining;
    walk->most_remaining_bytes = most_remaining_bytes;
    set_up_locks(walk);
    if (read_order(walk, directories) && read_root(walk, root)) {
        result = run(walk, threads, call);
        lseek(root, 0, SEEK_SET);  /* as it was, for the next one who lists it */
    }
    free_walk(walk);
    free(walk);
    return result;
}

PyDoc_STRVAR(works_doc,
"works()\n"
"--\n\n"
"Whether the kernel, or a container's filter before it, lets statx through.");

static PyObject *native_works(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(arguments))
{
    struct statx found;
    return PyBool_FromLong(stat_at(AT_FDCWD, "/", 0, STATX_BASIC_STATS, &found) == 0);
}

static PyMethodDef methods[] = {
    {"walk", native_walk, METH_VARARGS, walk_doc},
    {"works", native_works, METH_NOARGS, works_doc},
    {NULL, NULL, 0, NULL},
};

static int prepare(PyObject *Py_UNUSED(module))
{
    if (getrandom(&seed, sizeof seed, GRND_NONBLOCK) != sizeof seed)
        seed = (uint64_t)(monotonic() * 1e9);
    return 0;
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, prepare},
    {0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_native",
    .m_doc = "The walk in C.",
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit__native(void)
{
    return PyModuleDef_Init(&definition);
}
