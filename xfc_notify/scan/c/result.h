/* What a walk found, as objects of Python. */

#pragma once

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030b0000
#include <Python.h>

#include "walk.h"

/* (counts, tables, largest, errors, tree, links, remaining, threads), as _native.pyi has it; NULL with an exception
 * set. To be called once: it closes all directories. */
PyObject *result_of(Walk *walk);
