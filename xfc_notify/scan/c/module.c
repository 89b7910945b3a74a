/* The face that Python sees: see ../_native.pyi for what goes in and out. */

#include "result.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

#include "entries.h"
#include "pace.h"
#include "workers.h"

#define TICK_SECONDS 0.1        /* between two looks at signals, and two reports */

/* Call `report` with directories listed, files and bytes found; false with an exception set.
 *
 * The call lets through what is raised in this thread from another one: a time limit, a shutdown. */
static bool report(const Walk *walk, int started, PyObject *call)
{
    unsigned long long directories = 0, files = 0, bytes = 0;
    for (int i = 0; i < started; i++) {
        directories += atomic_load_explicit(&walk->workers[i].listed, memory_order_relaxed);
        files += atomic_load_explicit(&walk->workers[i].files, memory_order_relaxed);
        bytes += atomic_load_explicit(&walk->workers[i].bytes, memory_order_relaxed);
    }
    if (PyErr_CheckSignals())
        return false;
    PyObject *answer = PyObject_CallFunction(call, "KKK", directories, files, bytes);
    Py_XDECREF(answer);
    return answer;
}

static void wait_until_over(Walk *walk, double seconds)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += (long)(seconds * 1e9);
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_cond_timedwait(&walk->over, &walk->lock, &until);
}

/* Wait for the end, reporting every tenth of a second; false with an exception set. The GIL is held. */
static bool supervise(Walk *walk, bool choose, PyObject *call)
{
    PyThreadState *python = PyEval_SaveThread();
    Pace pace = first_pace();
    double reported = pace.since;
    bool well = true;
    lock(walk);
    while (!stopped(walk)) {
        wait_until_over(walk, choose ? PERIOD : TICK_SECONDS);
        if (choose && !stopped(walk))
            adjust_pace(walk, &pace);
        if (monotonic() - reported < TICK_SECONDS || stopped(walk))
            continue;
        int started = walk->started;
        unlock(walk);
        PyEval_RestoreThread(python);
        well = report(walk, started, call);
        python = PyEval_SaveThread();
        lock(walk);
        reported = monotonic();
        if (!well)
            stop_walk(walk);
    }
    unlock(walk);
    for (int i = 0; i < walk->started; i++)
        pthread_join(walk->workers[i].thread, NULL);
    PyEval_RestoreThread(python);
    return well;
}

/* Borrow a tuple of bytes; NULL with an exception set. To be freed. */
static Bytes *read_bytes(PyObject *tuple, size_t *count)
{
    Py_ssize_t size = PyTuple_Size(tuple);
    if (size < 0)
        return NULL;
    Bytes *bytes = calloc((size_t)size + 1, sizeof *bytes);
    if (!bytes)
        PyErr_NoMemory();
    for (Py_ssize_t i = 0; bytes && i < size; i++) {
        Py_ssize_t length;
        if (PyBytes_AsStringAndSize(PyTuple_GetItem(tuple, i), &bytes[i].data, &length)) {
            free(bytes);
            return NULL;
        }
        bytes[i].length = (size_t)length;
    }
    *count = (size_t)size;
    return bytes;
}

/* Read the directories that are ordered, and the patterns of what is left out; false with an exception set. */
static bool read_order(Walk *walk, PyObject *directories, PyObject *excluded)
{
    if (!(walk->ordered = read_bytes(directories, &walk->ordered_count))
        || !(walk->excluded = read_bytes(excluded, &walk->excluded_count)))
        return false;
    walk->remaining = walk->ordered_count;
    for (size_t i = 0; i < walk->ordered_count; i++)
        walk->remaining_bytes += walk->ordered[i].length;
    return true;
}

/* Put the descriptor of the area where the walk begins; false with an exception set. */
static bool read_root(Walk *walk, int descriptor)
{
    struct statx found;
    if (stat_at(descriptor, "", AT_EMPTY_PATH, STATX_TYPE | STATX_MNT_ID, &found) < 0
        || lseek(descriptor, 0, SEEK_SET) < 0) {  /* it may have been listed before */
        PyErr_SetFromErrno(PyExc_OSError);
        return false;
    }
    walk->by_mount = walk->one_file_system && found.stx_mask & STATX_MNT_ID;
    walk->mount = found.stx_mnt_id;
    walk->device_major = found.stx_dev_major;
    walk->device_minor = found.stx_dev_minor;
    if (!(walk->root = node_new(NULL, "", 0))) {
        PyErr_NoMemory();
        return false;
    }
    walk->root->descriptor = descriptor;
    walk->root->holds = 1;      /* the caller's: never closed here */
    return true;
}

