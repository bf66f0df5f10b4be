#pragma once
// The one setting for the places where the seed report and TT-NN 0.81 really differ (texts of
// meshes and tensors, what `distribute` reaches). Read from TTNN_COMPAT once; the program may
// change it.
namespace ttnn {

enum class Compat { seed, v081 };

Compat compat();
void set_compat(Compat);

}  // namespace ttnn
