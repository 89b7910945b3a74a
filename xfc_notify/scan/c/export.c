/* The lines of export.h. */

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030b0000
#include <Python.h>

#include "export.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "walk.h"

#define BLOCK (1 << 20)
#define EARLIEST 315532801      /* as in export.py */
#define LONGEST_ESCAPE 10
#define LONGEST_REST 320        /* of a line, after its path: twelve numbers */

/* Room for so many bytes more; false without memory. */
static bool make_room(Worker *worker, Bytes *bytes, size_t *room, size_t more)
{
    if (bytes->length + more <= *room)
        return true;
    size_t wider = *room ? 2 * *room : 4096;
    while (wider < bytes->length + more)
        wider *= 2;
    char *data = realloc(bytes->data, wider);
    if (!data) {
        give_up(worker->walk, ENOMEM);
        return false;
    }
    bytes->data = data;
    *room = wider;
    return true;
}

/* The code point that begins here, and how many bytes it takes; -1 for what is not UTF-8. */
static int32_t code_point(const unsigned char *at, size_t length, size_t *taken)
{
    static const int32_t LEAST[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t count = at[0] < 0x80 ? 1 : at[0] >> 5 == 6 ? 2 : at[0] >> 4 == 14 ? 3 : at[0] >> 3 == 30 ? 4 : 0;
    *taken = 1;
    if (count == 0 || count > length)
        return -1;
    int32_t code = count == 1 ? at[0] : at[0] & (0x7f >> count);
    for (size_t i = 1; i < count; i++) {
        if (at[i] >> 6 != 2)
            return -1;
        code = code << 6 | (at[i] & 0x3f);
    }
    if (code < LEAST[count] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
        return -1;
    *taken = count;
    return code;
}

static size_t escape(char *to, int32_t code, unsigned char byte)
{
    static const char SHORT[] = "\aa\bb\ff\nn\rr\tt\vv\"\"\\\\";
    if (code < 0)
        return (size_t)sprintf(to, "\\x%02x", byte);
    for (const char *pair = SHORT; *pair; pair += 2)
        if (code == *pair)
            return (size_t)sprintf(to, "\\%c", pair[1]);
    if (code >= 0x20 && code < 0x7f)
        return (size_t)sprintf(to, "%c", (char)code);
    return (size_t)sprintf(to, code < 0x80 ? "\\x%02x" : code < 0x10000 ? "\\u%04x" : "\\U%08x", (unsigned)code);
}

static bool is_plain(unsigned char letter)
{
    return letter >= 0x20 && letter < 0x7f && letter != '"' && letter != '\\';
}

/* Append a name as Go's %+q quotes it; there is room. */
static void quote(Bytes *to, const char *name, size_t length)
{
    const unsigned char *at = (const unsigned char *)name, *end = at + length;
    while (at < end) {
        if (is_plain(*at)) {
            to->data[to->length++] = (char)*at++;
            continue;
        }
        size_t taken;
        int32_t code = code_point(at, (size_t)(end - at), &taken);
        to->length += escape(to->data + to->length, code, *at);
        at += taken;
    }
}

void export_in(Worker *worker, const Node *node)
{
    const Bytes root = worker->walk->export_root;
    Bytes path = path_of(node, "");
    worker->prefix.length = 0;
    if (!path.data) {
        give_up(worker->walk, ENOMEM);
    } else if (make_room(worker, &worker->prefix, &worker->prefix_room,
                         LONGEST_ESCAPE * (root.length + path.length) + 2)) {
        quote(&worker->prefix, root.data, root.length);
        if (root.length > 1)
            worker->prefix.data[worker->prefix.length++] = '/';
        if (node->parent)
            quote(&worker->prefix, path.data, path.length);
    }
    free(path.data);
}

static void number(Bytes *to, int64_t value, char after)
{
    char digits[24], *at = digits + sizeof digits;
    uint64_t left = value < 0 ? -(uint64_t)value : (uint64_t)value;
    do
        *--at = (char)('0' + left % 10);
    while (left /= 10);
    if (value < 0)
        *--at = '-';
    size_t length = (size_t)(digits + sizeof digits - at);
    memcpy(to->data + to->length, at, length);
    to->length += length;
    to->data[to->length++] = after;
}

static char type_of(unsigned mode)
{
    switch (mode & S_IFMT) {
    case S_IFREG: return 'f';
    case S_IFDIR: return 'd';
    case S_IFLNK: return 'l';
    case S_IFSOCK: return 's';
    case S_IFBLK: return 'b';
    case S_IFCHR: return 'c';
    case S_IFIFO: return 'F';
    default: return 'X';
    }
}

/* The times of wrstat: export.py says which. */
static void believe(int64_t *atime, int64_t *mtime, int64_t ctime, int64_t now)
{
    *atime = *atime < now ? *atime : now;
    *mtime = *mtime < now ? *mtime : now;
    if (*atime < EARLIEST && *mtime < EARLIEST)
        *atime = *mtime = ctime >= EARLIEST && ctime <= now ? ctime : now;
    else if (*atime < EARLIEST)
        *atime = *mtime;
    else if (*mtime < EARLIEST)
        *mtime = *atime;
}

/* What Python does with lines; a failure is its own to remember. */
static void hand_over(Worker *worker)
{
    Walk *walk = worker->walk;
    PyGILState_STATE python = PyGILState_Ensure();
    PyObject *answer = PyObject_CallFunction(walk->export, "y#", worker->lines.data, (Py_ssize_t)worker->lines.length);
    if (!answer || !PyObject_IsTrue(answer)) {
        PyErr_Clear();
        give_up(walk, EIO);
    }
    Py_XDECREF(answer);
    PyGILState_Release(python);
    worker->lines.length = 0;
}

void export_line(Worker *worker, const char *name, const struct statx *found)
{
    Bytes *to = &worker->lines;
    size_t length = name ? strlen(name) : 0;
    if (!make_room(worker, to, &worker->lines_room,
                   worker->prefix.length + LONGEST_ESCAPE * length + LONGEST_REST))
        return;
    int64_t atime = found->stx_atime.tv_sec, mtime = found->stx_mtime.tv_sec, ctime = found->stx_ctime.tv_sec;
    believe(&atime, &mtime, ctime, worker->walk->now);
    to->data[to->length++] = '"';
    memcpy(to->data + to->length, worker->prefix.data, worker->prefix.length);
    to->length += worker->prefix.length;
    quote(to, name, length);
    if (S_ISDIR(found->stx_mode) && to->data[to->length - 1] != '/')
        to->data[to->length++] = '/';
    to->data[to->length++] = '"';
    to->data[to->length++] = '\t';
    number(to, (int64_t)found->stx_size, '\t');
    number(to, found->stx_uid, '\t');
    number(to, found->stx_gid, '\t');
    number(to, atime, '\t');
    number(to, mtime, '\t');
    number(to, ctime, '\t');
    to->data[to->length++] = type_of(found->stx_mode);
    to->data[to->length++] = '\t';
    number(to, (int64_t)found->stx_ino, '\t');
    number(to, found->stx_nlink, '\t');
    number(to, (int64_t)makedev(found->stx_dev_major, found->stx_dev_minor), '\t');
    number(to, (int64_t)found->stx_size, '\n');
    if (to->length >= BLOCK)
        hand_over(worker);
}

void export_rest(Worker *worker)
{
    if (worker->lines.length)
        hand_over(worker);
}
