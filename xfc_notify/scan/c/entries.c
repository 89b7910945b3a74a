/* The looking of entries.h. */

#include "entries.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "exclude.h"
#include "export.h"
#include "walk.h"

#define ENTERED_FROM 256        /* bytes of a reading that make it worth to go where the names are */

int stat_at(int directory, const char *name, int flags, unsigned mask, struct statx *found)
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
    if (result == 0 && S_ISREG(found->stx_mode) && !has_time(worker->walk, found))
        result = stat_at(directory, name, 0, worker->mask | STATX_BTIME | STATX_CTIME, found);
    return result;
}

void export_area(Worker *worker, const Node *node)
{
    struct statx found;
    if (stat_at(node->descriptor, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &found) == 0) {
        export_in(worker, node);
        export_line(worker, NULL, &found);
    }
}

static bool is_ours(const Walk *walk, const struct statx *found)
{
    if (walk->by_mount)
        return found->stx_mnt_id == walk->mount;
    return !walk->one_file_system
        || (found->stx_dev_major == walk->device_major && found->stx_dev_minor == walk->device_minor);
}

static void count_directory(Worker *worker, const Node *node, const char *name, bool ours)
{
    worker->directories++;
    if (!ours)
        note_error(worker->walk, OTHER_FILE_SYSTEM, node, name);
    else if (append_names(&worker->found, &worker->room, name, strlen(name) + 1))
        worker->found_count++;
    else
        give_up(worker->walk, ENOMEM);
}

/* Ask of which file system a held directory is, and whether its entries may be looked at.
 *
 * By "." this asks for the right to look at what lies in it as well, with which a directory in it need not be
 * looked at before it is opened: of which file system it is, is seen then. */
void examine(Worker *worker, Node *node)
{
    Walk *walk = worker->walk;
    struct statx found;
    if (node->examined)
        return;
    node->examined = true;
    if (!walk->one_file_system)
        return;
    bool passable = stat_at(node->descriptor, ".", 0, STATX_TYPE, &found) == 0;
    node->passable = passable && !walk->export;  /* which has a line for each directory */
    if (!passable && stat_at(node->descriptor, "", AT_EMPTY_PATH, STATX_TYPE, &found) < 0) {
        node->barred = true;
        note_error(walk, kind_of(errno), node, NULL);
    } else if (!is_ours(walk, &found)) {
        node->barred = true;
        note_error(walk, OTHER_FILE_SYSTEM, node, NULL);
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
    if (worker->walk->excluded_count && is_excluded(worker->walk, node, name)) {
        note_error(worker->walk, EXCLUDED, node, name);
        return;
    }
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
        note_error(worker->walk, kind_of(code), node, name);
        return;
    }
    bool elsewhere = worker->walk->by_mount && !is_ours(worker->walk, &found);
    if (elsewhere && !S_ISDIR(found.stx_mode)) {
        note_error(worker->walk, OTHER_FILE_SYSTEM, node, name);
        return;
    }
    if (worker->walk->export && (!S_ISDIR(found.stx_mode) || is_ours(worker->walk, &found)))
        export_line(worker, name, &found);
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
    wake_workers(walk, worker->found_count);
    worker->found.length = worker->found_count = 0;
}

void look_at_entries(Worker *worker, Node *node, const char *entries, size_t from, size_t to)
{
    int place = place_of(worker, node, to - from);
    if (worker->walk->export)
        export_in(worker, node);
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
    pour(worker);
    unlock(worker->walk);
}
