/* The objects of result.h. */

#include "result.h"

#include <stdlib.h>
#include <string.h>

static PyObject *sum_as_int(const Sum *sum)
{
    char digits[3 * 16 + 1];
    PyOS_snprintf(digits, sizeof digits, "%016llx%016llx%016llx", (unsigned long long)sum->word[2],
                  (unsigned long long)sum->word[1], (unsigned long long)sum->word[0]);
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

/* [(key, links, oldest, files, size, allocated, byte_seconds), …] */
static PyObject *table_as_list(const Table *table, int number)
{
    PyObject *list = PyList_New(0);
    for (size_t i = 0; list && i < table->capacity; i++) {
        const Row *row = table->slots[i];
        if (!row)
            continue;
        PyObject *tuple = Py_BuildValue(
            "(NkLKNNN)", key_of(number, row), (unsigned long)row->links, (long long)row->tally.oldest,
            (unsigned long long)row->tally.files, sum_as_int(&row->tally.size),
            sum_as_int(&row->tally.allocated), sum_as_int(&row->tally.byte_seconds));
        if (!tuple || PyList_Append(list, tuple))
            Py_CLEAR(list);
        Py_XDECREF(tuple);
    }
    return list;
}

static PyObject *tables_as_list(const Walk *walk)
{
    PyObject *list = PyList_New(0);
    for (int i = 0; list && i < TABLES; i++) {
        PyObject *rows = table_as_list(&walk->tables[i], i);
        if (!rows || PyList_Append(list, rows))
            Py_CLEAR(list);
        Py_XDECREF(rows);
    }
    return list;
}

/* [(byte_seconds, size, path), …] */
static PyObject *largest_as_list(const Walk *walk)
{
    PyObject *list = PyList_New(0);
    for (size_t i = 0; list && i < walk->largest_count; i++) {
        const Entry *entry = &walk->largest[i];
        Sum byte_seconds = {{0}};
        sum_add(&byte_seconds, entry->byte_seconds);
        PyObject *tuple =
            Py_BuildValue("(NKy#)", sum_as_int(&byte_seconds), (unsigned long long)entry->size, entry->path.data,
                          (Py_ssize_t)entry->path.length);
        if (!tuple || PyList_Append(list, tuple))
            Py_CLEAR(list);
        Py_XDECREF(tuple);
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
            PyObject *path =
                PyBytes_FromStringAndSize(errors->samples[i].data, (Py_ssize_t)errors->samples[i].length);
            if (!path || PyList_Append(samples, path))
                Py_CLEAR(samples);
            Py_XDECREF(path);
        }
        PyObject *tuple = Py_BuildValue("(sKN)", KIND_NAMES[kind], (unsigned long long)errors->count, samples);
        if (!tuple || PyList_Append(list, tuple))
            Py_CLEAR(list);
        Py_XDECREF(tuple);
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
        PyObject *bytes =
            path.data ? PyBytes_FromStringAndSize(path.data, (Py_ssize_t)path.length) : PyErr_NoMemory();
        bool well = bytes && PyList_Append(list, bytes) == 0;
        Py_XDECREF(bytes);
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
        PyObject *bytes = PyBytes_FromStringAndSize(path.data, (Py_ssize_t)path.length);
        if (!bytes || PyList_Append(list, bytes))
            Py_CLEAR(list);
        Py_XDECREF(bytes);
    }
    if (list && PyList_Reverse(list))
        Py_CLEAR(list);
    return list;
}

static PyObject *counts_as_tuple(const Walk *walk)
{
    unsigned long long directories = 0, symlinks = 0, others = 0, birth_times = 0;
    int64_t oldest = INT64_MAX, newest = INT64_MIN;
    for (int i = 0; i < walk->started; i++) {
        const Worker *worker = &walk->workers[i];
        directories += worker->directories;
        symlinks += worker->symlinks;
        others += worker->others;
        birth_times += worker->birth_times;
        oldest = worker->oldest < oldest ? worker->oldest : oldest;
        newest = worker->newest > newest ? worker->newest : newest;
    }
    return Py_BuildValue("(KKKKLL)", directories, symlinks, others, birth_times, (long long)oldest,
                         (long long)newest);
}

PyObject *result_of(const Walk *walk)
{
    return Py_BuildValue("(NNNNNi)", counts_as_tuple(walk), tables_as_list(walk), largest_as_list(walk),
                         errors_as_list(walk), remaining_as_list(walk), walk->settled);
}
