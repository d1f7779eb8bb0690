// The module _io: open() and the stream classes of interp/modules/io.
#include "interp/config.h"
#include "interp/modules/io/io.h"
#include "interp/modules/io/text_codec.h"
#include "interp/modules/posix_support.h"

namespace taipan {

extern const ModuleDef _io_module;

namespace io {

struct OpenMode {
  bool creating = false, reading = false, writing = false, appending = false, updating = false, text = false,
       binary = false;
};

static bool parse_open_mode(const std::string& mode, OpenMode* m) {
  for (size_t i = 0; i < mode.size(); i++) {
    char c = mode[i];
    switch (c) {
      case 'x': m->creating = true; break;
      case 'r': m->reading = true; break;
      case 'w': m->writing = true; break;
      case 'a': m->appending = true; break;
      case '+': m->updating = true; break;
      case 't': m->text = true; break;
      case 'b': m->binary = true; break;
      default: return raise(types::ValueError, "invalid mode: '%s'", mode.c_str());
    }
    if (mode.find(c, i + 1) != std::string::npos) return raise(types::ValueError, "invalid mode: '%s'", mode.c_str());
  }
  return true;
}

static bool optional_text(Value v, const char* argument) {
  if (!v || v == kNone) return true;
  if (!is_str(v)) return raise(types::TypeError, "open() argument '%s' must be str or None, not %T", argument, v);
  std::string s;
  if (!utf8_of(v, &s)) return false;
  return s.find('\0') == std::string::npos || raise(types::ValueError, "embedded null character");
}

// Closes what was opened when a later step fails; the failure stays the exception.
static Ref close_after_error(Value stream) {
  Ref error = fetch_error();
  Ref r = call_method(stream, TAIPAN_NAME(close));
  chain_error(std::move(error));
  return nullptr;
}

static Ref open_stream(Args& a) {
  // file, mode, buffering, encoding, errors, newline, closefd, opener
  std::string mode = "r";
  if (a[1]) {
    if (!is_str(a[1])) {
      if (a[1] == kNone) return raise(types::TypeError, "open() argument 'mode' must be str, not None");
      return raise(types::TypeError, "open() argument 'mode' must be str, not %T", a[1]);
    }
    if (!utf8_of(a[1], &mode)) return nullptr;
    if (mode.find('\0') != std::string::npos) return raise(types::ValueError, "embedded null character");
  }
  int buffering = -1;
  if (a[2] && !to_c_int(a[2], &buffering)) return nullptr;
  Value encoding = a.get(3, kNone), errors = a.get(4, kNone), newline = a.get(5, kNone);
  if (!optional_text(encoding, "encoding") || !optional_text(errors, "errors") || !optional_text(newline, "newline"))
    return nullptr;
  int close_fd = a[6] ? is_true(a[6]) : 1;
  if (close_fd < 0) return nullptr;

  Ref path = Ref::dup(a[0]);
  if (!is_int(path) && !has_index(path)) {
    path = fspath_of(a[0]);
    if (!path) return nullptr;
  }
  OpenMode m;
  if (!parse_open_mode(mode, &m)) return nullptr;
  if (m.text && m.binary) return raise(types::ValueError, "can't have text and binary mode at once");
  if (m.creating + m.reading + m.writing + m.appending > 1)
    return raise(types::ValueError, "must have exactly one of create/read/write/append mode");
  auto given = [](Value v) { return v != kNone; };
  if (m.binary && given(encoding)) return raise(types::ValueError, "binary mode doesn't take an encoding argument");
  if (m.binary && given(errors)) return raise(types::ValueError, "binary mode doesn't take an errors argument");
  if (m.binary && given(newline)) return raise(types::ValueError, "binary mode doesn't take a newline argument");
  if (m.binary && buffering == 1 &&
      !warn(types::RuntimeWarning, 1,
            "line buffering (buffering=1) isn't supported in binary mode, the default buffer size will be used"))
    return nullptr;

  char raw_mode[3] = {m.creating ? 'x' : m.reading ? 'r' : m.writing ? 'w' : m.appending ? 'a' : '\0', '\0', '\0'};
  if (m.updating) raw_mode[raw_mode[0] != 0] = '+';
  Ref raw = file_open(path, raw_mode, close_fd, a[7]);
  if (!raw) return nullptr;
  auto* file = raw.as<FileIO>();
  Ref modes = make_str(mode);
  if (!modes) return close_after_error(raw);

  bool line_buffering = false;
  if (buffering == 1 || buffering < 0) {
    int fd = file->fd;
    bool terminal = buffering < 0 && blocking([fd] { return isatty(fd); });
    if (buffering == 1 || terminal) {
      buffering = -1;
      line_buffering = true;
    }
  }
  if (buffering < 0) buffering = file->block_size > 1 ? file->block_size : static_cast<int>(kDefaultBufferSize);
  if (buffering == 0) {
    if (!m.binary) {
      raise(types::ValueError, "can't have unbuffered text I/O");
      return close_after_error(raw);
    }
    return raw;
  }
  TypeObject* kind = m.updating ? random_type : m.reading ? reader_type : writer_type;
  Ref size = make_int(buffering);
  Ref buffer = call(Value(kind), raw, size);
  if (!buffer) return close_after_error(raw);
  if (m.binary) return buffer;
  Value args[5] = {buffer, encoding, errors, newline, bool_value(line_buffering)};
  Ref wrapper = call_array(Value(text_wrapper_type), args, 5);
  if (!wrapper) return close_after_error(buffer);
  if (!set_attr(wrapper, TAIPAN_NAME(mode), modes)) return close_after_error(wrapper);
  return wrapper;
}

static Ref open_code(Args& a) {
  if (!is_str(a[0])) return raise(types::TypeError, "open_code() argument 'path' must be str, not %T", a[0]);
  Ref open = import_attr("_io", "open");
  Ref mode = make_str("rb");
  return open && mode ? call(open, a[0], mode) : nullptr;
}

static Ref text_encoding(Args& a) {
  if (a[0] && a[0] != kNone) return Ref::dup(a[0]);
  int level = 2;
  if (a[1] && !to_c_int(a[1], &level)) return nullptr;
  if (config.warn_default_encoding && !warn(types::EncodingWarning, level, "'encoding' argument not specified"))
    return nullptr;
  return make_str(config.utf8_mode ? "utf-8" : "locale");
}

static bool exec(Value module) {
  struct Row {
    TypeObject** type;
    const char* name;
    TypeObject** base;
    const TypeSpec* spec;
  };
  static const Row rows[] = {
      {&iobase_type, "_io._IOBase", nullptr, &kIOBaseSpec},
      {&raw_iobase_type, "_io._RawIOBase", &iobase_type, &kRawIOBaseSpec},
      {&buffered_iobase_type, "_io._BufferedIOBase", &iobase_type, &kBufferedIOBaseSpec},
      {&text_iobase_type, "_io._TextIOBase", &iobase_type, &kTextIOBaseSpec},
      {&file_type, "_io.FileIO", &raw_iobase_type, &kFileIOSpec},
      {&bytes_io_type, "_io.BytesIO", &buffered_iobase_type, &kBytesIOSpec},
      {&reader_type, "_io.BufferedReader", &buffered_iobase_type, &kReaderSpec},
      {&writer_type, "_io.BufferedWriter", &buffered_iobase_type, &kWriterSpec},
      {&pair_type, "_io.BufferedRWPair", &buffered_iobase_type, &kPairSpec},
      {&random_type, "_io.BufferedRandom", &buffered_iobase_type, &kRandomSpec},
      {&text_wrapper_type, "_io.TextIOWrapper", &text_iobase_type, &kTextWrapperSpec},
      {&string_io_type, "_io.StringIO", &text_iobase_type, &kStringIOSpec},
      {&newline_decoder_type, "_io.IncrementalNewlineDecoder", nullptr, &kNewlineDecoderSpec},
  };
  bool first = !iobase_type;
  for (const Row& row : rows) {
    if (first) *row.type = make_native_type(row.name, row.base ? *row.base : types::Object, row.spec);
    if (!*row.type || !module_add_type(module, *row.type)) return false;
  }
  if (first) {
    watch_forks();
    if (!init_bytes_io_types() || !warn_function()) return false;
  }
  return module_add(module, "UnsupportedOperation", Ref::dup(unsupported_operation())) &&
         module_add(module, "BlockingIOError", Ref::dup(types::BlockingIOError)) &&
         module_add_int(module, "DEFAULT_BUFFER_SIZE", kDefaultBufferSize);
}

static const NativeDef kFunctions[] = {
    {"open",
     "($module, /, file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None)",
     open_stream, 0,
     "Opens a file and gives a stream over it; OSError where that fails.\n\n"
     "file is a path (str, bytes or os.PathLike) or the number of an open descriptor,\nwhich is closed with the stream "
     "unless closefd is False.\n\n"
     "mode says how it is opened:\n"
     "  'r'  for reading (the default)\n  'w'  for writing; what was in the file is lost\n  'x'  for writing; there "
     "must be no such file yet\n"
     "  'a'  for writing at the end\n  '+'  for both reading and writing\n  'b'  as bytes\n  't'  as text (the "
     "default)\n\n"
     "buffering is 0 for none (binary only), 1 for a flush after each line (text only),\nor a buffer's size; by "
     "default the size is the file's block size, and\n"
     "terminals are flushed after each line.\n\n"
     "encoding, errors and newline are for text: see TextIOWrapper.\n\n"
     "opener(file, flags) is called to make the descriptor in place of os.open()."},
    {"open_code", "($module, /, path)", open_code, 0,
     "Opens a file whose content is meant to be run, for reading bytes."},
    {"text_encoding", "($module, encoding, stacklevel=2, /)", text_encoding, 0,
     "The encoding as it was given, or \"locale\" (\"utf-8\" in UTF-8 mode) for None.\n\nWith -X "
     "warn_default_encoding, None is warned about at that stack level."},
    {}};

}  // namespace io

// GIL off: open() and the others make new objects, and have no state.
const ModuleDef _io_module = {"_io",
                              "Streams of bytes and of text.\n\n"
                              "IOBase is the root of all stream classes. RawIOBase reads and writes bytes\ndirectly, "
                              "as FileIO does with files. BufferedIOBase puts a buffer between:\n"
                              "BufferedReader, BufferedWriter, BufferedRandom and, for two streams at "
                              "once,\nBufferedRWPair. TextIOBase is for text: TextIOWrapper encodes and decodes over\n"
                              "a buffered stream. BytesIO and StringIO are streams in memory.\n\nDEFAULT_BUFFER_SIZE "
                              "is the size of buffers where nothing better is known.",
                              io::kFunctions, io::exec, kFunctionsAtOnce};

}  // namespace taipan
