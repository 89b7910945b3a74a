/* The taking of orders.h. */

#include "orders.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Take the name found last out of the directory on top of the stack; NULL without memory. */
static Node *take_found(Walk *walk)
{
    Node *parent = walk->stack;
    Bytes *found = &parent->found;
    const char *end = found->data + found->length - 1, *before = memrchr(found->data, '\0', found->length - 1);
    const char *name = before ? before + 1 : found->data;
    Node *node = node_new(parent, name, (size_t)(end - name));
    if (!node)
        return NULL;
    walk->remaining--;
    walk->remaining_bytes -= parent->path_length + node->length;
    found->length -= node->length + 1;
    if (found->length == 0) {
        free(found->data);
        found->data = NULL;
        parent->room = 0;
        walk->stack = parent->under;
        parent->stacked = false;
        drop_node(walk, parent);
    }
    return node;
}

/* The directory of this path, referred to once; NULL without memory. */
static Node *node_of(Walk *walk, Bytes path)
{
    Node *node = walk->root;
    node->references++;
    for (const char *name = path.data, *end = path.data + path.length; node && name < end;) {
        const char *slash = memchr(name, '/', (size_t)(end - name));
        size_t length = (size_t)((slash ? slash : end) - name);
        Node *parent = node;
        node = node_new(parent, name, length);
        drop_node(walk, parent);
        name += length + 1;
    }
    return node;
}

/* Go to the parent of an ordered directory, which is often that of the one before; false without memory. */
static bool find_parent(Walk *walk, Bytes path)
{
    if (walk->ordered_parent && compare_bytes(path, walk->ordered_parent_path) == 0)
        return true;
    drop_node(walk, walk->ordered_parent);
    walk->ordered_parent = node_of(walk, path);
    mark_cut(walk->ordered_parent);
    walk->ordered_parent_path = path;
    return walk->ordered_parent;
}

/* Take the last ordered directory; NULL without memory. */
static Node *take_ordered(Walk *walk)
{
    Bytes path = walk->ordered[--walk->ordered_count];
    walk->remaining--;
    walk->remaining_bytes -= path.length;
    if (path.length == 0)
        return node_of(walk, path);
    const char *slash = memrchr(path.data, '/', path.length);
    Bytes above = {path.data, slash ? (size_t)(slash - path.data) : 0};
    size_t start = slash ? above.length + 1 : 0;
    if (!find_parent(walk, above))
        return NULL;
    return node_new(walk->ordered_parent, path.data + start, path.length - start);
}

Node *take_directory(Walk *walk)
{
    Node *node = walk->stack ? take_found(walk) : take_ordered(walk);
    if (!node)
        give_up(walk, ENOMEM);
    return node;
}

bool is_spent(const Walk *walk)
{
    return walk->done > 0 && monotonic() >= walk->ends && walk->remaining <= walk->most_remaining
        && walk->remaining_bytes <= walk->most_remaining_bytes;
}
