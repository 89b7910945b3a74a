/* The inodes of links.h, by open addressing. */

#include "links.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "walk.h"

static uint64_t hash_of(uint64_t major, uint64_t minor, uint64_t inode)
{
    uint64_t hash = (table_seed ^ inode ^ major << 32 ^ minor << 48) * 0x9e3779b97f4a7c15u;
    return hash ^ hash >> 32;
}

static void put(Link **slots, size_t capacity, Link *link)
{
    size_t at = hash_of(link->device_major, link->device_minor, link->inode) & (capacity - 1);
    while (slots[at])
        at = (at + 1) & (capacity - 1);
    slots[at] = link;
}

static bool grow(Links *links)
{
    size_t wider = links->capacity ? 2 * links->capacity : 1024;
    Link **slots = calloc(wider, sizeof *slots);
    if (!slots)
        return false;
    for (size_t i = 0; i < links->capacity; i++)
        if (links->slots[i])
            put(slots, wider, links->slots[i]);
    free(links->slots);
    links->slots = slots;
    links->capacity = wider;
    return true;
}

static Link *find(const Links *links, const struct statx *found)
{
    if (!links->capacity)
        return NULL;
    size_t at = hash_of(found->stx_dev_major, found->stx_dev_minor, found->stx_ino) & (links->capacity - 1);
    for (Link *link; (link = links->slots[at]); at = (at + 1) & (links->capacity - 1))
        if (link->inode == found->stx_ino && link->device_major == found->stx_dev_major
            && link->device_minor == found->stx_dev_minor)
            return link;
    return NULL;
}

/* A file that was not met before; NULL without memory. */
static Link *add(Links *links, const struct statx *found)
{
    if (2 * links->count >= links->capacity && !grow(links))
        return NULL;
    Link *link = calloc(1, sizeof *link);
    if (!link)
        return NULL;
    link->device_major = found->stx_dev_major;
    link->device_minor = found->stx_dev_minor;
    link->inode = found->stx_ino;
    put(links->slots, links->capacity, link);
    links->count++;
    return link;
}

/* Let a file count at a name, with what was seen there. Returns the path of the name before. */
static Bytes count_at(Link *link, Bytes path, const struct statx *found, int64_t arrival)
{
    Bytes before = link->path;
    link->size = found->stx_size;
    link->allocated = found->stx_blocks * 512;
    link->arrival = arrival;
    link->owner = found->stx_uid;
    link->links = found->stx_nlink;
    link->path = path;
    return before;
}

bool meet(Worker *worker, const Node *node, const char *name, const struct statx *found, int64_t arrival)
{
    Links *links = &worker->walk->links;
    bool kept = true;
    Bytes path = path_of(node, name);
    if (!path.data) {
        give_up(worker->walk, ENOMEM);
        return true;
    }
    pthread_mutex_lock(&links->lock);
    Link *link = find(links, found);
    if (!link) {
        kept = links->count < MOST_TRACKED;
        if (kept && !(link = add(links, found)))
            give_up(worker->walk, ENOMEM);
    }
    if (link) {
        link->met++;
        if (!link->path.data || compare_bytes(path, link->path) < 0)
            path = count_at(link, path, found, arrival);
    }
    pthread_mutex_unlock(&links->lock);
    free(path.data);
    return kept;
}

static int by_path(const void *one, const void *other)
{
    return compare_bytes((*(Link *const *)one)->path, (*(Link *const *)other)->path);
}

#define ORDER(one, other, field) \
    if ((one)->field != (other)->field) \
        return (one)->field < (other)->field ? 1 : -1;

/* The largest first. */
static int by_size(const void *first, const void *second)
{
    const Link *one = *(Link *const *)first, *other = *(Link *const *)second;
    ORDER(one, other, size)
    ORDER(one, other, device_major)
    ORDER(one, other, device_minor)
    ORDER(one, other, inode)
    return 0;
}

static void share_the_small(Link **links, size_t count)
{
    qsort(links, count, sizeof *links, by_size);
    size_t open = 0;
    for (size_t i = 0; i < count; i++)
        links[i]->shared = is_open(links[i]) && open++ >= MOST_OPEN;
}

Link **links_in_order(Walk *walk)
{
    Links *links = &walk->links;
    size_t count = 0;
    Link **found = calloc(links->count + 1, sizeof *found);
    if (!found)
        return NULL;
    for (size_t i = 0; i < links->capacity; i++)
        if (links->slots[i])
            found[count++] = links->slots[i];
    share_the_small(found, count);
    qsort(found, count, sizeof *found, by_path);
    return found;
}

void links_free(Links *links)
{
    for (size_t i = 0; i < links->capacity; i++)
        if (links->slots[i]) {
            free(links->slots[i]->path.data);
            free(links->slots[i]);
        }
    free(links->slots);
}
