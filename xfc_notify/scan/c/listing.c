/* The reading of listing.h. */

#include "listing.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "entries.h"

#define SHARED_FROM 1024        /* a reading of more bytes is shared; that is about 32 names */
#define MOST_SHARE 1024         /* bytes that a worker takes of it: few, lest the others wait for the last one */

/* Sharing a reading. The lock is held in all of these. */

static void offer(Walk *walk, Batch *batch, Node *node, size_t length)
{
    batch->node = node;
    batch->at = 0;
    batch->end = length;
    batch->users = 1;
    batch->next = walk->batches;
    walk->batches = batch;
    wake_workers(walk, length / MOST_SHARE + 1);
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
        look_at_entries(worker, node, batch->entries, from, to);
        lock(walk);
    }
    withdraw(walk, batch);      /* where the walk was stopped */
    if (!is_mine_alone(batch))
        worker->batch = NULL;
    unlock(walk);
}

/* Reading */

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
    if (walk->export && !node->parent)
        export_area(worker, node);
    while (!stopped(walk) && !node->barred && (length = read_entries(worker, node->descriptor)) > 0) {
        bool shared = length > SHARED_FROM;
        if (shared || !is_of_files(worker->batch->entries, (size_t)length))
            examine(worker, node);
        if (shared && !node->barred)
            look_together(worker, node, (size_t)length);
        else
            look_at_entries(worker, node, worker->batch->entries, 0, (size_t)length);
    }
    if (length < 0)
        note_error(walk, kind_of(errno), node, NULL);
}

void close_pending(Worker *worker)
{
    if (worker->closing >= 0)
        close(worker->closing);
    worker->closing = -1;
}

void list_directory(Worker *worker, Node *node)
{
    Walk *walk = worker->walk;
    int code = hold_node(walk, node);
    unlock(walk);
    close_pending(worker);
    if (code)
        note_error(walk, kind_of(code), node, NULL);
    else
        list(worker, node);
    count(&worker->listed, 1);
    lock(walk);
    count_in(worker, node);
    walk->done++;
    if (code)
        drop_node(walk, node);
    else
        worker->closing = let_go_of(walk, node);
}

void help_list(Worker *worker, Batch *batch)
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
    look_at_entries(worker, node, batch->entries, from, to);
    lock(walk);
    count_in(worker, node);
    worker->closing = let_go_of(walk, node);
    if (is_mine_alone(batch))
        free(batch);
}