/* Start the workers of a walk that is set up and wait for their end; the result, or NULL with an exception. */
static PyObject *run(Walk *walk, int threads, PyObject *call)
{
    walk->most_workers = most_workers(threads);
    walk->workers = calloc((size_t)walk->most_workers, sizeof *walk->workers);
    if (!walk->workers)
        return PyErr_NoMemory();
    lock(walk);
    allow_workers(walk, first_workers(threads));
    walk->settled = walk->allowed;
    unlock(walk);
    if (!walk->started) {
        PyErr_SetString(PyExc_OSError, "no thread can be started");
        return NULL;
    }
    if (!supervise(walk, threads == 0, call))
        return NULL;
    return result_of(walk);
}

PyDoc_STRVAR(walk_doc,
"walk(root, directories, now, clock, budget, one_file_system, excluded, least, earliest, most_remaining,\n"
"     most_remaining_bytes, threads, report, export_root, export)\n"
"--\n\n"
"Measure; see scan/native.py, which alone calls this.");

static PyObject *native_walk(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    static const unsigned TIMES[] = {STATX_BTIME, STATX_CTIME, STATX_MTIME};
    int root, clock, one_file_system, threads;
    long long now, earliest;
    double budget, size, byte_seconds, files;
    unsigned long long most_remaining, most_remaining_bytes;
    PyObject *directories, *excluded, *call, *export, *result = NULL;
    Py_ssize_t root_length;
    char *export_root;
    if (!PyArg_ParseTuple(arguments, "iOLidpO(ddd)LKKiOy#O", &root, &directories, &now, &clock, &budget,
                          &one_file_system, &excluded, &size, &byte_seconds, &files, &earliest, &most_remaining,
                          &most_remaining_bytes, &threads, &call, &export_root, &root_length, &export))
        return NULL;
    if (clock < ARRIVAL || clock > MTIME || threads < 0)
        return PyErr_Format(PyExc_ValueError, "no such clock, or less than no threads");
    Walk *walk = calloc(1, sizeof *walk);
    if (!walk)
        return PyErr_NoMemory();
    walk->now = now;
    walk->clock = (Clock)clock;
    walk->earliest = earliest;
    walk->least = (Weight){{size, byte_seconds, files}};
    walk->mask = STATX_MNT_ID | STATX_INO | STATX_TYPE | STATX_NLINK | STATX_UID | STATX_SIZE | STATX_BLOCKS | TIMES[clock];
    walk->one_file_system = one_file_system;
    walk->export_root = (Bytes){export_root, (size_t)root_length};
    if (export != Py_None) {
        walk->export = export;
        walk->mask |= STATX_BASIC_STATS;
    }
    walk->ends = monotonic() + budget;
    walk->most_remaining = most_remaining;
    walk->most_remaining_bytes = most_remaining_bytes;
    walk_set_up(walk);
    if (read_order(walk, directories, excluded) && read_root(walk, root)) {
        result = run(walk, threads, call);
        lseek(root, 0, SEEK_SET);  /* as it was, for the next one who lists it */
    }
    walk_free(walk);
    free(walk);
    return result;
}

PyDoc_STRVAR(works_doc,
"works()\n"
"--\n\n"
"Whether the kernel, or a container's filter before it, lets statx through.");

static PyObject *native_works(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(arguments))
{
    struct statx found;
    return PyBool_FromLong(stat_at(AT_FDCWD, "/", 0, STATX_BASIC_STATS, &found) == 0);
}

PyDoc_STRVAR(identity_doc,
"identity(directory)\n"
"--\n\n"
"The id of the mount that an open directory is on, and its birth time.");

static PyObject *native_identity(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    struct statx found;
    int directory;
    if (!PyArg_ParseTuple(arguments, "i", &directory))
        return NULL;
    if (stat_at(directory, "", AT_EMPTY_PATH, STATX_BTIME | STATX_MNT_ID, &found) < 0)
        return PyErr_SetFromErrno(PyExc_OSError);
    PyObject *mount = found.stx_mask & STATX_MNT_ID ? PyLong_FromUnsignedLongLong(found.stx_mnt_id)
                                                    : Py_BuildValue("");
    PyObject *birth = is_born(&found) ? PyLong_FromLongLong(found.stx_btime.tv_sec) : Py_BuildValue("");
    return Py_BuildValue("(NN)", mount, birth);
}

static PyMethodDef methods[] = {
    {"identity", native_identity, METH_VARARGS, identity_doc},
    {"walk", native_walk, METH_VARARGS, walk_doc},
    {"works", native_works, METH_NOARGS, works_doc},
    {NULL, NULL, 0, NULL},
};

static int prepare(PyObject *Py_UNUSED(module))
{
    if (getrandom(&table_seed, sizeof table_seed, GRND_NONBLOCK) != sizeof table_seed)
        table_seed = (uint64_t)(monotonic() * 1e9);
    return 0;
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, prepare},
    {0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_native",
    .m_doc = "The walk in C.",
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit__native(void)
{
    return PyModuleDef_Init(&definition);
}
