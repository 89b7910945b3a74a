/* What a walk found, as objects of Python. */

#pragma once

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030b0000
#include <Python.h>

#include "walk.h"

/* (counts, tables, largest, errors, remaining, threads), as _native.pyi has it; NULL with an exception set. */
PyObject *result_of(const Walk *walk);
