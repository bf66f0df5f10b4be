#pragma once
// One function per source of this folder that offers faster kernels; register.cpp calls them all.
namespace ttnn::cpu {

void accelerate_argmax();
void accelerate_binary();
void accelerate_collective();
void accelerate_create();
void accelerate_cumulative();
void accelerate_distributed_norm();
void accelerate_embedding();
void accelerate_layer_norm();
void accelerate_matmul();
void accelerate_reduce();
void accelerate_softmax();
void accelerate_strided();
void accelerate_topk();
void accelerate_triangle();
void accelerate_unary();
void accelerate_where();

}  // namespace ttnn::cpu
