// The MLP of Falcon-7B, data and tensor parallel at once on a 2x4 mesh: the batch is cut along the
// mesh's rows, the weights' columns along its columns. The devices of a row gather what is in the
// middle among themselves.
#include "falcon.h"

int main(int argc, char** argv) {
  const falcon::Problem p = falcon::problem(argc, argv, 4, 128);
  const auto mesh = ttnn::open_mesh_device(ttnn::MeshShape(2, 4));

  using ttnn::MeshMapperConfig;
  MeshMapperConfig batch_on_rows, columns_on_columns;
  batch_on_rows.placements = {MeshMapperConfig::Shard{0}, MeshMapperConfig::Replicate{}};
  columns_on_columns.placements = {MeshMapperConfig::Replicate{}, MeshMapperConfig::Shard{1}};
  const auto by_batch = ttnn::create_mesh_mapper(*mesh, batch_on_rows);
  const auto by_columns = ttnn::create_mesh_mapper(*mesh, columns_on_columns);

  const auto up =
      ttnn::from_vector(p.up, falcon::tiles({p.hidden, p.intermediate}), by_columns, mesh);
  const auto down =
      ttnn::from_vector(p.down, falcon::tiles({p.intermediate, p.hidden}), by_columns, mesh);
  const auto x =
      ttnn::from_vector(p.input, falcon::tiles({p.batch, 1, p.tokens, p.hidden}), by_batch, mesh);

  const ttnn::Tensor part = ttnn::gelu(ttnn::linear(x, up));
  const ttnn::Tensor wide = ttnn::all_gather(part, 3, 1);  // along mesh axis 1
  const ttnn::Tensor result = ttnn::linear(wide, down);

  ttnn::MeshComposerConfig both;
  both.dims = {0, 3};
  const auto joined = ttnn::create_mesh_composer(*mesh, both);
  const auto output = ttnn::to_vector<float>(result, joined);
  mesh->close();

  std::cout << "Falcon-7B MLP, hybrid on " << mesh->text() << "\n"
            << "gathered " << part.describe() << "\n"
            << "      to " << wide.describe() << "\n"
            << "  result " << result.describe() << "\n";
  return falcon::check(p, output);
}
