"""Operations that move or convert elements: against torch where samples do not reach, the identity
of what they return, writes in place that aliases see, and the texts of errors.
"""

import pytest
import torch
from error_texts import expect_error_texts

import ttnn

DTYPES = {
    "bfloat16": torch.bfloat16,
    "float32": torch.float32,
    "int8": torch.int8,
    "uint8": torch.uint8,
    "uint16": torch.uint16,
    "uint32": torch.uint32,
    "int32": torch.int32,
}


def numbers(*shape, dtype=torch.float32):
    count = 1
    for size in shape:
        count *= size
    return (torch.arange(count) % 113).reshape(shape).to(dtype)


def up(device, x, layout=ttnn.ROW_MAJOR_LAYOUT, **options):
    return ttnn.from_torch(x, device=device, layout=layout, **options)


# -- values ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", DTYPES)
def test_every_dtype_moves_unchanged(device, dtype):
    x = numbers(2, 5, 33, dtype=DTYPES[dtype])
    t = up(device, x, dtype=getattr(ttnn, dtype))
    wide = x.to(torch.int64)

    def same(ours, golden):
        assert ours.dtype == getattr(ttnn, dtype)
        assert torch.equal(ttnn.to_torch(ours).to(torch.int64), golden)

    same(ttnn.permute(t, (2, 0, 1)), wide.permute(2, 0, 1))
    same(ttnn.transpose(t, 1, 2), wide.transpose(1, 2))
    same(ttnn.concat([t, t], 2), torch.cat([wide, wide], 2))
    same(ttnn.slice(t, (0, 1, 3), (2, 5, 30), (1, 2, 3)), wide[:, 1:5:2, 3:30:3])
    same(
        ttnn.pad(t, [(0, 0), (1, 2), (3, 0)], 7),
        torch.nn.functional.pad(wide, (3, 0, 1, 2), value=7),
    )
    same(ttnn.repeat(t, (1, 2, 3)), wide.repeat(1, 2, 3))
    same(ttnn.repeat_interleave(t, 3, 2), wide.repeat_interleave(3, 2))
    same(
        ttnn.expand(ttnn.slice(t, (0, 0, 0), (2, 5, 1)), (-1, -1, 40)),
        wide[:, :, :1].expand(-1, -1, 40),
    )
    same(ttnn.stack([t, t], 1), torch.stack([wide, wide], 1))
    for ours, golden in zip(ttnn.split(t, 10, 2), wide.split(10, 2), strict=True):
        same(ours, golden)
    same(ttnn.where(t, t, 5), torch.where(wide != 0, wide, 5))
    same(ttnn.clone(t), wide)


@pytest.mark.parametrize("to", [*DTYPES, "bfloat8_b"])
@pytest.mark.parametrize("of", [*DTYPES, "bfloat8_b"])
def test_typecast_has_the_devices_values(device, of, to):
    values = [0, 1, 2.5, 3.5, 100, 127, 128, 200, 255, 256, 300, 65535, 65536, 70000, 3e9, 5e9]
    if of in ("int8", "uint8"):
        values = range(100)
    if of in ("bfloat16", "float32", "bfloat8_b", "int32"):
        values = [*values, -1, -2.5, -128, -129, -300, -70000]
    x = torch.tensor(values).clamp(-(2.0**31), 2.0**31 - 1).reshape(1, -1)
    if of not in ("bfloat8_b", "float32", "bfloat16"):
        info = torch.iinfo(DTYPES[of])
        x = x.double().clamp(info.min, info.max).to(torch.int64).to(DTYPES[of])
    t = up(device, x, ttnn.TILE_LAYOUT, dtype=getattr(ttnn, of))
    ours = ttnn.typecast(t, getattr(ttnn, to))
    golden = ttnn.get_golden_function(ttnn.typecast)(ttnn.to_torch(t), getattr(ttnn, to))
    assert torch.equal(ttnn.to_torch(ours), golden)


def test_typecast_from_a_named_dtype(device):
    t = up(device, numbers(3, 4))
    ours = ttnn.typecast(t, ttnn.float32, ttnn.bfloat16)
    assert ours.dtype == ttnn.bfloat16


