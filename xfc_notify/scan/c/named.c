/* The named of named.h. */

#include "named.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "walk.h"

#define SWEPT_FROM (4 * MOST_NAMED)
#define LARGEST_SHARE 0.125     /* so few can hold this that they need not be swept */
#define ROUNDING 1e-9           /* whether a name is kept is decided exactly in directories.py */

void free_named(Named *named)
{
    while (named) {
        Named *next = named->next;
        free_named(named->below);
        free(named);
        named = next;
    }
}

static bool is_worth_a_name(const Walk *walk, const Weight *weight, double share)
{
    for (int i = 0; i < MEASURES; i++) {
        double least = fmax(walk->seen.of[i] * share, walk->least.of[i]) * (1 - ROUNDING);
        if (weight->of[i] > 0 && weight->of[i] >= least)
            return true;
    }
    return false;
}

/* Count what lies in some directories in the one above them, and forget them. */
static void fold(Walk *walk, Named *named, Tally *above)
{
    while (named) {
        Named *next = named->next;
        fold(walk, named->below, above);
        tally_merge(above, &named->here);
        free(named);
        walk->named--;
        named = next;
    }
}

/* Fold those of a list that are not worth their names. */
static void prune(Walk *walk, Named **list, Tally *above, double share)
{
    while (*list) {
        Named *named = *list;
        if (named->cut || is_worth_a_name(walk, &named->weight, share)) {
            prune(walk, &named->below, &named->here, share);
            list = &named->next;
        } else {
            *list = named->next;
            named->next = NULL;
            fold(walk, named, above);
        }
    }
}

/* Where too many are named: those that are no longer worth it lose their names, at worst more of them. */
static void sweep(Walk *walk)
{
    for (double share = 1.0 / SHARE; walk->named > SWEPT_FROM / 2 && share <= LARGEST_SHARE; share *= 2)
        for (Node *node = walk->naming; node; node = node->naming)
            prune(walk, &node->named, &node->here, share);
}

static void put_among_naming(Walk *walk, Node *node)
{
    if (node->is_naming)
        return;
    node->is_naming = true;
    node->naming = walk->naming;
    node->naming_at = &walk->naming;
    if (node->naming)
        node->naming->naming_at = &node->naming;
    walk->naming = node;
}

static void take_from_naming(Node *node)
{
    if (!node->is_naming)
        return;
    node->is_naming = false;
    *node->naming_at = node->naming;
    if (node->naming)
        node->naming->naming_at = node->naming_at;
}

static Named *find_named(Named *list, const char *name, size_t length)
{
    while (list && !(list->length == length && memcmp(list->name, name, length) == 0))
        list = list->next;
    return list;
}

static void weigh(Weight *weight, const Weight *more)
{
    for (int i = 0; i < MEASURES; i++)
        weight->of[i] += more->of[i];
}

/* The directory as one of the named of its parent; NULL without memory. One that is cut may have been closed before. */
static Named *named_of(Walk *walk, const Node *node)
{
    Named *named = node->cut ? find_named(node->parent->named, node->name, node->length) : NULL;
    if (named)
        return named;
    if (!(named = calloc(1, sizeof *named + node->length)))
        return NULL;
    named->here = EMPTY_TALLY;
    named->cut = node->cut;
    named->length = node->length;
    memcpy(named->name, node->name, node->length);
    named->next = node->parent->named;
    node->parent->named = named;
    put_among_naming(walk, node->parent);
    walk->named++;
    return named;
}

void count_in(Worker *worker, Node *node)
{
    Walk *walk = worker->walk;
    Weight seen = {{(double)worker->here.size, (double)worker->here.byte_seconds, (double)worker->here.files}};
    tally_merge(&node->here, &worker->here);
    weigh(&node->weight, &seen);
    weigh(&node->weight, &worker->linked);
    weigh(&walk->seen, &seen);
    worker->here = EMPTY_TALLY;
    worker->linked = (Weight){0};
}

/* Put some named beside others. What is cut may be on both sides. */
static void join(Walk *walk, Named **list, Named *more)
{
    while (more) {
        Named *next = more->next, *same = more->cut ? find_named(*list, more->name, more->length) : NULL;
        if (same) {
            tally_merge(&same->here, &more->here);
            weigh(&same->weight, &more->weight);
            join(walk, &same->below, more->below);
            free(more);
            walk->named--;
        } else {
            more->next = *list;
            *list = more;
        }
        more = next;
    }
}

void close_directory(Walk *walk, Node *node)
{
    Node *parent = node->parent;
    take_from_naming(node);
    if (!parent)
        return;
    Named *named = NULL;
    weigh(&parent->weight, &node->weight);
    bool reachable = node->path_length <= LONGEST_PATH + 1;  /* with its slash */
    if (reachable && (node->cut || is_worth_a_name(walk, &node->weight, 1.0 / SHARE))
        && !(named = named_of(walk, node)))
        give_up(walk, ENOMEM);
    if (named) {
        tally_merge(&named->here, &node->here);
        weigh(&named->weight, &node->weight);
        join(walk, &named->below, node->named);
        node->named = NULL;
        if (walk->named > SWEPT_FROM)
            sweep(walk);
    } else {
        fold(walk, node->named, &parent->here);
        node->named = NULL;
        tally_merge(&parent->here, &node->here);
    }
}

void mark_cut(Node *node)
{
    for (; node && !node->cut; node = node->parent)
        node->cut = true;
}

Tally *tally_at(Walk *walk, const char *path, size_t length)
{
    Tally *tally = &walk->root->here;
    Named *named = walk->root->named;
    for (const char *end = path + length; path < end;) {
        const char *slash = memchr(path, '/', (size_t)(end - path));
        size_t name = (size_t)((slash ? slash : end) - path);
        if (!(named = find_named(named, path, name)))
            break;
        tally = &named->here;
        named = named->below;
        path += name + 1;
    }
    return tally;
}
