/** The files for CI engines that docs/ci/ offers, against what the engines take and what the command takes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Job } from 'kubernetes-types/batch/v1.d.ts';
import { parseShard } from '../../sim/matrix/shard.ts';
import { Desk, REPOSITORY } from './ipvlane.ts';

const read = (name: string): unknown => parse(readFileSync(join(REPOSITORY, 'docs/ci', name), 'utf8'));

/** What of batch/v1 an Indexed Job needs to be one; unknown fields are refused, as `kubectl apply --validate=strict` does. */
const indexedJob = z.strictObject({
  apiVersion: z.literal('batch/v1'),
  kind: z.literal('Job'),
  metadata: z.strictObject({ name: z.string().regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/) }),
  spec: z.strictObject({
    completionMode: z.literal('Indexed'),
    completions: z.int().min(1),
    parallelism: z.int().min(1),
    backoffLimit: z.int().min(0),
    template: z.strictObject({
      spec: z.strictObject({
        restartPolicy: z.enum(['Never', 'OnFailure']),
        containers: z
          .array(
            z.strictObject({
              name: z.string(),
              image: z.string(),
              command: z.array(z.string()),
              args: z.array(z.string()),
              resources: z.strictObject({
                requests: z.record(z.enum(['cpu', 'memory']), z.string()),
                limits: z.partialRecord(z.enum(['cpu', 'memory']), z.string()),
              }),
              volumeMounts: z.array(
                z.strictObject({
                  name: z.string(),
                  mountPath: z.string().startsWith('/'),
                  readOnly: z.boolean().exactOptional(),
                }),
              ),
            }),
          )
          .length(1),
        volumes: z.array(
          z.strictObject({
            name: z.string(),
            configMap: z.strictObject({ name: z.string() }).exactOptional(),
            persistentVolumeClaim: z.strictObject({ claimName: z.string() }).exactOptional(),
          }),
        ),
      }),
    }),
  }),
});

describe('the Indexed Job', () => {
  const job: Job & z.infer<typeof indexedJob> = indexedJob.parse(read('indexed-job.yaml'));
  const pod = job.spec.template.spec;

  test('divides the matrix by as many as it has completions', () => {
    const shard = /--shard (\S+)/.exec(pod.containers[0]?.args[0] ?? '')?.[1] ?? '';
    for (let index = 0; index < job.spec.completions; index += 1)
      expect(parseShard(shard, { JOB_COMPLETION_INDEX: String(index) })).toEqual({
        index: index + 1,
        count: job.spec.completions,
      });
  });

  test('mounts the volumes it has, all of them', () => {
    const mounts = pod.containers[0]?.volumeMounts.map(({ name }) => name).sort();
    expect(mounts).toEqual(pod.volumes.map(({ name }) => name).sort());
  });
});

const step = z.union([
  z.strictObject({ run: z.string(), 'continue-on-error': z.boolean().exactOptional(), if: z.string().exactOptional() }),
  z.strictObject({
    uses: z.string().regex(/^[\w-]+\/[\w-]+@v\d+$/),
    with: z.record(z.string(), z.string()).exactOptional(),
    if: z.string().exactOptional(),
  }),
]);

const workflow = z.strictObject({
  name: z.string(),
  on: z.record(z.string(), z.unknown()),
  env: z.record(z.string(), z.string()),
  jobs: z.strictObject({
    shard: z.strictObject({
      'runs-on': z.string(),
      strategy: z.strictObject({ 'fail-fast': z.literal(false), matrix: z.strictObject({ shard: z.array(z.int()) }) }),
      container: z.string(),
      steps: z.array(step),
    }),
    page: z.strictObject({
      'runs-on': z.string(),
      needs: z.literal('shard'),
      if: z.literal('always()'),
      steps: z.array(step),
    }),
  }),
});

describe('the GitHub Actions workflow', () => {
  const { jobs } = workflow.parse(read('github-matrix.yaml'));
  const linesOf = (steps: readonly z.infer<typeof step>[]): string[] =>
    steps.flatMap((one) => ('run' in one ? [one.run] : []));

  test('runs each part once, and all of them', () => {
    const line = linesOf(jobs.shard.steps).find((run) => run.includes(' matrix ')) ?? '';
    const count = /--shard \S+ matrix\.shard \S+\/(\d+)|--shard \$\{\{ matrix\.shard \}\}\/(\d+)/.exec(line);
    const of = Number(count?.[1] ?? count?.[2]);
    expect(jobs.shard.strategy.matrix.shard).toEqual(Array.from({ length: of }, (_, at) => at + 1));
  });

  test('merges what it uploads', () => {
    expect(linesOf(jobs.page.steps).some((run) => run.includes(' merge shards/shard-*'))).toBe(true);
  });
});

describe('their command lines', () => {
  test.each(['indexed-job.yaml', 'github-matrix.yaml'])('of %s hold options that the commands have', async (name) => {
    using desk = new Desk();
    const text = readFileSync(join(REPOSITORY, 'docs/ci', name), 'utf8');
    const used = [...text.matchAll(/(?<=\s)--[a-z]+(?=[ \n])/g)].map(([option]) => option);
    const own = used.filter((option) => option !== '--no-install-recommends' && option !== '--');
    const help = `${(await desk.ipvlane(['matrix', '--help'])).stdout}${(await desk.ipvlane(['merge', '--help'])).stdout}`;
    expect(own.filter((option) => !help.includes(option))).toEqual([]);
    expect(own.length).toBeGreaterThan(2);
  });
});
