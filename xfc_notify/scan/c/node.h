/* Directories on the way of a walk: how they are found again, opened, and closed in time.
 *
 * What is to be done lies on a stack. A directory with names on the stack is a Node; the names are kept packed, and
 * become nodes when they are taken. Every directory is opened relative to its parent and never through a link. Few
 * descriptors are open: those in use, at most three for each worker, and MOST_RESTING more; any other directory is
 * opened again from the root down.
 */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "table.h"

#define MOST_RESTING 64         /* descriptors of directories to which the walk comes back */

typedef struct Walk Walk;

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
    struct Node *naming, **naming_at;   /* among those with named directories: the next one, and what points here */
    struct Named *named;        /* directories closed in it that keep their names */
    Tally here;                 /* what lies in it, and in those closed in it that do not */
    Weight weight;              /* the same with what the named hold, and with every name of a file */
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
    bool is_naming;
    bool cut;                   /* another slice may hold more of it */
    bool passable;              /* its entries may be looked at, and need not be where they are directories */
    uint32_t length;
    char name[];
} Node;

/* Append so many bytes, a name with its NUL or several; false without memory. */
bool append_names(Bytes *names, size_t *room, const char *more, size_t length);

/* A copy; data is NULL without memory. */
Bytes copy_of(Bytes bytes);

/* As memcmp, and what begins the other comes before it. */
int compare_bytes(Bytes one, Bytes other);

/* The path, relative to the area, of an entry of a directory, or without a name of the directory itself;
 * data is NULL without memory. Names and parents of nodes never change: no lock is needed. */
Bytes path_of(const Node *node, const char *name);

/* The lock is held in all that follow. */

/* A child, referred to once; NULL without memory. */
Node *node_new(Node *parent, const char *name, size_t length);

/* Refer to a node no longer; what nobody refers to is freed, and perhaps its ancestors. */
void drop_node(Walk *walk, Node *node);

/* Hold a directory, opening it and those above it that are closed; 0 or an errno. */
int hold_node(Walk *walk, Node *node);

/* Hold a directory that is open: it stays so. */
void hold_open(Walk *walk, Node *node);

/* Hold and refer to a directory no longer. Returns a descriptor to be closed without the lock, or -1. */
int let_go_of(Walk *walk, Node *node);
