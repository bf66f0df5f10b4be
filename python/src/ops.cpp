// Every registered op as one Python object with a fast call path: ttnn._ttnn.Operation. The
// arguments are matched to the op's fields, overload by overload; there is no code per op here.
#include <nanobind/nanobind.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>
#include <structmember.h>
#if PY_VERSION_HEX < 0x030B0000
#include <frameobject.h>
#endif

#include <array>
#include <cstddef>
#include <span>
#include <unordered_map>

#include "python/src/values.h"
#include "ttnn/runtime/dispatch.h"
#include "ttnn/runtime/registry.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace ttnn {
namespace {

// ---- Python objects to Values and back.

bool is_tensor(nb::handle object) {
  static PyTypeObject* type = reinterpret_cast<PyTypeObject*>(nb::type<Tensor>().ptr());
  return PyObject_TypeCheck(object.ptr(), type);
}

ValueList list_of(nb::handle sequence) {
  ValueList list;
  for (nb::handle item : nb::borrow<nb::object>(sequence)) list.push_back(value_of(item));
  return list;
}

std::string type_text(nb::handle object) {
  return nb::cast<std::string>(
      nb::str(nb::handle(reinterpret_cast<PyObject*>(Py_TYPE(object.ptr()))).attr("__name__")));
}

// The type as errors name it: with its module where that is not ours, for torch has a Tensor too.
std::string shown_type(nb::handle object) {
  const nb::handle type(reinterpret_cast<PyObject*>(Py_TYPE(object.ptr())));
  const auto module = nb::cast<std::string>(nb::str(type.attr("__module__")));
  std::string name = type_text(object);
  if (module == "builtins" || module == "__main__" || module == "ttnn" ||
      module.starts_with("ttnn."))
    return name;
  return module + "." + name;
}

// What an argument that takes `type` says of an object that it does not take.
std::string unfit(std::string_view name, std::string_view type, nb::handle object) {
  const std::string shown = shown_type(object);
  std::string why = text("Argument '", name, "' takes ", type, ", not ", shown, ".");
  if (type.find("ttnn.Tensor") != std::string_view::npos &&
      (shown.starts_with("torch.") || shown.starts_with("numpy.")) && nb::hasattr(object, "ndim"))
    why += " Make one of it: ttnn.from_torch(array, layout=ttnn.TILE_LAYOUT, device=device).";
  return why;
}

// What no argument of any operation takes; the caller knows which argument it is.
struct NoValue {};

// ttnn.UnaryWithParam, ttnn.UnaryOpType, and configs that carry a fused activation.
std::optional<Value> named_call(nb::handle object) {
  if (nb::hasattr(object, "op_type") && nb::hasattr(object, "params")) {
    NamedCall call{nb::cast<std::string>(object.attr("op_type").attr("name")), {}};
    for (nb::handle p : object.attr("params")) call.parameters.push_back(nb::cast<double>(p));
    return Value{std::move(call)};
  }
  if (type_text(object) == "UnaryOpType")
    return Value{NamedCall{nb::cast<std::string>(object.attr("name")), {}}};
  return {};
}

}  // namespace

