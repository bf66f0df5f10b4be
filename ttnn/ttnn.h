#pragma once
// All that a C++ program needs: meshes, mappers and composers, tensors from vectors, every op,
// queues and events, traces, and the log of what collectives send.
#include "ttnn/mesh/mesh_device.h"
#include "ttnn/ops/all.h"  // written by the build: one line per header of ops/ and ccl/ with a source
#include "ttnn/runtime/communication.h"
#include "ttnn/runtime/queues.h"
#include "ttnn/runtime/trace.h"
#include "ttnn/runtime/vectors.h"
