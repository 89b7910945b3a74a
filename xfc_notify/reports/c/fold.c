/* Lines of wrstat added up to cells, as the query in ../cells.py does, but many times as fast.
 *
 * It takes plain lines only: quoted, printable ASCII without an escape, whole numbers of at most 18 digits, the right
 * number of columns. Any other line it hands back untouched, and the query reads it, or says what is wrong with it. So
 * nothing is decided here that is not decided there. See ../_fold.pyi for what goes in and out. */

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030b0000
#include <Python.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define AGES 8
#define MOST_DIGITS 18
#define SUFFIX 8                /* bytes of a suffix, padded with zeros */
#define ENTRY (SUFFIX + 1)      /* of a table of suffixes: the suffix, then the kind */

typedef __int128 Wide;

typedef struct {
    Wide size, older[AGES];
    int64_t lines, files, newest;
    double byte_seconds;
    uint32_t directory, uid, gid;
    uint8_t kind, temporary;
    int64_t links;
} Cell;

typedef struct {
    const char *text;
    uint32_t length;
} Slice;

typedef struct {
    Cell *cells;
    Slice *directories;
    uint32_t *cell_at, *directory_at;   /* open addressing; number + 1, 0: free */
    size_t count, room, slots;
    size_t names, name_room, name_slots;
    char *odd;
    size_t odd_length, blank;
} Fold;

typedef struct {
    Slice path;
    uint32_t directory;                 /* length of the directory in path */
    int64_t size, uid, gid, atime, mtime, ctime, links;
    char type;
} Line;

typedef struct {
    const uint8_t *plain, *packed;
    size_t plains, packeds;
    uint8_t other, compressed, dir;
    int64_t as_of, older[AGES];
    int columns;
} How;

static uint64_t mixed(uint64_t x)
{
    x ^= x >> 32;
    x *= 0xd6e8feb86659fd93u;
    x ^= x >> 32;
    return x;
}

static uint64_t hash_of(Slice slice)
{
    uint64_t hash = slice.length, word;
    const char *at = slice.text;
    size_t left = slice.length;
    for (; left >= 8; left -= 8, at += 8) {
        memcpy(&word, at, 8);
        hash = mixed(hash ^ word) * 31;
    }
    word = 0;
    memcpy(&word, at, left);
    return mixed(hash ^ word);
}

/* A number that ends at a TAB or, for the last column, at the end of the line; NULL for any other. */
static const char *number(const char *at, const char *end, bool sign, int64_t *value)
{
    bool minus = sign && at < end && *at == '-';
    at += minus;
    const char *first = at;
    int64_t found = 0;
    while (at < end && *at >= '0' && *at <= '9' && at - first < MOST_DIGITS)
        found = found * 10 + (*at++ - '0');
    if (at == first || (at < end && *at != '\t'))
        return NULL;
    *value = minus ? -found : found;
    return at < end ? at + 1 : at;
}

/* A number that is only looked at. */
static const char *digits(const char *at, const char *end)
{
    int64_t unused;
    return number(at, end, false, &unused);
}

/* Whether all is printable ASCII without a backslash, and no slash follows another. Without a branch, so that compilers
 * look at many bytes at once. */
static bool is_plain(const char *text, size_t length)
{
    unsigned odd = 0;
    for (size_t i = 0; i < length; i++)
        odd |= ((unsigned char)(text[i] - 0x20) > 0x7e - 0x20) | (text[i] == '\\');
    for (size_t i = 1; i < length; i++)
        odd |= (text[i] == '/') & (text[i - 1] == '/');
    return !odd;
}

/* The path between the quotes; NULL if it is not a plain one. */
static const char *path_of(const char *at, const char *end, Line *line)
{
    if (end - at < 4 || at[0] != '"' || at[1] != '/')
        return NULL;
    const char *first = ++at, *quote = memchr(at, '"', (size_t)(end - at));
    if (!quote || end - quote < 2 || quote[1] != '\t' || quote - first > 0xffff)
        return NULL;
    size_t length = (size_t)(quote - first), last = length;
    if (!is_plain(first, length))
        return NULL;
    while (first[last - 1] != '/')
        last--;
    line->path = (Slice){first, (uint32_t)length};
    line->directory = (uint32_t)last - 1;
    return quote + 2;
}