Value value_of(nb::handle object) {
  PyObject* o = object.ptr();
  if (o == Py_None) return {};
  if (is_tensor(object)) return {*nb::inst_ptr<Tensor>(object)};
  if (PyBool_Check(o)) return {o == Py_True};
  if (PyLong_Check(o)) {
    int overflow = 0;
    const long long integer = PyLong_AsLongLongAndOverflow(o, &overflow);
    if (!overflow) return {static_cast<int64_t>(integer)};
    const double number = PyLong_AsDouble(o);
    if (PyErr_Occurred()) nb::raise_python_error();
    return {number};
  }
  if (PyFloat_Check(o)) return {PyFloat_AS_DOUBLE(o)};
  if (PyUnicode_Check(o)) return {nb::cast<std::string>(object)};
  if (PyList_Check(o) || PyTuple_Check(o)) {
    // (UnaryOpType, number): an activation with its parameter.
    if (PyTuple_Check(o) && PyTuple_GET_SIZE(o) > 1) {
      if (auto call = named_call(PyTuple_GET_ITEM(o, 0))) {
        auto named = std::get<NamedCall>(call->held);
        for (Py_ssize_t i = 1; i < PyTuple_GET_SIZE(o); ++i)
          named.parameters.push_back(nb::cast<double>(nb::handle(PyTuple_GET_ITEM(o, i))));
        return {std::move(named)};
      }
    }
    return {list_of(object)};
  }
  if (nb::isinstance<DataType>(object)) return {nb::cast<DataType>(object)};
  if (nb::isinstance<Layout>(object)) return {nb::cast<Layout>(object)};
  if (nb::isinstance<MemoryConfig>(object)) return {nb::cast<MemoryConfig>(object)};
  if (nb::isinstance<Shape>(object)) return {list_of(object)};
  if (nb::isinstance<MeshDevice>(object)) return {nb::cast<std::shared_ptr<MeshDevice>>(object)};
  if (nb::isinstance<MeshCoordinate>(object)) return {nb::cast<MeshCoordinate>(object)};
  if (auto call = named_call(object)) return std::move(*call);
  if (nb::hasattr(object, "fused_activation")) return value_of(object.attr("fused_activation"));
  if (type_text(object).ends_with("ProgramConfig")) return {};  // nothing in it changes a result
  // Arrays of torch and numpy: a number if they hold one, a list of sizes if they are one.
  constexpr int64_t sizes = 64;
  if (nb::hasattr(object, "ndim") && nb::hasattr(object, "__len__")) {
    const auto rank = nb::cast<int64_t>(nb::int_(object.attr("ndim")));
    if (rank > 1 || (rank == 1 && static_cast<int64_t>(nb::len(object)) > sizes)) throw NoValue{};
    if (rank == 1) return {list_of(object)};
  }
  if (PyIndex_Check(o)) {
    if (nb::object index = nb::steal(PyNumber_Index(o)); index.is_valid()) return value_of(index);
    PyErr_Clear();  // an array that holds a fraction
  }
  if (nb::hasattr(object, "__float__")) {
    nb::object number = nb::steal(PyNumber_Float(o));
    if (number.is_valid()) return {PyFloat_AS_DOUBLE(number.ptr())};
    PyErr_Clear();
    throw NoValue{};
  }
  if (PySequence_Check(o)) return {list_of(object)};
  if (nb::hasattr(reinterpret_cast<PyObject*>(Py_TYPE(o)), "__members__"))  // an enum's member
    return {nb::cast<std::string>(object.attr("name"))};
  throw NoValue{};
}

nb::object object_of(const Value& value) {
  return std::visit(
      [](const auto& held) -> nb::object {
        using T = std::remove_cvref_t<decltype(held)>;
        if constexpr (std::is_same_v<T, std::monostate>) {
          return nb::none();
        } else if constexpr (std::is_same_v<T, ValueList>) {
          nb::list out;
          for (const Value& item : held) out.append(object_of(item));
          return nb::object(std::move(out));
        } else if constexpr (std::is_same_v<T, NamedCall>) {
          return nb::cast(held.name);
        } else {
          return nb::cast(held);
        }
      },
      value.held);
}

std::optional<int> queue_of(nb::handle object, std::string_view call) {
  if (object.is_none()) return {};
  if (!PyIndex_Check(object.ptr()))
    fail_as<ErrorKind::type>(call, ": cq_id is of type ", shown_type(object),
                             ", but takes the number of a command queue. Pass for example 0.");
  const nb::object index = nb::steal(PyNumber_Index(object.ptr()));
  if (!index.is_valid()) nb::raise_python_error();
  int overflow = 0;
  const long number = PyLong_AsLongAndOverflow(index.ptr(), &overflow);
  // What no int holds is no mesh's queue either.
  return overflow || number != static_cast<int>(number) ? -1 : static_cast<int>(number);
}

