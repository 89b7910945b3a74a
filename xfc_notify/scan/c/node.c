/* The nodes of node.h. */

#include "node.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "named.h"
#include "walk.h"

#define OPEN_DIRECTORY (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

bool append_names(Bytes *names, size_t *room, const char *more, size_t length)
{
    if (names->length + length > *room) {
        size_t wanted = names->length + length;
        size_t wider = *room && 2 * *room > wanted ? 2 * *room : wanted;
        char *data = realloc(names->data, wider);
        if (!data)
            return false;
        names->data = data;
        *room = wider;
    }
    memcpy(names->data + names->length, more, length);
    names->length += length;
    return true;
}

Bytes path_of(const Node *node, const char *name)
{
    size_t named = name ? strlen(name) : 0;
    size_t length = node->path_length + named;
    Bytes path = {malloc(length + 1), length};
    if (!path.data)
        return path;
    if (name)
        memcpy(path.data + node->path_length, name, named);
    for (char *at = path.data + node->path_length; node->parent; node = node->parent) {
        *--at = '/';
        at -= node->length;
        memcpy(at, node->name, node->length);
    }
    if (!name && length > 0)
        path.length--;          /* the slash */
    if (path.length == 0)
        path.data[path.length++] = '.';
    return path;
}

Bytes copy_of(Bytes bytes)
{
    Bytes copy = {malloc(bytes.length + 1), bytes.length};
    if (copy.data)
        memcpy(copy.data, bytes.data, bytes.length);
    return copy;
}

int compare_bytes(Bytes one, Bytes other)
{
    size_t shared = one.length < other.length ? one.length : other.length;
    int order = memcmp(one.data, other.data, shared);
    return order ? order : (one.length > other.length) - (one.length < other.length);
}

Node *node_new(Node *parent, const char *name, size_t length)
{
    Node *node = calloc(1, sizeof *node + length + 1);
    if (!node)
        return NULL;
    memcpy(node->name, name, length);
    node->length = (uint32_t)length;
    node->descriptor = -1;
    node->references = 1;
    node->here = EMPTY_TALLY;
    node->parent = parent;
    if (parent) {
        parent->references++;
        node->top = parent->parent ? parent->top : node;
        node->path_length = parent->path_length + length + 1;
    }
    return node;
}

static void wake_up(Walk *walk, Node *node)
{
    *(node->newer ? &node->newer->older : &walk->newest) = node->older;
    *(node->older ? &node->older->newer : &walk->oldest) = node->newer;
    node->newer = node->older = NULL;
    node->resting = false;
    walk->resting--;
}

static void close_resting(Walk *walk, Node *node)
{
    wake_up(walk, node);
    close(node->descriptor);
    node->descriptor = -1;
}

static void rest(Walk *walk, Node *node)
{
    node->older = walk->newest;
    *(walk->newest ? &walk->newest->newer : &walk->oldest) = node;
    walk->newest = node;
    node->resting = true;
    if (++walk->resting > MOST_RESTING)
        close_resting(walk, walk->oldest);
}

void drop_node(Walk *walk, Node *node)
{
    while (node && --node->references == 0) {
        Node *parent = node->parent;
        if (node->resting)
            close_resting(walk, node);
        close_directory(walk, node);
        free_named(node->named);
        free(node->found.data);
        free(node);
        node = parent;
    }
}

void hold_open(Walk *walk, Node *node)
{
    if (node->resting)
        wake_up(walk, node);
    node->holds++;
}

static void let_rest(Walk *walk, Node *node)
{
    if (--node->holds == 0)
        rest(walk, node);
}

/* Open a directory relative to its parent; a descriptor, or -1 with errno. */
static int open_at(Walk *walk, int parent, const char *name)
{
    int descriptor;
    unlock(walk);
    do
        descriptor = openat(parent, name, OPEN_DIRECTORY);
    while (descriptor < 0 && errno == EINTR);
    int code = errno;
    lock(walk);
    errno = code;
    return descriptor;
}

/* Hold a directory whose parent is held; 0 or an errno. */
static int hold_child(Walk *walk, Node *node)
{
    if (node->descriptor < 0) {
        int descriptor = open_at(walk, node->parent->descriptor, node->name);
        while (descriptor < 0 && errno == EMFILE && walk->oldest) {
            close_resting(walk, walk->oldest);
            descriptor = open_at(walk, node->parent->descriptor, node->name);
        }
        if (descriptor < 0)
            return errno;
        if (node->descriptor < 0)
            node->descriptor = descriptor;
        else
            close(descriptor);  /* another worker was faster */
    }
    hold_open(walk, node);
    return 0;
}

int hold_node(Walk *walk, Node *node)
{
    Node *few[16], **closed = few;
    size_t count = 0;
    for (Node *at = node; at->descriptor < 0; at = at->parent)
        count++;
    if (count > sizeof few / sizeof *few && !(closed = malloc(count * sizeof *closed)))
        return ENOMEM;
    Node *above = node;
    for (size_t i = count; i > 0; above = above->parent)
        closed[--i] = above;
    hold_open(walk, above);
    int code = 0;
    for (size_t i = 0; i < count && code == 0; i++) {
        code = hold_child(walk, closed[i]);
        let_rest(walk, closed[i]->parent);
    }
    if (closed != few)
        free(closed);
    return code;
}

int let_go_of(Walk *walk, Node *node)
{
    int descriptor = -1;
    if (node->references == 1 && node->holds == 1) {  /* nobody comes back to it */
        descriptor = node->descriptor;
        node->descriptor = -1;
        node->holds = 0;
    } else {
        let_rest(walk, node);
    }
    drop_node(walk, node);
    return descriptor;
}
