// The MLP of Falcon-7B, tensor parallel on a 1x8 mesh: each device has an eighth of the columns of
// both weights. all_gather between the linears gives every device all columns of the middle.
#include "falcon.h"

int main(int argc, char** argv) {
  const falcon::Problem p = falcon::problem(argc, argv, 1, 512);
  const auto mesh = ttnn::open_mesh_device(ttnn::MeshShape(1, 8));

  const auto by_columns = ttnn::shard_tensor_to_mesh_mapper(*mesh, 1);
  const auto up =
      ttnn::from_vector(p.up, falcon::tiles({p.hidden, p.intermediate}), by_columns, mesh);
  const auto down =
      ttnn::from_vector(p.down, falcon::tiles({p.intermediate, p.hidden}), by_columns, mesh);
  const auto x = ttnn::from_vector(p.input, falcon::tiles({p.batch, 1, p.tokens, p.hidden}), mesh);

  const ttnn::Tensor part = ttnn::gelu(ttnn::linear(x, up));
  const ttnn::Tensor wide = ttnn::all_gather(part, 3);
  const ttnn::Tensor result = ttnn::linear(wide, down);

  const auto joined = ttnn::concat_mesh_to_tensor_composer(*mesh, 3);
  const auto output = ttnn::to_vector<float>(result, joined);
  mesh->close();

  std::cout << "Falcon-7B MLP, tensor parallel on " << mesh->text() << "\n"
            << "gathered " << part.describe() << "\n"
            << "      to " << wide.describe() << "\n"
            << "  result " << result.describe() << "\n";
  return falcon::check(p, output);
}
