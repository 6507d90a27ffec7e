/**
 * Engines: what enforces a pod's limits while all else stays the same. `ipvlane` is ours; the others are what people use
 * elsewhere, with the defaults they use there, and a few well-known mistakes.
 */

/** By name: what it is, for `--help`, schema and reports. */
export const engines = {
  ipvlane: 'our own: departure times by eBPF on the slave and on an IFB, with fq, policy before pacing',
  edt: 'plain departure times (EDT) with fq, one queue, a horizon of two seconds: what Cilium’s bandwidth manager does, both ways',
  'edt-no-fq':
    'departure times for egress and no fq that keeps them: what cilium-chaining amounts to where the NIC has none; ingress is not limited',
  policer: 'token buckets of one second (tc police), both ways',
  'cni-bandwidth': 'the CNI plugin `bandwidth`: TBF and IFB, 25 ms of queue, and its default burst of 2^32-1 bits',
  htb: 'HTB with fq_codel below it, both ways',
  cake: 'CAKE, both ways',
  none: 'nothing limits',
  'master-only': 'a shaper (TBF) on the node’s NIC and none on the pods: traffic between pods of one node passes by it',
  'fq-on-master':
    'departure times for egress, and fq on the node’s NIC instead of the slave: pods of one node never meet it',
  l3s: 'our own, with every slave in mode L3S: what comes from outside is delivered past the slave’s ingress hook',
  'bits-as-bytes': 'TBF and IFB told the number of bits as a number of bytes: eight times too fast',
} as const;

export type EngineName = keyof typeof engines;

export const engineNames = Object.keys(engines) as [EngineName, ...EngineName[]];

/** Whether our own queue is managed behind its limits; the others with departure times are one FIFO, as in the field. */
export function managesQueue(engine: EngineName): boolean {
  return engine === 'ipvlane' || engine === 'l3s';
}

/** Whether it hangs a queue of its own on the NICs of nodes, where the rate of a link up would stand. */
export function queuesAtNics(engine: EngineName): boolean {
  return engine === 'master-only' || engine === 'fq-on-master';
}

/** Whether its limits are departure times that our programs give, which charge a frame as it is said; a queue of the kernel charges it its own way. */
export function chargesFrames(engine: EngineName): boolean {
  return CHARGING.has(engine);
}

const CHARGING: ReadonlySet<EngineName> = new Set(['ipvlane', 'l3s', 'edt', 'edt-no-fq', 'fq-on-master']);
