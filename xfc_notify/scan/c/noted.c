/* The errors and the largest files of noted.h. Both are few: they are looked through one by one. */

#include "noted.h"

#include <errno.h>
#include <stdlib.h>

#include "walk.h"

const char *const KIND_NAMES[KINDS] = {
    "unreadable", "vanished", "swapped", "other_file_system", "failed", "excluded", "odd_time", "hard_links",
};

Kind kind_of(int code)
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
        int order = kept->data ? compare_bytes(path, *kept) : -1;
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

void note_error(Walk *walk, Kind kind, const Node *node, const char *name)
{
    note_path(walk, kind, path_of(node, name));
}

void note_path(Walk *walk, Kind kind, Bytes path)
{
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
    return compare_bytes(one->path, other->path) < 0;
}

static Entry *least_of(Walk *walk)
{
    Entry *least = walk->largest;
    for (size_t i = 1; i < walk->largest_count; i++)
        if (is_less(&walk->largest[i], least))
            least = &walk->largest[i];
    return least;
}

void note_file(Worker *worker, const Node *node, const char *name, u128 byte_seconds, uint64_t size)
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