@pytest.mark.parametrize("value", [0.0, 3.0])
def test_slices_read_the_padding(device, value):
    """Of a tiled tensor: what is not stored reads as the recorded value."""
    x = numbers(3, 5)
    t = ttnn.to_layout(up(device, x), ttnn.TILE_LAYOUT, pad_value=value)
    whole = torch.full((32, 32), value)
    whole[:3, :5] = x
    assert torch.equal(ttnn.to_torch(ttnn.slice(t, (1, 2), (32, 9))), whole[1:, 2:9])
    back = ttnn.untilize_with_unpadding(t, (31, 31))
    assert back.layout == ttnn.ROW_MAJOR_LAYOUT
    assert torch.equal(ttnn.to_torch(back), whole)


def test_pad_to_a_shape(device):
    x = numbers(2, 3)
    ours = ttnn.pad(up(device, x), (4, 6), (1, 2), 9.0)
    assert torch.equal(ttnn.to_torch(ours), torch.nn.functional.pad(x, (2, 1, 1, 1), value=9.0))


def test_host_tensors_stay_on_the_host():
    x = numbers(4, 6)
    t = ttnn.from_torch(x)
    results = {
        "slice": (ttnn.slice(t, (1, 0), (3, 6)), x[1:3]),
        "pad": (
            ttnn.pad(t, [(0, 1), (0, 0)], 2.0),
            torch.nn.functional.pad(x, (0, 0, 0, 1), value=2),
        ),
        "permute": (ttnn.permute(t, (1, 0)), x.T),
        "to_layout": (ttnn.to_layout(t, ttnn.TILE_LAYOUT), x),
        "to_dtype": (ttnn.to_dtype(t, ttnn.int32), x.to(torch.int32)),
        "typecast": (ttnn.typecast(t, ttnn.bfloat16), x.bfloat16()),
    }
    for name, (ours, golden) in results.items():
        assert ours.device() is None, name
        assert torch.equal(ttnn.to_torch(ours), golden), name


def test_block_floats_leave_tiles_as_bfloat16(device):
    t = up(device, numbers(3, 40), ttnn.TILE_LAYOUT, dtype=ttnn.bfloat8_b)
    for ours in (ttnn.untilize(t), ttnn.to_layout(t, ttnn.ROW_MAJOR_LAYOUT)):
        assert (ours.dtype, ours.layout) == (ttnn.bfloat16, ttnn.ROW_MAJOR_LAYOUT)
        assert torch.equal(ttnn.to_torch(ours).float(), ttnn.to_torch(t))


# -- identity ----------------------------------------------------------------------------------------


def test_what_changes_nothing_is_the_tensor_itself(device):
    t = up(device, numbers(4, 6), ttnn.TILE_LAYOUT)
    same = [
        ttnn.to_layout(t, ttnn.TILE_LAYOUT),
        ttnn.to_memory_config(t, t.memory_config()),
        ttnn.slice(t, (0, 0), (4, 6)),
        ttnn.repeat(t, (1, 1)),
        ttnn.concat([t], 0),
        ttnn.expand(t, (4, -1)),
        ttnn.pad(t, [(0, 0), (0, 0)], 0.0),
    ]
    for other in same:
        assert other.buffer_unique_id() == t.buffer_unique_id()


def test_copies_are_tensors_of_their_own(device):
    x = numbers(4, 6)
    t = up(device, x)
    copies = [
        ttnn.clone(t),
        ttnn.typecast(t, ttnn.float32),
        ttnn.to_layout(t, ttnn.TILE_LAYOUT),
        ttnn.to_memory_config(t, ttnn.L1_MEMORY_CONFIG),
        ttnn.assign(t, memory_config=ttnn.DRAM_MEMORY_CONFIG),
    ]
    for other in copies:
        assert other.buffer_unique_id() != t.buffer_unique_id()
    ttnn.copy(ttnn.from_torch(x * 2, device=device), t)
    for other in copies:
        assert torch.equal(ttnn.to_torch(other), x)
    assert torch.equal(ttnn.to_torch(t), x * 2)
    ttnn.deallocate(t)
    assert torch.equal(ttnn.to_torch(copies[0]), x)


