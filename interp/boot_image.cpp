#include "interp/boot_image.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "frontend/bytecode/serialize.h"
#include "gc/heap.h"
#include "interp/builtins.h"
#include "interp/compile.h"
#include "interp/config.h"
#include "interp/objects/abstract.h"
#include "interp/objects/code.h"
#include "interp/objects/exceptions.h"
#include "interp/objects/str.h"

namespace taipan {

namespace {

// Image: header, then an entry per module {name, file size and time, offset and size of the serialised code unit}, the start-up modules
// first, then the library's other files, sorted, then the blobs.
constexpr char kMagic[8] = {'T', 'a', 'i', 'p', 'I', 'm', 'g', '2'};
struct ImageHeader {
  char magic[8];
  uint32_t version;        // of the serialised form
  uint32_t count;          // start-up modules
  uint32_t library_count;  // files: the name is the path below the library folder
  char stdlib[236];
};
struct ImageEntry {
  char name[56];
  int64_t size, mtime_ns;
  uint64_t offset, bytes;
};

// The index is kept; blobs are read when they are wanted. (A mapping would count whole stretches of the file as this process's memory.)
const char* image = nullptr;
size_t image_size = 0;
std::string image_path;
struct stat image_stat;

bool file_stamp(const std::string& path, int64_t* size, int64_t* mtime) {
  struct stat st;
  if (stat(path.c_str(), &st) != 0) return false;
  *size = st.st_size;
  *mtime = st.st_mtim.tv_sec * 1000000000ll + st.st_mtim.tv_nsec;
  return true;
}
std::string path_of(const FrozenModule& m) { return config.stdlib + "/" + m.file; }

const ImageEntry* image_entry(const char* name) {
  if (!image) return nullptr;
  auto* h = reinterpret_cast<const ImageHeader*>(image);
  auto* e = reinterpret_cast<const ImageEntry*>(image + sizeof(ImageHeader));
  for (uint32_t i = 0; i < h->count; i++) {
    if (!strcmp(e[i].name, name)) return &e[i];
  }
  return nullptr;
}

const ImageEntry* library_entry(std::string_view file) {
  auto* h = reinterpret_cast<const ImageHeader*>(image);
  auto* first = reinterpret_cast<const ImageEntry*>(image + sizeof(ImageHeader)) + h->count;
  auto* end = first + h->library_count;
  auto* e = std::lower_bound(first, end, file, [](const ImageEntry& x, std::string_view y) { return x.name < y; });
  return e != end && e->name == file ? e : nullptr;
}

Ref code_of_entry(const ImageEntry* e, const std::string& path) {
  int64_t size, mtime;
  frontend::CodeUnit unit;
  std::string why;
  if (!file_stamp(path, &size, &mtime) || size != e->size || mtime != e->mtime_ns || e->offset + e->bytes > image_size)
    return Ref::imm(kMissing);
  int fd = open(image_path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return Ref::imm(kMissing);
  struct stat st;
  auto* blob = static_cast<char*>(gc::raw_alloc(e->bytes));
  bool ok = blob && fstat(fd, &st) == 0 && st.st_ino == image_stat.st_ino &&
            st.st_mtim.tv_sec == image_stat.st_mtim.tv_sec && st.st_mtim.tv_nsec == image_stat.st_mtim.tv_nsec &&
            pread(fd, blob, e->bytes, static_cast<off_t>(e->offset)) == static_cast<ssize_t>(e->bytes);
  close(fd);
  ok = ok && frontend::deserialize({blob, e->bytes}, &unit, &why);
  gc::raw_free(blob);
  if (!ok) return Ref::imm(kMissing);
  return make_code(unit);
}

bool read_file(const std::string& path, std::string* out) {
  int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  char buf[65536];
  ssize_t n;
  while ((n = read(fd, buf, sizeof buf)) > 0) out->append(buf, static_cast<size_t>(n));
  close(fd);
  return n == 0;
}

Ref compile_frozen(const FrozenModule& m) {
  std::string source;
  std::string path = m.text ? std::string() : path_of(m);
  if (m.text)
    source = m.text;
  else if (!read_file(path, &source))
    return raise(types::ImportError, "cannot read %s: %s", path.c_str(), strerror(errno));
  std::string shown = std::string("<frozen ") + m.name + ">";
  if (!strcmp(m.name, "_frozen_importlib")) shown = "<frozen importlib._bootstrap>";
  if (!strcmp(m.name, "_frozen_importlib_external")) shown = "<frozen importlib._bootstrap_external>";
  Ref filename = make_str(shown);
  if (!filename) return nullptr;
  CompileRequest r;
  r.filename = filename;
  return compile_bytes(source, r, true);
}

}  // namespace

const std::vector<FrozenModule>& frozen_modules() {
  static const auto* modules = new std::vector<FrozenModule>{
      {"_frozen_importlib", "importlib/_bootstrap.py", false, true},
      {"_frozen_importlib_external", "importlib/_bootstrap_external.py", false, true},
      {"zipimport", "zipimport.py", false, true},
      {"abc", "abc.py", false, false},
      {"codecs", "codecs.py", false, false},
      {"io", "io.py", false, false},
      {"_collections_abc", "_collections_abc.py", false, false},
      {"_sitebuiltins", "_sitebuiltins.py", false, false},
      {"genericpath", "genericpath.py", false, false},
      {"ntpath", "ntpath.py", false, false},
      {"posixpath", "posixpath.py", false, false},
      {"os", "os.py", false, false},
      {"site", "site.py", false, false},
      {"stat", "stat.py", false, false},
      {"importlib.util", "importlib/util.py", false, false},
      {"importlib.machinery", "importlib/machinery.py", false, false},
      {"runpy", "runpy.py", false, false},
      {"os.path", "posixpath.py", false, false, "posixpath"},
      // The build's variables are those of the library's own interpreter, but for what names extension modules.
      {"_sysconfigdata__" TAIPAN_MULTIARCH, nullptr, false, true, nullptr,
       "from importlib.machinery import EXTENSION_SUFFIXES, PathFinder\n"
       "spec = PathFinder.find_spec(__name__)\n"
       "if spec is None:\n"
       "    raise ModuleNotFoundError(f'No module named {__name__!r}', name=__name__)\n"
       "exec(spec.loader.get_code(__name__))\n"
       "build_time_vars['EXT_SUFFIX'] = EXTENSION_SUFFIXES[0]\n"
       "build_time_vars['SOABI'] = EXTENSION_SUFFIXES[0][1:-3]\n"
       "del spec, EXTENSION_SUFFIXES, PathFinder\n"},
      // What the import system's tests look for.
      {"__hello__", "__hello__.py", false, false},
      {"__hello_alias__", "__hello__.py", false, false, "__hello__"},
      {"__phello_alias__", "__hello__.py", true, false, "__hello__"},
      {"__phello_alias__.spam", "__hello__.py", false, false, "__hello__"},
      {"__phello__", "__phello__/__init__.py", true, false},
      {"__phello__.__init__", "__phello__/__init__.py", false, false, "<__phello__"},
      {"__phello__.ham", nullptr, true, false, nullptr, ""},
      {"__phello__.ham.__init__", nullptr, false, false, "<__phello__.ham", ""},
      {"__phello__.ham.eggs", nullptr, false, false, nullptr, ""},
      {"__phello__.spam", "__phello__/spam.py", false, false},
      {"__hello_only__", nullptr, false, false, "", "initialized = True\nprint('Hello world!')\n"},
  };
  return *modules;
}

const FrozenModule* find_frozen(const char* name) {
  for (const FrozenModule& m : frozen_modules()) {
    if (strcmp(m.name, name) != 0) continue;
    if (m.text) return &m;
    int64_t size, mtime;
    return file_stamp(path_of(m), &size, &mtime) ? &m : nullptr;
  }
  return nullptr;
}

Ref frozen_code(const char* name) {
  const FrozenModule* m = find_frozen(name);
  if (!m)
    return raise(types::ImportError, "no frozen module '%s' (is the library at %s?)", name, config.stdlib.c_str());
  if (const ImageEntry* e = config.optimize == 0 && !m->text ? image_entry(name) : nullptr) {
    Ref code = code_of_entry(e, path_of(*m));
    if (!code || code.get() != kMissing) return code;
  }
  return compile_frozen(*m);
}

Ref library_code(std::string_view path) {
  size_t n = config.stdlib.size();
  if (!image || config.optimize != 0 || path.size() <= n + 1 || path[n] != '/' || path.substr(0, n) != config.stdlib)
    return Ref::imm(kMissing);
  const ImageEntry* e = library_entry(path.substr(n + 1));
  return e ? code_of_entry(e, std::string(path)) : Ref::imm(kMissing);
}

bool open_boot_image(const std::string& path) {
  int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  ImageHeader h;
  char* index = nullptr;
  bool ok = fstat(fd, &image_stat) == 0 && pread(fd, &h, sizeof h, 0) == static_cast<ssize_t>(sizeof h) &&
            memcmp(h.magic, kMagic, 8) == 0 && h.version == frontend::bytecode_version() && h.count <= 4096 &&
            h.library_count <= 65536 && memchr(h.stdlib, 0, sizeof h.stdlib) && config.stdlib == h.stdlib;
  if (ok) {
    size_t size = sizeof h + (h.count + h.library_count) * sizeof(ImageEntry);
    index = static_cast<char*>(gc::raw_alloc(size));
    ok = index && pread(fd, index, size, 0) == static_cast<ssize_t>(size);
  }
  close(fd);
  if (!ok) {
    gc::raw_free(index);
    return false;
  }
  image = index;
  image_size = static_cast<size_t>(image_stat.st_size);
  image_path = path;
  return true;
}

namespace {

// The library's source files but for its test suites, the demonstrations and what is run once in a while by hand.
void find_library_files(const std::string& below, std::vector<std::string>* out) {
  static const char* const kLeftOut[] = {"test",        "tests",         "idlelib",       "idle_test",  "lib2to3",
                                         "tkinter",     "turtledemo",    "ensurepip",     "pydoc_data", "__pycache__",
                                         "lib-dynload", "site-packages", "dist-packages", "msilib"};
  DIR* dir = opendir((config.stdlib + "/" + below).c_str());
  if (!dir) return;
  while (dirent* entry = readdir(dir)) {
    std::string name = entry->d_name, file = below.empty() ? name : below + "/" + name;
    if (name[0] == '.') continue;
    struct stat st;
    if (stat((config.stdlib + "/" + file).c_str(), &st) != 0) continue;
    if (S_ISDIR(st.st_mode)) {
      bool left_out = name.compare(0, 7, "config-") == 0;
      for (const char* other : kLeftOut) left_out = left_out || name == other;
      if (!left_out) find_library_files(file, out);
    } else if (file.size() > 3 && file.compare(file.size() - 3, 3, ".py") == 0 &&
               file.size() < sizeof(ImageEntry::name)) {
      out->push_back(file);
    }
  }
  closedir(dir);
}

bool append_blob(Value code, ImageEntry* e, std::string* blobs) {
  frontend::CodeUnit unit;
  if (!code_to_unit(code, &unit)) return false;
  std::string blob = frontend::serialize(unit);
  e->offset = blobs->size();
  e->bytes = blob.size();
  *blobs += blob;
  while (blobs->size() % 16) *blobs += '\0';
  return true;
}

}  // namespace

bool write_boot_image(const std::string& path) {
  std::vector<ImageEntry> entries;
  std::string blobs;
  for (const FrozenModule& m : frozen_modules()) {
    ImageEntry e{};
    if (m.text || !file_stamp(path_of(m), &e.size, &e.mtime_ns)) continue;
    Ref code = compile_frozen(m);
    if (!code) return false;
    strncpy(e.name, m.name, sizeof e.name - 1);
    if (!append_blob(code, &e, &blobs)) return false;
    entries.push_back(e);
  }
  size_t startup = entries.size();
  std::vector<std::string> files;
  find_library_files("", &files);
  std::sort(files.begin(), files.end());
  for (const std::string& file : files) {
    ImageEntry e{};
    std::string path = config.stdlib + "/" + file, source;
    if (!file_stamp(path, &e.size, &e.mtime_ns) || !read_file(path, &source)) continue;
    CompileRequest r;
    Ref filename = make_str(path);
    if (!filename) return false;
    r.filename = filename;
    Ref code = compile_bytes(source, r, true);
    if (!code) {
      clear_error();  // not all are meant to be compiled
      continue;
    }
    strncpy(e.name, file.c_str(), sizeof e.name - 1);
    if (!append_blob(code, &e, &blobs)) return false;
    entries.push_back(e);
  }
  ImageHeader h{};
  memcpy(h.magic, kMagic, 8);
  h.version = frontend::bytecode_version();
  h.count = static_cast<uint32_t>(startup);
  h.library_count = static_cast<uint32_t>(entries.size() - startup);
  strncpy(h.stdlib, config.stdlib.c_str(), sizeof h.stdlib - 1);
  uint64_t base = sizeof h + entries.size() * sizeof(ImageEntry);
  for (ImageEntry& e : entries) e.offset += base;
  std::string temp = path + ".new";
  FILE* f = fopen(temp.c_str(), "wb");
  if (!f) return raise_os_error(errno);
  bool ok = fwrite(&h, sizeof h, 1, f) == 1 &&
            fwrite(entries.data(), sizeof(ImageEntry), entries.size(), f) == entries.size() &&
            fwrite(blobs.data(), 1, blobs.size(), f) == blobs.size();
  ok = fclose(f) == 0 && ok;
  if (!ok || rename(temp.c_str(), path.c_str()) != 0) return raise_os_error(errno);
  return true;
}

}  // namespace taipan
