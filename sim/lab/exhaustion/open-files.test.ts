import { expect, it } from 'vitest';
import { openFilesNeeded } from './open-files.ts';

const port = { name: null, protocol: 'TCP', port: 80 } as const;
const pods = (count: number, ports = 1) => Array.from({ length: count }, () => ({ ports: Array(ports).fill(port) }));

it('a pod holds a namespace and a netlink socket, may be captured (two pipes), and somebody listens on each of its ports', () => {
  const lab = { nodes: [], hosts: [], timeline: [] };
  expect(openFilesNeeded(lab, pods(10_000)) - openFilesNeeded(lab, [])).toBe(50_000);
  expect(openFilesNeeded(lab, pods(1, 20)) - openFilesNeeded(lab, pods(1, 0))).toBe(20);
});

it('a lab as most are stays below what Linux gives a process by itself', () => {
  expect(openFilesNeeded({ nodes: [], hosts: [], timeline: [] }, pods(100))).toBeLessThan(4096);
});
