/* Counting: a file by its type, its age, its owner and where it lies.
 *
 * Files that follow each other are often alike: what they have in common goes into a worker's tables at once. When these
 * are full, they are added to those that all workers share.
 */

#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "noted.h"

#define LONGEST_SUFFIX 10

typedef enum { ARRIVAL, CTIME, MTIME } Clock;

/* What files that follow each other often have in common. */
typedef struct {
    uint32_t bin, owner;
    uint32_t kind_length;
    char kind[2 * LONGEST_SUFFIX + 4];
} Alike;

/* A birth time of zero was never written. */
static inline bool is_born(const struct statx *found)
{
    return found->stx_mask & STATX_BTIME && found->stx_btime.tv_sec != 0;
}

/* Whether the time that the clock asks for can be. */
bool has_time(const Walk *walk, const struct statx *found);

/* Count a file, of a directory that is looked at. */
void count_file(Worker *worker, const Node *node, const char *name, const struct statx *found);

/* Put what was added up of files that are alike, all in this directory, into the tables. */
void settle(Worker *worker, const Node *node);

/* Count the files with several names, each at the first of those that were met. All directories are closed. */
void count_links(Walk *walk);

/* Whether a worker's tables are full. */
bool is_full(const Worker *worker);

/* Add the full tables of a worker, or in the end all of them, to what all have. The lock is held. */
void pour(Worker *worker);
void pour_all(Worker *worker);
