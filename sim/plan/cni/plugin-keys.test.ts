import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { parseNetworks, selectionKeys } from '../multus.ts';
import { keyRemarks } from './chain-remarks.ts';
import { ipamKeys, pluginKeys, staticRouteKeys, type Keys } from './plugin-keys.ts';
import { found, plan, pod } from '../testdata/planning.ts';

/** Structs of the published lists, each with its keys. */
function published(file: string): Map<string, string[]> {
  const structs = new Map<string, string[]>();
  const text = readFileSync(new URL(`../../manifest/fields/published/${file}`, import.meta.url), 'utf8');
  for (const line of text.trim().split('\n')) {
    const [, struct = '', key = ''] = /^([^.]+)\.(.+)$/.exec(line) ?? [];
    structs.set(struct, [...(structs.get(struct) ?? []), key]);
  }
  return structs;
}

function tableOf(struct: string): Keys | undefined {
  if (struct === 'static-route') return staticRouteKeys;
  return struct.startsWith('ipam-') ? ipamKeys[struct.slice('ipam-'.length)] : pluginKeys[struct];
}

/** Decided, though no struct of the plugin itself has them. */
const UNPUBLISHED: Readonly<Record<string, readonly string[]>> = {
  // Of Spiderpool 0.9.
  coordinator: ['detectGateway', 'detectIPConflict'],
  // A field without a tag.
  'ipam-static': ['name'],
};
/** What the runtime adds to every configuration, whatever version of the CNI library the plugin is built with. */
const OF_THE_RUNTIME: readonly string[] = ['runtimeConfig', 'args', 'cni.dev/valid-attachments'];

const lines: string[] = [];
afterAll(() => {
  process.stdout.write(`${lines.join('\n')}\n`);
});

describe.each(['cni-plugins-1.9.1.txt', 'spiderpool-plugins-1.2.2.txt'])('%s', (file) => {
  const structs = [...published(file)];
  const decided = structs.flatMap(([struct, keys]) =>
    keys.map((key) => {
      const table = tableOf(struct) ?? {};
      return { struct, key, is: Object.hasOwn(table, key) ? table[key] : undefined };
    }),
  );
  const count = (name: string) => decided.filter(({ is }) => is === name).length;
  const lost = decided.filter(({ is }) => typeof is === 'object');
  lines.push(
    `${file}: ${decided.length} keys of ${structs.length} configurations: ${count('modelled')} modelled, ${count('no packet')} no packet, 0 refused, ${lost.length} warned`,
  );

  it('every key has a decision', () => {
    expect(decided.flatMap(({ struct, key, is }) => (is === undefined ? [`${struct}.${key}`] : []))).toEqual([]);
  });

  it('no decision is about a key that is not published', () => {
    const stale = structs.flatMap(([struct, keys]) => {
      const known = [...keys, ...OF_THE_RUNTIME, ...(UNPUBLISHED[struct] ?? [])];
      return Object.keys(tableOf(struct) ?? {}).flatMap((key) => (known.includes(key) ? [] : [`${struct}.${key}`]));
    });
    expect(stale).toEqual([]);
  });

  it('what is warned of is so by its name, where it says something', () => {
    for (const { struct, key } of lost) {
      const messages = keyRemarks(struct, { [key]: 'x' }, tableOf(struct) ?? {}).map(({ message }) => message);
      expect(messages).toEqual([expect.stringContaining(`\`${key}\` of ${struct} has no effect here`)]);
    }
  });
});

describe('network-selection-4.3.0.txt', () => {
  const modelled = ['name', 'namespace', 'interface', 'interfaceRequest', 'ips', 'default-route'];
  const values: Readonly<Record<string, unknown>> = {
    mac: '02:00:00:00:00:05',
    ips: ['10.9.0.5/16'],
    'default-route': ['10.9.0.1'],
    bandwidth: { egressRate: 1000 },
    portMappings: [{ hostPort: 80, containerPort: 80 }],
    'cni-args': { a: 'b' },
  };
  const keys = published('network-selection-4.3.0.txt').get('NetworkSelectionElement') ?? [];
  const warned = keys.filter((key) => !modelled.includes(key));
  lines.push(
    `network-selection-4.3.0.txt: ${keys.length} keys of 1 element: ${keys.length - warned.length} modelled, 0 no packet, 0 refused, ${warned.length} warned`,
  );

  it('has every key that is known', () => {
    expect([...selectionKeys, ...modelled].filter((key) => !keys.includes(key))).toEqual([]);
  });

  it.each(modelled)('%s is heeded', (key) => {
    const [selection] = parseNetworks(JSON.stringify([{ name: 'b', [key]: values[key] ?? 'a' }]), 'default');
    expect(selection).toMatchObject({ others: {} });
    const plain = parseNetworks('[{"name":"b"}]', 'default');
    expect(selection).not.toEqual(plain[0]);
  });

  it.each(warned)('%s is warned of by its name', (key) => {
    const networks = JSON.stringify([{ name: 'a', [key]: values[key] ?? 'x' }]);
    const config = {
      cniVersion: '1.0.0',
      name: 'a',
      type: 'ipvlan',
      master: 'eth0',
      ipam: { type: 'static', addresses: [{ address: '10.9.0.5/16' }] },
    };
    const network = `
apiVersion: k8s.cni.cncf.io/v1
kind: NetworkAttachmentDefinition
metadata: { name: a }
spec: { config: '${JSON.stringify(config)}' }`;
    const said = found(plan(network, pod('one', `k8s.v1.cni.cncf.io/networks: '${networks}'`)));
    expect(said.filter((words) => words.startsWith('W419'))).toEqual([
      expect.stringContaining(`\`${key}\` has no effect on default/a`),
    ]);
  });
});
