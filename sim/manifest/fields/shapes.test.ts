/** Fields that change no packet are held to their shape, since no object comes of what the API server refuses. */
import { describe, expect, test } from 'vitest';
import { memoryFiles } from '../finding/memory-files.ts';
import { readManifests } from '../read-manifests.ts';
import { decidedFields } from './decided-fields.ts';
import { enums } from './kubernetes/enums.ts';

const pod = (spec: string, container: string) =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: x }\nspec: { ${spec} containers: [ { ${container} name: c, image: i } ] }\n`;
const deployment = (more: string) =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: x }\nspec: { ${more} selector: { matchLabels: { a: b } }, template: { metadata: { labels: { a: b } }, spec: { containers: [ { name: c, image: i } ] } } }\n`;

function errorsOf(text: string): [string, string][] {
  const { diagnostics } = readManifests(['a.yaml'], memoryFiles({ 'a.yaml': text }));
  return diagnostics.flatMap(({ code, span, severity }) =>
    severity === 'error' ? [[code, text.slice(span!.offset, span!.offset + span!.length)]] : [],
  );
}

describe('refused', () => {
  test.each<[what: string, text: string, code: string, place: string]>([
    ['a truth value for text', pod('subdomain: y,', ''), 'E202', 'y'],
    ['text for a truth value', pod('hostPID: "true",', ''), 'E202', '"true"'],
    [
      'text for a number',
      pod('', 'livenessProbe: { exec: { command: [ x ] }, periodSeconds: "ten" },'),
      'E202',
      '"ten"',
    ],
    ['a fraction for a number', pod('terminationGracePeriodSeconds: 1.5,', ''), 'E202', '1.5'],
    ['a number beyond 32 bits', pod('priority: 3000000000,', ''), 'E205', '3000000000'],
    ['a mapping for a list', pod('', 'env: { A: b },'), 'E202', '{ A: b }'],
    ['text for a list', pod('volumes: x,', ''), 'E202', 'x'],
    ['a list for a mapping', pod('', 'securityContext: [],'), 'E202', '[]'],
    ['a number for text in a list', pod('', 'args: [ -p, 80 ],'), 'E202', '80'],
    ['a number for text in an env', pod('', 'env: [ { name: A, value: 1 } ],'), 'E202', '1'],
    ['no quantity', pod('', 'resources: { limits: { cpu: abc } },'), 'E202', 'abc'],
    ['a quantity with a line break', pod('', 'resources: { limits: { cpu: "1\\n" } },'), 'E202', '"1\\n"'],
    ['a truth value for a quantity', pod('', 'resources: { requests: { cpu: true } },'), 'E202', 'true'],
    ['a mapping for a number or text', deployment('strategy: { rollingUpdate: { maxSurge: {} } },'), 'E202', '{}'],
    ['a variable without a name', pod('', 'env: [ { value: b } ],'), 'E203', '{ value: b }'],
    ['a volume without a name', pod('volumes: [ { emptyDir: {} } ],', ''), 'E203', '{ emptyDir: {} }'],
    ['a mount without a path', pod('', 'volumeMounts: [ { name: v } ],'), 'E203', '{ name: v }'],
    ['null for what must be there', pod('', 'env: [ { name: null } ],'), 'E203', '{ name: null }'],
    [
      'a key without a path',
      pod('volumes: [ { name: v, configMap: { items: [ { key: k } ] } } ],', ''),
      'E203',
      '{ key: k }',
    ],
    ['a field that nobody knows, deep inside', pod('', 'env: [ { name: A, vlaue: b } ],'), 'E201', 'vlaue'],
  ])('%s', (_, text, code, place) => {
    expect(errorsOf(text)).toEqual([[code, place]]);
  });
});

test.each([
  ['null for whatever it is', pod('volumes: null, hostPID: null,', 'env: null, resources: null,')],
  ['an empty item for null', pod('', 'env: [ { name: A, value: null } ], args: [ null ],')],
  ['quantities', pod('overhead: { cpu: 250m },', 'resources: { limits: { cpu: 1, memory: 64Mi, "x.io/y": "2" } },')],
  ['quantities with blanks around', pod('', 'resources: { requests: { cpu: "100m " }, limits: { memory: " 1Gi" } },')],
  ['a number, and a share', deployment('strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 25% } },')],
  ['a number beyond what JavaScript counts', pod('terminationGracePeriodSeconds: 9223372036854775807,', '')],
  [
    'a claim inside of a volume',
    pod(
      'volumes: [ { name: v, ephemeral: { volumeClaimTemplate: { spec: { accessModes: [ ReadWriteOnce ] } } } } ],',
      '',
    ),
  ],
])('taken: %s', (_, text) => {
  expect(errorsOf(text)).toEqual([]);
});

test('values are listed for fields that there are, and that no schema reads', () => {
  const wrong = Object.keys(enums).filter((field) => {
    const [type = '', name = ''] = field.split('.');
    const { is, shape = '' } = decidedFields.get(type)?.get(name) ?? {};
    return is === undefined || is === 'modelled' || !shape.endsWith('text');
  });
  expect(wrong).toEqual([]);
});

describe('a text that may be one of a few', () => {
  test.each([
    ['concurrencyPolicy: Sometimes', '', 'Sometimes'],
    ['', 'completionMode: indexed,', 'indexed'],
    ['', 'completionMode: "",', '""'],
    ['', 'podFailurePolicy: { rules: [ { action: Stop } ] },', 'Stop'],
  ])('%s %s is refused', (cron, job, at) => {
    expect(errorsOf(cronJob(cron, job))).toEqual([['E204', at]]);
  });

  test.each([
    ['concurrencyPolicy: Replace', ''],
    ['concurrencyPolicy: ""', ''],
    ['concurrencyPolicy: null', 'completionMode: null,'],
    ['', 'completionMode: NonIndexed,'],
  ])('taken: %s %s', (cron, job) => {
    expect(errorsOf(cronJob(cron, job))).toEqual([]);
  });

  test('of a disk of Azure', () => {
    const disk = (more: string) =>
      pod(`volumes: [ { name: v, azureDisk: { diskName: d, diskURI: u, ${more} } } ],`, '');
    expect(errorsOf(disk('cachingMode: readonly'))).toEqual([['E204', 'readonly']]);
    expect(errorsOf(disk('kind: ""'))).toEqual([['E204', '""']]);
    expect(errorsOf(disk('cachingMode: ReadOnly, kind: Managed'))).toEqual([]);
  });

  test('or a list of them', () => {
    const claim = (mode: string) =>
      pod(`volumes: [ { name: v, ephemeral: { volumeClaimTemplate: { spec: { accessModes: [ ${mode} ] } } } } ],`, '');
    expect(errorsOf(claim('RWX'))).toEqual([['E204', 'RWX']]);
  });
});

function cronJob(cron: string, job: string): string {
  const template = '{ spec: { restartPolicy: Never, containers: [ { name: c, image: i } ] } }';
  return `apiVersion: batch/v1\nkind: CronJob\nmetadata: { name: x }\nspec: { schedule: "@daily", ${cron === '' ? '' : `${cron},`} jobTemplate: { spec: { ${job} template: ${template} } } }\n`;
}
