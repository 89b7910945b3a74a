/* Looking at the entries of a directory: what they are, and whether they are ours. */

#pragma once

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "node.h"
#include "noted.h"

static inline bool is_dot(const char *name)
{
    return name[0] == '.' && (name[1] == '\0' || (name[1] == '.' && name[2] == '\0'));
}

static inline size_t next_entry(const char *entries, size_t at)
{
    return at + ((const struct dirent64 *)(const void *)(entries + at))->d_reclen;
}

/* statx, never through a link; 0, or -1 with errno. */
int stat_at(int directory, const char *name, int flags, unsigned mask, struct statx *found);

/* Ask of which file system a held directory is, and whether its entries may be looked at. */
void examine(Worker *worker, Node *node);

/* A line for the area itself, in the export. */
void export_area(Worker *worker, const Node *node);

/* Look at the entries of a held directory that were read between two places of a reading. */
void look_at_entries(Worker *worker, Node *node, const char *entries, size_t from, size_t to);
