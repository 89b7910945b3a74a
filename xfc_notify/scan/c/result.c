/* The objects of result.h. */

#include "result.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static PyObject *as_int(u128 number)
{
    char digits[2 * 16 + 1];
    PyOS_snprintf(digits, sizeof digits, "%016llx%016llx", (unsigned long long)(number >> 64),
                  (unsigned long long)number);
    return PyLong_FromString(digits, NULL, 16);
}

static PyObject *key_of(int table, const Row *row)
{
    uint32_t number;
    if (table == DIRECTORIES || table == TYPES)
        return PyBytes_FromStringAndSize(row->key, row->length);
    memcpy(&number, row->key, sizeof number);
    return PyLong_FromUnsignedLong(number);
}

/* (oldest, newest, files, size, allocated, byte_seconds) */
static PyObject *tally_as_tuple(const Tally *tally)
{
    return Py_BuildValue("(LLKNNN)", (long long)tally->oldest, (long long)tally->newest,
                         (unsigned long long)tally->files, as_int(tally->size), as_int(tally->allocated),
                         as_int(tally->byte_seconds));
}

/* Append a new object, or NULL with an exception set; false with one. */
static bool put_in(PyObject *list, PyObject *object)
{
    bool well = object && PyList_Append(list, object) == 0;
    Py_XDECREF(object);
    return well;
}

/* [(key, tally), …] */
static PyObject *table_as_list(const Table *table, int number)
{
    PyObject *list = PyList_New(0);
    for (size_t i = 0; list && i < table->capacity; i++) {
        const Row *row = table->slots[i];
        if (row && !put_in(list, Py_BuildValue("(NN)", key_of(number, row), tally_as_tuple(&row->tally))))
            Py_CLEAR(list);
    }
    return list;
}

static PyObject *tables_as_list(const Walk *walk)
{
    PyObject *list = PyList_New(0);
    for (int i = 0; list && i < TABLES; i++) {
        if (!put_in(list, table_as_list(&walk->tables[i], i)))
            Py_CLEAR(list);
    }
    return list;
}

/* [(byte_seconds, size, path), …] */
static PyObject *largest_as_list(const Walk *walk)
{
    PyObject *list = PyList_New(0);
    for (size_t i = 0; list && i < walk->largest_count; i++) {
        const Entry *entry = &walk->largest[i];
        if (!put_in(list, Py_BuildValue("(NKy#)", as_int(entry->byte_seconds), (unsigned long long)entry->size,
                                        entry->path.data, (Py_ssize_t)entry->path.length)))
            Py_CLEAR(list);
    }
    return list;
}

/* [(kind, count, [path, …]), …] */
static PyObject *errors_as_list(const Walk *walk)
{
    PyObject *list = PyList_New(0);
    for (int kind = 0; list && kind < KINDS; kind++) {
        const Errors *errors = &walk->errors[kind];
        if (!errors->count)
            continue;
        PyObject *samples = PyList_New(0);
        for (size_t i = 0; samples && i < SAMPLES && errors->samples[i].data; i++) {
            const Bytes *path = &errors->samples[i];
            if (!put_in(samples, PyBytes_FromStringAndSize(path->data, (Py_ssize_t)path->length)))
                Py_CLEAR(samples);
        }
        if (!put_in(list, Py_BuildValue("(sKN)", KIND_NAMES[kind], (unsigned long long)errors->count, samples)))
            Py_CLEAR(list);
    }
    return list;
}

/* Append the paths of the directories found in a node and not taken, the last one first. */
static bool append_found(PyObject *list, const Node *node)
{
    const Bytes *found = &node->found;
    for (const char *end = found->data + found->length - 1; end > found->data;) {
        const char *before = memrchr(found->data, '\0', (size_t)(end - found->data));
        const char *name = before ? before + 1 : found->data;
        Bytes path = path_of(node, name);
        bool well = put_in(list, path.data ? PyBytes_FromStringAndSize(path.data, (Py_ssize_t)path.length)
                                           : PyErr_NoMemory());
        free(path.data);
        if (!well)
            return false;
        end = before ? before : found->data;
    }
    return true;
}