namespace {

int instruction_of(PyFrameObject* frame) {
#if PY_VERSION_HEX >= 0x030B0000
  return PyFrame_GetLasti(frame);
#else
  return frame->f_lasti;
#endif
}

// Lines by the instruction that calls: looking one up walks the code's table of lines.
class KnownLines {
 public:
  // Null: not known.
  const SourceLine* find(PyCodeObject* code, int instruction) const {
    const Line& line = at(code, instruction);
    return line.code == code && line.instruction == instruction ? &line.source : nullptr;
  }
  void keep(PyCodeObject* code, int instruction, SourceLine source) {
    Line& line = const_cast<Line&>(at(code, instruction));
    Py_INCREF(code);  // its address must not be given to another
    Py_XDECREF(line.code);
    line = {code, instruction, source};
  }

 private:
  struct Line {
    PyCodeObject* code = nullptr;
    int instruction = 0;
    SourceLine source;
  };
  const Line& at(PyCodeObject* code, int instruction) const {
    const auto place = reinterpret_cast<uintptr_t>(code) / 16 + static_cast<uintptr_t>(instruction);
    return lines_[place % lines_.size()];
  }
  std::array<Line, 256> lines_;
};

}  // namespace

// The innermost frame that is not of this package. File names are kept for as long as the process
// lives.
void note_source_line() {
  static auto& lines = *new KnownLines;
  static auto& names =
      *new std::unordered_map<PyObject*, const char*>;  // by code object's file name; null: ours
  SourceLine& source = current_source();
  PyFrameObject* frame = PyThreadState_GetFrame(PyThreadState_Get());
  while (frame) {
    PyCodeObject* code = PyFrame_GetCode(frame);
    const int instruction = instruction_of(frame);
    if (const SourceLine* line = lines.find(code, instruction)) {
      source = *line;
      Py_DECREF(code);
      Py_DECREF(frame);
      return;
    }
    PyObject* file = code->co_filename;
    auto known = names.find(file);
    if (known == names.end()) {
      const char* text = PyUnicode_AsUTF8(file);
      const bool ours =
          text && (std::string_view(text).find("/ttnn/") != std::string_view::npos &&
                   std::string_view(text).find("/tests/") == std::string_view::npos &&
                   std::string_view(text).find("/examples/") == std::string_view::npos);
      Py_INCREF(file);  // its address must not be given to another name
      known = names.emplace(file, ours ? nullptr : text).first;
    }
    if (known->second) {
      source = {known->second, PyFrame_GetLineNumber(frame)};
      lines.keep(code, instruction, source);
      Py_DECREF(code);
      Py_DECREF(frame);
      return;
    }
    Py_DECREF(code);
    PyFrameObject* back = PyFrame_GetBack(frame);
    Py_DECREF(frame);
    frame = back;
  }
  source = {};
}

void set_error(const Error& error) {
  PyObject* type = PyExc_RuntimeError;
  switch (error.kind()) {
    case ErrorKind::type:
      type = PyExc_TypeError;
      break;
    case ErrorKind::value:
      type = PyExc_ValueError;
      break;
    case ErrorKind::index:
      type = PyExc_IndexError;
      break;
    case ErrorKind::key:
      type = PyExc_KeyError;
      break;
    case ErrorKind::not_implemented:
      type = PyExc_NotImplementedError;
      break;
    default:
      break;
  }
  PyErr_SetString(type, error.what());
}