@pytest.mark.parametrize("name", ["move", "reallocate"])
def test_moved_tensors_leave_nothing_behind(device, name):
    x = numbers(4, 6)
    t = up(device, x)
    moved = getattr(ttnn, name)(t)
    assert torch.equal(ttnn.to_torch(moved), x)
    assert not t.is_allocated()


def test_copy_writes_into_its_second_tensor(mesh_device):
    x = numbers(4, 6)
    a = up(mesh_device, x, mesh_mapper=ttnn.ReplicateTensorToMesh(mesh_device))
    b = up(mesh_device, x * 0, mesh_mapper=ttnn.ReplicateTensorToMesh(mesh_device))
    shards = ttnn.get_device_tensors(b)
    result = ttnn.copy(a, b)
    assert result.buffer_unique_id() == b.buffer_unique_id()
    for shard in shards:
        assert torch.equal(ttnn.to_torch(shard), x)


# -- writes in place ---------------------------------------------------------------------------------


def cache_and_row(device, dtype=ttnn.bfloat16, **options):
    cache = torch.zeros(2, 3, 64, 32)
    row = numbers(1, 3, 32, 32) / 8
    layout = ttnn.TILE_LAYOUT
    return (
        up(device, cache, layout, dtype=dtype, **options),
        up(device, row, layout, **options),
        row,
    )


@pytest.mark.parametrize("dtype", [ttnn.bfloat16, ttnn.float32, ttnn.bfloat8_b])
def test_a_view_sees_the_update(device, dtype):
    cache, row, x = cache_and_row(device, dtype)
    view = ttnn.reshape(cache, (1, 6, 64, 32))
    assert ttnn.fill_cache(cache, row, 1).buffer_unique_id() == cache.buffer_unique_id()
    expected = torch.zeros(2, 3, 64, 32)
    expected[1, :, :32] = x[0]
    rounded = ttnn.to_torch(up(device, expected, ttnn.TILE_LAYOUT, dtype=dtype))
    assert torch.equal(ttnn.to_torch(cache), rounded)
    assert torch.equal(ttnn.to_torch(view), rounded.reshape(1, 6, 64, 32))
    ttnn.update_cache(cache, row, 40)
    expected[:, :, 40] = x[0, :, :2].transpose(0, 1)
    rounded = ttnn.to_torch(up(device, expected, ttnn.TILE_LAYOUT, dtype=dtype))
    assert torch.equal(ttnn.to_torch(view), rounded.reshape(1, 6, 64, 32))


def test_a_clone_does_not_see_the_update(device):
    cache, row, _ = cache_and_row(device)
    other = ttnn.clone(cache)
    ttnn.fill_cache(cache, row, 0)
    assert ttnn.to_torch(cache).any()
    assert not ttnn.to_torch(other).any()


def test_the_names_of_the_kv_cache_module(device):
    cache, row, x = cache_and_row(device)
    ttnn.kv_cache.fill_cache_for_user_(cache, row, 1, update_idx=32)
    ttnn.kv_cache.update_cache_for_token_(cache, row, 7, 3)
    expected = torch.zeros(2, 3, 64, 32)
    expected[1, :, 32:] = x[0]
    expected[:, :, 7] = x[0, :, 3:5].transpose(0, 1)
    assert torch.equal(ttnn.to_torch(cache).float(), expected.bfloat16().float())


def replicated(device, x):
    mapper = ttnn.ReplicateTensorToMesh(device)
    return up(device, x, ttnn.TILE_LAYOUT, dtype=ttnn.float32, mesh_mapper=mapper)


