import type { TaskPacket } from "../../../../../deploy/testbed/traffic/task-message.ts";

export const somePacket: TaskPacket = {
  play: 3,
  task: 70_000,
  slot: 1234,
  slice: 2,
  accessPoint: 1,
  tasksInSlot: 20,
  packets: 3,
  createdNs: 123_456_789_012_345n,
};