namespace {

// ---- Operation objects.

struct Operation {
  PyObject_HEAD PyObject* dict;
  vectorcallfunc call;
  std::string* name;  // "ttnn.add"
  const std::vector<OpInfo*>* overloads;
  const std::vector<std::string>* ignored;
};

PyObject* interceptor = nullptr;  // called instead of operations while hooks are active

// What a call passes by keyword beside the op's own arguments.
enum class Option { none, memory_config, dtype, output, queue, ignored };

Option option_of(std::string_view name, const Operation& op) {
  static const std::unordered_map<std::string_view, Option> options = {
      {"memory_config", Option::memory_config},
      {"output_mem_config", Option::memory_config},
      {"dtype", Option::dtype},
      {"output_dtype", Option::dtype},
      {"output_tensor", Option::output},
      {"optional_output_tensor", Option::output},
      {"output", Option::output},
      {"out", Option::output},
      {"output_tensors", Option::output},
      {"preallocated_output", Option::output},
      {"queue_id", Option::queue},
      {"cq_id", Option::queue},
      {"sub_device_id", Option::ignored},
      {"sub_device_ids", Option::ignored},
      {"subdevice_id", Option::ignored},
      {"sub_core_grids", Option::ignored},
  };
  auto found = options.find(name);
  if (found != options.end()) return found->second;
  for (const std::string& ignored : *op.ignored)
    if (ignored == name) return Option::ignored;
  return Option::none;
}

struct Argument {
  std::string_view name;  // empty: positional
  nb::handle object;
  Option option = Option::none;
  bool converted = false;
  std::optional<Value> value;