@pytest.mark.parametrize("mesh_device", [(2, 4)], indirect=True)
def test_replicas_part_only_where_they_differ(mesh_device):
    shape = (1, 1, 256, 1024)
    megabyte = 4 * 256 * 1024
    cache = replicated(mesh_device, torch.zeros(shape))
    row = numbers(1, 1, 32, 1024)
    ttnn.synchronize_device(mesh_device)
    before = ttnn._ttnn.pool_bytes()[0]
    ttnn.fill_cache(cache, replicated(mesh_device, row), 0)
    ttnn.synchronize_device(mesh_device)
    assert ttnn._ttnn.pool_bytes()[0] - before < megabyte
    rows = torch.cat([row + i for i in range(8)])
    sharded = up(
        mesh_device,
        rows,
        ttnn.TILE_LAYOUT,
        dtype=ttnn.float32,
        mesh_mapper=ttnn.ShardTensorToMesh(mesh_device, dim=0),
    )
    ttnn.fill_cache(cache, sharded, 0, update_idx=64)
    for i, shard in enumerate(ttnn.get_device_tensors(cache)):
        expected = torch.zeros(shape)
        expected[:, :, :32] = row
        expected[:, :, 64:96] = row + i
        assert torch.equal(ttnn.to_torch(shard), expected)
    assert ttnn._ttnn.pool_bytes()[0] - before > 7 * megabyte


@pytest.mark.parametrize("mesh_device", [(1, 3)], indirect=True)
@pytest.mark.parametrize("is_sharded", [False, True])
def test_a_write_into_one_devices_tensor(mesh_device, is_sharded):
    whole = numbers(3, 1, 32, 64)
    if is_sharded:
        mapper = ttnn.ShardTensorToMesh(mesh_device, dim=0)
        cache = up(mesh_device, whole, dtype=ttnn.float32, mesh_mapper=mapper)
    else:
        cache = replicated(mesh_device, whole[:1])
    parts = ttnn.get_device_tensors(cache)
    row = ttnn.get_device_tensors(replicated(mesh_device, torch.full((1, 1, 1, 64), 5.0)))[1]
    ttnn.fill_cache(parts[1], row, 0, update_idx=9)
    for i, part in enumerate(ttnn.get_device_tensors(cache)):
        expected = whole[i if is_sharded else 0][None].clone()
        if i == 1:
            expected[:, :, 9] = 5
        assert torch.equal(ttnn.to_torch(part), expected)
        assert torch.equal(ttnn.to_torch(parts[i]), expected)


# -- errors ------------------------------------------------------------------------------------------


