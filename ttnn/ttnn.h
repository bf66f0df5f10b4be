#pragma once
// All that a C++ program needs: meshes, mappers and composers, tensors from vectors, and every op.
#include "ttnn/mesh/mesh_device.h"
#include "ttnn/ops/all.h"  // written by the build: one line per header of ops/ and ccl/ with a source
#include "ttnn/runtime/vectors.h"