  // Null for what no operation takes.
  const Value* get() {
    if (!converted) try {
        value = value_of(object);
      } catch (const NoValue&) {
      }
    converted = true;
    return value ? &*value : nullptr;
  }
};

std::string signature(const Operation& op, const OpInfo& info) {
  std::string out = *op.name + "(";
  bool keyword = false, first = true;
  for (const FieldInfo& field : info.fields) {
    if (!first) out += ", ";
    first = false;
    if (field.keyword && !keyword) {
      out += "*, ";
      keyword = true;
    }
    out += field.name + ": " + field.type;
    if (!field.required) out += " = " + field.fallback;
  }
  if (!keyword) out += first ? "*" : ", *";
  const auto option = [&](std::string_view name, const char* type) {
    for (const FieldInfo& field : info.fields)
      if (field.name == name) return;
    out += text(", ", name, ": ", type, " | None = None");
  };
  option("memory_config", "ttnn.MemoryConfig");
  option("dtype", "ttnn.DataType");
  option("output_tensor", "ttnn.Tensor");
  option("queue_id", "int");
  return out + ")";
}

[[noreturn]] void refuse(const Operation& op, std::span<const Argument> arguments,
                         const std::string& why) {
  std::string called;
  for (const Argument& a : arguments) {
    if (!called.empty()) called += ", ";
    if (!a.name.empty()) called += std::string(a.name) + ": ";
    called += shown_type(a.object);
  }
  std::string message =
      "\n" + *op.name + "(): incompatible function arguments.\n\nCalled with:\n  " +
      op.name->substr(op.name->rfind('.') + 1) + "(" + called + ")\n\nAvailable signatures:";
  for (const OpInfo* info : *op.overloads) message += "\n  " + signature(op, *info);
  fail_as<ErrorKind::type>(message, "\n\n", why);
}

// Fills an op's fields; false with the reason where the arguments do not fit.
bool match(const Operation& op, const OpInfo& info, std::span<Argument> arguments, void* args,
           CallOptions& options, std::string& why) {
  uint64_t given = 0;
  size_t position = 0;
  for (Argument& argument : arguments) {
    const FieldInfo* field = nullptr;
    if (argument.name.empty()) {
      if (position >= info.fields.size() || info.fields[position].keyword) {
        why = text("Argument ", position + 1, " is one positional argument too many.");
        return false;
      }
      field = &info.fields[position++];
    } else {
      for (const FieldInfo& candidate : info.fields)
        if (candidate.name == argument.name) field = &candidate;
    }
    if (!field) {
      if (argument.option == Option::none) {
        why = text("There is no argument named '", argument.name, "'.");
        return false;
      }
      continue;
    }
    const size_t index = static_cast<size_t>(field - info.fields.data());
    if (given & (uint64_t{1} << index)) {
      why = text("Argument '", field->name, "' is given twice.");
      return false;
    }
    given |= uint64_t{1} << index;
    if (field->unused) continue;
    if (field->set_tensor && is_tensor(argument.object)) {
      field->set_tensor(args, *nb::inst_ptr<Tensor>(argument.object));
      continue;
    }
    if (!argument.get() || !field->set(args, *argument.get())) {
      why = unfit(field->name, field->type, argument.object);
      return false;
    }
  }
  for (size_t i = 0; i < info.fields.size(); ++i)
    if (info.fields[i].required && !(given & (uint64_t{1} << i))) {
      why = text("Argument '", info.fields[i].name, "' is missing.");
      return false;
    }
  for (Argument& argument : arguments) {
    if (argument.option == Option::none || argument.object.is_none()) continue;
    bool is_field = false;
    for (const FieldInfo& field : info.fields) is_field = is_field || field.name == argument.name;
    if (is_field) continue;
    bool fits = true;
    switch (argument.option) {
      case Option::memory_config: {
        auto* config = argument.get() ? argument.get()->as<MemoryConfig>() : nullptr;
        if ((fits = config != nullptr)) options.memory_config = *config;
        break;
      }
      case Option::dtype: {
        auto* dtype = argument.get() ? argument.get()->as<DataType>() : nullptr;
        if ((fits = dtype != nullptr)) options.dtype = *dtype;
        break;
      }
      case Option::output: {
        const Value* value = argument.get();
        if (!value)
          fits = false;
        else if (auto* tensor = value->as<Tensor>())
          options.outputs = {*tensor};
        else if (auto list = FieldType<std::vector<Tensor>>::read(*value))
          options.outputs = std::move(*list);
        else
          fits = false;
        break;
      }
      case Option::queue: {
        fits = PyIndex_Check(argument.object.ptr());
        if (fits) options.queue = queue_of(argument.object, *op.name);
        break;
      }
      default:
        break;
    }
    if (!fits) {
      why = text("Argument '", argument.name, "' cannot be of type ", shown_type(argument.object),
                 ".");
      return false;
    }
  }
  (void)op;
  return true;
}

// What nb::cast makes, without looking up the type.
nb::object object_of(Tensor&& tensor) {
  static const nb::handle type = nb::type<Tensor>();
  nb::object object = nb::inst_alloc(type);
  new (nb::inst_ptr<Tensor>(object)) Tensor(std::move(tensor));
  nb::inst_mark_ready(object);
  return object;
}

nb::object wrap(const OpInfo& info, Outputs& outputs) {
  switch (info.returns) {
    case Returns::nothing:
      return nb::none();
    case Returns::one:
      return object_of(std::move(outputs.at(0)));
    default: {
      nb::list list;
      for (Tensor& tensor : outputs) list.append(object_of(std::move(tensor)));
      return info.returns == Returns::tuple ? nb::object(nb::tuple(list))
                                            : nb::object(std::move(list));
    }
  }
}

// Releasing the GIL and taking it again costs more than most small operations. So a call keeps it
// until it would wait, or work for long.
class GilUntilWaiting {
 public:
  GilUntilWaiting()
      : held_([](void* self) { return static_cast<GilUntilWaiting*>(self)->release(); }, this) {}
  ~GilUntilWaiting() {
    if (saved_) PyEval_RestoreThread(saved_);
  }
  GilUntilWaiting(const GilUntilWaiting&) = delete;

