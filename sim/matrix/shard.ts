/** A matrix over many machines: each takes its part of the pairs, by arithmetic alone. */
import type { Shard } from './matrix.ts';

/**
 * `2/5`: the second of five. `job/5`: of five, the one that a Kubernetes Indexed Job says this is, whose pods count from 0
 * in JOB_COMPLETION_INDEX. https://kubernetes.io/docs/concepts/workloads/controllers/job/#completion-mode
 * @returns the shard, or in words what is wrong
 */
export function parseShard(text: string, variables: Readonly<Record<string, string | undefined>>): Shard | string {
  const parts = /^(job|\d+)\/(\d+)$/.exec(text);
  if (parts === null) return `${JSON.stringify(text)} is no shard; write 1/4 to 4/4, or job/4 in an Indexed Job`;
  const [, which = '', of = ''] = parts;
  const count = Number(of);
  if (count < 1) return 'there must be at least one shard';
  if (which !== 'job') {
    const index = Number(which);
    return index >= 1 && index <= count
      ? { index, count }
      : `there is no shard ${index} of ${count}; they count from 1`;
  }
  const given = variables.JOB_COMPLETION_INDEX;
  if (given === undefined || !/^\d+$/.test(given))
    return `JOB_COMPLETION_INDEX is ${given === undefined ? 'not set' : JSON.stringify(given)}; job/${count} needs it`;
  const index = Number(given) + 1;
  return index <= count
    ? { index, count }
    : `JOB_COMPLETION_INDEX is ${given}, but there are ${count} shards: the Job's completions must be as many`;
}

/**
 * Its part: neighbours stay together, so that kernels are divided between as few machines as can be. Parts differ in
 * size by at most one; all of them together are the whole, each item in one.
 */
export function partOf<T>(items: readonly T[], { index, count }: Shard): T[] {
  const boundary = (part: number): number => Math.floor((items.length * part) / count);
  return items.slice(boundary(index - 1), boundary(index));
}
