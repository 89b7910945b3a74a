/* The walk of scan/walk.py in C: several threads, without the GIL, the same figures.
 *
 *     module.c    the face that Python sees: an order is read, workers are started, reports go out
 *     result.c    what was found, as Python's own objects
 *     pace.c      how many workers there should be
 *     workers.c   a worker takes one thing to do after another
 *     orders.c    which directory is next, and whether the time is up
 *     listing.c   a directory is read; a large reading is shared by several workers
 *     entries.c   what an entry is
 *     exclude.c   what is left out
 *     counting.c  a file is counted in every table
 *     export.c    a line for each entry
 *     links.c     files with several names
 *     noted.c     errors and the largest files, by name
 *     node.c      directories: their paths and descriptors
 *     named.c     the directories that hold much
 *     table.c     tallies and tables
 *
 * Each calls only what stands below it; this file says what they share. A worker takes a directory, or a handful of
 * names of a large directory that another worker lists, looks at them and comes back for more. All of them share
 * one lock, which nobody holds while the file system is asked. What is to be done lies on a stack, so that the walk
 * is depth-first and what remains stays small.
 */

#pragma once

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "counting.h"
#include "links.h"
#include "named.h"
#include "node.h"
#include "noted.h"
#include "table.h"

#define LISTING 65536           /* bytes of one reading of a directory */

/* One reading of a large directory, from which several workers take names. */
typedef struct Batch {
    struct Batch *next;
    Node *node;
    size_t at, end;             /* what nobody has taken */
    int users;                  /* the last one frees it */
    _Alignas(8) char entries[LISTING];
} Batch;

/* Counters have one writer each, and readers at any time. */
typedef _Atomic uint64_t Counter;

struct Worker {
    Walk *walk;
    pthread_t thread;
    int number;
    Counter listed, looked, files, bytes;
    uint64_t directories, symlinks, others, birth_times;
    unsigned mask;              /* for statx */
    Alike alike;
    Tally pending;              /* of files that are alike, not yet in the tables */
    Tally here;                 /* of the directory that is looked at, not yet counted in it */
    Weight linked;              /* of its files with several names, which count in the end */
    Table tables[TABLES];
    u128 least_byte_seconds;    /* what is less is not among the largest; at times outdated, then too small */
    uint64_t least_size;
    Bytes found;                /* directories found in what is being looked at, as in Node */
    size_t room, found_count;
    Bytes lines, prefix;        /* of the export; the path of the directory that is looked at */
    size_t lines_room, prefix_room;
    Batch *batch;               /* to read into; NULL: none yet */
    bool has_directory;         /* a working directory that is not the process's */
    int closing;                /* a descriptor that is to be closed without the lock; -1: none */
};

struct Walk {
    /* What was ordered */
    int64_t now;
    Clock clock;
    unsigned mask;              /* for statx, of a worker that begins */
    int64_t earliest;           /* a time before it cannot be */
    Weight least;               /* directories that hold less need no name */
    Bytes *excluded;            /* patterns, borrowed as `ordered` is */
    size_t excluded_count;
    void *export;               /* what Python does with lines; NULL: there is no export */
    Bytes export_root;          /* the path before that of entries, borrowed */
    bool one_file_system;
    bool by_mount;              /* what another file system is, a mount says; else a device */
    uint64_t mount;
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
    Node *naming;               /* directories in which others are named */
    size_t named;               /* how many directories these are */
    Weight seen;                /* what was counted so far; files with several names count in the end */

    Links links;                /* has a lock of its own */
    Node *root;
    Worker *workers;
    int most_workers;
};

/* Set up what is not zero; free all that lies in it. */
void walk_set_up(Walk *walk);
void walk_free(Walk *walk);

void lock(Walk *walk);
void unlock(Walk *walk);

/* Let everybody see that the walk has stopped. The lock is held. */
void stop_walk(Walk *walk);

/* End the walk without a result. Those who wait learn of it from the next worker that asks for a task. */
void give_up(Walk *walk, int code);

/* Wake as many of the workers that wait as there are new things to take. The lock is held. */
void wake_workers(Walk *walk, size_t things);

static inline double seconds_of(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static inline double monotonic(void)
{
    return seconds_of(CLOCK_MONOTONIC);
}

static inline void count(Counter *counter, uint64_t more)
{
    uint64_t before = atomic_load_explicit(counter, memory_order_relaxed);
    uint64_t after = before + more < before ? UINT64_MAX : before + more;
    atomic_store_explicit(counter, after, memory_order_relaxed);
}

static inline bool stopped(Walk *walk)
{
    return atomic_load_explicit(&walk->stopped, memory_order_relaxed);
}