 private:
  // Python that the op runs, a hook of warnings for one, may be in a binding that has let go.
  bool release() {
    if (!PyGILState_Check()) return false;
    saved_ = PyEval_SaveThread();
    return true;
  }
  PyThreadState* saved_ = nullptr;
  LetGoBeforeWaiting held_;
};

nb::object run(const Operation& op, std::span<Argument> arguments) {
  std::string why;
  for (const OpInfo* info : *op.overloads) {
    std::shared_ptr<void> args = info->make(*info);
    CallOptions options;
    if (!match(op, *info, arguments, args.get(), options, why)) continue;
    note_source_line();
    Outputs outputs;
    {
      const GilUntilWaiting gil;
      outputs = dispatch(*info, std::move(args), std::move(options));
    }
    return wrap(*info, outputs);
  }
  refuse(op, arguments, why);
}

PyObject* call_function(PyObject* self, PyObject* const* args, size_t nargsf, PyObject* kwnames) {
  const auto& op = *reinterpret_cast<Operation*>(self);
  try {
    const auto positional = static_cast<size_t>(PyVectorcall_NARGS(nargsf));
    const auto keywords = kwnames ? static_cast<size_t>(PyTuple_GET_SIZE(kwnames)) : 0;
    const size_t count = positional + keywords;
    std::array<Argument, 4> few;  // most calls allocate none
    std::vector<Argument> many(count > few.size() ? count : 0);
    const std::span<Argument> arguments(many.empty() ? few.data() : many.data(), count);
    for (size_t i = 0; i < count; ++i) arguments[i].object = args[i];
    for (size_t i = 0; i < keywords; ++i) {
      Argument& argument = arguments[positional + i];
      argument.name = PyUnicode_AsUTF8(PyTuple_GET_ITEM(kwnames, static_cast<Py_ssize_t>(i)));
      argument.option = option_of(argument.name, op);
    }
    return run(op, arguments).release().ptr();
  } catch (const Error& error) {
    set_error(error);
  } catch (nb::python_error& error) {
    error.restore();
  } catch (const std::exception& error) {
    PyErr_SetString(PyExc_RuntimeError, error.what());
  }
  return nullptr;
}

PyObject* call(PyObject* self, PyObject* const* args, size_t nargsf, PyObject* kwnames) {
  if (!interceptor) return call_function(self, args, nargsf, kwnames);
  const Py_ssize_t positional = PyVectorcall_NARGS(nargsf);
  nb::list list;
  nb::dict keywords;
  for (Py_ssize_t i = 0; i < positional; ++i) list.append(nb::handle(args[i]));
  if (kwnames)
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(kwnames); ++i)
      keywords[nb::handle(PyTuple_GET_ITEM(kwnames, i))] = nb::handle(args[positional + i]);
  nb::object tuple = nb::tuple(list);
  return PyObject_CallFunctionObjArgs(interceptor, self, tuple.ptr(), keywords.ptr(), nullptr);
}

PyObject* repr(PyObject* self) {
  return PyUnicode_FromFormat("<operation %s>", reinterpret_cast<Operation*>(self)->name->c_str());
}

PyObject* compare(PyObject* a, PyObject* b, int operation) {
  if (operation == Py_EQ || operation == Py_NE) {
    const bool same = a == b;
    return PyBool_FromLong((operation == Py_EQ) == same);
  }
  nb::object left = nb::handle(a).attr("python_fully_qualified_name");
  if (!nb::hasattr(b, "python_fully_qualified_name")) Py_RETURN_NOTIMPLEMENTED;
  nb::object right = nb::handle(b).attr("python_fully_qualified_name");
  return PyObject_RichCompare(left.ptr(), right.ptr(), operation);
}

Py_hash_t hash(PyObject* self) {
  return static_cast<Py_hash_t>(
      std::hash<std::string>{}(*reinterpret_cast<Operation*>(self)->name) >> 1);
}

// `function` is the call without hooks.
PyObject* get_function(PyObject* self, void*) {
  static PyMethodDef method = {
      "function",
      reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(
          +[](PyObject* s, PyObject* const* args, Py_ssize_t n, PyObject* names) {
            return call_function(s, args, static_cast<size_t>(n), names);
          })),
      METH_FASTCALL | METH_KEYWORDS, nullptr};
  return PyCFunction_New(&method, self);
}

PyObject* get_doc(PyObject* self, void*) {
  const auto& op = *reinterpret_cast<Operation*>(self);
  std::string doc;
  for (const OpInfo* info : *op.overloads) {
    if (!doc.empty()) doc += "\n\n";
    doc += signature(op, *info) + "\n\n" + info->doc + "\n";
    for (const FieldInfo& field : info->fields) doc += "\n    " + field.name + ": " + field.doc;
  }
  return PyUnicode_FromStringAndSize(doc.data(), static_cast<Py_ssize_t>(doc.size()));
}

