/** What is wrong with manifests is said where it is, with what to do, before anything is written or booted. */
import { describe, expect, test } from 'vitest';
import { Desk } from './ipvlane.ts';

interface Case {
  readonly what: string;
  readonly lay: (desk: Desk) => void;
  readonly path: string;
  /** `file:line:col: ` and how the message begins. */
  readonly says: string | RegExp;
  readonly help: string;
}

const seed =
  (...changes: Parameters<Desk['seed']>) =>
  (desk: Desk): void =>
    desk.seed(...changes);

const OVERLAPPING_POOL = `apiVersion: spiderpool.spidernet.io/v2beta1
kind: SpiderIPPool
metadata: { name: other }
spec:
  subnet: 172.51.0.0/16
  ips: [ 172.51.0.108-172.51.0.120 ]
`;

const POOL_IPS = '172.51.0.100-172.51.0.108';
const EGRESS = 'kubernetes.io/egress-bandwidth: ';

const CASES: readonly Case[] = [
  {
    what: 'a missing file',
    lay: () => undefined,
    path: 'nowhere.yaml',
    says: 'error[E101]: nowhere.yaml does not exist',
    help: 'give a file or a folder of YAML or JSON manifests',
  },
  {
    what: 'an empty file',
    lay: (desk) => desk.write('empty.yaml', ''),
    path: 'empty.yaml',
    says: 'empty.yaml:1:1: error[E103]: empty.yaml holds no object',
    help: 'write a manifest into it, or leave it out',
  },
  {
    what: 'a binary file',
    lay: (desk) => desk.write('binary.yaml', Buffer.from('\u007fELF\u0002\u0001\u0001\0\0\0', 'latin1')),
    path: 'binary.yaml',
    says: 'error[E104]: binary.yaml is a binary file: it has a NUL byte at offset 7',
    help: 'give YAML or JSON in UTF-8',
  },
  {
    what: '10 MB of comments',
    lay: (desk) => desk.write('large.yaml', '# ten bytes'.padEnd(99, '.').concat('\n').repeat(100_000)),
    path: 'large.yaml',
    says: 'large.yaml:1:1: error[E103]: large.yaml holds no object',
    help: 'write a manifest into it, or leave it out',
  },
  {
    what: 'an alias bomb of a billion values',
    lay: (desk) => desk.write('bomb.yaml', aliasBomb()),
    path: 'bomb.yaml',
    says: 'bomb.yaml:4:14: error[E108]: aliases expand to more than a manifest can hold',
    help: 'write the values out instead of nesting aliases',
  },
  {
    what: 'an unknown step verb',
    lay: seed({ 'scenario.yaml': ['    apply:', '    aply:'] }),
    path: 'seed',
    says: /^seed\/scenario\.yaml:\d+:5: error\[E201\]: unknown field `aply` in Scenario\.spec\.timeline\[4\]/m,
    help: 'did you mean `apply`?',
  },
  {
    what: 'an expectation that cannot be parsed',
    lay: seed({ 'scenario.yaml': ['error_pct within 3', 'error_pct wihtin 3'] }),
    path: 'seed',
    says: /^seed\/scenario\.yaml:\d+:17: error\[E217\]: `wihtin` is not a comparison/m,
    help: 'did you mean `within`?',
  },
  {
    what: 'a misspelled drop reason',
    lay: seed({ 'scenario.yaml': ['drops.EDT_HORIZON', 'drops.EDT_HORIZN'] }),
    path: 'seed',
    says: /^seed\/scenario\.yaml:\d+:7: error\[E311\]: nothing is ever dropped for the reason EDT_HORIZN/m,
    help: 'did you mean `EDT_HORIZON`?',
  },
  {
    what: 'an exhausted pool',
    lay: seed({ 'spiderippool.yaml': [POOL_IPS, '172.51.0.100-172.51.0.101'] }),
    path: 'seed',
    says: /^seed\/\w+\.yaml:\d+:\d+: error\[E407\]: default\/\S+ get\w* no address: failed to allocate any IPv4 IP address to NIC eth0 from IPPools \[ens192-v4\]: all IP addresses used out$/m,
    help: 'add addresses to `ips` of the pool, or ask for fewer pods',
  },
  {
    what: 'two pools that overlap',
    lay: (desk) => {
      desk.seed();
      desk.write('seed/other-pool.yaml', OVERLAPPING_POOL);
    },
    path: 'seed',
    says: /:\d+:\d+: error\[E402\]: IPPool \S+: overlap with IPPool \S+ in IP ranges \[172\.51\.0\.108\]/m,
    help: 'give every pool addresses of its own',
  },
  {
    what: 'a gateway outside the subnet',
    lay: seed({ 'spiderippool.yaml': ['gateway: 172.51.0.1', 'gateway: 10.0.0.1'] }),
    path: 'seed',
    says: "seed/spiderippool.yaml:8:12: error[E403]: gateway 10.0.0.1 not pertains to the 'spec.subnet' 172.51.0.0/16",
    help: 'write an address of 172.51.0.0/16, or change the subnet',
  },
  {
    what: 'a bandwidth of `100`',
    lay: seed({ 'deployment.yaml': [`${EGRESS}100M`, `${EGRESS}"100"`] }),
    path: 'seed',
    says: 'seed/deployment.yaml:15:41: error[E410]: bandwidth `100` is unreasonably small (< 1kbit)',
    help: 'write `100M`, say',
  },
  {
    what: 'a bandwidth of `2P`',
    lay: seed({ 'deployment.yaml': [`${EGRESS}100M`, `${EGRESS}2P`] }),
    path: 'seed',
    says: 'seed/deployment.yaml:15:41: error[E410]: bandwidth `2P` is unreasonably large (> 1Pbit)',
    help: '1k to 1P',
  },
  {
    what: 'two pods of one name',
    lay: (desk) => {
      desk.seed();
      desk.write(
        'seed/second.yaml',
        'apiVersion: v1\nkind: Pod\nmetadata: { name: client }\nspec: { containers: [{ name: c, image: i }] }\n',
      );
    },
    path: 'seed',
    says: 'seed/second.yaml:3:19: error[E303]: a second Pod named `default/client`',
    help: 'give it another name, or remove one of the two',
  },
];