def errors(t, tile, cache, host):
    block = ttnn.typecast(tile, ttnn.bfloat8_b)
    return {
        "slice: too few starts": lambda: ttnn.slice(t, (0,), (1, 1)),
        "slice: too few ends": lambda: ttnn.slice(t, (0, 0), (1,)),
        "slice: an end beyond": lambda: ttnn.slice(t, (0, 0), (4, 7)),
        "slice: an end beyond the padding": lambda: ttnn.slice(tile, (0, 0), (33, 1)),
        "slice: a start beyond": lambda: ttnn.slice(t, (5, 0), (4, 1)),
        "slice: backwards": lambda: ttnn.slice(t, (3, 0), (1, 1)),
        "slice: a step of zero": lambda: ttnn.slice(t, (0, 0), (4, 6), (0, 1)),
        "slice: steps in block floats": lambda: ttnn.slice(block, (0, 0), (4, 6), (1, 2)),
        "slice: steps on the host": lambda: ttnn.slice(host, (0, 0), (4, 6), (1, 2)),
        "slice: nothing on the host": lambda: ttnn.slice(host, (0, 0), (0, 6)),
        "narrow: too long": lambda: ttnn.narrow(t, 0, 2, 3),
        "split: a size of zero": lambda: ttnn.split(t, 0),
        "split: sizes that do not cover": lambda: ttnn.split(t, [1, 2], 0),
        "chunk: no chunks": lambda: ttnn.chunk(t, 0, 0),
        "concat: nothing": lambda: ttnn.concat([], 0),
        "concat: a dim too large": lambda: ttnn.concat([t, t], 2),
        "concat: other sizes": lambda: ttnn.concat([t, ttnn.transpose(t, 0, 1)], 0),
        "concat: another dtype": lambda: ttnn.concat([t, ttnn.typecast(t, ttnn.bfloat16)], 0),
        "concat: another layout": lambda: ttnn.concat([t, tile], 0),
        "concat: another rank": lambda: ttnn.concat([t, ttnn.unsqueeze(t, 0)], 0),
        "stack: nothing": lambda: ttnn.stack([], 0),
        "stack: another shape": lambda: ttnn.stack([t, ttnn.transpose(t, 0, 1)], 0),
        "pad: too short": lambda: ttnn.pad(t, [(0, 1)], 0.0),
        "pad: not a pair": lambda: ttnn.pad(t, [(0, 1), (1, 2, 3)], 0.0),
        "pad: a negative number": lambda: ttnn.pad(t, [(0, -1), (0, 0)], 0.0),
        "pad: a shape too small": lambda: ttnn.pad(t, (4, 5), (0, 0), 0.0),
        "repeat: too short": lambda: ttnn.repeat(t, (2,)),
        "repeat: a scalar": lambda: ttnn.repeat(
            ttnn.reshape(ttnn.slice(t, (0, 0), (1, 1)), ()), (2,)
        ),
        "repeat_interleave: never": lambda: ttnn.repeat_interleave(t, 0, 0),
        "expand: a dim of more than one": lambda: ttnn.expand(t, (8, 6)),
        "expand: too few dims": lambda: ttnn.expand(t, (4,)),
        "typecast: block floats row-major": lambda: ttnn.typecast(t, ttnn.bfloat8_b),
        "typecast: fp8": lambda: ttnn.typecast(tile, ttnn.fp8_e4m3),
        "typecast: another input dtype": lambda: ttnn.typecast(t, ttnn.int32, ttnn.bfloat16),
        "to_dtype: on a device": lambda: ttnn.to_dtype(t, ttnn.bfloat16),
        "to_layout: block floats row-major": lambda: ttnn.to_layout(
            block, ttnn.ROW_MAJOR_LAYOUT, ttnn.bfloat8_b
        ),
        "tilize: no whole tiles": lambda: ttnn.tilize(t),
        "tilize_with_val_padding: another shape": lambda: ttnn.tilize_with_val_padding(
            t, (64, 32), 0.0
        ),
        "untilize: row-major": lambda: ttnn.untilize(t),
        "sharded_to_interleaved: sharded": lambda: ttnn.interleaved_to_sharded(
            t, ttnn.DRAM_MEMORY_CONFIG
        ),
        "copy: another shape": lambda: ttnn.copy(ttnn.transpose(t, 0, 1), t),
        "copy: another dtype": lambda: ttnn.copy(ttnn.typecast(t, ttnn.bfloat16), t),
        "where: other sizes": lambda: ttnn.where(t, ttnn.transpose(t, 0, 1), 0.0),
        "where: other dtypes": lambda: ttnn.where(t, t, ttnn.typecast(t, ttnn.int32)),
        "concat: on the host": lambda: ttnn.concat([host, host], 0),
        "fill_cache: no such user": lambda: ttnn.fill_cache(*cache, 2),
        "fill_cache: too far": lambda: ttnn.fill_cache(*cache, 0, update_idx=40),
        "update_cache: no such position": lambda: ttnn.update_cache(*cache, 64),
        "update_cache: too few rows": lambda: ttnn.update_cache(*cache, 0, batch_offset=31),
        "update_cache: another rank": lambda: ttnn.update_cache(t, t, 0),
    }


def test_error_texts(device):
    """TTNN_UPDATE_GOLDEN=1 writes the file anew; the change is then visible in the diff."""
    x = numbers(4, 6)
    t = up(device, x)
    cache, row, _ = cache_and_row(device)
    cases = errors(t, ttnn.to_layout(t, ttnn.TILE_LAYOUT), (cache, row), ttnn.from_torch(x))
    expect_error_texts("movement.txt", cases)
    assert torch.equal(ttnn.to_torch(t), x)  # the mesh works afterwards