PyTypeObject* operation_type() {
  static PyMemberDef members[] = {
      {"__vectorcalloffset__", T_PYSSIZET, offsetof(Operation, call), READONLY, nullptr},
      {"__dictoffset__", T_PYSSIZET, offsetof(Operation, dict), READONLY, nullptr},
      {nullptr, 0, 0, 0, nullptr}};
  static PyGetSetDef getset[] = {
      {"function", get_function, nullptr, nullptr, nullptr},
      {"__doc__", get_doc, nullptr, nullptr, nullptr},
      {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, nullptr, nullptr},
      {nullptr, nullptr, nullptr, nullptr, nullptr}};
  static PyType_Slot slots[] = {{Py_tp_call, reinterpret_cast<void*>(PyVectorcall_Call)},
                                {Py_tp_members, members},
                                {Py_tp_getset, getset},
                                {Py_tp_repr, reinterpret_cast<void*>(repr)},
                                {Py_tp_richcompare, reinterpret_cast<void*>(compare)},
                                {Py_tp_hash, reinterpret_cast<void*>(hash)},
                                {0, nullptr}};
  static PyType_Spec spec = {
      "ttnn._ttnn.Operation", sizeof(Operation), 0,
      Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_DISALLOW_INSTANTIATION, slots};
  static auto* type = reinterpret_cast<PyTypeObject*>(PyType_FromSpec(&spec));
  return type;
}

// Operations live as long as the process.
nb::object make_operation(const std::string& name, const std::vector<OpInfo*>& overloads) {
  auto* op = PyObject_New(Operation, operation_type());
  if (!op) nb::raise_python_error();
  op->dict = PyDict_New();
  op->call = call;
  op->name = new std::string("ttnn." + name);
  op->overloads = &overloads;
  op->ignored = &registry().ignored(name);
  nb::object object = nb::steal(reinterpret_cast<PyObject*>(op));
  object.attr("python_fully_qualified_name") = *op->name;
  object.attr("__name__") = *op->name;
  object.attr("golden_function") = nb::none();
  object.attr("preprocess_golden_function_inputs") = nb::none();
  object.attr("postprocess_golden_function_outputs") = nb::none();
  object.attr("is_cpp_operation") = true;
  object.attr("is_experimental") = name.rfind("experimental.", 0) == 0;
  object.attr("output_tensor_kwarg_names") =
      nb::make_tuple("output_tensor", "optional_output_tensor");
  object.attr("_immortal") = object;
  return object;
}

// ---- Tensor's operators: methods that call an operation, the tensor first or second, without a
// Python frame in between.

struct Operator {
  PyObject_HEAD vectorcallfunc call;
  PyObject* operation;
  bool swapped;
};

PyObject* call_operator(PyObject* self, PyObject* const* args, size_t nargsf, PyObject* kwnames) {
  const auto& op = *reinterpret_cast<Operator*>(self);
  const auto count = static_cast<size_t>(PyVectorcall_NARGS(nargsf));
  if (!op.swapped || count != 2) return PyObject_Vectorcall(op.operation, args, count, kwnames);
  PyObject* const turned[] = {args[1], args[0]};
  return PyObject_Vectorcall(op.operation, turned, count, kwnames);
}

PyTypeObject* operator_type() {
  static PyMemberDef members[] = {
      {"__vectorcalloffset__", T_PYSSIZET, offsetof(Operator, call), READONLY, nullptr},
      {"operation", T_OBJECT, offsetof(Operator, operation), READONLY, nullptr},
      {nullptr, 0, 0, 0, nullptr}};
  const auto bind = [](PyObject* self, PyObject* tensor, PyObject*) {
    if (tensor) return PyMethod_New(self, tensor);
    Py_INCREF(self);
    return self;
  };
  static PyType_Slot slots[] = {
      {Py_tp_call, reinterpret_cast<void*>(PyVectorcall_Call)},
      {Py_tp_members, members},
      {Py_tp_descr_get, reinterpret_cast<void*>(static_cast<descrgetfunc>(bind))},
      {0, nullptr}};
  static PyType_Spec spec = {"ttnn._ttnn.Operator", sizeof(Operator), 0,
                             Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_VECTORCALL |
                                 Py_TPFLAGS_METHOD_DESCRIPTOR | Py_TPFLAGS_DISALLOW_INSTANTIATION,
                             slots};
  static auto* type = reinterpret_cast<PyTypeObject*>(PyType_FromSpec(&spec));
  return type;
}