describe('bad manifests', () => {
  test.each(CASES)('$what ends `run` with 2, a place, and what to do', async ({ lay, path, says, help }) => {
    using desk = new Desk();
    lay(desk);
    desk.write('out/result.json', 'of an earlier run');
    const { exitCode, stdout, stderr } = await desk.ipvlane(['run', path, '--out', 'out']);
    if (typeof says === 'string') expect(stderr).toContain(says);
    else expect(stderr).toMatch(says);
    expect(helpLines(stderr).join('\n')).toContain(help);
    expect({ exitCode, stdout, out: desk.list('out') }).toEqual({ exitCode: 2, stdout: '', out: ['result.json'] });
  });

  test('`check` finds the same without running', async () => {
    using desk = new Desk();
    desk.seed({ 'scenario.yaml': ['    apply:', '    aply:'] });
    const run = await desk.ipvlane(['run', 'seed']);
    const check = await desk.ipvlane(['check', 'seed']);
    expect(check).toEqual(run);
    expect(check.exitCode).toBe(2);
  });
});

function helpLines(text: string): string[] {
  return text.split('\n').filter((line) => line.startsWith('  help: '));
}

/** Nine levels of nine aliases each. */
function aliasBomb(): string {
  const names = 'abcdefghi'.split('');
  return names
    .map(
      (name, i) =>
        `${name}: &${name} [${Array(9)
          .fill(i === 0 ? 'x' : `*${names[i - 1] ?? ''}`)
          .join(',')}]\n`,
    )
    .join('');
}
