/** A disk that fills up in the middle of a run: the reason is said, and what was measured is on disk in whole lines. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Desk } from '../cli/ipvlane.ts';
import { skipped } from '../report/skipped.ts';

/** A small tmpfs needs a mount namespace by right: user-mode Linux boots from a user namespace of its own otherwise. */
const refused = process.getuid?.() === 0 ? '' : 'needs root, to mount a small tmpfs';

const SIZE = '64k';

/** Two pods, and samplings for seconds: more than fits. */
const SCENARIO = `apiVersion: ipvlane.dev/v1alpha1
kind: Scenario
metadata: { name: full }
spec:
  manifests: [ pods.yaml ]
  timeline:
  - wait: { timeout: 30s }
  - traffic:
    - { from: a, to: b, duration: 20s }
`;

const POD = (name: string): string => `apiVersion: v1
kind: Pod
metadata:
  name: ${name}
  annotations:
    v1.multus-cni.io/default-network: kube-system/ipvlan-conf
    kubernetes.io/egress-bandwidth: 20M
spec: { nodeName: node-1, containers: [ { name: nginx, image: nginx } ] }
`;

test.skipIf(refused !== '')(
  `a full disk ends a run with 3 and keeps the trace's whole lines${skipped(refused)}`,
  async () => {
    using desk = new Desk();
    desk.seed();
    const read = (name: string): string => readFileSync(join(desk.path, 'seed', name), 'utf8');
    desk.write('full/scenario.yaml', SCENARIO);
    desk.write(
      'full/pods.yaml',
      [POD('a'), POD('b'), read('spiderippool.yaml'), read('spidermultusconfig.yaml')].join('---\n'),
    );
    mkdirSync(join(desk.path, 'out'));
    // The tmpfs ends with the command's mount namespace; what it holds is copied out before.
    const script = `mount -t tmpfs -o size=${SIZE} tmpfs out && "$@"; code=$?; mkdir kept; cp -r out/. kept/; exit $code`;
    const { exitCode, stdout, stderr } = await desk.ipvlane(
      ['run', 'full/scenario.yaml', '--kernel', 'uml', '--memory', '512', '--out', 'out'],
      ['unshare', '--mount', '--propagation', 'private', 'sh', '-c', script, 'sh'],
    );
    expect(stderr).toMatch(/error\[E502\]: .*trace\.ndjson: no space left on the device, \d+ records are kept/);
    expect(stderr).toMatch(
      /error\[E501\]: .*unfinished\/.*\.json cannot be written: no space left on the device \(ENOSPC\)/,
    );
    expect(stdout).toContain('ERROR  1 check met, 1 not met');
    expect(stderr).toContain('help: make room, or choose another folder with --out');
    expect(exitCode).toBe(3);

    const trace = readFileSync(join(desk.path, 'kept/unfinished/trace.ndjson'), 'utf8');
    expect(trace.endsWith('\n')).toBe(true);
    const records = trace
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string });
    expect(records[0]?.type).toBe('run');
    expect(records.map(({ type }) => type)).toContain('step');
    expect(records.map(({ type }) => type)).not.toContain('end');
  },
  90_000,
);