// Operators live as long as the process.
nb::object make_operator(nb::handle operation, bool swapped) {
  auto* op = PyObject_New(Operator, operator_type());
  if (!op) nb::raise_python_error();
  op->call = call_operator;
  op->operation = operation.inc_ref().ptr();
  op->swapped = swapped;
  return nb::borrow(reinterpret_cast<PyObject*>(op));
}

// An op's samples on a mesh, as dicts of arguments.
nb::list samples_of(const std::string& name, std::shared_ptr<MeshDevice> mesh, DataType dtype,
                    Layout layout, bool sharded) {
  nb::list all;
  const auto* infos = registry().find(name);
  expect(infos != nullptr, "samples: there is no op ", name, ".");
  for (const OpInfo* info : *infos) {
    if (!info->samples) continue;
    Sampler sampler(mesh, dtype, layout, sharded);
    for (const auto& args : info->samples(*info, sampler)) {
      nb::dict given;
      for (const FieldInfo& field : info->fields)
        given[field.name.c_str()] = object_of(field.get(args.get()));
      all.append(given);
    }
  }
  return all;
}

nb::list fields_of(const std::string& name) {
  nb::list overloads;
  const auto* infos = registry().find(name);
  expect(infos != nullptr, "fields: there is no op ", name, ".");
  for (const OpInfo* info : *infos) {
    nb::list fields;
    for (const FieldInfo& field : info->fields)
      fields.append(nb::make_tuple(field.name, field.type, field.fallback, field.keyword,
                                   field.required, field.doc));
    overloads.append(fields);
  }
  return overloads;
}

}  // namespace

void bind_ops(nb::module_& m) {
  m.attr("Operation") = nb::borrow(reinterpret_cast<PyObject*>(operation_type()));
  nb::dict operations;
  for (const std::string& name : registry().names())
    operations[name.c_str()] = make_operation(name, *registry().find(name));
  m.attr("operations") = operations;  // by name without "ttnn."
  m.def("make_operator", make_operator, "operation"_a, "swapped"_a,
        "A method of Tensor that calls the operation; swapped: with itself as the second input.");
  m.def("samples", samples_of, "name"_a, "mesh"_a, "dtype"_a, "layout"_a, "sharded"_a,
        "The samples of an op: dicts of its arguments, on a mesh.");
  m.def("fields", fields_of, "name"_a,
        "Per overload: (name, type, default, keyword, required, doc) of each argument.");
  m.def(
      "doc", [](const std::string& name) { return registry().find(name)->front()->doc; }, "name"_a);
  nb::list collectives;
  for (const std::string& name : registry().names())
    if (registry().find(name)->front()->across_devices) collectives.append(name);
  m.attr("collectives") = nb::frozenset(collectives);  // operations on groups of devices
  nb::dict ignored;
  for (const auto& [name, arguments] : registry().all_ignored())
    ignored[name.c_str()] = nb::cast(arguments);
  m.attr("ignored_arguments") = ignored;  // by operation: what it accepts and does nothing with
  m.def(
      "set_operation_interceptor",
      [](nb::object callable) {
        PyObject* old = interceptor;
        interceptor = callable.is_none() ? nullptr : callable.release().ptr();
        Py_XDECREF(old);
      },
      "callable"_a.none());
  m.def("get_current_command_queue_id_for_thread", [] { return current_queue(); });
  m.def(
      "set_current_command_queue_id_for_thread",
      [](nb::handle id) { current_queue() = queue_of(id, "command_queue").value(); }, "id"_a);
}

}  // namespace ttnn
