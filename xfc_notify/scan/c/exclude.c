/* The patterns of exclude.h. */

#include "exclude.h"

#include <stdlib.h>
#include <string.h>

#include "walk.h"

/* Whether a pattern stands for all of a text. Since `*` stands for no slash, only the last one met need be tried. */
static bool matches(Bytes pattern, Bytes text)
{
    size_t at = 0, here = 0, star = SIZE_MAX, tried = 0;
    while (here < text.length) {
        if (at < pattern.length && pattern.data[at] == '*') {
            star = at++;
            tried = here;
        } else if (at < pattern.length && pattern.data[at] == text.data[here]) {
            at++;
            here++;
        } else if (star != SIZE_MAX && text.data[tried] != '/') {
            at = star + 1;
            here = ++tried;
        } else {
            return false;
        }
    }
    while (at < pattern.length && pattern.data[at] == '*')
        at++;
    return at == pattern.length;
}

bool is_excluded(const Walk *walk, const Node *node, const char *name)
{
    Bytes path = {NULL, 0}, plain = {(char *)(uintptr_t)name, strlen(name)};
    bool found = false;
    for (size_t i = 0; i < walk->excluded_count && !found; i++) {
        Bytes pattern = walk->excluded[i];
        bool is_path = memchr(pattern.data, '/', pattern.length);
        if (is_path && !path.data && !(path = path_of(node, name)).data)
            return false;
        found = matches(pattern, is_path ? path : plain);
    }
    free(path.data);
    return found;
}