static bool read_line(const char *at, const char *end, int columns, Line *line)
{
    if (!(at = path_of(at, end, line)) || !(at = number(at, end, false, &line->size)) ||
        !(at = number(at, end, false, &line->uid)) || !(at = number(at, end, false, &line->gid)) ||
        !(at = number(at, end, true, &line->atime)) || !(at = number(at, end, true, &line->mtime)) ||
        !(at = number(at, end, true, &line->ctime)))
        return false;
    if (end - at < 2 || at[1] != '\t' || !*at || !strchr("fdlsbcFX", *at) || line->uid >> 32 || line->gid >> 32)
        return false;
    line->type = *at;
    if (!(at = digits(at + 2, end)) || !(at = number(at, end, false, &line->links)) || !(at = digits(at, end)))
        return false;
    if (columns == 12 && (end[-1] == '\t' || at == end || !(at = digits(at, end))))
        return false;
    return at == end && end[-1] != '\t';
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool same(Slice slice, const char *word)
{
    if (slice.length != strlen(word))
        return false;
    for (uint32_t i = 0; i < slice.length; i++)
        if (lower(slice.text[i]) != word[i])
            return false;
    return true;
}

static bool is_temp(Slice slice)
{
    return same(slice, "tmp") || same(slice, "temp");
}

/* What follows the last dot of a name, which is then cut off; empty if there is none. */
static Slice suffix(Slice *name)
{
    for (uint32_t i = name->length; i-- > 0;)
        if (name->text[i] == '.') {
            Slice found = {name->text + i + 1, name->length - i - 1};
            name->length = i;
            return found;
        }
    return (Slice){name->text, 0};
}

static uint8_t kind_in(const uint8_t *table, size_t count, Slice slice, uint8_t otherwise)
{
    char key[SUFFIX] = {0};
    if (!slice.length || slice.length > SUFFIX)
        return otherwise;
    for (uint32_t i = 0; i < slice.length; i++)
        key[i] = lower(slice.text[i]);
    for (size_t i = 0; i < count; i++)
        if (!memcmp(table + i * ENTRY, key, SUFFIX))
            return table[i * ENTRY + SUFFIX];
    return otherwise;
}

static uint8_t kind_of(const How *how, Slice name)
{
    Slice last = suffix(&name);
    if (!same(last, "gz"))
        return kind_in(how->plain, how->plains, last, how->other);
    return kind_in(how->packed, how->packeds, suffix(&name), how->compressed);
}

/* Whether a name begins with tmp. or temp., perhaps after a dot, or ends in .tmp or .temp. */
static bool temporary_name(Slice name)
{
    Slice rest = name, whole = name;
    if (rest.length && rest.text[0] == '.')
        rest.text++, rest.length--;
    for (uint32_t i = 0; i < rest.length && i < 5; i++)
        if (rest.text[i] == '.' && is_temp((Slice){rest.text, i}))
            return true;
    return is_temp(suffix(&whole));
}

/* Whether a directory on the way is called tmp or temp. */
static bool temporary_way(Slice directory)
{
    uint32_t begins = 1;
    for (uint32_t i = 1; i <= directory.length; i++)
        if (i == directory.length || directory.text[i] == '/') {
            if (i > begins && is_temp((Slice){directory.text + begins, i - begins}))
                return true;
            begins = i + 1;
        }
    return false;
}

static bool grow_names(Fold *fold)
{
    size_t slots = fold->name_slots ? fold->name_slots * 2 : 1024;
    uint32_t *at = calloc(slots, sizeof *at);
    Slice *names = realloc(fold->directories, slots / 2 * sizeof *names);
    if (names)
        fold->directories = names;
    if (!at || !names) {
        free(at);
        return false;
    }
    for (size_t i = 0; i < fold->names; i++) {
        size_t slot = hash_of(names[i]) & (slots - 1);
        while (at[slot])
            slot = (slot + 1) & (slots - 1);
        at[slot] = (uint32_t)i + 1;
    }
    free(fold->directory_at);
    fold->directory_at = at;
    fold->name_slots = slots;
    fold->name_room = slots / 2;
    return true;
}

/* The number of a directory; UINT32_MAX if there is no memory. */
static uint32_t directory_number(Fold *fold, Slice directory)
{
    if (fold->names == fold->name_room && !grow_names(fold))
        return UINT32_MAX;
    size_t slot = hash_of(directory) & (fold->name_slots - 1);
    for (; fold->directory_at[slot]; slot = (slot + 1) & (fold->name_slots - 1)) {
        Slice *known = &fold->directories[fold->directory_at[slot] - 1];
        if (known->length == directory.length && !memcmp(known->text, directory.text, directory.length))
            return fold->directory_at[slot] - 1;
    }
    fold->directories[fold->names++] = directory;
    fold->directory_at[slot] = (uint32_t)fold->names;
    return (uint32_t)fold->names - 1;
}

static size_t slot_of(const Fold *fold, const Cell *key)
{
    uint64_t hash = mixed((uint64_t)key->directory << 32 ^ key->uid) ^
                    mixed((uint64_t)key->gid << 16 ^ (uint64_t)key->kind << 8 ^ key->temporary) * 31 ^
                    (uint64_t)key->links * 0x9e3779b97f4a7c15u;
    return mixed(hash) & (fold->slots - 1);
}

static bool grow_cells(Fold *fold)
{
    size_t slots = fold->slots ? fold->slots * 2 : 4096;
    uint32_t *at = calloc(slots, sizeof *at);
    Cell *cells = realloc(fold->cells, slots / 2 * sizeof *cells);
    if (cells)
        fold->cells = cells;
    if (!at || !cells) {
        free(at);
        return false;
    }
    free(fold->cell_at);
    fold->cell_at = at;
    fold->slots = slots;
    fold->room = slots / 2;
    for (size_t i = 0; i < fold->count; i++) {
        size_t slot = slot_of(fold, &cells[i]);
        while (at[slot])
            slot = (slot + 1) & (slots - 1);
        at[slot] = (uint32_t)i + 1;
    }
    return true;
}

/* The cell of a key, new and empty if there was none; NULL if there is no memory. */
static Cell *cell_of(Fold *fold, const Cell *key)
{
    if (fold->count == fold->room && !grow_cells(fold))
        return NULL;
    size_t slot = slot_of(fold, key);
    for (; fold->cell_at[slot]; slot = (slot + 1) & (fold->slots - 1)) {
        Cell *known = &fold->cells[fold->cell_at[slot] - 1];
        if (known->directory == key->directory && known->uid == key->uid && known->gid == key->gid &&
            known->kind == key->kind && known->temporary == key->temporary && known->links == key->links)
            return known;
    }
    fold->cells[fold->count] = *key;
    fold->cells[fold->count].newest = INT64_MIN;
    fold->cell_at[slot] = (uint32_t)++fold->count;
    return &fold->cells[fold->count - 1];
}

static bool add(Fold *fold, const How *how, const Line *line, Slice *last, Cell *last_key)
{
    bool ends = line->path.text[line->path.length - 1] == '/', is_directory = line->type == 'd' || ends;
    Slice directory = {line->path.text, is_directory ? line->path.length - ends : line->directory};
    if (!last->text || last->length != directory.length || memcmp(last->text, directory.text, directory.length)) {
        last_key->directory = directory_number(fold, directory);
        if (last_key->directory == UINT32_MAX)
            return false;
        last_key->temporary = temporary_way(directory);
        *last = directory;
    }
    Cell key = {.directory = last_key->directory, .uid = (uint32_t)line->uid, .gid = (uint32_t)line->gid,
                .kind = how->dir, .links = 1};
    if (!is_directory) {
        Slice name = {line->path.text + line->directory + 1, line->path.length - line->directory - 1};
        key.kind = line->type == 'f' ? kind_of(how, name) : how->other;
        key.temporary = last_key->temporary || temporary_name(name);
        key.links = line->links > 1 ? line->links : 1;
    }
    Cell *cell = cell_of(fold, &key);
    if (!cell)
        return false;
    int64_t modified = line->mtime < how->as_of ? line->mtime : how->as_of;
    int64_t changed = line->ctime < how->as_of ? line->ctime : how->as_of;
    int64_t untouched = how->as_of - (line->atime > line->mtime ? line->atime : line->mtime);
    cell->lines++;
    cell->files += !is_directory;
    cell->size += line->size;
    cell->byte_seconds += (double)line->size * (double)(how->as_of - changed);
    if (modified > cell->newest)
        cell->newest = modified;
    for (int i = 0; i < AGES && untouched > how->older[i]; i++)
        cell->older[i] += line->size;
    return true;
}

/* Add up all lines of a text; false if there is no memory. */
static bool fold_lines(Fold *fold, const How *how, const char *text, size_t length)
{
    Slice last = {NULL, 0};
    Cell last_key = {0};
    Line line;
    const char *end = text + length;
    while (text < end) {
        const char *stop = memchr(text, '\n', (size_t)(end - text));
        const char *next = stop ? stop + 1 : end;
        if (stop && read_line(text, stop, how->columns, &line)) {
            if (!add(fold, how, &line, &last, &last_key))
                return false;
        } else if (stop == text) {
            fold->blank++;
        } else {
            if (!fold->odd && !(fold->odd = malloc(length)))
                return false;
            memcpy(fold->odd + fold->odd_length, text, (size_t)(next - text));
            fold->odd_length += (size_t)(next - text);
        }
        text = next;
    }
    return true;
}

#define COLUMN(type, value)                                                             \
    {                                                                                   \
        PyObject *bytes = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)(fold->count * sizeof(type))); \
        if (!bytes || PyList_Append(list, bytes) < 0) {                                 \
            Py_XDECREF(bytes);                                                          \
            Py_DECREF(list);                                                            \
            return NULL;                                                                \
        }                                                                               \
        Py_DECREF(bytes);                                                               \
        char *to = PyBytes_AsString(bytes);                                             \
        for (size_t i = 0; i < fold->count; i++) {                                      \
            const Cell *cell = &fold->cells[i];                                         \
            type given = (type)(value);                                                 \
            memcpy(to + i * sizeof(type), &given, sizeof(type));                        \
        }                                                                               \
    }

