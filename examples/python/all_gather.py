"""all_gather over lines and rings of a 2x4 mesh, with the values that each device must hold; then a
product whose columns are spread over the devices, gathered, beside the same in plain torch.
"""

import torch

import ttnn
from ttnn.testing import assert_close, assert_equal

ROWS, COLUMNS = 2, 4


def gather_lines(mesh_device):
    """Among the four devices of each row, and among the two of each column. A line and a ring send
    the same shards over other links: the values are the same.
    """
    torch_tensor = torch.arange(ROWS * 32 * COLUMNS * 32).reshape(1, 1, ROWS * 32, COLUMNS * 32)
    torch_tensor = torch_tensor.float()
    mapper = ttnn.ShardTensor2dMesh(mesh_device, mesh_shape=(ROWS, COLUMNS), dims=(2, 3))
    tensor = ttnn.from_torch(
        torch_tensor, layout=ttnn.TILE_LAYOUT, device=mesh_device, mesh_mapper=mapper
    )
    for topology in (ttnn.Topology.Linear, ttnn.Topology.Ring):
        along_rows = ttnn.all_gather(tensor, dim=3, cluster_axis=1, topology=topology, num_links=1)
        along_columns = ttnn.all_gather(tensor, dim=2, cluster_axis=0, topology=topology)
        for row in range(ROWS):
            for column in range(COLUMNS):
                device = row * COLUMNS + column
                # its row of the mesh has these rows of the tensor, all columns now
                assert_equal(
                    torch_tensor[:, :, 32 * row : 32 * (row + 1), :],
                    ttnn.to_torch(ttnn.get_device_tensors(along_rows)[device]),
                )
                assert_equal(
                    torch_tensor[:, :, :, 32 * column : 32 * (column + 1)],
                    ttnn.to_torch(ttnn.get_device_tensors(along_columns)[device]),
                )
        print(f"{topology}: shards {list(tensor.shape)}, ", end="")
        print(f"along a row {list(along_rows.shape)}, along a column {list(along_columns.shape)}")
    ttnn.visualize_tensor(along_rows)


def gather_all(mesh_device):
    """Among all eight devices, in row-major order."""
    torch_tensor = torch.rand(1, 1, 32, 8 * 24, dtype=torch.bfloat16)
    tensor = ttnn.from_torch(
        torch_tensor,
        layout=ttnn.TILE_LAYOUT,
        device=mesh_device,
        mesh_mapper=ttnn.ShardTensorToMesh(mesh_device, dim=3),
    )
    gathered = ttnn.all_gather(tensor, dim=3, topology=ttnn.Topology.Ring)
    for replica in ttnn.get_device_tensors(gathered):
        assert_equal(torch_tensor, ttnn.to_torch(replica))
    print(f"all devices: shards {list(tensor.shape)}, gathered {list(gathered.shape)}")


def product(mesh_device):
    """x @ w with a slice of w's columns on each device, and the same by hand in torch."""
    x, w = torch.rand(1, 1, 64, 96) * 2 - 1, torch.rand(96, 8 * 40) * 2 - 1
    x, w = x.bfloat16(), w.bfloat16()

    slices = [x.float() @ columns.float() for columns in w.chunk(8, dim=-1)]
    expected = torch.cat(slices, dim=-1)

    def place(tensor, mapper):
        return ttnn.from_torch(
            tensor, layout=ttnn.TILE_LAYOUT, device=mesh_device, mesh_mapper=mapper
        )

    ttnn_x = place(x, ttnn.ReplicateTensorToMesh(mesh_device))
    ttnn_w = place(w, ttnn.ShardTensorToMesh(mesh_device, dim=-1))
    ttnn_slices = ttnn.matmul(ttnn_x, ttnn_w)
    for own, shard in zip(slices, ttnn.get_device_tensors(ttnn_slices), strict=True):
        assert_close(own, shard, sum_length=96)
    output = ttnn.all_gather(ttnn_slices, dim=-1)
    for replica in ttnn.get_device_tensors(output):
        assert_close(expected, replica, sum_length=96)
    print(f"matmul: a slice {list(ttnn_slices.shape)}, gathered {list(output.shape)}")


def main():
    mesh_device = ttnn.open_mesh_device(ttnn.MeshShape(ROWS, COLUMNS))
    gather_lines(mesh_device)
    gather_all(mesh_device)
    product(mesh_device)
    ttnn.close_mesh_device(mesh_device)


if __name__ == "__main__":
    main()
