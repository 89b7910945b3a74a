/* Directories that hold much keep their names: see ../named.py, and directories.py for what it is for.
 *
 * A directory is closed when nobody refers to it any more: all below it has been looked at. Then it becomes one of the
 * named of its parent, or what lies in it counts there. The lock is held in all of these.
 */

#pragma once

#include "node.h"
#include "table.h"

#define MOST_NAMED 2000         /* as in directories.py, like the two that follow */
#define SHARE 1000
#define LONGEST_PATH 4095

typedef struct Worker Worker;

typedef struct Named {
    struct Named *next;         /* beside it */
    struct Named *below;
    Tally here;                 /* in it, and in what has no name below it */
    Weight weight;              /* of all below it */
    bool cut;                   /* another slice may hold more of it */
    uint32_t length;
    char name[];
} Named;

/* Count what a worker found in a directory, to which it still refers. */
void count_in(Worker *worker, Node *node);

/* All below a directory has been looked at. */
void close_directory(Walk *walk, Node *node);

/* Say of a directory and of those above it that another slice may hold more of them. */
void mark_cut(Node *node);

/* Where what lies at a path counts, when all directories but the area are closed. */
Tally *tally_at(Walk *walk, const char *path, size_t length);

void free_named(Named *named);