/* The columns of the cells, a bytes object each, in the order of ../_fold.pyi. */
static PyObject *columns_of(const Fold *fold)
{
    PyObject *list = PyList_New(0);
    if (!list)
        return NULL;
    COLUMN(int32_t, cell->directory)
    COLUMN(int64_t, cell->uid)
    COLUMN(int64_t, cell->gid)
    COLUMN(int8_t, cell->kind)
    COLUMN(int8_t, cell->temporary)
    COLUMN(int64_t, cell->links)
    COLUMN(int64_t, cell->lines)
    COLUMN(int64_t, cell->files)
    COLUMN(Wide, cell->size)
    COLUMN(int64_t, cell->newest)
    COLUMN(double, cell->byte_seconds)
    for (int age = 0; age < AGES; age++)
        COLUMN(Wide, cell->older[age])
    return list;
}

/* The names of the directories: where each begins and the last one ends, and all of them after each other. */
static PyObject *names_of(const Fold *fold)
{
    size_t total = 0;
    for (size_t i = 0; i < fold->names; i++)
        total += fold->directories[i].length;
    PyObject *starts = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)((fold->names + 1) * sizeof(int32_t)));
    PyObject *text = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)total);
    if (!starts || !text) {
        Py_XDECREF(starts);
        Py_XDECREF(text);
        return NULL;
    }
    char *to = PyBytes_AsString(text), *at = PyBytes_AsString(starts);
    int32_t begins = 0;
    for (size_t i = 0; i <= fold->names; i++) {
        memcpy(at + i * sizeof begins, &begins, sizeof begins);
        if (i == fold->names)
            break;
        memcpy(to + begins, fold->directories[i].text, fold->directories[i].length);
        begins += (int32_t)fold->directories[i].length;
    }
    return Py_BuildValue("NN", starts, text);
}

