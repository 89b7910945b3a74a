/* Files with several names: each counts once, at the first of its names. See ../../usage/links.py. */

#pragma once

#include <pthread.h>
#include <sys/stat.h>

#include "node.h"

#define MOST_TRACKED 200000     /* as in links.py */
#define MOST_OPEN 10000

typedef struct Worker Worker;

typedef struct {
    uint64_t device_major, device_minor, inode;
    uint64_t size, allocated;
    int64_t arrival;
    uint32_t owner, links, met;
    bool shared;                /* it counts only the part of the names that were met */
    Bytes path;                 /* the first of these */
} Link;

typedef struct {
    pthread_mutex_t lock;
    Link **slots;
    size_t capacity, count;
} Links;

/* Remember a name of a file; false where there are too many of them. */
bool meet(Worker *worker, const Node *node, const char *name, const struct statx *found, int64_t arrival);

/* All of them in the order of their paths, so many that one is NULL after the last; NULL without memory. Of those with
 * names that were not met only the largest count whole. */
Link **links_in_order(Walk *walk);

/* Whether an inode travels on, since names of it may be met elsewhere. */
static inline bool is_open(const Link *link)
{
    return link->met < link->links && !link->shared;
}

void links_free(Links *links);