/* What remains, the deepest last. */
static PyObject *remaining_as_list(const Walk *walk)
{
    PyObject *list = PyList_New(0);
    for (const Node *node = walk->stack; list && node; node = node->under)
        if (!append_found(list, node))
            Py_CLEAR(list);
    for (size_t i = walk->ordered_count; list && i > 0; i--) {
        Bytes path = walk->ordered[i - 1];
        if (!put_in(list, PyBytes_FromStringAndSize(path.data, (Py_ssize_t)path.length)))
            Py_CLEAR(list);
    }
    if (list && PyList_Reverse(list))
        Py_CLEAR(list);
    return list;
}

static PyObject *counts_as_tuple(const Walk *walk)
{
    unsigned long long directories = 0, symlinks = 0, others = 0, birth_times = 0;
    for (int i = 0; i < walk->started; i++) {
        const Worker *worker = &walk->workers[i];
        directories += worker->directories;
        symlinks += worker->symlinks;
        others += worker->others;
        birth_times += worker->birth_times;
    }
    return Py_BuildValue("(KKKK)", directories, symlinks, others, birth_times);
}

/* Append (number of the one above in the list, name, cut, tally), and what is named below. */
static bool append_named(PyObject *list, const Named *named, Py_ssize_t above)
{
    for (; named; named = named->next) {
        Py_ssize_t here = PyList_Size(list);
        PyObject *one = Py_BuildValue("(ny#iN)", above, named->name, (Py_ssize_t)named->length, (int)named->cut,
                                      tally_as_tuple(&named->here));
        if (!put_in(list, one) || !append_named(list, named->below, here))
            return false;
    }
    return true;
}

/* The tree of the named, the area first. */
static PyObject *tree_as_list(const Walk *walk)
{
    PyObject *list = PyList_New(0);
    const Node *root = walk->root;
    if (list && !(put_in(list, Py_BuildValue("(iy#iN)", -1, "", (Py_ssize_t)0, 0, tally_as_tuple(&root->here)))
                  && append_named(list, root->named, 0)))
        Py_CLEAR(list);
    return list;
}

/* [(major, minor, inode, links, met, size, allocated, arrival, owner, path), …] */
static PyObject *links_as_list(const Walk *walk)
{
    PyObject *list = PyList_New(0);
    for (size_t i = 0; list && i < walk->links.capacity; i++) {
        const Link *link = walk->links.slots[i];
        if (!link || !is_open(link))
            continue;
        if (!put_in(list, Py_BuildValue("(KKKIIKKLIy#)", (unsigned long long)link->device_major,
                                        (unsigned long long)link->device_minor, (unsigned long long)link->inode,
                                        link->links, link->met, (unsigned long long)link->size,
                                        (unsigned long long)link->allocated, (long long)link->arrival, link->owner,
                                        link->path.data, (Py_ssize_t)link->path.length)))
            Py_CLEAR(list);
    }
    return list;
}

/* Close all directories, those below which something remains too. */
static void close_all(Walk *walk)
{
    while (walk->stack) {
        Node *node = walk->stack;
        walk->stack = node->under;
        mark_cut(node);
        drop_node(walk, node);
    }
    drop_node(walk, walk->ordered_parent);
    walk->ordered_parent = NULL;
}

PyObject *result_of(Walk *walk)
{
    PyObject *remaining = remaining_as_list(walk);
    if (!remaining)
        return NULL;
    close_all(walk);
    count_links(walk);
    if ((errno = atomic_load(&walk->error))) {
        Py_DECREF(remaining);
        return errno == ENOMEM ? PyErr_NoMemory() : PyErr_SetFromErrno(PyExc_OSError);
    }
    return Py_BuildValue("(NNNNNNNi)", counts_as_tuple(walk), tables_as_list(walk), largest_as_list(walk),
                         errors_as_list(walk), tree_as_list(walk), links_as_list(walk), remaining,
                         walk->settled);
}
