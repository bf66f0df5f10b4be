// The number of workers on machines and in control groups that this test makes up as folders.
#include "ttnn/runtime/usable_cores.h"

#include <gtest/gtest.h>

#include <fstream>

namespace ttnn {
namespace {

namespace fs = std::filesystem;

class UsableCoresTest : public ::testing::Test {
 protected:
  UsableCoresTest() {
    std::string name = (fs::temp_directory_path() / "usable_cores_XXXXXX").string();
    root_ = ::mkdtemp(name.data());
  }
  ~UsableCoresTest() override { fs::remove_all(root_); }

  void write(const fs::path& file, const std::string& text) {
    fs::create_directories((root_ / file).parent_path());
    std::ofstream(root_ / file) << text;
  }
  void core(const std::vector<int>& threads, const std::string& list,
            const char* file = "core_cpus_list") {
    for (int t : threads)
      write("sys/devices/system/cpu/cpu" + std::to_string(t) + "/topology/" + file, list + "\n");
  }
  void quota_v1(const fs::path& group, int time) {
    write("sys/fs/cgroup/cpu" / group / "cpu.cfs_quota_us", std::to_string(time) + "\n");
    write("sys/fs/cgroup/cpu" / group / "cpu.cfs_period_us", "100000\n");
  }
  void group_v2(const std::string& group) {
    write("proc/self/mountinfo", "30 23 0:26 / /sys/fs/cgroup rw shared:4 - cgroup2 cgroup2 rw\n");
    write("proc/self/cgroup", "0::" + group + "\n");
  }
  UsableCores found(const std::set<int>& processors) const {
    return usable_cores(processors, root_);
  }

  fs::path root_;
};

TEST_F(UsableCoresTest, EveryProcessorIsACoreWhereTheSystemSaysNothing) {
  const UsableCores cores = found({0, 3, 5});
  EXPECT_EQ(cores.processors, 3);
  EXPECT_EQ(cores.cores, 3);
  EXPECT_FALSE(cores.quota);
  EXPECT_EQ(cores.workers(), 3);
  EXPECT_EQ(found({}).workers(), 1);
}

TEST_F(UsableCoresTest, HyperthreadsOfACoreCountOnce) {
  core({0, 4}, "0,4");
  core({1, 5}, "1,5");
  core({2, 6}, "2,6", "thread_siblings_list");  // older systems
  core({3, 7}, "3,7", "thread_siblings_list");
  EXPECT_EQ(found({0, 1, 2, 3, 4, 5, 6, 7}).cores, 4);
  EXPECT_EQ(found({0, 4}).cores, 1);
  EXPECT_EQ(found({1, 2, 6}).cores, 2);
  EXPECT_EQ(found({1, 2, 6}).processors, 3);
}

TEST_F(UsableCoresTest, TheLeastQuotaOfNestedGroupsCounts) {
  group_v2("/outer/inner");
  write("sys/fs/cgroup/outer/cpu.max", "300000 100000\n");
  write("sys/fs/cgroup/outer/inner/cpu.max", "max 100000\n");
  const std::set<int> eight{0, 1, 2, 3, 4, 5, 6, 7};
  EXPECT_EQ(found(eight).quota, 3.0);
  EXPECT_EQ(found(eight).workers(), 3);
  write("sys/fs/cgroup/outer/inner/cpu.max", "150000 100000\n");
  EXPECT_EQ(found(eight).quota, 1.5);
  EXPECT_EQ(found(eight).workers(), 2);
  EXPECT_EQ(found({2}).workers(), 1);
  write("sys/fs/cgroup/outer/inner/cpu.max", "10000 100000\n");
  EXPECT_EQ(found(eight).workers(), 1);
  write("sys/fs/cgroup/outer/inner/cpu.max", "9000000 100000\n");
  write("sys/fs/cgroup/outer/cpu.max", "max 100000\n");
  EXPECT_EQ(found(eight).workers(), 8);
}

TEST_F(UsableCoresTest, GroupsOfVersionOneLimitToo) {
  write("proc/self/mountinfo",
        "32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu,cpuacct\n"
        "33 31 0:30 / /sys/fs/cgroup/cpuset rw,relatime - cgroup cgroup rw,cpuset\n"
        "34 31 0:38 / /sys/fs/cgroup/unified rw,relatime shared:1 - cgroup2 cgroup2 rw\n");
  write("proc/self/cgroup", "3:cpuset:/other\n2:cpu,cpuacct:/slice/job\n0::/\n");
  quota_v1("", -1);
  quota_v1("slice", 400000);
  quota_v1("slice/job", -1);
  EXPECT_EQ(found({0, 1, 2, 3, 4, 5}).workers(), 4);
  quota_v1("slice/job", 200000);
  EXPECT_EQ(found({0, 1, 2, 3, 4, 5}).workers(), 2);
  quota_v1("", 100000);
  EXPECT_EQ(found({0, 1, 2, 3, 4, 5}).workers(), 1);
}

TEST_F(UsableCoresTest, AContainerSeesItsOwnGroupAsTheMount) {
  const std::string mounted =
      "32 31 0:29 /docker/abc /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n";
  write("proc/self/mountinfo", mounted);
  quota_v1("", 200000);
  quota_v1("job", 100000);
  for (const auto& [group, workers] :
       {std::pair{"/docker/abc", 2}, {"/docker/abc/job", 1}, {"/../other", 2}, {"/docker", 2}}) {
    write("proc/self/cgroup", "2:cpu:" + std::string(group) + "\n");
    EXPECT_EQ(found({0, 1, 2, 3}).workers(), workers) << group;
  }
}

TEST_F(UsableCoresTest, WhatIsNoNumberIsNoQuota) {
  group_v2("/");
  for (const char* text : {"", "max", "max 100000", "0 100000", "100000 0", "many 100000"}) {
    write("sys/fs/cgroup/cpu.max", text);
    EXPECT_FALSE(found({0, 1}).quota) << text;
  }
}

TEST(UsableCores, ThisThreadRunsSomewhere) {
  const std::set<int> processors = affinity();
  ASSERT_FALSE(processors.empty());
  const UsableCores cores = usable_cores(processors);
  EXPECT_GE(cores.workers(), 1);
  EXPECT_LE(cores.workers(), cores.cores);
  EXPECT_LE(cores.cores, cores.processors);
  EXPECT_EQ(cores.processors, static_cast<int>(processors.size()));
}

}  // namespace
}  // namespace ttnn
