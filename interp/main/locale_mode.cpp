// What the locale of the environment means for text: UTF-8 mode (PEP 540), and another locale in place of the C locale (PEP 538).
#include <langinfo.h>
#include <locale.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "interp/config.h"
#include "interp/main/options.h"
#include "interp/objects/codecs.h"

namespace taipan {

static const char* const kUtf8Locales[] = {"C.UTF-8", "C.utf8", "UTF-8"};

static bool legacy_locale() {
  const char* now = setlocale(LC_CTYPE, nullptr);
  return !now || !strcmp(now, "C") || !strcmp(now, "POSIX");
}

void choose_text_mode(bool utf8_given) {
  setlocale(LC_CTYPE, "");
  bool legacy = legacy_locale();
  if (!utf8_given) config.utf8_mode = legacy;
  const char* wish = config.ignore_environment ? nullptr : getenv("PYTHONCOERCECLOCALE");
  bool warns = wish && !strcmp(wish, "warn");
  const char* all = getenv("LC_ALL");
  if (legacy && (!wish || strcmp(wish, "0") != 0) && !(all && *all)) {
    for (const char* name : kUtf8Locales) {
      const char* codeset = setlocale(LC_CTYPE, name) ? nl_langinfo(CODESET) : nullptr;
      if (!codeset || !*codeset) continue;
      setenv("LC_CTYPE", name, 1);  // for child processes too
      if (warns) {
        fprintf(stderr,
                "Python detected LC_CTYPE=C: LC_CTYPE coerced to %s (set another locale or PYTHONCOERCECLOCALE=0 to "
                "disable this locale coercion behavior).\n",
                name);
      }
      legacy = false;
      break;
    }
    if (legacy) setlocale(LC_CTYPE, "C");
  }
  if (legacy && warns) {
    fprintf(
        stderr,
        "Python runtime initialized with LC_CTYPE=C (a locale with default ASCII encoding), which may cause Unicode "
        "compatibility problems. Using C.UTF-8, C.utf8, or UTF-8 (if available) as alternative Unicode-compatible "
        "locales is recommended.\n");
  }
  fs_ascii = legacy && !config.utf8_mode;
  // These locales are nobody's choice as a rule: what isn't UTF-8 goes through.
  const char* now = setlocale(LC_CTYPE, nullptr);
  config.lenient_streams = legacy || config.utf8_mode;
  for (const char* name : kUtf8Locales) config.lenient_streams |= now && !strcmp(now, name);
}

}  // namespace taipan