static PyObject *fold_text(PyObject *self, PyObject *args)
{
    (void)self;
    Py_buffer text, plain, packed, older;
    How how;
    Fold fold = {0};
    if (!PyArg_ParseTuple(args, "y*iLy*y*bbby*", &text, &how.columns, &how.as_of, &plain, &packed, &how.other,
                          &how.compressed, &how.dir, &older))
        return NULL;
    PyObject *answer = NULL;
    if (older.len != sizeof how.older || plain.len % ENTRY || packed.len % ENTRY || text.len > INT32_MAX) {
        PyErr_SetString(PyExc_ValueError, "tables of another shape, or more than 2 GiB of text");
    } else {
        memcpy(how.older, older.buf, sizeof how.older);
        how.plain = plain.buf, how.plains = (size_t)plain.len / ENTRY;
        how.packed = packed.buf, how.packeds = (size_t)packed.len / ENTRY;
        bool well;
        Py_BEGIN_ALLOW_THREADS
        well = fold_lines(&fold, &how, text.buf, (size_t)text.len);
        Py_END_ALLOW_THREADS
        if (!well) {
            PyErr_NoMemory();
        } else {
            PyObject *names = names_of(&fold), *columns = names ? columns_of(&fold) : NULL;
            if (columns)
                answer = Py_BuildValue("NNy#n", names, columns, fold.odd ? fold.odd : "", (Py_ssize_t)fold.odd_length,
                                       (Py_ssize_t)fold.blank);
            else
                Py_XDECREF(names);
        }
    }
    free(fold.cells);
    free(fold.directories);
    free(fold.cell_at);
    free(fold.directory_at);
    free(fold.odd);
    PyBuffer_Release(&text);
    PyBuffer_Release(&plain);
    PyBuffer_Release(&packed);
    PyBuffer_Release(&older);
    return answer;
}

static PyMethodDef methods[] = {
    {"fold", fold_text, METH_VARARGS, "Add up plain lines to cells."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {
    .m_base = PyModuleDef_HEAD_INIT, .m_name = "_fold", .m_size = 0, .m_methods = methods,
};

PyMODINIT_FUNC PyInit__fold(void)
{
    return PyModule_Create(&module);
}
